"""Releases whose counts were changed a little, attacked by who knows how far a count can be changed.

Every published count leaves an interval in which the true one lies; a category without a row may hold nobody, or few
people whose count became 0. True counts add up, whatever the published ones do: all equations together narrow the
intervals (methods/06 section 4). What a reader must not know is a small count itself, or that nobody of a group, or
everybody, is in a class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import LEVEL
from zaragoza.model.observation import KEY_FIELDS
from zaragoza.protect.attack import QUANTITIES, Exposure
from zaragoza.protect.deduce import what_is_known
from zaragoza.protect.demand import Demand
from zaragoza.protect.feasible import Certificate, Means, certify
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, read_figures
from zaragoza.protect.merge import Published, seen, told_by
from zaragoza.protect.programme import Programme, parts
from zaragoza.protect.quantities import kinds_of, published_quantities
from zaragoza.protect.relationships import COMPLEMENT, NUMERATOR, N, Relationships
from zaragoza.protect.sums import Sums, sums_of

_ASKED = 1.0  # two possible values at least
_WHOLE = 1e-4  # a bound this near to a whole number is that number
Key = tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """What an attack on changed counts found.

    Attributes:
        exposures: true counts that a reader can work out and may not.
        certified: how many true counts have two possible values at least, by what this was shown.
        contradictions: how many lie among intervals that no true counts fit.
    """

    exposures: tuple[Exposure, ...]
    certified: Mapping[str, int]
    contradictions: int


def attack_changed(
    releases: Sequence[Published], reach: int, relationships: Relationships | None = None
) -> Changed:
    """Works out what follows from changed counts.

    Counts are those of everybody in a register: n, the numerators of shares, and totals of persons. Of a survey n alone
    is a count; what is made of amounts tells no count.

    Args:
        releases: of one method and secret, the newest first; its policy says what is too few.
        reach: how far a count can be changed at most: one less than the base of rounding, `D` of cell keys.
        relationships: what readers of the definitions know. It is not looked for in changed counts, which may agree by
            chance.
    """
    told, policy = told_by([seen(*each) for each in releases]), releases[0][1]
    indicators = {name: one for _, _, known, *_ in reversed(releases) for name, one in known.items()}
    table = completed(told.observations, told.columns)
    gone = np.arange(len(table)) >= len(told.hidden)
    hidden = np.concatenate([told.hidden, gone[len(told.hidden) :]])
    figures = read_figures(table, told.columns)
    kinds = kinds_of(figures, indicators, told.binary)
    free = np.zeros(len(table)), np.full(len(table), np.inf)
    quantities = published_quantities(table, figures, kinds, free)
    sums = sums_of(
        figures,
        quantities,
        hidden,
        np.zeros(len(table), np.bool_),
        relationships or Relationships(),
        indicators,
        told.binary,
    )
    sums = _bounded(sums, figures, hidden, gone, reach, policy)
    asked = sums.exists & sums.counted & ~sums.told & np.isin(sums.block, (N, NUMERATOR, COMPLEMENT))
    wrong = asked & _contradicted(sums)
    asked &= ~wrong
    size = len(asked)
    found = certify(
        sums.lines,
        sums.quantity,
        np.ones(size, dtype=np.bool_),
        Demand.of_width(np.full(size, _ASKED)),
        asked,
    )
    cells = np.flatnonzero(_unsafe(sums, found, policy))
    return Changed(
        tuple(_exposures(table, told.columns, figures, sums, found, cells)),
        {means.name: int((found.means[asked] == means).sum()) for means in (Means.witness, Means.programme)},
        int(wrong.sum()),
    )


def _contradicted(sums: Sums) -> Bools:
    """Cells tied to intervals that no true counts fit."""
    every = np.ones(len(sums.row), dtype=np.bool_)
    found = np.zeros(len(sums.row), dtype=np.bool_)
    for part in parts(sums.lines, what_is_known(sums.quantity, every), every):
        found[part.cells] = not Programme(part, _ASKED).consistent
    return found


def completed(observations: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The observations and, after them, a level without numbers wherever a table has none.

    A table of an indicator has a cell for all categories of its columns; where there is no row the count is 0.
    """
    levels = observations.filter(pa.compute.equal(observations["statistic"], LEVEL))
    names = (*KEY_FIELDS, *columns)
    own: dict[Key, dict[Key, None]] = {}
    for row in zip(*(levels[name].to_pylist() for name in names), strict=True):
        own.setdefault(row[: len(KEY_FIELDS)], {})[row[len(KEY_FIELDS) :]] = None
    missing = [
        (*start, *cell) for start, cells in own.items() for cell in _cells(list(cells)) if cell not in cells
    ]
    given = {name: pa.array([key[i] for key in missing], pa.string()) for i, name in enumerate(names)}
    given["statistic"] = pa.array([LEVEL] * len(missing), pa.string())
    more = {f.name: given.get(f.name, pa.nulls(len(missing), f.type)) for f in observations.schema}
    return pa.concat_tables([observations, pa.table(more, schema=observations.schema)])


