"""Every indicator of the catalogue on a small table of people, expected from its definition.

The last column says what the definition makes of the person: `yes` counts in numerator and denominator, `no` in the
denominator only, `out` in neither. A dot is no answer. Definitions: Eurostat (EU-LFS main indicators, EU-SILC
glossary pages), as told in the catalogue's `definition` and `source`.
"""

from __future__ import annotations

from itertools import product

import pytest

from tests.spec.people import EXPECTED, all_missing, outcomes, read, table
from tests.spec.tables import TABLES as BY_SUBJECT
from zaragoza.catalogue import load_catalogue
from zaragoza.engine import Engine
from zaragoza.model.indicator import LINEAR, Measure

CATALOGUE = load_catalogue()

# E / (E + U + I) of an age range: conscripts are in none of the three.
EMPLOYMENT = """
age  activity        employment_rate  employment_rate_15_64  youth_employment_rate  older_employment_rate
14   employed        out              out                    out                    out
15   employed        out              yes                    yes                    out
19   employed        out              yes                    yes                    out
20   employed        yes              yes                    yes                    out
24   student         no               no                     no                     out
25   employed        yes              yes                    out                    out
54   unemployed      no               no                     out                    out
55   retired         no               no                     out                    no
64   employed        yes              yes                    out                    yes
65   employed        out              out                    out                    out
30   conscript       out              out                    out                    out
30   disabled        no               no                     out                    out
30   domestic        no               no                     out                    out
30   other_inactive  no               no                     out                    out
30   .               out              out                    out                    out
.    employed        out              out                    out                    out
"""
LABOUR_FORCE = """
age  activity        activity_rate  unemployment_rate  youth_unemployment_rate
14   unemployed      out            out                out
15   unemployed      out            yes                yes
24   employed        yes            no                 no
25   unemployed      yes            yes                out
64   employed        yes            no                 out
65   employed        out            no                 out
74   unemployed      out            yes                out
75   unemployed      out            out                out
30   student         no             out                out
30   retired         no             out                out
30   other_inactive  no             out                out
30   conscript       out            out                out
30   .               out            out                out
.    unemployed      out            out                out
"""
UNEMPLOYED = """
age  activity    unemployment_months  long_term_unemployment_share
15   unemployed  12                   yes
64   unemployed  11                   no
30   unemployed  0                    no
30   unemployed  .                    out
30   employed    24                   out
14   unemployed  24                   out
65   unemployed  24                   out
"""
JOBS = """
age  activity    working_time  professional_status  part_time_share  self_employment_share
20   employed    part_time     employee             yes              no
64   employed    full_time     self_employed        no               yes
40   employed    .             family_worker        out              no
40   employed    part_time     .                    yes              out
40   unemployed  part_time     self_employed        out              out
19   employed    part_time     self_employed        out              out
65   employed    part_time     self_employed        out              out
"""
CONTRACTS = """
age  activity    professional_status  contract   job_tenure_months  temporary_employment_share  newly_employed_share
20   employed    employee             temporary  12                 yes                         yes
64   employed    employee             permanent  13                 no                          no
40   employed    employee             .          0                  out                         yes
40   employed    self_employed        temporary  .                  out                         out
40   unemployed  employee             temporary  1                  out                         out
19   employed    employee             temporary  1                  out                         out
65   employed    employee             temporary  1                  out                         out
"""
# Eurostat: ISCO-08 4 to 9 among the employed of 20-64 with ISCED 5-8; armed forces and unknown occupations are out.
OVER_QUALIFIED = """
age  activity    education  occupation  over_qualification_rate
20   employed    ED5-8      OC4         yes
64   employed    ED5-8      OC9         yes
40   employed    ED5-8      OC3         no
40   employed    ED5-8      OC1         no
40   employed    ED5-8      OC0         out
40   employed    ED5-8      .           out
40   employed    ED3_4      OC9         out
40   employed    .          OC9         out
40   unemployed  ED5-8      OC9         out
19   employed    ED5-8      OC9         out
65   employed    ED5-8      OC9         out
"""
GRADUATES = """
age  activity    education  years_since_graduation  in_education  recent_graduates_employment_rate
20   employed    ED5-8      1                       no            yes
34   unemployed  ED3_4      3                       no            no
30   retired     ED3_4      2                       no            no
30   employed    ED5-8      0                       no            out
30   employed    ED5-8      4                       no            out
30   employed    ED5-8      2                       yes           out
30   employed    ED5-8      2                       .             out
30   employed    ED0-2      2                       no            out
30   conscript   ED5-8      2                       no            out
19   employed    ED5-8      2                       no            out
35   employed    ED5-8      2                       no            out
"""
# Those who did not answer one of the two questions are excluded, whatever they said to the other.
NEET = """
age  activity        in_education  neet_rate
15   unemployed      no            yes
29   other_inactive  no            yes
20   student         no            yes
20   employed        no            no
20   unemployed      yes           no
20   student         yes           no
20   employed        .             out
20   unemployed      .             out
20   .               yes           out
20   .               no            out
20   conscript       no            out
14   unemployed      no            out
30   unemployed      no            out
"""
ATTAINMENT = """
age  education  low_education_share  upper_secondary_share  high_education_share  tertiary_attainment_rate
24   ED5-8      out                  out                    out                   out
25   ED0-2      yes                  no                     no                    no
34   ED5-8      no                   no                     yes                   yes
35   ED5-8      no                   no                     yes                   out
64   ED3_4      no                   yes                    no                    out
65   ED3_4      out                  out                    out                   out
40   .          out                  out                    out                   out
"""
LEAVERS = """
age  education  in_education  early_leavers_rate
18   ED0-2      no            yes
24   ED0-2      yes           no
20   ED3_4      no            no
20   ED5-8      yes           no
20   ED3_4      .             out
20   ED0-2      .             out
20   .          yes           out
17   ED0-2      no            out
25   ED0-2      no            out
"""
LEARNING = """
age  in_education  adult_learning_rate
25   yes           yes
64   no            no
40   .             out
24   yes           out
65   yes           out
"""
DEPRIVATION = """
age  deprivation_items  material_social_deprivation_rate  severe_material_social_deprivation_rate
18   4                  no                                no
90   5                  yes                               no
40   6                  yes                               no
40   7                  yes                               yes
40   13                 yes                               yes
40   .                  out                               out
17   13                 out                               out
.    13                 out                               out
"""
# Everybody under 65 in a household with somebody who could work: children as well.
WORK_INTENSITY = """
age  low_work_intensity  working_age_adults  very_low_work_intensity_rate  very_low_work_intensity_rate_18_64
0    yes                 2                   yes                           out
17   no                  1                   no                            out
18   yes                 1                   yes                           yes
64   no                  1                   no                            no
65   yes                 1                   out                           out
40   .                   0                   out                           out
40   .                   1                   out                           out
40   yes                 .                   yes                           yes
"""
MEANS = """
age  lacks_unexpected_expenses  arrears  unexpected_expenses_rate  arrears_rate
18   yes                        no       yes                       no
90   no                         yes      no                        yes
40   .                          .        out                       out
17   yes                        yes      out                       out
"""
HOMES = """
age  tenure          home_ownership_rate  reduced_rent_share
18   owner_outright  yes                  no
90   owner_mortgage  yes                  no
40   tenant_market   no                   no
40   tenant_reduced  no                   yes
40   free            no                   yes
40   .               out                  out
17   owner_outright  out                  out
"""
CROWDED = """
age  overcrowded  housing_cost_overburden  overcrowding_rate  housing_cost_overburden_rate
18   yes          no                       yes                no
90   no           yes                      no                 yes
40   .            .                        out                out
17   yes          yes                      out                out
"""
HEALTH = """
age  health     limitation  good_health_share  activity_limitation_share
16   very_good  severe      yes                yes
90   good       some        yes                yes
40   fair       none        no                 no
40   bad        none        no                 no
40   very_bad   .           no                 out
40   .          none        out                no
15   good       severe      out                out
"""
CARE = """
age  chronic_illness  unmet_medical_need  chronic_illness_share  unmet_medical_need_rate
16   yes              no                  yes                    no
90   no               yes                 no                     yes
40   .                .                   out                    out
15   yes              yes                 out                    out
"""
INTERNET = """
age  lacks_internet  internet_unaffordable_share
16   yes             yes
90   no              no
40   .               out
15   yes             out
"""
TABLES = (
    EMPLOYMENT, LABOUR_FORCE, UNEMPLOYED, JOBS, CONTRACTS, OVER_QUALIFIED, GRADUATES, NEET, ATTAINMENT, LEAVERS,
    LEARNING, DEPRIVATION, WORK_INTENSITY, MEANS, HOMES, CROWDED, HEALTH, CARE, INTERNET,
)  # fmt: skip
CASES = [
    (name, text)
    for text in (*TABLES, *BY_SUBJECT)
    for name in read(text)[0]
    if name in CATALOGUE.indicators and name != "arrears"
]


