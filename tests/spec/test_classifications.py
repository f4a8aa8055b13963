"""Country sets and what holds for every classification of the catalogue (methods/01, methods/03)."""

from __future__ import annotations

import csv
import gzip
from itertools import combinations, product

import pytest
from babel import Locale

from tests.spec.groups import CATALOGUE, OWN, bound, categories, category, family, table_of
from tests.support import SHARED, needs_shared
from zaragoza.classify import classify
from zaragoza.engine import Engine
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.text import LANGUAGES

SETS = {name: frozenset(codes) for name, codes in CATALOGUE.country_sets.items()}
CONTINENTS = ("europe", "africa", "asia", "america_oceania")
WORLD = frozenset().union(*(SETS[name] for name in CONTINENTS))
NO_COUNTRY = SETS["stateless"] | SETS["made_up"]
ALL = tuple(CATALOGUE.classifications)
# Classifications for which the definition itself reads a missing answer as `no`, so that hiding it may move a
# person into the reference group (methods/03: CBS section 1, COM(2020) 758 section 4).
PASSED_OVER = {
    "origin_nl_2022": set(OWN[1:]),
    "born_in_nl": set(OWN[1:]),
    "migration_background_nl": set(OWN[1:]),
    "generation_nl_old": set(OWN[1:]),
    "eu_migration_background": {"former_citizenship"},
}


class TestCountries:
    def test_every_code_is_in_exactly_one_continent(self):
        for one, other in combinations(CONTINENTS, 2):
            assert SETS[one].isdisjoint(SETS[other])
        assert frozenset().union(*SETS.values()) == WORLD | NO_COUNTRY
        assert WORLD.isdisjoint(NO_COUNTRY)

    def test_the_eu_has_27_members_and_had_28(self):
        assert len(SETS["eu27_2020"]) == 27
        assert SETS["eu28"] == SETS["eu27_2020"] | {"UK"}
        assert SETS["efta"] == {"CH", "IS", "LI", "NO"}

    def test_codes_are_those_that_the_eu_uses(self):
        assert {"EL", "UK", "XK"} <= WORLD
        assert WORLD.isdisjoint({"GR", "GB"})

    def test_outside_the_eu_is_what_remains(self):
        inside = SETS["eu27_2020"] | SETS["eu_outermost"] | SETS["dissolved"]
        assert SETS["outside_eu27_2020"] == WORLD - inside

    def test_turkey_is_outside_europe(self):
        assert SETS["turkey"] == {"TR"} <= SETS["asia"]  # CBS, Herkomstland (2022), 3.1

    def test_the_dutch_caribbean_is_the_kingdom_outside_europe_without_suriname(self):
        assert SETS["dutch_caribbean"] == {"AW", "CW", "SX", "BQ", "AN"} <= SETS["america_oceania"]

    def test_western_is_as_cbs_had_it(self):
        """Europe without Turkey, North America, Oceania, Indonesia, Japan (methods/03 section 2)."""
        assert SETS["europe"] <= SETS["western"]
        assert {"US", "CA", "AU", "NZ", "ID", "JP"} <= SETS["western"]
        assert SETS["western"].isdisjoint(SETS["africa"] | {"TR", "MA", "SR", "CN", "MX", "BR"})
        assert SETS["western"] & SETS["asia"] == {"ID", "JP"}
        assert SETS["western"].isdisjoint(SETS["dutch_caribbean"])

    def test_every_country_has_a_name_in_both_languages(self):
        for language in LANGUAGES:
            names = Locale(language).territories
            missing = {code for code in WORLD | NO_COUNTRY if code not in names}
            assert missing <= CATALOGUE.country_names.keys()

    @needs_shared
    def test_continents_are_the_regions_of_m49(self):
        """UN M49, but Cyprus in Europe; XK, AN, SU and YU have no region, AQ has no births."""
        regions = {"Europe": "europe", "Africa": "africa", "Asia": "asia"}
        regions |= dict.fromkeys(("Americas", "Oceania"), "america_oceania")
        eu_code = {"GR": "EL", "GB": "UK"}
        with (SHARED / "data" / "geo" / "country_codes.csv").open(encoding="utf-8") as lines:
            rows = {row["ISO3166-1-Alpha-2"]: row for row in csv.DictReader(lines)}
        assert {eu_code.get(code, code) for code in rows} - {"AQ"} == WORLD - {"XK", "AN", "SU", "YU"}
        for code, row in rows.items():
            if code not in ("AQ", "CY"):
                assert eu_code.get(code, code) in SETS[regions[row["Region Name"]]], code
        north = {code for code, row in rows.items() if row["Sub-region Name"] == "Northern America"}
        oceania = {code for code, row in rows.items() if row["Region Name"] == "Oceania"}
        assert SETS["western"] == SETS["europe"] | north | oceania | {"ID", "JP"}

    @needs_shared
    def test_the_eu_of_28_is_eurostats(self):
        path = SHARED / "data" / "geo" / "ping_aggregates_countries.csv"
        with path.open(encoding="latin-1") as lines:
            assert {row["GEO"] for row in csv.DictReader(lines) if row["ZONE"] == "EU28"} == SETS["eu28"]


