"""Figures and targets that policy documents state, as rows."""

from __future__ import annotations

# `value` is in our unit (proportions for percentages), `stated` as the document has it, `text` with its unit in words;
# `indicators` are those of the catalogue that answer the document's.
STATED_FIELDS: tuple[tuple[str, str], ...] = (
    ("id", "string"),
    ("kind", "string"),
    ("area", "string"),
    ("document_indicator", "string"),
    ("title", "string"),
    ("indicators", "string"),
    ("group", "string"),
    ("group_code", "string"),
    ("reference_group", "string"),
    ("what", "string"),
    ("ages", "string"),
    ("sex", "string"),
    ("year", "int64"),
    ("period", "string"),
    ("geo", "string"),
    ("place", "string"),
    ("text", "string"),
    ("qualifier", "string"),
    ("stated", "float64"),
    ("stated_unit", "string"),
    ("counted", "string"),
    ("value", "float64"),
    ("unit", "string"),
    ("reference_text", "string"),
    ("reference_value", "float64"),
    ("note", "string"),
    ("document", "string"),
    ("reference", "string"),
)
