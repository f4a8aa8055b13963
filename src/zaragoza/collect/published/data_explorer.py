"""Eurostat's former Data Explorer: TIME, GEO, ... in labels, thousands separators, `:` for a missing figure."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.delimited import columns_of
from zaragoza.collect.published.refusal import broken

_FORM = "export of the Data Explorer"
_TIME, _VALUE, _FLAG = "TIME", "Value", "Flag and Footnotes"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


def is_data_explorer(header: Sequence[str]) -> bool:
    """Whether a header is that of the Data Explorer."""
    return bool(header) and header[0] == _TIME and _VALUE in header


def read_data_explorer(text: str, where: str, name: str = "") -> Dataset:
    """Reads an export with labels.

    Args:
        text: the file.
        where: file or request, for errors.
        name: the dataset's code, which the file does not hold.

    Raises:
        InputError: a value is no number, or rows differ in length.
    """
    columns = dict(columns_of(text, where, _FORM))
    values = pc.replace_substring(pc.replace_substring(columns[_VALUE], ",", ""), " ", "")
    values = pc.if_else(pc.is_in(values, pa.array([":", ""])), None, values)
    wrong = pc.sum(pc.invert(pc.match_substring_regex(values, _NUMBER))).as_py()
    if wrong:
        raise broken(where, _FORM, f"{wrong} values that are not numbers")
    told = {_TIME, _VALUE, _FLAG}
    return dataset(
        Origin(source="ESTAT", id=name),
        {column: codes for column, codes in columns.items() if column not in told},
        Figures(value=values, period=columns[_TIME], flag=columns.get(_FLAG)),
        coded=False,
    )