@pytest.mark.parametrize(("name", "text"), CASES, ids=[name for name, _ in CASES])
def test_what_a_person_counts_for(engine: Engine, name: str, text: str) -> None:
    """Of several plausible values the first, with which the others share their definition."""
    names, rows = read(text)
    inputs = [column for column in names if column in CATALOGUE.variables]
    measure = CATALOGUE.indicators[name].measure.each[0]
    assert measure.variables <= set(inputs)
    words = [row[names.index(name)] for row in rows]
    expected = [EXPECTED[word] if word in EXPECTED else float(word) for word in words]
    every = 2 if name == "population_15_74" else 3  # it counts all of its people
    assert len(set(expected)) >= every  # the table tells all outcomes apart
    assert (
        outcomes(engine, table(CATALOGUE, inputs, [row[: len(inputs)] for row in rows]), measure) == expected
    )


def test_mean_income(engine: Engine) -> None:
    """Negative and zero incomes count; people under 18 and those without an income known do not."""
    names, rows = read("""
        age  equivalised_income
        18   20000
        90   0
        40   -500
        40   .
        17   90000
    """)
    indicator = CATALOGUE.indicators["mean_equivalised_income"]
    assert (indicator.kind, indicator.unit) == ("mean", "euro")
    found = outcomes(engine, table(CATALOGUE, names, rows), indicator.measure)
    assert found == [20000.0, 0.0, -500.0, None, None]


