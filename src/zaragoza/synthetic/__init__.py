"""A made-up country with a known truth: registers and surveys for the demo, tests and benchmarks."""

from __future__ import annotations

from zaragoza.synthetic.country import Country, make_country
from zaragoza.synthetic.earlier import persons_before
from zaragoza.synthetic.office import ANSWERS, REGISTER_FILES, write_office_files
from zaragoza.synthetic.survey import Sampler, draw_survey
from zaragoza.synthetic.table import VARIABLES, persons_table
from zaragoza.synthetic.truth import true_adjusted_gaps, true_gaps, truth

__all__ = [
    "ANSWERS",
    "REGISTER_FILES",
    "VARIABLES",
    "Country",
    "Sampler",
    "draw_survey",
    "make_country",
    "persons_before",
    "persons_table",
    "true_adjusted_gaps",
    "true_gaps",
    "truth",
    "write_office_files",
]
