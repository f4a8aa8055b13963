"""Plain CSV, as offices and researchers keep figures: a row a figure, with geo, time (or period), value and flags."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.delimited import columns_of

_FORM = "table of figures"
_PLACE, _VALUE = "geo", "value"
_TIMES, _FLAGS = ("time", "period"), ("flag", "flags")


def is_plain_csv(header: Sequence[str]) -> bool:
    """Whether a header names place, time and value; everything else is a dimension, or flags."""
    return {_PLACE, _VALUE} <= set(header) and _one_of(_TIMES, header) is not None


def read_plain_csv(text: str, where: str, name: str = "") -> Dataset:
    """Reads a table of figures with codes.

    Args:
        text: the file.
        where: file or request, for errors.
        name: the dataset's code, which the file does not hold; nor does it say who publishes it.

    Raises:
        InputError: rows differ in length.
    """
    columns = dict(columns_of(text, where, _FORM))
    time, flag = _one_of(_TIMES, columns), _one_of(_FLAGS, columns)
    told = {_VALUE, time, flag}
    return dataset(
        Origin(source="", id=name),
        {column: codes for column, codes in columns.items() if column not in told},
        Figures(
            value=columns[_VALUE],
            period=None if time is None else columns[time],
            flag=None if flag is None else columns[flag],
        ),
    )


def _one_of(names: Sequence[str], there: Collection[str]) -> str | None:
    """The name that is there, if exactly one of them is."""
    found = [name for name in names if name in there]
    return found[0] if len(found) == 1 else None
