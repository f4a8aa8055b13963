"""Figures that their own definition gives away: of people aged 65 and over all are 65 and over, and none is under 15.

Nothing is learned about a person from such a figure beyond the category, so that the rule on classes that hold all does
not apply to a share of this kind, nor the rule on amounts that are all 0 to a total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.definitions import Definitions
from zaragoza.model.indicator import Indicator
from zaragoza.model.settled import always, settled
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, read_figures
from zaragoza.protect.lines import LEFT, RIGHT, Lines, column_lines, spread
from zaragoza.protect.merge import breakdown_columns
from zaragoza.protect.relationships import Place, Relationships
from zaragoza.protect.sums import whole_places

# Of an indicator's kind: who is in the class, and who counts in the numerator as a person does in n_hat.
_CLASSES = {"share": ("{}", "{}"), "total": ("({}) <> 0", "({}) = 1"), "mean": ("({}) <> 0", "({}) = 1")}
_BOTH_CLASSES = (
    "secondary",
    "too_uncertain",
)  # reasons that tell of a register's share that both classes are enough


def by_definition(
    figures: Figures,
    n: Ints,
    positive: Ints,
    indicators: Mapping[str, Indicator],
    definitions: Definitions,
) -> Bools:
    """Rows of which the definition, or the other rows, tell that all people or none are in the class of a share.

    The class of a total is who has an amount that is not 0. A category tells so if its rule leaves no other choice,
    whoever the people are. So do the parts of such a category; and rows over all categories, all or none of which are
    in the class, that consist of nothing else.

    Args:
        figures: the keys of the rows.
        n: people behind each row.
        positive: of these, those in the class; 0 for totals, whose amounts are not counted.
        indicators: by id.
        definitions: of categories; a column without a classification tells nothing.
    """
    one_class = figures.level & (n > 0) & ((positive == 0) | (positive == n))
    return _with_totals(
        figures, n > 0, _sides(figures, indicators, definitions).settled & one_class, one_class
    )


def told_by_definitions(
    observations: pa.Table,
    indicators: Mapping[str, Indicator],
    definitions: Definitions,
    binary: Collection[str] = (),
) -> tuple[Relationships, int]:
    """The same for whoever has nothing but a release with its definitions.

    Args:
        observations: of the release.
        indicators: by id.
        definitions: of categories.
        binary: means and totals that were judged as shares.

    Returns:
        The figures that their definition may give away, and on which side it tells people to be; and how many of the
        first are hidden shares over all categories, of which it does only if their parts are all on one side, where it
        is not known here which side that is, or whether there are people in both.
    """
    figures = read_figures(observations, breakdown_columns(observations))
    reasons = np.array(observations["reason"].to_pylist(), dtype=object)
    level, perhaps = figures.level, reasons != "not_measured"
    sides = _sides(figures, indicators, definitions)
    apart = _of_both_sides(
        figures, perhaps & (reasons != "dominance"), sides
    )  # which may be empty categories
    found = _with_totals(figures, perhaps, sides.settled & perhaps, level & perhaps & ~apart)
    one_side = [
        _with_totals(figures, perhaps, side & perhaps, level) for side in (sides.nobody, sides.everybody)
    ]
    share = np.array(
        [indicators[name].kind == "share" or name in binary for name in figures.indicators] or [False]
    )
    unclear = found & ~sides.settled & ~np.logical_or(*one_side) & share[figures.indicator]
    return _relationships(figures, found, sides), int((unclear & np.isin(reasons, _BOTH_CLASSES)).sum())


def with_definitions(
    known: Relationships,
    figures: Figures,
    defined: Bools,
    indicators: Mapping[str, Indicator],
    definitions: Definitions,
) -> Relationships:
    """Relationships with what definitions tell of each figure, for whoever knows the data.

    Args:
        known: what is known beside.
        figures: the keys of the rows.
        defined: rows that their definition gives away.
        indicators: by id.
        definitions: of categories.
    """
    return known.joined(_relationships(figures, defined, _sides(figures, indicators, definitions)))


class _Sides(NamedTuple):
    """Rows of categories of which the rules tell who is in the class: all or none, none, all (of a sum with 1 each)."""

    settled: Bools
    nobody: Bools
    everybody: Bools


def _relationships(figures: Figures, defined: Bools, sides: _Sides) -> Relationships:
    at = whole_places(figures)

    def named(rows: Bools) -> frozenset[tuple[str, Place]]:
        return frozenset(
            (figures.indicators[figures.indicator[row]], at[figures.coordinate[row]])
            for row in np.flatnonzero(rows).tolist()
        )

    told = defined | sides.nobody | sides.everybody  # also where nobody is yet
    return Relationships(defined=named(told), nobody=named(sides.nobody), everybody=named(sides.everybody))


def _sides(figures: Figures, indicators: Mapping[str, Indicator], definitions: Definitions) -> _Sides:
    found = _Sides(*(np.zeros(len(figures.indicator), dtype=np.bool_) for _ in _Sides._fields))
    known = {each.id: each for each in definitions.classifications}
    for number, name in enumerate(figures.indicators):
        conditions, own = _conditions(indicators[name]), figures.level & (figures.indicator == number)
        if conditions is None:
            continue
        for side, told in zip(found, _always(conditions, definitions), strict=True):
            side[own & told] = True
        for column, of_column in enumerate(figures.columns):
            if of_column in known:
                rows = np.flatnonzero(own)
                code = figures.coordinates[figures.coordinate[rows], column + 2]
                told_codes = _by_category(figures.labels[column], known[of_column], conditions, definitions)
                for side, codes in zip(found, told_codes, strict=True):
                    side[rows[np.isin(code, codes)]] = True
    return found


class _Conditions(NamedTuple):
    """Who is in an indicator's class, and who counts 1; and whether who gave no answer counts as not in it."""

    in_class: str
    counts_one: str
    missing_counts: bool


