"""What readers know of the people in tables, beside the tables: from definitions, a map, and the figures themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa

from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.indicator import Indicator
from zaragoza.protect.defined import with_definitions
from zaragoza.protect.evidence import Evidence, read_evidence
from zaragoza.protect.figures import (
    ABSENT,
    Bools,
    Figures,
    Floats,
    Ints,
    breakdown_columns,
    counts,
    numbers,
    read_figures,
)
from zaragoza.protect.identities import find_identities
from zaragoza.protect.included import agreeing, included_sets
from zaragoza.protect.links import MOST_CATEGORIES, Link, contexts_of, find_links, sets_of
from zaragoza.protect.nested import Overlap, near_links, nested_populations, same_links
from zaragoza.protect.quantities import Quantity, binary_of, kinds_of, published_quantities
from zaragoza.protect.relationships import (
    COMPLEMENT,
    N_HAT,
    NUMERATOR,
    Identity,
    Included,
    N,
    Nested,
    Relationships,
)
from zaragoza.protect.sums import places

_FEWEST = 3  # figures of people that must agree that one group lies in another
_ROUNDING = 1e-9
_BY_CHANCE = 1e-9  # a probability at which nobody takes something for chance


def known_relationships(
    estimates: pa.Table,
    indicators: Mapping[str, Indicator],
    overlaps: Iterable[Overlap] = (),
    definitions: Definitions = NO_DEFINITIONS,
) -> Relationships:
    """From estimates, for whoever has nothing else of them yet; the arguments as of `relationships`.

    The definitions tell which figures follow from them.
    """
    figures = read_figures(estimates, breakdown_columns(estimates))
    binary = binary_of(estimates, figures, indicators)
    kinds = kinds_of(figures, indicators, binary)
    nothing = np.zeros(len(estimates))
    quantities = published_quantities(estimates, figures, kinds, (nothing, nothing))
    evidence = read_evidence(estimates, figures, indicators, definitions, binary)
    return relationships(estimates, figures, evidence, quantities, indicators, overlaps, definitions)


def relationships(
    estimates: pa.Table,
    figures: Figures,
    evidence: Evidence,
    quantities: Sequence[Quantity],
    indicators: Mapping[str, Indicator],
    overlaps: Iterable[Overlap] = (),
    definitions: Definitions = NO_DEFINITIONS,
) -> Relationships:
    """What readers of the definitions know; found from estimates, in which nothing is hidden.

    Numbers below a quantile of their own do not add up over categories, and tell nothing of who is the same.

    Args:
        estimates: the table.
        figures: its keys.
        evidence: what stands behind its rows.
        quantities: of every row.
        indicators: by id.
        overlaps: which categories have people in common.
        definitions: of categories.
    """
    share = np.array([indicators[name].additive_kind == "share" for name in figures.indicators] or [False])
    positive = np.where(share[figures.indicator], evidence.positive, 0)
    overlaps = tuple(overlaps)
    links = find_links(
        figures,
        (evidence.n, positive, counts(estimates, "n_domain")),
        (numbers(estimates, "n_hat"), numbers(estimates, "numerator")),
    )
    links = (*links, *same_links(overlaps, MOST_CATEGORIES))
    found = _completed(figures, quantities, evidence.n == 0, indicators, links, near_links(overlaps))
    found = replace(found, nested=tuple(_with_nobody(figures, evidence.n, one) for one in found.nested))
    return with_definitions(found, figures, evidence.defined, indicators, definitions)


def _with_nobody(figures: Figures, n: Ints, nested: Nested) -> Nested:
    """The pair with the categories in which, at every time and place, both are the same people."""
    inner, outer = (figures.row_of[figures.indicators.index(name)] for name in (nested.inner, nested.outer))
    both = (inner != ABSENT) & (outer != ABSENT)
    same = both & (n[inner] == n[outer])
    at = places(figures)
    differ = {at[place] for place in np.flatnonzero(both & ~same)}
    return replace(nested, nobody=frozenset(at[place] for place in np.flatnonzero(same)) - differ)


def _completed(
    figures: Figures,
    quantities: Sequence[Quantity],
    empty: Bools,
    indicators: Mapping[str, Indicator],
    links: tuple[Link, ...],
    near: tuple[Link, ...],
) -> Relationships:
    """Links with what is known of the indicators."""
    identities = find_identities(figures, quantities, np.flatnonzero(empty))
    nested = nested_populations({name: indicators[name] for name in figures.indicators})
    settled = tuple(replace(one, settled=_settled(figures, quantities, one)) for one in nested)
    kept = tuple(one for one in identities if not _may_be_chance(one, identities, settled))
    by_definition = included_sets({name: indicators[name] for name in figures.indicators})
    same, included = agreeing(by_definition, figures, quantities)
    included = tuple(one for one in included if not _is_nested(one, nested))
    return Relationships(links, near, tuple(dict.fromkeys((*kept, *same))), settled, included)


def _is_nested(one: Included, nested: Sequence[Nested]) -> bool:
    """Whether it says of a population in another one what `Nested` does: as much of each of their quantities."""
    pairs = {(each.inner, each.outer) for each in nested}
    return (
        len(one.less) == len(one.more) == 1
        and one.less[0][1] == one.more[0][1]
        and (one.less[0][0], one.more[0][0]) in pairs
    )


def _may_be_chance(one: Identity, identities: Sequence[Identity], nested: Sequence[Nested]) -> bool:
    """Whether it says of people who lie in others that as many of both are in the class, or in none.

    Where the larger population has people more, and it is no matter of definition that these are not in the class, no
    reader knows it who does not see both numbers.
    """
    items = {*one.parts, one.whole}
    return any(
        {name for name, _ in items} == {pair.inner, pair.outer}
        and not {block for _, block in items}.isdisjoint((NUMERATOR, COMPLEMENT))
        and not pair.settled
        and Identity(((pair.inner, N),), (pair.outer, N)) not in identities
        and Identity(((pair.outer, N),), (pair.inner, N)) not in identities
        for pair in nested
    )


def _settled(figures: Figures, quantities: Sequence[Quantity], nested: Nested) -> bool:
    """Whether nobody of all whom the outer population has more is in the class, or everybody is, and not by chance.

    If they were in it as often as others, with the outer share p, the probability for so many people is (1 - p)^d, or
    p^d.
    """
    total = [place for place, categories in enumerate(places(figures)) if not categories]
    inner, outer = (figures.row_of[figures.indicators.index(n)][total] for n in (nested.inner, nested.outer))
    if not total or (inner == ABSENT).any() or (outer == ABSENT).any():
        return False
    n, n_hat, numerator = (quantities[block].value for block in (N, N_HAT, NUMERATOR))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(numerator[outer] / n_hat[outer], 0, 1)
        people = n[outer] - n[inner]
        none = (1 - share) ** people
        everybody = share**people
    more, near = numerator[outer] - numerator[inner], _ROUNDING * n_hat[outer]
    lacks = (np.abs(more) <= near) & (none < _BY_CHANCE)
    holds = (np.abs(n_hat[outer] - n_hat[inner] - more) <= near) & (everybody < _BY_CHANCE)
    return bool(lacks.all() or holds.all())


def shown_relationships(
    figures: Figures,
    quantities: Sequence[Quantity],
    hidden: Bools,
    empty: Bools,
    indicators: Mapping[str, Indicator],
    min_count: int,
) -> Relationships:
    """From what is shown alone, by whoever has nothing but releases.

    Args:
        figures: the keys of observations.
        quantities: of every row; NaN where it is not shown.
        hidden: rows that are not shown.
        empty: of these, rows that hold nobody.
        indicators: by id.
        min_count: what a group has more than one that lies in it is looked for below this.
    """
    unknown = hidden & ~empty
    persons = np.nan_to_num(quantities[N].value).astype(np.int64)
    sums = quantities[N_HAT].value, quantities[NUMERATOR].value
    links = find_links(figures, (persons,), sums, unknown)
    values = np.array([np.where(empty, 0.0, quantity.value) for quantity in quantities])
    near = find_near(figures, values, min_count)
    return _completed(figures, quantities, empty, indicators, links, near)


def not_refuted(
    guessed: Relationships, known: Relationships, adds_up: Callable[[Relationships], bool]
) -> Relationships:
    """Of what shown figures seem to tell, what they do not contradict elsewhere.

    One person more in a group that is mostly hidden is seen only there: as many born in the country as people of these
    backgrounds, but for a child. Of guesses that contradict one another those about indicators count first, which rest
    on figures of everybody together and of every group. That one population lies in another is no guess.

    Args:
        guessed: from what is shown.
        known: what is no guess; where it contradicts what is shown by itself, nothing is told of guesses.
        adds_up: whether some table agrees with such relationships and with all that is shown.
    """
    sure = known.joined(Relationships(nested=guessed.nested, included=guessed.included))
    if adds_up(known.joined(guessed)) or not adds_up(sure):
        return guessed
    guesses = (
        *(Relationships(identities=(one,)) for one in guessed.identities),
        *(Relationships(links=(one,)) for one in guessed.links),
        *(Relationships(near=(one,)) for one in guessed.near),
    )
    return _with_possible(sure, guesses, adds_up)


def _with_possible(
    sure: Relationships, guesses: Sequence[Relationships], adds_up: Callable[[Relationships], bool]
) -> Relationships:
    """With those of some guesses that are possible beside those before them."""
    if adds_up(together := reduce(Relationships.joined, guesses, sure)):
        return together
    if len(guesses) == 1:
        return sure
    half = len(guesses) // 2
    return _with_possible(_with_possible(sure, guesses[:half], adds_up), guesses[half:], adds_up)


def find_near(figures: Figures, values: Floats, min_count: int) -> tuple[Link, ...]:
    """Sets of categories that seem to lie in a category of another column, which holds a few people more.

    Nothing that adds up is larger in the smaller group, in any figure, and n nowhere differs by the minimum count. Of
    columns that a table crosses, the table says who lies in whom.

    Args:
        figures: the coded table.
        values: n, n_hat, numerator and complement (first axis) of every row; NaN where they are not known.
        min_count: of people.
    """
    columns = range(len(figures.columns))
    pairs = [
        (left, right)
        for left in columns
        for right in columns
        if left != right and not _crossed(figures, left, right)
    ]
    return tuple(link for pair in pairs for link in _near(figures, values, min_count, pair))


def _crossed(figures: Figures, left: int, right: int) -> bool:
    """Whether a table crosses two columns."""
    codes, totals = figures.coordinates[:, 2:], figures.totals
    return bool(((codes[:, left] != totals[left]) & (codes[:, right] != totals[right])).any())


def _near(figures: Figures, values: Floats, min_count: int, columns: tuple[int, int]) -> list[Link]:
    """The right column's categories that are a few people more than a set of the left one's."""
    context, contexts, sides = contexts_of(figures, columns)
    (inner_codes, inner), (outer_codes, outer) = (
        _by_category(figures, values, (column, on_side), (context, contexts))
        for column, on_side in zip(columns, sides, strict=True)
    )
    if not len(inner) or not len(outer):
        return []
    members = _members(len(inner))
    unknown = members @ np.isnan(inner).astype(np.float64) > 0
    sums = np.where(unknown, np.nan, members @ np.nan_to_num(inner))
    persons = np.repeat(np.arange(len(values)) == N, inner.shape[1] // len(values))
    found = []
    for code, whole in zip(outer_codes, outer, strict=True):
        for one in np.flatnonzero(_lies_in(sums, whole, persons, min_count)):
            chosen = inner_codes[members[one] > 0]
            left, right = (figures.labels[column] for column in columns)
            names = tuple(left[each] for each in chosen)
            found.append(
                Link(figures.columns[columns[0]], names, figures.columns[columns[1]], (right[code],))
            )
    return found


def _members(categories: int) -> Floats:
    """Sets of categories, a row each, but all of them; of many categories, each by itself."""
    if categories > MOST_CATEGORIES:
        return np.eye(categories)
    members = sets_of(categories).astype(np.float64)
    return members[1 : max(len(members) - 1, 2)]


def _lies_in(sums: Floats, whole: Floats, persons: Bools, min_count: int) -> Bools:
    """Sets of which no sum is more than the whole's, with a few people less."""
    more = whole - sums
    near = _near_to(whole, persons)
    with np.errstate(invalid="ignore"):
        none_larger = ~(more < -near).any(axis=1)
        few = (more > near)[:, persons].any(axis=1) & ~(more[:, persons] >= min_count).any(axis=1)
    return np.asarray(none_larger & few & ((~np.isnan(more[:, persons])).sum(axis=1) >= _FEWEST))


