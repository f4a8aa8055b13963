"""Sets of people that lie in others by definition: who is employed at 20 to 64 is active at 15 to 74.

An indicator tells of three sets: its population, those of it in the class, and the others. Whoever reads the
definitions knows which of them lie in a set of another indicator, whatever the numbers are; and the same of what one
set has more than another that lies in it: the active less the employed are unemployed.

Definitions are read as tables of all answers that they can tell apart, so that a set is an array of truths with one
axis for each variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
        known: what was asked along variables before.
    """

    who: Bools
    variables: tuple[str, ...]
    of: Item
    less: Item | None = None
    known: dict[tuple[tuple[str, ...], str], Bools] = field(default_factory=dict, repr=False)

    @property
    def indicators(self) -> frozenset[str]:
        """Whose quantities they are."""
        return frozenset(name for name, _ in (self.of, self.less or self.of))

    def along(self, variables: tuple[str, ...], whether: Callable[..., Bools]) -> Bools:
        """By these variables alone: whether any, or all, with such answers are in it."""
        others = tuple(place for place, name in enumerate(self.variables) if name not in variables)
        key = (variables, whether.__name__)
        if key not in self.known:
            self.known[key] = whether(self.who, axis=others)
        return self.known[key]


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
        if more is None:
            found.append(Included((inner.of,), (outer.of,)))
            continue
        found.append(Included((inner.of,), (outer.of,), figure=_is_figure(more)))
        read = {*more.variables}
        within = {one.of for one in sets if read <= {*one.variables} and _lies_in(one, more)}
        around = {
            one.of
            for one in sets
            if {*one.variables} <= read and (outer.of, one.of) not in inside and _lies_in(more, one)
        }
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
    """Of a share the class; of an amount whether there is one: one that is no variable is read as calculated."""
    if measure.kind == "share":
        return measure.of
    amount = measure.of if measure.of.isidentifier() else f"(({measure.of}) + 0)"
    return f"CASE WHEN {amount} IS NOT NULL THEN TRUE END"


def _array(table: Table, variables: Sequence[str], sizes: Mapping[str, int]) -> Ints:
    """A table with axes for these variables, of length 1 where one makes no difference: 1 true, 0 false."""
    shape = [sizes[name] if name in table.variables else 1 for name in variables]
    return np.array([_UNKNOWN if each is None else int(each) for each in table.truths]).reshape(shape)


def _lies_in(inner: _Set, outer: _Set) -> bool:
    """Whether whoever is in one set is in another, of another indicator; by the variables that both read.

    Somebody with such answers is in the inner set, whatever the other answers are: then everybody with them must be in
    the outer one.
    """
    if inner.indicators & outer.indicators or not inner.who.any():
        return False
    both = tuple(name for name in inner.variables if name in outer.variables)
    return bool((~inner.along(both, np.any) | outer.along(both, np.all)).all())


def _difference(inner: _Set, outer: _Set) -> _Set | None:
    """What one set has more than another, with the axes of both; None where that is too much."""
    variables = tuple(sorted({*inner.variables, *outer.variables}))
    size = {
        name: count
        for each in (inner, outer)
        for name, count in zip(each.variables, each.who.shape, strict=True)
    }
    if prod(size.values()) > _MOST:
        return None
    less, more = (
        each.who.reshape([size[name] if name in each.variables else 1 for name in variables])
        for each in (inner, outer)
    )
    return _Set(~less & more, variables, outer.of, inner.of)


def _is_next(inner: Item, outer: Item, inside: set[tuple[Item, Item]]) -> bool:
    """Whether one lies in the other, and no more is true: a population is its class and the rest."""
    if (inner, outer) not in inside or (outer, inner) in inside:
        return False
    wider = [(inner[0], N_HAT)] if inner[1] != N_HAT else []
    closer = [(outer[0], block) for block in (NUMERATOR, COMPLEMENT)] if outer[1] == N_HAT else []
    nearer = [*((one, outer) for one in wider), *((inner, one) for one in closer)]
    populations = (inner[0], N_HAT), (outer[0], N_HAT)
    alike = {populations, populations[::-1]} <= inside
    said = inner[1] == outer[1] == COMPLEMENT and alike  # of the classes as well
    return not said and not any(each in inside for each in nearer)


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
