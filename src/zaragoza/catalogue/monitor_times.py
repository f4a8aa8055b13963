"""Periods and dates of monitor.toml."""

from __future__ import annotations

from datetime import date

from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.model.period import Period


def read_period(reader: Reader, path: KeyPath) -> Period | None:
    """The period at a key, which must be there; None where it is none.

    Args:
        reader: monitor.toml; faults are noted in it.
        path: of the key.
    """
    value = reader.get(*path)
    if value is None:
        reader.required(path, "the period of the data", 'Write `period = "2023"`.')
        return None
    try:
        return Period(str(value))  # a year may be written without quotes
    except ValueError:
        expected, way_out = "2023, 2023-S1, 2023-Q4 or 2023-07", 'Write it like `period = "2023-Q4"`.'
        reader.fault(path, expected, f"`{value}`", way_out)
        return None


def read_date(reader: Reader, path: KeyPath) -> date | None:
    """The date at a key; None where there is none, or something else.

    Args:
        reader: monitor.toml; faults are noted in it.
        path: of the key.
    """
    value = reader.get(*path)
    if value is None or type(value) is date:  # a moment of a day is a date too
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        reader.fault(path, "a date", "something else", f"Write it like `{path[-1]} = 2023-12-31`.")
        return None