class TestEveryClassification:
    def test_all_that_the_monitor_offers_are_there(self):
        origin = {
            "birth_group",
            "born_abroad",
            "citizen_group",
            "migration_status",
            "generation",
            "descent",
            "parents_known",
        }
        dutch = {"origin_nl_2022", "born_in_nl", "migration_background_nl", "generation_nl_old"}
        stay = {"eu_migration_background", "duration_of_stay", "duration_of_stay_module", "migration_reason"}
        person = {"sex", "age_group", "age_group_broad", "region", "municipality", "urbanisation", "tenure"}
        work = {"education", "activity_status", "professional_status", "occupation_group"}
        assert origin | dutch | stay | person | work <= set(ALL)

    @pytest.mark.parametrize("name", ALL)
    def test_has_a_source_and_titles_in_both_languages(self, name):
        classification = CATALOGUE.classifications[name]
        assert classification.source.strip()
        texts = [classification.title, *(c.title for c in classification.categories)]
        for text in texts:
            assert text.en.strip()
            assert text.nl.strip()
        assert classification.label(UNKNOWN).nl == "Onbekend"
        assert classification.label(TOTAL).nl == "Totaal"

    @pytest.mark.parametrize("name", ALL)
    def test_titles_tell_categories_apart(self, name):
        for language in LANGUAGES:
            titles = [c.title[language] for c in CATALOGUE.classifications[name].categories]
            assert len(set(titles)) == len(titles)

    @pytest.mark.parametrize("name", ALL)
    def test_reads_standard_variables_only(self, name):
        assert bound(name).variables <= CATALOGUE.variables.keys()
        named = {variable for names in bound(name).requires for variable in names}
        assert named <= bound(name).variables

    @pytest.mark.parametrize("name", [name for name in ALL if name != "parents_known"])
    def test_a_person_of_whom_nothing_is_known_is_unknown(self, name):
        assert category(name) == UNKNOWN

    def test_every_listed_code_of_a_variable_has_a_category(self):
        """A code that no rule reads would be shown as unknown."""
        for name in ("sex", "urbanisation", "tenure", "migration_reason", "education", "professional_status"):
            codes = [code.code for code in CATALOGUE.variables[name].codes]
            assert categories(bound(name), *({name: code} for code in codes)) == codes
        for name, variable in (("activity_status", "activity"), ("occupation_group", "occupation")):
            codes = [{variable: code.code} for code in CATALOGUE.variables[variable].codes]
            assert UNKNOWN not in categories(bound(name), *codes)

    @pytest.mark.parametrize("name", [n for n in ALL if CATALOGUE.classifications[n].groups])
    def test_origin_groups_have_a_reference_group(self, name):
        classification = CATALOGUE.classifications[name]
        assert classification.reference in classification.codes

    def test_reference_group_of_citizenship_and_birth_is_nationals(self):
        for name in ("birth_group", "citizen_group"):
            assert CATALOGUE.classifications[name].reference == "NAT"
            assert CATALOGUE.classifications[name].codes == ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR")

    @pytest.mark.parametrize("country", ["NL", "CH"])
    @pytest.mark.parametrize("name", [n for n in ALL if CATALOGUE.classifications[n].reference])
    def test_hiding_an_answer_never_makes_a_reference_person(self, name, country):
        """Unknown is never the reference group, but where the definition itself reads silence as `no`."""
        classification = bound(name, country)
        variables = sorted(v for v in classification.variables if not v.endswith("_group"))
        codes = ("NL", "CH", "TR")
        people = [dict(zip(variables, p, strict=True)) for p in product(codes, repeat=len(variables))]
        hidden = [None, *(v for v in variables if v not in PASSED_OVER.get(name, ()))]
        found = categories(classification, *({**person, v: None} for v in hidden for person in people))
        full, *partly = (found[start : start + len(people)] for start in range(0, len(found), len(people)))
        reference = classification.reference
        for variable, answers in zip(hidden[1:], partly, strict=True):
            gained = [now == reference != then for then, now in zip(full, answers, strict=True)]
            assert not any(gained), variable

    @needs_shared
    def test_occupations_have_the_titles_of_isco_08(self):
        path = SHARED / "data" / "classifications" / "isco08_groups_esco.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            titles = {r["CODE"]: r["PREFERREDLABEL"].strip().lower() for r in csv.DictReader(lines)}
        ours = CATALOGUE.classifications["occupation_group"]
        for code in ours.codes:
            words = ours.label(code).en.lower().replace(" and ", " ").replace(",", "")
            assert words == titles[code.removeprefix("OC")].replace(" and ", " ").replace(",", "")


