"""Standard errors of published figures, from files that an office writes: those of quality reports, or its own."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.collect.csv_rows import csv_rows
from zaragoza.collect.published.observations import BREAKDOWNS, categories_of
from zaragoza.errors import Fault, InputError
from zaragoza.model.classification import TOTAL
from zaragoza.model.observation import KEY_FIELDS
from zaragoza.model.period import Period

_LARGEST_OF_SHARE = 0.5  # the standard deviation of a share is at most that of one half
Key = tuple[str, ...]


@dataclass(frozen=True)
class StandardErrors:
    """Standard errors of levels.

    Attributes:
        values: indicator, period, geo and the breakdowns -> standard error in the unit of the indicator.
        checksums: of the files by name.
    """

    values: Mapping[Key, float]
    checksums: Mapping[str, str]


def read_standard_errors(
    files: Sequence[str], folder: Path, catalogue: Catalogue, places: Sequence[str]
) -> StandardErrors:
    """Standard errors of figures.

    Args:
        files: CSV in UTF-8, comma or semicolon, with the columns `indicator`, `period`, `geo` and `standard_error`
            (in the unit of the indicator: of shares 0.01 is one percentage point), and any of the breakdowns, which are
            of everybody where a file has no such column or leaves it empty. Further columns are left alone.
        folder: to which they are relative.
        catalogue: with indicators and categories.
        places: codes of the countries and of the union.

    Raises:
        InputError: with the faults of all files: not to be read, a column lacking, a name that is not known, a number
            that cannot be a standard error, a figure with two.
    """
    known = _Known(catalogue, places)
    found: dict[Key, float] = {}
    faults: list[Fault] = []
    for file in files:
        rows = csv_rows(file, folder, (*KEY_FIELDS, "standard_error"), "standard errors")
        faults += [rows] if isinstance(rows, Fault) else _taken(found, rows, file, known)
    if faults:
        raise InputError(faults)
    checksums = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}
    return StandardErrors(found, checksums)


class _Known:
    """What a row may name."""

    def __init__(self, catalogue: Catalogue, places: Sequence[str]) -> None:
        self.units = {one.id: one.unit for one in catalogue.indicators.values()}
        self.names: Mapping[str, Sequence[str]] = {
            "indicator": list(self.units),
            "geo": places,
            **{name: sorted({*categories_of(name, catalogue).values()}) for name in BREAKDOWNS},
        }


def _taken(found: dict[Key, float], rows: csv.DictReader[str], file: str, known: _Known) -> list[Fault]:
    faults: list[Fault] = []
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        named = {name: (row.get(name) or "").strip() for name in (*KEY_FIELDS, *BREAKDOWNS)}
        named |= {name: named[name] or TOTAL for name in BREAKDOWNS}
        error = _number(row["standard_error"], known.units.get(named["indicator"]))
        wrong = [*_names(where, named, known), *_period(where, named["period"])]
        if isinstance(error, str):
            expected = "a number above 0 in the unit of the indicator, of shares at most 0.5"
            way_out = "Write one percentage point as 0.01; leave out figures of which no error is known."
            wrong.append(Fault(where, "standard_error", expected, error, way_out))
        key = tuple(named.values())
        if key in found:
            wrong.append(Fault(where, "row", "each figure once", "one again", "Take one out."))
        if not isinstance(error, str):
            found[key] = error
        faults += wrong
    return faults


def _names(where: str, named: Mapping[str, str], known: _Known) -> Iterator[Fault]:
    for name, names in known.names.items():
        if named[name] not in names:
            found = f"`{named[name]}`" if named[name] else "nothing"
            yield Fault(where, name, f"a known {name}", found, suggestion(named[name], names))


def _period(where: str, period: str) -> Iterator[Fault]:
    try:
        Period(period)
    except ValueError:
        yield Fault(where, "period", "a period like 2023 or 2023-Q4", f"`{period}`", "Correct it.")


def _number(text: str | None, unit: str | None) -> float | str:
    """A standard error, or why it is none."""
    try:
        number = float(text or "")
    except ValueError:
        return "another text" if text else "nothing"
    if not (math.isfinite(number) and number > 0):
        return "a number that is not above 0"
    return "a larger number" if unit == "proportion" and number > _LARGEST_OF_SHARE else number
