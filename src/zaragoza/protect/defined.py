"""Figures that their own definition gives away: of people aged 65 and over all are 65 and over, and none is under 15.

Nothing is learned about a person from such a figure beyond the category, so that the rule on classes that hold all does
not apply to a share of this kind, nor the rule on amounts that are all 0 to a total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.indicator import Indicator
from zaragoza.model.settled import settled
from zaragoza.protect.figures import ABSENT, Bools, Figures, Ints, read_figures
from zaragoza.protect.lines import LEFT, RIGHT, Lines, column_lines, spread
from zaragoza.protect.merge import breakdown_columns
from zaragoza.protect.sums import Place, places

_BOTH_CLASSES = (
    "secondary",
    "too_uncertain",
)  # reasons that tell of a register's share that both classes are enough


def by_definition(
    figures: Figures,
    n: Ints,
    positive: Ints,
    indicators: Mapping[str, Indicator],
    classifications: Iterable[Classification],
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
        classifications: behind the breakdown columns; a column without one tells nothing.
    """
    one_class = figures.level & (n > 0) & ((positive == 0) | (positive == n))
    found: Bools = _by_category(figures, indicators, classifications) & one_class
    while (more := _totals(figures, n, found, one_class) & ~found).any():
        found |= more
    return found


def told_by_definitions(
    observations: pa.Table,
    indicators: Mapping[str, Indicator],
    classifications: Iterable[Classification],
) -> tuple[frozenset[tuple[str, Place]], int]:
    """The same for whoever has nothing but a release with its definitions.

    Args:
        observations: of the release.
        indicators: by id.
        classifications: behind the breakdown columns.

    Returns:
        The figures that their definition may give away; and how many of them are hidden shares over all categories, of
        which it does only if their parts are all on one side, which is not known here.
    """
    figures = read_figures(observations, breakdown_columns(observations))
    reasons = np.array(observations["reason"].to_pylist(), dtype=object)
    somebody, nobody = (reasons != "not_measured").astype(np.int64), np.zeros(len(reasons), dtype=np.int64)
    found = by_definition(figures, somebody, nobody, indicators, classifications)
    category = _by_category(figures, indicators, classifications)
    share = np.array([indicators[name].kind == "share" for name in figures.indicators] or [False])
    unclear = found & ~category & share[figures.indicator] & np.isin(reasons, _BOTH_CLASSES)
    at = places(figures)
    rows = np.flatnonzero(found).tolist()
    names = ((figures.indicators[figures.indicator[row]], at[figures.coordinate[row]]) for row in rows)
    return frozenset(names), int(unclear.sum())


def _by_category(
    figures: Figures, indicators: Mapping[str, Indicator], classifications: Iterable[Classification]
) -> Bools:
    """Rows of categories of which the rules tell it."""
    found = np.zeros(len(figures.indicator), dtype=np.bool_)
    known = {each.id: each for each in classifications}
    for number, name in enumerate(figures.indicators):
        for column, of_column in enumerate(figures.columns):
            if of_column in known:
                codes = _settled(figures, column, known[of_column], indicators[name])
                code = figures.coordinates[figures.coordinate, column + 2]
                found |= (figures.indicator == number) & np.isin(code, codes)
    return np.asarray(found & figures.level)


def _settled(
    figures: Figures, column: int, classification: Classification, indicator: Indicator
) -> list[int]:
    """Codes of which the rules tell that all or none are in the class; none where an indicator has no class."""
    measure = indicator.measure
    classes = {"share": measure.of, "total": f"({measure.of}) <> 0"}
    if indicator.kind not in classes or measure.plausible > 1:
        return []
    categories = settled(classification, classes[indicator.kind], missing_counts=measure.missing == "counts")
    return [
        code
        for code, label in enumerate(figures.labels[column])
        if label != TOTAL and (categories is None or label in categories)
    ]


def _totals(figures: Figures, n: Ints, found: Bools, one_class: Bools) -> Bools:
    """Rows over all categories, with all or none in the class, and along a column no people but in rows found."""
    after = np.zeros(len(n), dtype=np.bool_)
    there = np.where((figures.row_of != ABSENT) & (n[figures.row_of] > 0), figures.row_of, ABSENT)
    for kind in column_lines(figures):
        lines: Lines = spread(kind, there)
        left = lines.of(lines.side == LEFT)
        whole = np.bincount(left.line, ~found[left.cell], lines.count) == 0
        right = lines.of(lines.side == RIGHT)
        after[right.cell[whole[right.line]]] = True
    return np.asarray(after & one_class)