def test_every_indicator_has_a_table() -> None:
    """Those of a distribution stand in test_income_indicators.py: one person has no outcome of them."""
    of_distributions = {name for name, i in CATALOGUE.indicators.items() if i.kind not in LINEAR}
    tables = {name for name, _ in CASES} | {"mean_equivalised_income"} | of_distributions
    assert {n for n, i in CATALOGUE.indicators.items() if i.computed} <= tables


@pytest.mark.parametrize(
    "name", sorted(n for n, i in CATALOGUE.indicators.items() if i.computed and i.kind in LINEAR)
)
def test_a_person_of_whom_nothing_is_known(engine: Engine, name: str) -> None:
    """Counts nowhere, and no definition fails on nothing but missing answers."""
    measure = CATALOGUE.indicators[name].measure.each[0]
    nothing = all_missing(CATALOGUE)
    assert outcomes(engine, nothing, measure) == [None]
    without_population = Measure(measure.kind, measure.of, measure.over, None, "excluded")
    assert outcomes(engine, nothing, without_population) == [None]
    counted = Measure("share", "activity = 'employed'", missing="counts")
    assert outcomes(engine, nothing, counted) == [False]


def possible(name: str) -> list[str]:
    """Answers of which one lets somebody into any population: all codes, both truth values, some numbers."""
    variable = CATALOGUE.variables[name]
    numbers = ["0", "1", "2", "12", "."]
    words = {"boolean": ["no", "yes"], "integer": numbers, "number": numbers, "country": ["NL", "TR", "."]}
    return [code.code for code in variable.codes] + ["."] if variable.codes else words[variable.type]