def _cells(rows: Sequence[Key]) -> Iterator[Key]:
    """All cells of the tables in which these rows lie, margins among them."""
    places = range(len(rows[0]))
    categories = [sorted({row[place] for row in rows} - {TOTAL}) for place in places]
    crossed = {tuple(place for place in places if row[place] != TOTAL) for row in rows}
    tables = {some for by in crossed for size in range(len(by) + 1) for some in combinations(by, size)}
    for by in sorted(tables):
        yield from product(*(categories[place] if place in by else [TOTAL] for place in places))


def _bounded(
    sums: Sums,
    figures: Figures,
    hidden: Bools,
    gone: Bools,
    reach: int,
    policy: Policy,
) -> Sums:
    """The system with what is known of true counts in place of the published ones.

    There is somebody where a changed count is not 0, and behind every row. A count without a row became 0, or is 0.
    """
    row, quantity = sums.row, sums.quantity
    value = np.rint(quantity.value)
    away = np.full(len(row), float(reach))
    if policy.untouched_total:
        away[_everybody(figures)[row]] = 0.0
    counts = (sums.block == N) | ((sums.block == NUMERATOR) & sums.counted)
    shown = counts & ~hidden[row] & ~np.isnan(quantity.value) & (sums.difference == ABSENT)
    absent = (sums.block == N) & gone[row] & (sums.difference == ABSENT)
    somebody = (sums.block == N) & ~gone[row] & (sums.difference == ABSENT)
    low = np.where(somebody, 1.0, np.where(sums.block == NUMERATOR, quantity.low, 0.0))
    low = np.where(shown, np.maximum(value - away, np.minimum(value, 1.0)), low)
    high = np.where(absent, away, np.where(shown, np.minimum(value + away, quantity.high), quantity.high))
    known = replace(quantity, value=np.full(len(row), np.nan), low=low, high=high)
    return replace(sums, quantity=known)


def _everybody(figures: Figures) -> Bools:
    return np.asarray(np.all(figures.coordinates[figures.coordinate, 2:] == np.array(figures.totals), axis=1))


def _unsafe(sums: Sums, found: Certificate, policy: Policy) -> Bools:
    """Cells of which one whole number alone is possible: a small count of people, or of a class that nobody is in.

    That nobody is in a whole group tells nothing about anybody.
    """
    low = np.ceil(found.reached.low - _WHOLE)
    known = found.failed & (np.floor(found.reached.high + _WHOLE) - low < 1)
    small = known & (low > 0) & (low < policy.min_count)
    of_class = np.isin(sums.block, (NUMERATOR, COMPLEMENT))
    nobody = known & of_class & (low == 0) & (policy.all_but >= 0) & _with_people(sums, found)
    return np.asarray((small & ((sums.block == N) | policy.numerator_counts)) | nobody)


def _with_people(sums: Sums, found: Certificate) -> Bools:
    """Cells of shares in which somebody is for certain."""
    people = np.zeros(int(sums.row.max(initial=-1)) + 1, dtype=np.bool_)
    own = (sums.block == N) & (sums.difference == ABSENT)
    people[sums.row[own & (found.reached.low >= 1 - _WHOLE)]] = True
    divides = np.zeros(len(people), dtype=np.bool_)
    divides[sums.row[sums.exists & (sums.block == COMPLEMENT)]] = True
    return np.asarray((people & divides)[sums.row] & (sums.difference == ABSENT))


def _exposures(
    table: pa.Table, columns: Sequence[str], figures: Figures, sums: Sums, found: Certificate, cells: Ints
) -> Iterator[Exposure]:
    for cell in cells:
        row = int(sums.row[cell])
        by = QUANTITIES[sums.block[cell]] if sums.difference[cell] == ABSENT else "difference"
        key = {name: str(table[name][row].as_py()) for name in (*KEY_FIELDS[1:], *columns)}
        low, high = (float(bound[cell]) for bound in (found.reached.low, found.reached.high))
        yield Exposure(figures.indicators[figures.indicator[row]], row, by, key, low, high, 1.0)
