"""The population and its composition: where people were born, families, arrival, permits."""

BORN = """
foreign_born  born_outside_eu  foreign_born_persons  foreign_born_share  born_outside_eu_share
yes           yes              yes                   yes                 yes
no            no               no                    no                  no
yes           no               yes                   yes                 no
.             .                out                   out                 out
"""
BORN_2 = """
age  foreign_born  foreign_born_share_65
0    yes           out
64   no            out
65   yes           yes
90   no            no
70   .             out
.    yes           out
"""
CITIZENS = """
national  third_country_national  foreign_nationals_share  third_country_nationals_share
yes       no                      no                       no
no        no                      yes                      no
no        yes                     yes                      yes
.         .                       out                      out
"""
PEOPLE = """
age  sex  urbanisation  women_share  working_age_share  older_people_share  city_residents_share
14   F    DEG1          yes          no                 no                  yes
15   M    DEG2          no           yes                no                  no
64   X    DEG3          no           yes                no                  no
65   F    .             yes          no                 yes                 out
.    .    DEG1          out          out                out                 yes
"""
HOUSEHOLDS = """
age  household_size  children_in_household  single_person_household_share  living_with_children_share
18   1               0                      yes                            no
40   2               1                      no                             yes
40   4               2                      no                             yes
20   3               0                      no                             no
17   2               1                      out                            out
40   .               .                      out                            out
.    1               0                      out                            out
"""
HOUSEHOLDS_2 = """
age  household_size  children_in_household  adults_in_household  lone_parent_share  mean_household_size
18   1               0                      1                    out                1
40   2               1                      1                    yes                2
40   4               2                      2                    no                 4
20   3               0                      3                    out                3
17   2               1                      1                    out                2
40   .               .                      .                    out                out
.    1               0                      1                    out                1
"""
CHILDREN = """
age  foreign_born_parent  second_generation  children_foreign_born_parent_share  youth_second_generation_share
0    yes                  yes                yes                                 out
17   no                   no                 no                                  no
17   yes                  no                 yes                                 no
15   yes                  yes                yes                                 yes
34   yes                  yes                out                                 yes
35   yes                  yes                out                                 out
20   .                    .                  out                                 out
20   yes                  yes                out                                 yes
10   yes                  .                  yes                                 out
20   yes                  .                  out                                 out
"""
CHILDREN_2 = """
age  foreign_born  foreign_born_parent  native_youth_foreign_parent_share
0    no            yes                  out
17   no            no                   no
17   yes           yes                  out
15   no            yes                  yes
34   no            yes                  yes
35   no            yes                  out
20   no            .                    out
20   no            yes                  yes
10   .             yes                  out
20   .             yes                  out
"""
CHILDREN_3 = """
age  second_generation  parent_born_outside_eu  second_generation_outside_eu_share
0    yes                yes                     out
17   no                 no                      out
17   no                 yes                     out
15   yes                no                      no
34   yes                yes                     yes
35   yes                yes                     out
20   .                  .                       out
20   yes                .                       out
10   .                  .                       out
20   .                  yes                     out
"""
REASONS = """
foreign_born  migration_reason  arrived_for_work_share  arrived_for_family_share  arrived_for_study_share
yes           work              yes                     no                        no
yes           family            no                      yes                       no
yes           study             no                      no                        yes
yes           protection        no                      no                        no
yes           other             no                      no                        no
yes           .                 out                     out                       out
no            work              out                     out                       out
.             work              out                     out                       out
"""
REASONS_2 = """
foreign_born  migration_reason  arrived_for_protection_share
yes           work              no
yes           family            no
yes           study             no
yes           protection        yes
yes           other             no
yes           .                 out
no            work              out
.             work              out
"""
STAY = """
age  foreign_born  years_of_stay  age_at_arrival  recent_arrivals_share  settled_share  arrived_as_child_share
15   yes           0              15              yes                    no             no
40   yes           4              36              yes                    no             no
40   yes           5              35              no                     no             no
40   yes           9              31              no                     no             no
24   yes           10             14              no                     yes            yes
40   yes           .              .               out                    out            out
14   yes           3              11              out                    out            out
40   no            .              .               out                    out            out
40   .             3              37              out                    out            out
"""
STAY_2 = """
age  foreign_born  born_outside_eu  migrants_from_outside_eu_share
15   yes           yes              yes
40   yes           no               no
40   yes           yes              yes
40   yes           .                out
24   yes           yes              yes
14   yes           yes              out
40   no            no               out
40   .             .                out
"""
PERMITS = """
third_country_national  residence_permit  permit_reason  permit_family_share  permit_work_share
yes                     yes               family         yes                  no
yes                     yes               work           no                   yes
yes                     yes               study          no                   no
yes                     yes               protection     no                   no
yes                     yes               other          no                   no
yes                     yes               .              out                  out
yes                     no                work           out                  out
no                      yes               work           out                  out
"""
PERMITS_2 = """
third_country_national  residence_permit  permit_reason  permit_study_share  permit_protection_share
yes                     yes               family         no                  no
yes                     yes               work           no                  no
yes                     yes               study          yes                 no
yes                     yes               protection     no                  yes
yes                     yes               other          no                  no
yes                     yes               .              out                 out
yes                     no                work           out                 out
no                      yes               work           out                 out
"""
TABLES = (
    BORN, BORN_2, CITIZENS, PEOPLE, HOUSEHOLDS, HOUSEHOLDS_2, CHILDREN, CHILDREN_2, CHILDREN_3, REASONS, REASONS_2,
    STAY, STAY_2, PERMITS, PERMITS_2,
)  # fmt: skip
