"""Series of published figures: rows of observations that are about the same, by place and period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.observation import ERRORS_FROM, FLAG, STATUS
from zaragoza.model.source_flag import is_break

Row = dict[str, object]
_BREAK = "B"
_READ = ("statistic", "geo", "period", "value", "standard_error", "obs_status", "reason", FLAG, ERRORS_FROM)


@dataclass(frozen=True)
class Series:
    """The figures of one place by period, those that are shown."""

    figures: Mapping[str, Row]

    def latest(self, period: str) -> tuple[Row | None, Row | None]:
        """The figure of a period, and the one before it."""
        before = [each for each in self.figures if each < period]
        return self.figures.get(period), self.figures[max(before)] if before else None

    def broken(self, since: str, period: str) -> bool:
        """Whether a break lies after the one period and not after the other."""
        return any(since < each <= period for each in self.breaks)

    @property
    def breaks(self) -> tuple[str, ...]:
        """Periods from which on the figures are not comparable with those before."""
        return tuple(each for each, row in sorted(self.figures.items()) if breaks_here(row))


def breaks_here(row: Row) -> bool:
    """Whether a series breaks at a figure; a source may say so beside something that weighs more."""
    return row["obs_status"] == _BREAK or is_break(str(row.get(FLAG) or ""))


def tables(observations: pa.Table, keys: Sequence[str]) -> Iterator[tuple[Row, dict[str, Series]]]:
    """For all levels and gaps that are about the same, the places that have them.

    Args:
        observations: of `model.observation`.
        keys: columns that say what a figure is about.
    """
    there = [name for name in dict.fromkeys((*keys, *_READ)) if name in observations.column_names]
    found: dict[tuple[object, ...], dict[str, dict[str, Row]]] = {}
    for row in observations.select(there).to_pylist():
        if row["statistic"] in (LEVEL, DIFFERENCE) and STATUS[row["reason"]].shown:
            places = found.setdefault(tuple(row[name] for name in keys), {})
            places.setdefault(row["geo"], {})[row["period"]] = row
    for key, places in found.items():
        yield dict(zip(keys, key, strict=True)), {geo: Series(rows) for geo, rows in places.items()}


def errors_from(now: Row | None, before: Row | None) -> str | None:
    """The origins of the errors of a figure and of that before it; None where that of the figure is not known."""
    words = ["" if row is None else str(row.get(ERRORS_FROM) or "") for row in (now, before)]
    return " ".join(sorted({*words[0].split(), *words[1].split()})) if words[0] else None


def number(row: Row | None, name: str) -> float:
    """A number of a row, NaN where there is none."""
    value = None if row is None else row[name]
    return float(value) if isinstance(value, int | float) else np.nan


def null(value: float) -> float | None:
    """NULL in place of NaN."""
    return None if np.isnan(value) else float(value)
