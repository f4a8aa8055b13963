"""Active citizenship, welcoming society, language and digital means: answers of persons."""

NATIONALITY = """
age  foreign_born  years_of_stay  national  acquisition_of_nationality_share
15   yes           10             yes       yes
80   yes           40             no        no
40   yes           9              yes       out
14   yes           12             yes       out
40   no            .              yes       out
40   yes           .              yes       out
40   yes           12             .         out
40   .             12             yes       out
"""
LONG_TERM = """
third_country_national  residence_permit  long_term_resident  long_term_residents_share
yes                     yes               yes                 yes
yes                     yes               no                  no
yes                     yes               .                   out
yes                     no                yes                 out
yes                     .                 yes                 out
no                      yes               yes                 out
.                       yes               yes                 out
"""
VOTING = """
age  national  voted         voter_turnout  youth_voter_turnout
18   yes       yes           yes            yes
34   yes       no            no             no
35   yes       yes           yes            out
80   yes       no            no             out
20   yes       not_eligible  out            out
20   yes       .             out            out
20   no        yes           out            out
20   .         yes           out            out
17   yes       yes           out            out
"""
JOINING = """
age  association_member  volunteered  association_participation_share  volunteering_share
16   yes                 no           yes                              no
90   no                  yes          no                               yes
40   .                   .            out                              out
15   yes                 yes          out                              out
.    yes                 yes          out                              out
"""
JOINING_2 = """
age  volunteered_together  joint_volunteering_share
16   no                    no
90   yes                   yes
40   .                     out
15   yes                   out
.    yes                   out
"""
TRUST = """
age  trust_others  trust_police  trust_parliament  trust_in_others  trust_in_police  trust_in_parliament
16   0             10            5                 0                10               5
90   7             .             3                 7                out              3
40   .             4             .                 out              4                out
15   8             8             8                 out              out              out
"""
DISCRIMINATION = """
age  foreign_born  discriminated_for_origin  discrimination_share
15   yes           yes                       yes
64   yes           no                        no
64   no            no                        out
34   no            yes                       out
15   no            no                        out
35   no            yes                       out
30   no            yes                       out
30   yes           .                         out
14   yes           yes                       out
65   yes           yes                       out
"""
DISCRIMINATION_2 = """
age  foreign_born  foreign_born_parents_both  discriminated_for_origin  discrimination_share_descendants
15   yes           yes                        yes                       out
64   yes           yes                        no                        out
64   no            yes                        no                        out
34   no            yes                        yes                       yes
15   no            yes                        no                        no
35   no            yes                        yes                       out
30   no            no                         yes                       out
30   yes           yes                        .                         out
14   yes           yes                        yes                       out
65   yes           yes                        yes                       out
"""
DISCRIMINATION_3 = """
age  third_country_national  discriminated_for_origin  discrimination_share_third_country
15   yes                     yes                       yes
64   no                      no                        out
64   yes                     no                        no
34   no                      yes                       out
15   no                      no                        out
35   no                      yes                       out
30   no                      yes                       out
30   yes                     .                         out
14   yes                     yes                       out
65   yes                     yes                       out
"""
LAST_YEAR = """
age  foreign_born  foreign_born_parent  discriminated_last_year  discrimination_last_year_share
16   yes           .                    yes                      yes
90   no            yes                  no                       no
40   .             yes                  yes                      yes
40   no            no                   yes                      out
40   no            .                    yes                      out
40   yes           yes                  .                        out
15   yes           yes                  yes                      out
"""
AT_WORK = """
age  activity    discriminated_at_work  discrimination_at_work_share
15   employed    yes                    yes
74   employed    no                     no
40   employed    .                      out
40   unemployed  yes                    out
75   employed    yes                    out
"""
CONTACT = """
age  contact_other_origin  comfortable_as_neighbour  contact_share  comfortable_as_neighbour_share
16   daily                 yes                       yes            yes
90   weekly                no                        yes            no
40   monthly               .                         no             out
40   rarely                yes                       no             yes
40   never                 no                        no             no
40   .                     no                        out            no
15   daily                 yes                       out            out
"""
IMPACT = """
age  impact_on_economy  impact_on_culture  opinion_on_economy  opinion_on_culture
16   0                  10                 0                   10
90   6                  .                  6                   out
40   .                  3                  out                 3
15   9                  9                  out                 out
"""
IMPACT_2 = """
age  impact_on_country  opinion_on_country
16   5                  5
90   2                  2
40   .                  out
15   9                  out
"""
VIEWS = """
age  migrants_wanted  informed_on_integration  migrants_wanted_share  not_informed_share
16   many             very_well                yes                    no
90   some             fairly_well              yes                    no
40   few              not_well                 no                     yes
40   none             not_at_all               no                     yes
40   .                .                        out                    out
15   many             not_well                 out                    out
"""
VIEWS_2 = """
age  belonging        belonging_share
16   very_strong      yes
90   fairly_strong    yes
40   not_very_strong  no
40   not_at_all       no
40   .                out
15   very_strong      out
"""
OWN_VIEW = """
age  third_country_national  own_view_integration  own_view_integration_share
16   yes                     fully                 yes
90   yes                     mostly                yes
40   yes                     partly                no
40   yes                     not_at_all            no
40   yes                     .                     out
40   no                      fully                 out
15   yes                     fully                 out
"""
SKILL = """
age  foreign_born  host_language_skill  host_language_advanced_share  host_language_hardly_share
15   yes           mother_tongue        yes                           no
74   yes           proficient           yes                           no
40   yes           advanced             yes                           no
40   yes           intermediate         no                            no
40   yes           basic                no                            yes
40   yes           .                    out                           out
40   no            mother_tongue        out                           out
14   yes           basic                out                           out
75   yes           basic                out                           out
"""
SKILL_2 = """
age  foreign_born  host_language_cefr  host_language_b1_share
15   yes           C2                  yes
74   yes           C1                  yes
40   yes           B2                  yes
40   yes           B1                  yes
40   yes           A2                  no
40   yes           BELOW_A1            no
40   yes           .                   out
40   no            C2                  out
14   yes           A1                  out
75   yes           A1                  out
"""
COURSES = """
age  foreign_born  host_language_skill  language_course  language_course_share  language_course_advanced_share
15   yes           basic                beginner         yes                    no
74   yes           .                    intermediate     yes                    no
40   yes           advanced             advanced         yes                    yes
40   yes           basic                none             no                     out
40   yes           mother_tongue        none             out                    out
40   yes           basic                .                out                    out
40   no            basic                advanced         out                    out
75   yes           basic                advanced         out                    out
"""
AT_HOME = """
age  host_language_at_home  host_language_at_home_share
16   yes                    yes
90   no                     no
40   .                      out
17   no                     no
0    .                      out
5    .                      out
"""
AT_HOME_2 = """
age  foreign_born_parent  host_language_in_household  children_without_host_language_share
16   no                   yes                         out
90   yes                  no                          out
40   .                    .                           out
17   yes                  no                          yes
0    yes                  no                          yes
5    yes                  yes                         no
5    yes                  .                           out
5    no                   no                          out
5    .                    no                          out
"""
ORIENTATION = """
age  third_country_national  years_of_stay  civic_orientation  civic_orientation_share
18   yes                     0              not_started        no
40   yes                     4              started            yes
90   yes                     4              completed          yes
40   yes                     5              completed          out
40   yes                     .              started            out
40   yes                     2              .                  out
40   no                      2              completed          out
17   yes                     2              completed          out
"""
ORIENTATION_2 = """
age  third_country_national  civic_orientation  civic_orientation_completed_share
18   yes                     not_started        out
40   yes                     started            no
90   yes                     completed          yes
40   yes                     completed          yes
40   yes                     .                  out
40   no                      completed          out
17   yes                     completed          out
"""
DIGITAL = """
age  lacks_computer  digital_skills  computer_unaffordable_share  basic_digital_skills_share
16   yes             none            yes                          no
74   no              low             no                           no
40   no              basic           no                           yes
40   .               above_basic     out                          yes
40   no              .               no                           out
75   no              basic           no                           out
15   yes             basic           out                          out
"""
DIGITAL_2 = """
age  electronic_identity  electronic_identity_share
16   yes                  yes
74   no                   no
40   .                    out
40   yes                  yes
75   yes                  yes
15   yes                  out
"""
TABLES = (
    NATIONALITY, LONG_TERM, VOTING, JOINING, JOINING_2, TRUST, DISCRIMINATION, DISCRIMINATION_2, DISCRIMINATION_3,
    LAST_YEAR, AT_WORK, CONTACT, IMPACT, IMPACT_2, VIEWS, VIEWS_2, OWN_VIEW, SKILL, SKILL_2, COURSES, AT_HOME,
    AT_HOME_2, ORIENTATION, ORIENTATION_2, DIGITAL, DIGITAL_2,
)  # fmt: skip