def _near_to(whole: Floats, persons: Bools) -> Floats:
    """What is rounding: of people next to nothing, whatever amounts stand beside them; of others by each figure."""
    figures = int(persons.sum())  # of each quantity there are as many
    largest = np.nan_to_num(np.abs(whole)).reshape(-1, figures).max(axis=0)
    near: Floats = _ROUNDING * np.where(persons, np.abs(whole), np.tile(largest, len(whole) // figures))
    return near


def _by_category(
    figures: Figures, values: Floats, side: tuple[int, Bools], contexts: tuple[Ints, int]
) -> tuple[Ints, Floats]:
    """A column's categories, and what is known of each: a column a quantity, indicator and context.

    Where a context has other categories of the column, one without a row holds nobody.
    """
    column, on_side = side
    context, count = contexts
    rows = np.flatnonzero(figures.level & on_side[figures.coordinate])
    at = figures.coordinate[rows]
    code = figures.coordinates[at, column + 2]
    shape = (len(figures.indicators), count)
    published = np.zeros(shape, dtype=np.bool_)
    published[figures.indicator[rows], context[at]] = True
    known = np.where(published, 0.0, np.nan)
    found = np.tile(known, (len(figures.labels[column]), len(values), 1, 1))
    for block, value in enumerate(values):
        found[code, block, figures.indicator[rows], context[at]] = value[rows]
    codes = np.unique(code)
    return codes, found[codes].reshape(len(codes), len(values) * shape[0] * shape[1])