def _conditions(indicator: Indicator) -> _Conditions | None:
    """None where there is no class."""
    measure = indicator.measure
    if indicator.kind not in _CLASSES or measure.plausible > 1:
        return None
    in_class, counts_one = (condition.format(measure.of) for condition in _CLASSES[indicator.kind])
    return _Conditions(in_class, counts_one, measure.missing == "counts")


def _always(of: _Conditions, definitions: Definitions) -> tuple[bool, bool, bool]:
    """Whether a class is told that all people or none are in, whoever they are: settled, nobody, everybody."""
    in_class, counts_one = (
        always(condition, definitions.derived, missing_counts=of.missing_counts)
        for condition in (of.in_class, of.counts_one)
    )
    return in_class is not None, in_class is False, counts_one is True


def _by_category(
    labels: Sequence[str], classification: Classification, of: _Conditions, definitions: Definitions
) -> tuple[list[int], list[int], list[int]]:
    """Codes of which the rules tell that all or none are in the class, none, all."""
    codes = set(labels) - {TOTAL}
    in_class, counts_one = (
        settled(classification, condition, codes, definitions.derived, missing_counts=of.missing_counts)
        for condition in (of.in_class, of.counts_one)
    )
    places = list(enumerate(labels))
    nobody = [place for place, label in places if in_class.get(label) is False]
    everybody = [place for place, label in places if counts_one.get(label) is True]
    return [place for place, label in places if label in in_class], nobody, everybody


def _with_totals(figures: Figures, there: Bools, found: Bools, allowed: Bools) -> Bools:
    """Rows found, and those of the allowed ones over all categories that consist of nothing else, to the end.

    Args:
        figures: the keys of the rows.
        there: rows with people.
        found: of these, those to start from.
        allowed: what a row over all categories must be beside.
    """
    found = found.copy()
    while (more := _totals(figures, there, found) & allowed & ~found).any():
        found |= more
    return found


def _totals(figures: Figures, there: Bools, found: Bools) -> Bools:
    """Rows over all categories that along a column have no people but in rows found."""
    after = np.zeros(len(there), dtype=np.bool_)
    for lines in _lines_of(figures, there):
        left = lines.of(lines.side == LEFT)
        whole = np.bincount(left.line, ~found[left.cell], lines.count) == 0
        right = lines.of(lines.side == RIGHT)
        after[right.cell[whole[right.line]]] = True
    return after


def _of_both_sides(figures: Figures, there: Bools, sides: _Sides) -> Bools:
    """Rows over all categories with people in categories of which nobody is in the class, and of which everybody is."""
    after = np.zeros(len(there), dtype=np.bool_)
    for lines in _lines_of(figures, there):
        left, right = (lines.of(lines.side == side) for side in (LEFT, RIGHT))
        nobody, everybody = (
            np.bincount(left.line, side[left.cell], lines.count) > 0
            for side in (sides.nobody, sides.everybody)
        )
        after[right.cell[(nobody & everybody)[right.line]]] = True
    return after


def _lines_of(figures: Figures, there: Bools) -> Iterator[Lines]:
    """The lines of each column, of rows with people."""
    rows = np.where((figures.row_of != ABSENT) & there[figures.row_of], figures.row_of, ABSENT)
    return (spread(kind, rows) for kind in column_lines(figures))
