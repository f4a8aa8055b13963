"""People who lie in others: populations of indicators, and categories of different columns.

What the larger group has more is a figure that nobody published and everybody can work out, so that it must meet the
rules of a figure (differencing, methods/06 section 4).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Indicator
from zaragoza.protect.links import Link
from zaragoza.protect.relationships import Nested

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BETWEEN = re.compile(rf"(\w+) BETWEEN {_NUMBER} AND {_NUMBER}")
_BOUND = re.compile(rf"(\w+) (<|<=|>|>=|=) {_NUMBER}")


@dataclass(frozen=True)
class Overlap:
    """Which categories of two columns have people in common, in the whole population.

    Attributes:
        left, right: the columns.
        pairs: a category of each; those that are not here have nobody in common.
    """

    left: str
    right: str
    pairs: frozenset[tuple[str, str]]


class _Range(NamedTuple):
    variable: str
    low: float
    high: float


def nested_populations(indicators: Mapping[str, Indicator]) -> tuple[Nested, ...]:
    """Indicators with the same measure of a population and of a part of it, by their definitions."""
    found = []
    same: dict[tuple[object, ...], list[str]] = {}
    for name, one in indicators.items():
        measure = one.measure
        key = (measure.kind, measure.of, measure.over, measure.missing, measure.also, measure.threshold)
        same.setdefault((*key, measure.fraction, measure.p, measure.rule), []).append(name)
    for names in same.values():
        for inner, outer in permutations(names, 2):
            if lies_in(indicators[inner].among, indicators[outer].among):
                found.append(Nested(inner, outer))
    return tuple(found)


def lies_in(inner: str | None, outer: str | None) -> bool:
    """Whether a population is a part of another one, as can be told from the conditions of both.

    Each condition of the larger population must be one of the smaller, or a range that holds the smaller one's.
    """
    inside = Expression.parse(inner).conditions if inner else frozenset[str]()
    outside = Expression.parse(outer).conditions if outer else frozenset[str]()
    ranges = [found for each in inside if (found := _range(each))]
    return inside != outside and all(
        each in inside or any(_holds_range(_range(each), inner_range) for inner_range in ranges)
        for each in outside
    )


def _range(condition: str) -> _Range | None:
    """The range that a condition sets to a variable, if that is what it does; ends are taken as whole numbers are."""
    if between := _BETWEEN.fullmatch(condition):
        return _Range(between[1], float(between[2]), float(between[3]))
    if bound := _BOUND.fullmatch(condition):
        end = float(bound[3])
        below, above = (-math.inf, end), (end, math.inf)
        return _Range(
            bound[1], *{"<": below, "<=": below, ">": above, ">=": above, "=": (end, end)}[bound[2]]
        )
    return None


def _holds_range(outer: _Range | None, inner: _Range) -> bool:
    return (
        outer is not None
        and outer.variable == inner.variable
        and outer.low <= inner.low
        and inner.high <= outer.high
    )


def near_links(overlaps: Iterable[Overlap]) -> tuple[Link, ...]:
    """Categories that hold some of another column together, and a few people more or fewer.

    For each category of one column: the categories of the other that lie in it, and those that together cover it.
    """
    found: list[Link] = []
    for overlap in overlaps:
        there = overlap.pairs
        turned = frozenset((right, left) for left, right in there)
        found += _in_categories(overlap.left, overlap.right, there)
        found += _in_categories(overlap.right, overlap.left, turned)
    return tuple(dict.fromkeys(found))


def same_links(overlaps: Iterable[Overlap], fewest: int) -> tuple[Link, ...]:
    """Categories of which others are the parts: municipalities of a province.

    Of columns of more than `fewest` categories; smaller ones are compared by what stands in them (`links.find_links`).
    """
    found: list[Link] = []
    for overlap in overlaps:
        turned = frozenset((right, left) for left, right in overlap.pairs)
        for inner, outer, pairs in (
            (overlap.left, overlap.right, overlap.pairs),
            (overlap.right, overlap.left, turned),
        ):
            of_inner, of_outer = _overlapping(pairs)
            if len(of_inner) > max(fewest, len(of_outer)):
                for code, cover in sorted(of_outer.items()):
                    if all(of_inner[one] == {code} for one in cover):
                        found.append(Link(inner, tuple(sorted(cover)), outer, (code,)))
    return tuple(found)


def _overlapping(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For each category of the inner column those of the outer, and the other way round."""
    of_inner: dict[str, set[str]] = {}
    of_outer: dict[str, set[str]] = {}
    for one, other in pairs:
        of_inner.setdefault(one, set()).add(other)
        of_outer.setdefault(other, set()).add(one)
    return of_inner, of_outer


def _in_categories(inner: str, outer: str, pairs: frozenset[tuple[str, str]]) -> list[Link]:
    """For each category of the outer column: those of the inner that lie in it, and those that cover it."""
    of_inner, of_outer = _overlapping(pairs)
    found = []
    for code in sorted(of_outer):
        cover = sorted(of_outer[code])
        inside = [one for one in cover if of_inner[one] == {code}]
        if inside == cover:
            continue  # the same people, a link
        if inside:
            found.append(Link(inner, tuple(inside), outer, (code,)))
        if len(cover) < len(of_inner):
            found.append(Link(outer, (code,), inner, tuple(cover)))
    return found