@pytest.mark.parametrize("name", sorted(n for n, i in CATALOGUE.indicators.items() if i.computed))
def test_ages_in_words_are_those_of_the_population(engine: Engine, name: str) -> None:
    """`ages` says which ages the condition lets in, when nothing else stands in the way."""
    indicator = CATALOGUE.indicators[name]
    low, _, high = (indicator.ages or "").removesuffix("+").partition("-")
    ages = range(int(low), int(high or 120) + 1)
    among = Measure("share", "TRUE", among=indicator.among)
    reads = sorted(among.variables - {"age"})
    people = [[str(age), *others] for others in product(*map(possible, reads)) for age in range(121)]
    counted = outcomes(engine, table(CATALOGUE, ["age", *reads], people), among)
    assert {int(age) for (age, *_), inside in zip(people, counted, strict=True) if inside} == set(ages)


def test_codes_of_eurostat_tables_stand_with_the_statistic_they_hold() -> None:
    """The pairs by citizenship and by country of birth of the Eurostat branch on migrant integration."""
    expected = {
        "employment_rate": ("lfsa_ergan", "lfsa_ergacob"),
        "activity_rate": ("lfsa_argan", "lfsa_argacob"),
        "unemployment_rate": ("lfsa_urgan", "lfsa_urgacob"),
        "long_term_unemployment_share": ("lfsa_upgan", "lfsa_upgacob"),
        "part_time_share": ("lfsa_eppgan", "lfsa_eppgacob"),
        "temporary_employment_share": ("lfsa_etpgan", "lfsa_etpgacob"),
        "self_employment_share": ("lfsa_esgan", "lfsa_esgacob"),
        "newly_employed_share": ("lfsa_enewasn", "lfsa_enewasc"),
        "over_qualification_rate": ("lfsa_eoqgan", "lfsa_eoqgac"),
        "recent_graduates_employment_rate": ("edat_lfse_31", "edat_lfse_32"),
        "low_education_share": ("edat_lfs_9911", "edat_lfs_9912"),
        "tertiary_attainment_rate": ("edat_lfs_9911", "edat_lfs_9912"),
        "early_leavers_rate": ("edat_lfse_01", "edat_lfse_02"),
        "neet_rate": ("edat_lfse_23", "edat_lfse_28"),
        "adult_learning_rate": ("trng_lfs_12", "trng_lfs_13"),
        "mean_equivalised_income": ("ilc_di15", "ilc_di16"),
        "material_social_deprivation_rate": ("ilc_mdsd04", "ilc_mdsd05"),
        "very_low_work_intensity_rate_18_64": ("ilc_lvhl15n", "ilc_lvhl16n"),
        "home_ownership_rate": ("ilc_lvps15", "ilc_lvps16"),
        "overcrowding_rate": ("ilc_lvho15", "ilc_lvho16"),
        "housing_cost_overburden_rate": ("ilc_lvho25", "ilc_lvho26"),
        "good_health_share": ("hlth_silc_24", "hlth_silc_23"),
        "chronic_illness_share": ("hlth_silc_26", "hlth_silc_25"),
        "activity_limitation_share": ("hlth_silc_28", "hlth_silc_27"),
        "unmet_medical_need_rate": ("hlth_silc_30", "hlth_silc_29"),
    }
    assert {name: CATALOGUE.indicators[name].eurostat[:2] for name in expected} == expected
