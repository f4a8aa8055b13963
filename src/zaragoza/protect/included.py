"""Sets of people that lie in others by definition: who is employed at 20 to 64 is active at 15 to 74.

An indicator tells of three sets: its population, those of it in the class, and the others. Whoever reads the
definitions knows which of them lie in a set of another indicator, whatever the numbers are; and the same of what one
set has more than another that lies in it: the active less the employed are unemployed.

Definitions are read as tables of all answers that they can tell apart, so that a set is an array of truths with one
axis for each variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import prod

import numpy as np

from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Indicator, Measure
from zaragoza.model.settled import Table, tabulated
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, Identity, Included, Item, N

_ROUNDING = 1e-9
_KINDS = ("share", "mean", "total")
_UNKNOWN = -1
_MOST = 1_000_000  # combinations of the answers of two or three sets; of more it is not told who lies in whom

Found = tuple[tuple[Identity, ...], tuple[Included, ...]]


@dataclass(frozen=True, eq=False)
class _Set:
    """People of an indicator, or what one set has more than another.

    Attributes:
        who: the answers of those in it, an axis for each variable.
        variables: names of the axes, in their order.
        of, less: the quantities that are added and subtracted to make it.
    """

    who: Bools
    variables: tuple[str, ...]
    of: Item
    less: Item | None = None

    @property
    def indicators(self) -> frozenset[str]:
        """Whose quantities they are."""
        return frozenset(name for name, _ in (self.of, self.less or self.of))


def included_sets(indicators: Mapping[str, Indicator]) -> Found:
    """Sets that are the same by definition, and those that lie in others.

    Args:
        indicators: by id.
    """
    return _included(
        tuple(
            (name, one.measure)
            for name, one in sorted(indicators.items())
            if one.kind in _KINDS and one.measure.plausible == 1
        )
    )


@lru_cache(maxsize=64)
def _included(measures: tuple[tuple[str, Measure], ...]) -> Found:
    sets = list(_sets(measures))
    inside = {(one.of, other.of) for one, other in permutations(sets, 2) if _lies_in(one, other)}
    alike = sorted((one, other) for one, other in inside if (other, one) in inside and one < other)
    second = {other for _, other in alike}
    sets = [one for one in sets if one.of not in second]
    pairs = [(one, other) for one, other in permutations(sets, 2) if _is_next(one.of, other.of, inside)]
    identities = [Identity((one,), other) for one, other in alike]
    found: list[Included] = []
    for inner, outer in pairs:
        more = _difference(inner, outer)
        found.append(Included((inner.of,), (outer.of,), figure=_is_figure(more)))
        others = [one for one in sets if not one.indicators & more.indicators]
        within = {one.of for one in others if _lies_in(one, more)}
        around = {one.of for one in others if (outer.of, one.of) not in inside and _lies_in(more, one)}
        identities += [Identity((inner.of, one), outer.of) for one in sorted(within & around)]
        found += [Included((one, inner.of), (outer.of,)) for one in _largest(within - around)]
        found += [Included((outer.of,), (one, inner.of)) for one in _smallest(around - within)]
    return tuple(dict.fromkeys(identities)), tuple(dict.fromkeys([*found, *_of_people(found)]))


def agreeing(found: Found, figures: Figures, quantities: Sequence[Quantity]) -> Found:
    """Those that no known numbers contradict, as weights of another kind or definitions of another time would.

    Args:
        found: by definition.
        figures: the keys of a table.
        quantities: of every row; NaN where it is not known.
    """
    at = dict(zip(figures.indicators, figures.row_of, strict=True))

    def total(items: Sequence[Item]) -> Floats:
        parts = [
            np.where(at[name] != ABSENT, quantities[block].value[at[name]], np.nan) for name, block in items
        ]
        return np.asarray(np.sum(parts, axis=0))

    def lacking(less: Sequence[Item], more: Sequence[Item]) -> Floats:
        """How much less there is on the larger side, beyond rounding, wherever both are known."""
        smaller, larger = total(less), total(more)
        known = ~np.isnan(smaller) & ~np.isnan(larger)
        near = _ROUNDING * np.abs(larger[known]).max(initial=1.0)
        return np.asarray(
            np.maximum(np.abs(larger - smaller)[known] - near, 0) * np.sign(smaller - larger)[known]
        )

    identities, included = found
    return (
        tuple(one for one in identities if not lacking(one.parts, (one.whole,)).any()),
        tuple(one for one in included if not (lacking(one.less, one.more) > 0).any()),
    )


def _sets(measures: Sequence[tuple[str, Measure]]) -> Iterator[_Set]:
    """The population of each indicator; of a share also those in the class, and the others."""
    parts = [[*sorted(Expression.parse(one.among or "TRUE").conditions), _asked(one)] for _, one in measures]
    sizes, tables = tabulated([text for texts in parts for text in texts])
    of_parts = iter(tables)
    for (name, measure), texts in zip(measures, parts, strict=True):
        read = [table for table in (next(of_parts) for _ in texts) if table is not None]
        variables = tuple(sorted({each for table in read for each in table.variables}))
        if len(read) < len(texts) or prod(sizes[each] for each in variables) > _MOST:
            continue
        *among, told = (_array(table, variables, sizes) for table in read)
        population = np.logical_and.reduce(
            np.broadcast_arrays(np.ones_like(told, np.bool_), *(each == 1 for each in among))
        )
        answered = population if measure.missing == "counts" else population & (told != _UNKNOWN)
        yield _Set(answered, variables, (name, N_HAT))
        if measure.kind == "share":
            yield _Set(population & (told == 1), variables, (name, NUMERATOR))
            yield _Set(answered & (told != 1), variables, (name, COMPLEMENT))


def _asked(measure: Measure) -> str:
    """Of a share the class; of an amount whether there is one, as NULL is no answer."""
    return measure.of if measure.kind == "share" else f"CASE WHEN ({measure.of}) IS NOT NULL THEN TRUE END"


def _array(table: Table, variables: Sequence[str], sizes: Mapping[str, int]) -> Ints:
    """A table with axes for these variables, of length 1 where one makes no difference: 1 true, 0 false."""
    shape = [sizes[name] if name in table.variables else 1 for name in variables]
    return np.array([_UNKNOWN if each is None else int(each) for each in table.truths]).reshape(shape)


def _together(one: _Set, other: _Set) -> tuple[Bools, Bools, tuple[str, ...]] | None:
    """Both with the axes of both; None where that is too much."""
    variables = tuple(sorted({*one.variables, *other.variables}))
    size = {
        name: count
        for each in (one, other)
        for name, count in zip(each.variables, each.who.shape, strict=True)
    }
    if prod(size.values()) > _MOST:
        return None
    first, second = (
        each.who.reshape([size[name] if name in each.variables else 1 for name in variables])
        for each in (one, other)
    )
    return first, second, variables


def _lies_in(inner: _Set, outer: _Set) -> bool:
    """Whether whoever is in one set is in another, of another indicator.

    A set that reads a variable of which the smaller one knows nothing does not hold it, unless it is a difference.
    """
    if inner.indicators & outer.indicators:
        return False
    if outer.less is None and not {*outer.variables} <= {*inner.variables}:
        return False
    if (both := _together(inner, outer)) is None:
        return False
    return bool((~both[0] | both[1]).all() and inner.who.any())


def _difference(inner: _Set, outer: _Set) -> _Set:
    both = _together(inner, outer)
    if both is None:  # not of sets that were compared
        raise ArithmeticError("sets with too many answers")
    return _Set(~both[0] & both[1], both[2], outer.of, inner.of)


def _is_next(inner: Item, outer: Item, inside: set[tuple[Item, Item]]) -> bool:
    """Whether one lies in the other, and no more is true: a population is its class and the rest."""
    if (inner, outer) not in inside or (outer, inner) in inside:
        return False
    wider = [(inner[0], N_HAT)] if inner[1] != N_HAT else []
    closer = [(outer[0], block) for block in (NUMERATOR, COMPLEMENT)] if outer[1] == N_HAT else []
    nearer = [*((one, outer) for one in wider), *((inner, one) for one in closer)]
    turned = _turned(inner, outer)
    return not any(each in inside for each in nearer) and not (turned in inside and inner[1] == COMPLEMENT)


def _turned(inner: Item, outer: Item) -> tuple[Item, Item]:
    """Who is not in the larger class, and who is not in the smaller one, says the same of one population."""
    other = {NUMERATOR: COMPLEMENT, COMPLEMENT: NUMERATOR}
    return (outer[0], other.get(outer[1], outer[1])), (inner[0], other.get(inner[1], inner[1]))


def _largest(items: set[Item]) -> list[Item]:
    """Without classes of populations that are there as well."""
    return sorted(one for one in items if one[1] == N_HAT or (one[0], N_HAT) not in items)


def _smallest(items: set[Item]) -> list[Item]:
    """Without populations of which a class is there as well."""
    classes = {name for name, block in items if block != N_HAT}
    return sorted(one for one in items if one[1] != N_HAT or one[0] not in classes)


def _is_figure(more: _Set) -> bool:
    """Whether what a set has more holds somebody all of whose answers are known: then it is a figure."""
    return bool(more.who[(slice(1, None),) * more.who.ndim].any())


def _of_people(found: Sequence[Included]) -> Iterator[Included]:
    """Of whole populations the same holds of the people who answered."""
    for one in found:
        if all(block == N_HAT for _, block in (*one.less, *one.more)):
            less, more = (tuple((name, N) for name, _ in side) for side in (one.less, one.more))
            yield Included(less, more, figure=one.figure)
