"""Trends: whether a published series gets better, and how fast a gap closes."""

from __future__ import annotations

from zaragoza.model.observation import ERRORS_FROM

# Column order of trends after indicator, one column per breakdown, statistic and reference.
TREND_FIELDS: tuple[tuple[str, str], ...] = (
    ("geo", "string"),
    ("first", "int64"),
    ("last", "int64"),
    ("breaks", "string"),
    ("change", "float64"),
    ("ci_low", "float64"),
    ("ci_high", "float64"),
    (ERRORS_FROM, "string"),
    ("verdict", "string"),
    ("reason", "string"),
    ("pace", "float64"),
    ("pace_low", "float64"),
    ("pace_high", "float64"),
    ("closing", "string"),
    ("year_closed", "float64"),
    ("year_low", "float64"),
    ("year_high", "float64"),
)
GAP_FIELDS = ("closing", "year_closed", "year_low", "year_high")  # of gaps alone
