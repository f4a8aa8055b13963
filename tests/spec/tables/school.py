"""Attainment, care and school of children, and the PISA test, of which a person's first plausible value stands here."""

ATTAINMENT = """
age  education  tertiary_attainment_rate_30_34  low_education_share_25_34
24   ED0-2      out                             out
25   ED0-2      out                             yes
29   ED5-8      out                             no
30   ED5-8      yes                             no
34   ED3_4      no                              no
35   ED5-8      out                             out
32   .          out                             out
"""
# The OECD leaves out those who still learn.
ATTAINMENT_OECD = """
age  in_education  education  low_education_share_oecd  high_education_share_oecd
15   no            ED0-2      yes                       no
64   no            ED5-8      no                        yes
40   no            ED3_4      no                        no
40   no            .          out                       out
40   yes           ED5-8      out                       out
40   .             ED0-2      out                       out
14   no            ED0-2      out                       out
65   no            ED5-8      out                       out
"""
PRIMARY = """
age  in_education  attainment_level  primary_education_share  very_low_education_share_oecd
25   no            0                 yes                      yes
64   no            1                 yes                      yes
40   no            2                 no                       no
40   yes           1                 yes                      out
40   .             3                 no                       out
40   no            .                 out                      out
24   no            1                 out                      yes
65   no            1                 out                      out
14   no            1                 out                      out
"""
STUDENTS = """
age  in_formal_education  in_higher_education  in_vocational_education  higher_education_participation_rate
15   yes                  no                   yes                      out
18   yes                  yes                  no                       yes
24   no                   no                   .                        no
20   yes                  .                    .                        out
20   .                    .                    yes                      out
14   yes                  no                   yes                      out
25   yes                  yes                  yes                      out
"""
STUDENTS_TOO = """
age  in_formal_education  in_higher_education  in_vocational_education  vocational_education_share
15   yes                  no                   yes                      yes
18   yes                  yes                  no                       no
24   no                   no                   .                        out
20   yes                  .                    .                        out
20   .                    .                    yes                      out
14   yes                  no                   yes                      out
25   yes                  yes                  yes                      out
"""
FURTHER_THAN_PARENTS = """
age  parents_education  education  upward_mobility_rate  tertiary_of_low_educated_parents_rate
25   ED0-2              ED3_4      yes                   no
34   ED0-2              ED5-8      yes                   yes
30   ED0-2              ED0-2      no                    no
30   ED0-2              .          out                   out
30   ED3_4              ED5-8      out                   out
30   ED5-8              ED5-8      out                   out
30   .                  ED5-8      out                   out
24   ED0-2              ED5-8      out                   out
35   ED0-2              ED5-8      out                   out
"""
NATIONALITY = """
age  national  foreign_pupils_share  foreign_youth_share
6    no        yes                   out
17   yes       no                    out
18   no        out                   yes
24   yes       out                   no
10   .         out                   out
5    no        out                   out
25   no        out                   out
"""
CARE = """
age  in_early_education  early_education_rate  early_education_rate_oecd  childcare_rate
0    yes                 out                   out                        yes
1    no                  out                   out                        no
2    yes                 out                   yes                        yes
3    no                  no                    no                         out
5    yes                 yes                   yes                        out
4    .                   out                   out                        out
6    yes                 out                   out                        out
"""
READING = """
age  reading_1  reading_score  low_reading_share  high_reading_share
15   407.46     407.46         yes                no
16   407.47     407.47         no                 no
15   625.60     625.60         no                 no
15   625.61     625.61         no                 yes
15   .          out            out                out
14   700        out            out                out
17   300        out            out                out
"""
OTHER_SUBJECTS = """
age  maths_1  science_1  maths_score  science_score  low_maths_share  low_science_share
15   420.06   409.53     420.06       409.53         yes              yes
16   420.07   409.54     420.07       409.54         no               no
15   .        500        out          500            out              no
15   500      .          500          out            no               out
14   300      300        out          out            out              out
17   300      300        out          out            out              out
"""
AT_SCHOOL = """
age  belongs_at_school  bullied_at_school  school_migrant_share  school_belonging_rate  school_bullying_rate
15   yes                no                 0.5                   yes                    no
16   no                 yes                0.49                  no                     yes
15   .                  .                  .                     out                    out
15   yes                .                  0                     yes                    out
14   yes                yes                1                     out                    out
17   yes                yes                1                     out                    out
"""
AT_SCHOOL_TOO = """
age  belongs_at_school  bullied_at_school  school_migrant_share  school_concentration_rate
15   yes                no                 0.5                   yes
16   no                 yes                0.49                  no
15   .                  .                  .                     out
15   yes                .                  0                     no
14   yes                yes                1                     out
17   yes                yes                1                     out
"""
TABLES = (
    ATTAINMENT, ATTAINMENT_OECD, PRIMARY, STUDENTS, STUDENTS_TOO, FURTHER_THAN_PARENTS, NATIONALITY, CARE,
    READING, OTHER_SUBJECTS, AT_SCHOOL, AT_SCHOOL_TOO,
)  # fmt: skip
