"""The estimates as arrays: every row has an indicator and a coordinate (period, place, categories)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.errors import DefinitionError, DisclosureError, Fault
from zaragoza.model.classification import TOTAL, Breakdown
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import (
    ADJUSTED_GAP,
    ADJUSTMENT,
    COMPARABILITY_FIELDS,
    DETAIL,
    DIFFERENCE,
    ESTIMATE_FIELDS,
    EVIDENCE_FIELDS,
    EXPLAINED,
    GAP,
    INTERACTION,
    LEVEL,
    RATIO,
    UNCOVERED,
)
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ABSENT = -1
_NEEDED = (*KEY_FIELDS, *(name for name, _ in (*ESTIMATE_FIELDS, *EVIDENCE_FIELDS)))
_FIXED = (*_NEEDED, ADJUSTMENT, DETAIL, *(name for name, _ in COMPARABILITY_FIELDS), UNCOVERED)
_ADJUSTED = (ADJUSTED_GAP, EXPLAINED, INTERACTION)
BETWEEN = "+"  # between the characteristics in the name of a set
_STATISTICS = (LEVEL, DIFFERENCE, GAP, RATIO, *_ADJUSTED)


@dataclass(frozen=True)
class Figures:
    """Rows of a table with keys, coded.

    Attributes:
        columns: the breakdown columns.
        labels: categories of each breakdown column, in alphabetical order; a code is a place in this list.
        totals: the code of `_T` in each breakdown column, or ABSENT.
        indicators: ids; `indicator` is a place in this list.
        indicator: of each row.
        coordinate: of each row: the row of `coordinates` where it lies.
        coordinates: one row a coordinate: period, geo, and a category code per breakdown column, sorted.
        periods, geos: what the codes of the first two stand for.
        level: whether the row is a level; all others are derived from two levels.
        references: reference categories; `reference`, of each row, is a place in this list, or ABSENT for levels.
        row_of: row of each indicator (first axis) at each coordinate (second axis) for levels, or ABSENT.
    """

    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    totals: tuple[int, ...]
    indicators: tuple[str, ...]
    indicator: Ints
    coordinate: Ints
    coordinates: Ints
    periods: tuple[str, ...]
    geos: tuple[str, ...]
    level: Bools
    references: tuple[str, ...]
    reference: Ints
    row_of: Ints


def numbers(table: pa.Table, name: str) -> Floats:
    """A column of numbers; NULL, NaN and infinite are NaN."""
    values = table[name].cast(pa.float64()).combine_chunks().to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(values), values, np.nan)


def counts(table: pa.Table, name: str) -> Ints:
    """A column of counts; NULL counts nobody."""
    return np.nan_to_num(numbers(table, name)).astype(np.int64)


def lengths(table: pa.Table, name: str) -> Ints:
    """How many entries each row of a column of lists has; NULL has none."""
    found = pc.list_value_length(table[name]).fill_null(0).combine_chunks()
    return np.asarray(found.to_numpy(zero_copy_only=False)).astype(np.int64)


def encode(column: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """Codes of a text column, in alphabetical order of the texts; NULL is ABSENT."""
    coded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    order = sorted(texts)
    place = {text: code for code, text in enumerate(order)}
    recode = np.array([place[text] for text in texts] or [0], dtype=np.int64)
    found = coded.indices.cast(pa.int64()).fill_null(ABSENT).to_numpy(zero_copy_only=False)
    return np.where(found < 0, ABSENT, recode[found]), tuple(order)


def group_rows(rows: Ints) -> tuple[Ints, int]:
    """A number for each distinct row, in the order of the rows sorted, and how many there are."""
    number = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        width = int(column.max(initial=0)) + 1
        _, number = np.unique(number * width + column, return_inverse=True)
    return number, int(number.max(initial=-1)) + 1


def read_figures(table: pa.Table, columns: Sequence[str]) -> Figures:
    """Codes the keys of estimates or observations; `columns` are its breakdown columns."""
    indicator, indicators = encode(table["indicator"])
    reference, references = encode(table["reference"])
    coded = [encode(table[name]) for name in ("period", "geo", *columns)]
    rows = np.column_stack([code for code, _ in coded]) if len(table) else np.zeros((0, len(coded)), np.int64)
    coordinate, count = group_rows(rows)
    coordinates = np.zeros((count, rows.shape[1]), dtype=np.int64)
    coordinates[coordinate] = rows
    periods, geos, *labels = (names for _, names in coded)
    statistic, statistics = encode(table["statistic"])
    level = np.array([name == LEVEL for name in statistics] or [False])[statistic]
    row_of = np.full((len(indicators), count), ABSENT, dtype=np.int64)
    row_of[indicator[level], coordinate[level]] = np.flatnonzero(level)
    return Figures(
        columns=tuple(columns),
        labels=tuple(labels),
        totals=tuple(names.index(TOTAL) if TOTAL in names else ABSENT for names in labels),
        indicators=indicators,
        indicator=indicator,
        coordinate=coordinate,
        coordinates=coordinates,
        periods=periods,
        geos=geos,
        level=level,
        references=references,
        reference=reference,
        row_of=row_of,
    )


def places_along(figures: Figures) -> Ints:
    """A number for each coordinate's place along the longest column, and those that no table crosses with it.

    The municipality, or the province where a table has provinces; everything else left out.
    """
    if not figures.columns:
        return np.zeros(len(figures.coordinates), dtype=np.int64)
    inner = figures.coordinates[:, 2:] != np.array(figures.totals)
    longest = int(np.argmax([len(labels) for labels in figures.labels]))
    crossed = (inner & inner[:, [longest]]).any(axis=0)
    crossed[longest] = False
    return group_rows(figures.coordinates[:, [0, 1, *(2 + np.flatnonzero(~crossed))]])[0]


def breakdown_columns(table: pa.Table) -> tuple[str, ...]:
    """The breakdown columns of an estimates table, in its order."""
    return tuple(name for name in table.column_names if name not in _FIXED)


def check_estimates(
    estimates: pa.Table, indicators: Mapping[str, Indicator], breakdowns: Iterable[Breakdown]
) -> None:
    """Refuses a table that protection cannot understand, with every fault of its shape.

    Raises:
        DefinitionError: a column is missing or unknown, a key is empty, an indicator or statistic is unknown.
    """
    missing = [name for name in _NEEDED if name not in estimates.column_names]
    if missing:
        raise DefinitionError([_fault(name, "a column of this name", "none") for name in missing])
    faults: list[Fault] = []
    known = {name for breakdown in breakdowns for name in breakdown.by}
    columns = breakdown_columns(estimates)
    faults += [
        _fault(name, "a column that a breakdown names", "no breakdown with it")
        for name in columns
        if name not in known
    ]
    for name in (*KEY_FIELDS, "statistic", *columns):
        if empty := estimates[name].null_count:
            faults.append(_fault(name, "a code in every row", f"{empty} rows without"))
    faults += [
        _fault("indicator", "the id of an indicator that is given", str(name))
        for name in estimates["indicator"].unique().to_pylist()
        if name is not None and name not in indicators
    ]
    faults += [
        _fault("statistic", f"one of {', '.join(_STATISTICS)}", str(name))
        for name in estimates["statistic"].unique().to_pylist()
        if name is not None and name not in _STATISTICS
    ]
    statistics, sets = estimates["statistic"].to_pylist(), adjustments(estimates)
    wrong = sum((name in _ADJUSTED) != (of is not None) for name, of in zip(statistics, sets, strict=True))
    if wrong:
        expected = "the name of a set for adjusted figures, and for no others"
        faults.append(_fault(ADJUSTMENT, expected, f"{wrong} rows that differ"))
    details = texts(estimates, DETAIL)
    strange = sum(
        one is not None and (name != EXPLAINED or one not in (of or "").split(BETWEEN))
        for name, of, one in zip(statistics, sets, details, strict=True)
    )
    if strange:
        expected = "a characteristic of the set for contributions to the explained part, and for no others"
        faults.append(_fault(DETAIL, expected, f"{strange} rows that differ"))
    if faults:
        raise DefinitionError(faults)


def adjustments(table: pa.Table) -> list[str | None]:
    """The set that each row holds equal; None for raw figures, and where a table has no adjusted ones."""
    return texts(table, ADJUSTMENT)


def texts(table: pa.Table, name: str) -> list[str | None]:
    """A column of texts; None throughout where the table has no such column."""
    if name not in table.column_names:
        return [None] * len(table)
    found: list[str | None] = table[name].to_pylist()
    return found


def check_evidence(estimates: pa.Table, figures: Figures, share: Bools, policy: Policy) -> None:
    """Refuses levels that cannot be protected: given twice, or without the evidence that the rules need.

    Args:
        estimates: the table.
        figures: the keys of its rows.
        share: rows that divide the persons.
        policy: the rules.

    Raises:
        DisclosureError: with a fault for each indicator concerned.
    """
    there = counts(estimates, "n") > 0
    twice = figures.row_of[figures.indicator, figures.coordinate] != np.arange(len(share))
    uncounted = policy.household_counts & np.isnan(numbers(estimates, "households"))
    amounts = lengths(estimates, "largest")
    lacking: tuple[tuple[Bools, str, str], ...] = (
        (twice, "one level for each category", "categories with two"),
        (
            share & there & np.isnan(numbers(estimates, "n_numerator")),
            "the unweighted numerator of every share",
            "shares without",
        ),
        (there & uncounted, "how many households stand behind every level", "levels without"),
        (
            (amounts > 0) & (amounts < policy.contributions_known),
            "as many of the largest contributions as the rules look at",
            "sums with fewer",
        ),
    )
    faults = [
        _fault(figures.indicators[indicator], expected, found)
        for rows, expected, found in lacking
        for indicator in np.unique(figures.indicator[figures.level & rows])
    ]
    if faults:
        raise DisclosureError(faults)


def _fault(field: str, expected: str, found: str) -> Fault:
    way_out = (
        "Hand over the table as `compute` makes it, with the breakdowns and indicators it was made from."
    )
    return Fault("estimates", field, expected, found, way_out)
