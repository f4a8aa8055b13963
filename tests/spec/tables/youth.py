"""Young people between school and work: NEET of four age ranges and of the OECD, and those who left school."""

# As with the rate of 15 to 29: both questions have to be answered.
NEET = """
age  activity        in_education  neet_rate_15_24  neet_rate_15_34  neet_rate_18_24
15   other_inactive  no            yes              yes              out
18   unemployed      no            yes              yes              yes
24   domestic        no            yes              yes              yes
25   domestic        no            out              yes              out
34   unemployed      no            out              yes              out
35   unemployed      no            out              out              out
20   student         yes           no               no               no
20   employed        no            no               no               no
20   employed        .             out              out              out
20   .               no            out              out              out
20   conscript       no            out              out              out
14   unemployed      no            out              out              out
"""
# Whoever follows a course only is in no formal education.
NEET_OECD = """
age  activity    in_formal_education  neet_rate_oecd
15   unemployed  no                   yes
34   domestic    no                   yes
20   student     yes                  no
20   employed    no                   no
20   unemployed  .                    out
20   .           no                   out
20   conscript   no                   out
14   unemployed  no                   out
35   unemployed  no                   out
"""
LEFT_SCHOOL = """
age  activity    in_education  young_adult_employment_rate  young_adult_unemployment_rate
15   employed    no            yes                          no
34   unemployed  no            no                           yes
20   domestic    no            no                           out
20   employed    yes           out                          out
20   unemployed  .             out                          out
20   conscript   no            out                          out
20   .           no            out                          out
14   employed    no            out                          out
35   unemployed  no            out                          out
"""
FIRST_JOBS = """
age  activity    in_education  education  occupation  young_adult_high_skilled_jobs_share
15   employed    no            ED3_4      OC3         yes
34   employed    no            ED5-8      OC1         yes
30   employed    no            ED5-8      OC5         no
30   employed    no            .          OC5         no
30   employed    no            ED5-8      OC0         out
30   employed    no            ED5-8      .           out
30   employed    yes           ED5-8      OC5         out
30   employed    .             ED5-8      OC5         out
30   unemployed  no            ED5-8      OC5         out
14   employed    no            ED0-2      OC9         out
35   employed    no            ED5-8      OC9         out
"""
FIRST_JOBS_TOO = """
age  activity    in_education  education  occupation  young_adult_over_qualification_rate
15   employed    no            ED3_4      OC3         out
34   employed    no            ED5-8      OC1         no
30   employed    no            ED5-8      OC5         yes
30   employed    no            .          OC5         out
30   employed    no            ED5-8      OC0         out
30   employed    no            ED5-8      .           out
30   employed    yes           ED5-8      OC5         out
30   employed    .             ED5-8      OC5         out
30   unemployed  no            ED5-8      OC5         out
14   employed    no            ED0-2      OC9         out
35   employed    no            ED5-8      OC9         out
"""
PUBLIC = """
age  activity    in_education  industry  young_adult_public_services_share
15   employed    no            O         yes
34   employed    no            Q         yes
30   employed    no            C         no
30   employed    no            .         out
30   employed    yes           P         out
30   unemployed  no            P         out
14   employed    no            P         out
35   employed    no            P         out
"""
TABLES = (
    NEET, NEET_OECD, LEFT_SCHOOL, FIRST_JOBS, FIRST_JOBS_TOO, PUBLIC,
)  # fmt: skip
