"""Indicators that add up to one another: employed and unemployed are the active; three levels of education are all.

Whoever knows the definitions knows it. It is found here from what coincidence hardly brings about: equal sums wherever
all of them are known. Figures are hidden just where they would tell of a few people more in one group than in another,
so that those shown agree more often than all do: everybody together must be among what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from zaragoza.protect.figures import ABSENT, Figures, Floats, Ints
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, Identity, Item, N

_PLACES = 12  # coordinates by which sums are sought; each is then checked at all
_FEWEST = 3  # coordinates at which a sum must hold
_ROUNDING = 1e-9
_NEAR = 1e-7  # of the largest fingerprint: where candidates are looked for
_MOST = 400  # quantities of which sums of three are sought


def find_identities(figures: Figures, quantities: Sequence[Quantity], empty: Ints) -> tuple[Identity, ...]:
    """Sums of one to three quantities of indicators that are another one, wherever all are known.

    Args:
        figures: the coded table.
        quantities: n, n_hat, numerator and complement of every row; NaN where it is not known.
        empty: rows of which it is known that they hold nobody.
    """
    found: list[Identity] = []
    for blocks in ((N,), (N_HAT, NUMERATOR, COMPLEMENT)):
        items, values = _known(figures, quantities, blocks, empty)
        if len(items) > 1:
            found += _identities(items, values)
    return tuple(found)


def _known(
    figures: Figures, quantities: Sequence[Quantity], blocks: Sequence[int], empty: Ints
) -> tuple[list[Item], Floats]:
    """Quantities that are known of everybody together, at every coordinate; nobody is 0, what is hidden is NaN."""
    totals = (figures.coordinates[:, 2:] == figures.totals).all(axis=1)
    items: list[Item] = []
    rows: list[Floats] = []
    for place, name in enumerate(figures.indicators):
        row = figures.row_of[place]
        there = row != ABSENT
        for block in blocks:
            value = np.where(np.isin(row, empty), 0.0, quantities[block].value[row])
            value = np.where(there, value, 0.0)
            if np.nansum(np.abs(value)) > 0 and not np.isnan(value[totals]).any():
                items.append((name, block))
                rows.append(value)
    return items, np.array(rows)


def _identities(items: Sequence[Item], values: Floats) -> list[Identity]:
    """Equal quantities first; sums are sought among one of each."""
    same = _alike(values)
    found = [Identity((items[one],), items[other]) for other, one in enumerate(same) if one != other]
    chosen = np.array([place for place, one in enumerate(same) if one == place])[:_MOST]
    places = _best_places(values[chosen])
    if len(places) < _FEWEST:
        return found
    usable = chosen[~np.isnan(values[chosen][:, places]).any(axis=1)]
    weights = np.random.default_rng(22).uniform(0.5, 1.5, len(places))
    prints = values[usable][:, places] @ weights
    for parts, whole in _candidates(prints):
        members, total = usable[list(parts)], int(usable[whole])
        if not _trivial([items[m] for m in members], items[total]) and _holds(values, members, total):
            found.append(Identity(tuple(items[m] for m in members), items[total]))
    return found


def _alike(values: Floats) -> list[int]:
    """For each quantity the first that has the same values wherever both are known."""
    first: list[int] = []
    for place in range(len(values)):
        known = ~np.isnan(values[place])
        others = np.array([one for one in range(place) if first[one] == one], dtype=np.int64)
        both = known & ~np.isnan(values[others])
        near = _ROUNDING * np.nanmax(np.abs(values[place]), initial=0.0)
        differ = (np.abs(values[others] - values[place]) > near) & both
        enough = (both & (values[others] != 0)).sum(axis=1) >= _FEWEST
        equal = others[~differ.any(axis=1) & enough]
        first.append(int(equal[0]) if len(equal) else place)
    return first


def _best_places(values: Floats) -> Ints:
    """A few coordinates at which most quantities are known, those with most people first."""
    known = (~np.isnan(values)).sum(axis=0)
    size = np.nansum(np.abs(values), axis=0)
    order = np.lexsort((-size, -known))
    order = order[size[order] > 0][:_PLACES]
    enough = known[order] >= known[order[:_FEWEST][-1]] if len(order) else order > 0
    return np.asarray(order[enough], dtype=np.int64)


def _candidates(prints: Floats) -> list[tuple[tuple[int, ...], int]]:
    """Sums of two or three fingerprints that are near another one."""
    size, near = len(prints), _NEAR * float(np.abs(prints).max(initial=0.0)) * 1e-2
    order = np.argsort(prints)
    ordered = prints[order]
    pairs = np.array(list(combinations(range(size), 2)), dtype=np.int64).reshape(-1, 2)
    sums = prints[pairs].sum(axis=1)
    found = [(tuple(pairs[at].tolist()), int(order[place])) for at, place in _matches(sums, ordered, near)]
    for third in range(size):
        own = pairs[:, 0] > third
        matches = _matches(sums[own] + prints[third], ordered, near)
        found += [((third, *pairs[own][at].tolist()), int(order[place])) for at, place in matches]
    return [(parts, whole) for parts, whole in found if whole not in parts]


def _matches(wanted: Floats, ordered: Floats, near: float) -> list[tuple[int, int]]:
    first = np.searchsorted(ordered, wanted - near, side="left")
    last = np.searchsorted(ordered, wanted + near, side="right")
    return [(int(at), place) for at in np.flatnonzero(last > first) for place in range(first[at], last[at])]


def _trivial(parts: Sequence[Item], whole: Item) -> bool:
    """A numerator and its own complement: a line of every figure already."""
    return len(parts) == 2 and {name for name, _ in parts} == {whole[0]}


def _holds(values: Floats, parts: Ints, whole: int) -> bool:
    """Whether the sum is right wherever all is known.

    A part that is nobody there, and hidden elsewhere, may be anything: it must be somebody at as many coordinates as
    the whole, or wherever it is.
    """
    total = values[parts].sum(axis=0)
    known = ~np.isnan(total) & ~np.isnan(values[whole])
    near = _ROUNDING * np.nanmax(np.abs(values[whole]), initial=0.0)
    filled = known & (values[whole] != 0)
    somebody = values[parts] != 0  # or hidden
    seen = (somebody & known).sum(axis=1) >= np.minimum(_FEWEST, somebody.sum(axis=1))
    right = (np.abs(total - values[whole])[known] <= near).all()
    return bool(filled.sum() >= _FEWEST and seen.all() and right)