class TestPersonAndWork:
    def test_age_groups(self):
        """Methods/01 section 3: 15-24, 25-54, 55-64; section 5: 18 and over."""
        ages = (0, 14, 15, 17, 18, 24, 25, 54, 55, 64, 65, 120)
        people = [{"age": age} for age in ages]
        narrow = ["Y_LT15"] * 2 + ["Y15-24"] * 4 + ["Y25-54"] * 2 + ["Y55-64"] * 2 + ["Y_GE65"] * 2
        broad = ["Y_LT18"] * 4 + ["Y18-64"] * 6 + ["Y_GE65"] * 2
        assert categories(bound("age_group"), *people) == narrow
        assert categories(bound("age_group_broad"), *people) == broad

    def test_activity_status(self):
        """ILO: employed, unemployed, outside the labour force; conscripts apart (methods/01 section 3)."""
        codes = [
            "employed",
            "unemployed",
            "student",
            "retired",
            "disabled",
            "domestic",
            "other_inactive",
            "conscript",
        ]
        expected = ["employed", "unemployed", *["outside"] * 5, "_Z"]
        assert categories(bound("activity_status"), *({"activity": code} for code in codes)) == expected

    def test_regions_keep_the_codes_of_the_file(self):
        region = bound("region")
        assert categories(region, {"region": "NL32"}, {}) == ["NL32", UNKNOWN]
        assert region.label("NL32").en == "NL32"
        assert region.label(UNKNOWN).en == "Unknown"


def test_all_at_once():
    """Every classification in one table: no row lost, and nothing but listed codes."""
    everything = [bound(name) for name in ALL]
    names = frozenset().union(*(c.variables for c in everything))
    people = [family(*codes) | {"age": 30} for codes in product(("NL", "DE", "TR", None), repeat=3)]
    with Engine(threads=1) as engine:
        grouped = classify(engine.table(table_of(people, names)), everything).arrow()
    assert grouped.num_rows == len(people)
    for classification in everything:
        allowed = {*classification.codes, None if classification.id in names else UNKNOWN}
        assert set(grouped[classification.id].to_pylist()) <= allowed
