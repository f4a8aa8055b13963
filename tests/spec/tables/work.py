"""Work: definitions of Eurostat (EU-LFS), and of the OECD as the catalogue tells them."""

EMPLOYMENT = """
age  activity    prime_age_employment_rate  activity_rate_15_64
14   employed    out                        out
15   employed    out                        yes
19   unemployed  out                        yes
20   unemployed  out                        yes
24   employed    out                        yes
25   employed    yes                        yes
54   unemployed  no                         yes
54   domestic    no                         no
55   employed    out                        yes
64   unemployed  out                        yes
65   unemployed  out                        out
30   conscript   out                        out
30   .           out                        out
.    employed    out                        out
"""
EMPLOYMENT_TOO = """
age  activity    unemployment_rate_20_64  unemployment_rate_15_64
14   employed    out                      out
15   employed    out                      no
19   unemployed  out                      yes
20   unemployed  yes                      yes
24   employed    no                       no
25   employed    no                       no
54   unemployed  yes                      yes
54   domestic    out                      out
55   employed    no                       no
64   unemployed  yes                      yes
65   unemployed  out                      out
30   conscript   out                      out
30   .           out                      out
.    employed    out                      out
"""
BY_EDUCATION = """
age  education  activity    employment_rate_low_education  employment_rate_medium_education
20   ED0-2      employed    yes                            out
64   ED0-2      retired     no                             out
40   ED3_4      employed    out                            yes
40   ED3_4      unemployed  out                            no
40   ED5-8      employed    out                            out
40   ED5-8      domestic    out                            out
40   ED0-2      conscript   out                            out
40   ED0-2      .           out                            out
40   .          employed    out                            out
19   ED0-2      employed    out                            out
65   ED5-8      employed    out                            out
"""
BY_EDUCATION_TOO = """
age  education  activity    employment_rate_high_education
20   ED0-2      employed    out
64   ED0-2      retired     out
40   ED3_4      employed    out
40   ED3_4      unemployed  out
40   ED5-8      employed    yes
40   ED5-8      domestic    no
40   ED0-2      conscript   out
40   ED0-2      .           out
40   .          employed    out
19   ED0-2      employed    out
65   ED5-8      employed    out
"""
ACTIVE_BY_EDUCATION = """
age  education  activity    activity_rate_low_education  activity_rate_medium_education
20   ED0-2      employed    yes                          out
64   ED0-2      retired     no                           out
30   ED0-2      unemployed  yes                          out
40   ED3_4      employed    out                          yes
40   ED3_4      unemployed  out                          yes
40   ED3_4      student     out                          no
40   ED5-8      employed    out                          out
40   ED0-2      conscript   out                          out
40   ED0-2      .           out                          out
40   .          employed    out                          out
19   ED0-2      employed    out                          out
65   ED3_4      employed    out                          out
"""
ACTIVE_BY_EDUCATION_TOO = """
age  education  activity    activity_rate_high_education
20   ED5-8      employed    yes
64   ED5-8      unemployed  yes
40   ED5-8      domestic    no
40   ED3_4      employed    out
40   ED5-8      conscript   out
40   ED5-8      .           out
40   .          employed    out
19   ED5-8      employed    out
65   ED5-8      employed    out
"""
AGED_15_74 = """
age  population_15_74
0    out
14   out
15   yes
40   yes
74   yes
75   out
.    out
"""
UNEMPLOYED = """
age  activity    unemployment_months  long_term_unemployment_share_20_64
20   unemployed  12                   yes
64   unemployed  11                   no
30   unemployed  .                    out
30   employed    24                   out
19   unemployed  24                   out
65   unemployed  24                   out
"""
# Eurostat: parts of the extended labour force, which leaves out those neither looking nor available.
SLACK = """
age  labour_market_slack  labour_market_slack_rate  underemployment_rate
15   unemployed           yes                       no
74   underemployed        yes                       yes
40   available            yes                       no
40   seeking              yes                       no
40   employed             no                        no
40   outside              out                       out
40   .                    out                       out
14   seeking              out                       out
75   available            out                       out
"""
SLACK_TOO = """
age  labour_market_slack  available_not_seeking_rate  seeking_not_available_rate
15   unemployed           no                          no
74   underemployed        no                          no
40   available            yes                         no
40   seeking              no                          yes
40   employed             no                          no
40   outside              out                         out
40   .                    out                         out
14   seeking              out                         out
75   available            out                         out
"""
OUTSIDE = """
age  activity        wants_work  involuntary_inactivity_share
15   student         no          no
64   domestic        yes         yes
40   other_inactive  yes         yes
40   retired         .           out
40   unemployed      yes         out
40   employed        yes         out
40   conscript       yes         out
40   .               yes         out
14   student         yes         out
65   retired         yes         out
"""
JOBS = """
age  activity    working_time  professional_status  part_time_share_15_64  self_employment_share_15_64
15   employed    part_time     employee             yes                    no
64   employed    full_time     self_employed        no                     yes
40   employed    .             family_worker        out                    no
40   employed    part_time     .                    yes                    out
40   unemployed  part_time     self_employed        out                    out
14   employed    part_time     self_employed        out                    out
65   employed    part_time     self_employed        out                    out
"""
PART_TIME = """
age  activity    working_time  part_time_involuntary  involuntary_part_time_share
15   employed    part_time     yes                    yes
64   employed    part_time     no                     no
40   employed    part_time     .                      out
40   employed    full_time     yes                    out
40   employed    .             yes                    out
40   unemployed  part_time     yes                    out
14   employed    part_time     yes                    out
65   employed    part_time     yes                    out
"""
HOURS = """
age  activity    usual_hours  long_hours_share
15   employed    50           no
64   employed    51           yes
40   employed    50.5         yes
40   employed    0            no
40   employed    .            out
40   unemployed  60           out
14   employed    60           out
65   employed    60           out
"""
CONTRACTS = """
age  activity    professional_status  contract   temporary_employment_share_15_64
15   employed    employee             temporary  yes
64   employed    employee             permanent  no
40   employed    employee             .          out
40   employed    self_employed        temporary  out
40   employed    .                    temporary  out
14   employed    employee             temporary  out
65   employed    employee             temporary  out
"""
# Whoever is not self-employed has no type; of the self-employed whose type is not known nothing is known.
BUSINESSES = """
age  activity    professional_status  self_employed_type  self_employed_with_employees_share
20   employed    self_employed        with_employees      yes
64   employed    self_employed        without_employees   no
40   employed    employee             .                   no
40   employed    family_worker        .                   no
40   employed    self_employed        .                   out
40   employed    .                    .                   out
40   unemployed  self_employed        with_employees      out
19   employed    self_employed        with_employees      out
65   employed    self_employed        without_employees   out
"""
BUSINESSES_TOO = """
age  activity    professional_status  self_employed_type  self_employed_without_employees_share
20   employed    self_employed        with_employees      no
64   employed    self_employed        without_employees   yes
40   employed    employee             .                   no
40   employed    family_worker        .                   no
40   employed    self_employed        .                   out
40   employed    .                    .                   out
40   unemployed  self_employed        with_employees      out
19   employed    self_employed        with_employees      out
65   employed    self_employed        without_employees   out
"""
OVER_QUALIFIED = """
age  activity    education  in_education  occupation  over_qualification_rate_oecd
15   employed    ED5-8      no            OC4         yes
64   employed    ED5-8      no            OC9         yes
40   employed    ED5-8      no            OC3         no
40   employed    ED5-8      no            OC0         out
40   employed    ED5-8      no            .           out
40   employed    ED5-8      yes           OC9         out
40   employed    ED5-8      .             OC9         out
40   employed    ED3_4      no            OC9         out
40   unemployed  ED5-8      no            OC9         out
65   employed    ED5-8      no            OC9         out
"""
OWN_JUDGEMENT = """
age  activity    feels_over_qualified  self_declared_over_qualification_rate
20   employed    yes                   yes
64   employed    no                    no
40   employed    .                     out
40   unemployed  yes                   out
19   employed    yes                   out
65   employed    yes                   out
"""
LEVELS = """
age  activity    occupation  industry  low_skilled_jobs_share  high_skilled_jobs_share
15   employed    OC9         N         yes                     no
64   employed    OC1         O         no                      yes
40   employed    OC3         P         no                      yes
40   employed    OC4         Q         no                      no
40   employed    OC0         O         out                     out
40   employed    .           .         out                     out
40   unemployed  OC9         Q         out                     out
14   employed    OC9         Q         out                     out
65   employed    OC2         Q         out                     out
"""
LEVELS_TOO = """
age  activity    occupation  industry  public_services_employment_share
15   employed    OC9         N         no
64   employed    OC1         O         yes
40   employed    OC3         P         yes
40   employed    OC4         Q         yes
40   employed    OC0         O         yes
40   employed    .           .         out
40   unemployed  OC9         Q         out
14   employed    OC9         Q         out
65   employed    OC2         Q         out
"""
TABLES = (
    EMPLOYMENT, EMPLOYMENT_TOO, BY_EDUCATION, BY_EDUCATION_TOO, ACTIVE_BY_EDUCATION, ACTIVE_BY_EDUCATION_TOO,
    AGED_15_74, UNEMPLOYED, SLACK, SLACK_TOO, OUTSIDE, JOBS,
    PART_TIME, HOURS, CONTRACTS, BUSINESSES, BUSINESSES_TOO, OVER_QUALIFIED, OWN_JUDGEMENT, LEVELS, LEVELS_TOO,
)  # fmt: skip
