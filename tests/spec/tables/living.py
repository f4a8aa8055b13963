"""Indicators on living conditions, housing and health, person by person: for `test_indicators`.

Definitions: Eurostat's glossary of EU-SILC, OECD/EU Settling In 2023, as told in the catalogue.
"""

from __future__ import annotations

ASSISTANCE = """
age  social_assistance  social_assistance_share
18   0.01               yes
64   0                  no
40   .                  out
17   5000               out
65   5000               out
"""
RURAL = """
urbanisation  rural_residence_share
DEG3          yes
DEG2          no
DEG1          no
.             out
"""
CHILD_DEPRIVATION = """
age  severely_deprived  child_severe_deprivation_rate
0    yes                yes
17   no                 no
9    .                  out
18   yes                out
.    yes                out
"""
OLD_DEPRIVATION = """
age  deprivation_items_2020  severe_material_deprivation_rate_2020
18   4                       yes
90   3                       no
40   9                       yes
40   .                       out
17   9                       out
"""
STRICT_INTENSITY = """
age  low_work_intensity_strict  working_age_adults  very_low_work_intensity_rate_strict
0    yes                        2                   yes
64   no                         1                   no
65   yes                        1                   out
40   .                          0                   out
40   .                          1                   out
40   yes                        .                   yes
"""
OLD_INTENSITY = """
age  low_work_intensity_2020  working_age_adults_2020  very_low_work_intensity_rate_2020
0    yes                      2                        yes
17   no                       1                        no
18   yes                      1                        yes
59   no                       1                        no
60   yes                      1                        out
40   .                        0                        out
40   .                        1                        out
"""
OLD_INTENSITY_OF_ADULTS = """
age  low_work_intensity_2020  working_age_adults_2020  very_low_work_intensity_rate_18_59_2020
0    yes                      2                        out
17   no                       1                        out
18   yes                      1                        yes
59   no                       1                        no
60   yes                      1                        out
40   .                        0                        out
40   .                        1                        out
"""
TENURE = """
age  tenure          market_rent_share  social_housing_share
18   tenant_market   yes                no
90   tenant_reduced  no                 yes
40   free            no                 no
40   owner_outright  no                 no
40   .               out                out
17   tenant_market   out                out
17   tenant_reduced  out                out
"""
CROWDED_AGES = """
age  overcrowded  child_overcrowding_rate  youth_overcrowding_rate  older_overcrowding_rate
0    yes          yes                      out                      out
15   no           no                       out                      out
16   yes          yes                      yes                      out
17   no           no                       no                       out
29   no           out                      no                       out
30   yes          out                      out                      out
64   yes          out                      out                      out
65   yes          out                      out                      yes
90   no           out                      out                      no
17   .            out                      out                      out
70   .            out                      out                      out
"""
CROWDED_TOGETHER = """
age  overcrowded  household_size  overcrowding_rate_without_single_persons
18   yes          2               yes
90   no           3               no
40   yes          1               out
40   .            2               out
40   yes          .               out
17   yes          4               out
"""
COSTS = """
age  housing_cost_overburden_inclusive  housing_cost_overburden_rate_inclusive
18   yes                                yes
90   no                                 no
40   .                                  out
17   yes                                out
"""
DWELLINGS = """
age  dwelling_defects  severe_housing_deprivation  dwelling_defects_rate  severe_housing_deprivation_rate
18   yes               no                          yes                    no
90   no                yes                         no                     yes
40   .                 .                           out                    out
17   yes               yes                         out                    out
"""
SUBSTANDARD = """
age  substandard_home  substandard_housing_rate  older_substandard_housing_rate
18   yes               yes                       out
64   no                no                        out
65   yes               yes                       yes
90   no                no                        no
70   .                 out                       out
17   yes               out                       out
"""
SURROUNDINGS = """
age  neighbourhood_problem  neighbourhood_problems_rate
18   yes                    yes
90   yes                    yes
40   yes                    yes
40   no                     no
40   .                      out
17   yes                    out
"""
NUISANCES = """
age  noise  pollution  crime  noise_rate  pollution_rate  crime_in_area_rate
18   yes    no         no     yes         no              no
90   no     yes        no     no          yes             no
40   no     no         yes    no          no              yes
40   no     no         no     no          no              no
40   .      .          .      out         out             out
17   yes    yes        yes    out         out             out
"""
OLD_AGE = """
age  health     limitation  older_good_health_share  older_activity_limitation_share
65   very_good  none        yes                      no
90   good       some        yes                      yes
70   fair       severe      no                       yes
70   very_bad   .           no                       out
70   .          some        out                      yes
64   good       severe      out                      out
"""
HABITS = """
age  smokes_daily  heavy_drinking  daily_smoking_rate  heavy_drinking_rate
16   yes           no              yes                 no
90   no            yes             no                  yes
40   .             .               out                 out
15   yes           yes             out                 out
"""
WEIGHT = """
age  body_mass_index  overweight_rate  obesity_rate
18   24.99            no               no
90   25               yes              no
40   29.9             yes              no
40   30               yes              yes
40   .                out              out
17   35               out              out
"""
CARE = """
age  unmet_medical_need  medical_care_needed  unmet_medical_need_rate_of_those_in_need
16   yes                 yes                  yes
90   no                  yes                  no
40   no                  no                   out
40   yes                 .                    out
40   .                   yes                  out
15   yes                 yes                  out
"""
DENTAL = """
age  unmet_dental_need  health_insurance  unmet_dental_need_rate  health_insurance_share
16   yes                yes               yes                     yes
90   no                 no                no                      no
40   .                  .                 out                     out
15   yes                yes               out                     out
"""
HOME_CARE = """
age  help_needed  home_care_received  home_care_unmet  older_home_care_rate  older_unmet_home_care_rate
65   yes          yes                 no               yes                   no
90   yes          no                  yes              no                    yes
70   yes          .                   .                out                   out
70   no           yes                 yes              out                   out
70   .            yes                 yes              out                   out
64   yes          yes                 yes              out                   out
"""
TABLES = (
    ASSISTANCE, RURAL, CHILD_DEPRIVATION, OLD_DEPRIVATION, STRICT_INTENSITY, OLD_INTENSITY,
    OLD_INTENSITY_OF_ADULTS, TENURE, CROWDED_AGES,
    CROWDED_TOGETHER, COSTS, DWELLINGS, SUBSTANDARD, SURROUNDINGS, NUISANCES, OLD_AGE, HABITS,
    WEIGHT, CARE, DENTAL, HOME_CARE,
)  # fmt: skip
