"""What readers know of the people in a release beside its numbers: who is the same, who adds up, who lies in whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from zaragoza.protect.links import Link

N, N_HAT, NUMERATOR, COMPLEMENT = range(4)
Item = tuple[str, int]  # an indicator, and which of its quantities
Place = frozenset[tuple[str, str]]  # categories that are no totals, by column


@dataclass(frozen=True)
class Identity:
    """Quantities of indicators that add up to another one, everywhere: employed and unemployed are the active."""

    parts: tuple[Item, ...]
    whole: Item


@dataclass(frozen=True)
class Nested:
    """An indicator of which the population lies in that of another one, with the same numerator: 20-64 in 15-64.

    Attributes:
        inner, outer: ids.
        settled: whether the people whom the outer population has more are all in the class, or none of them, as a
            matter of definition: those born in the country, of a share of people born outside the Union.
        nobody: where it is known that the outer population holds nobody more; categories that are no totals, by
            column. A difference without people can tell nothing about any.
    """

    inner: str
    outer: str
    settled: bool = False
    nobody: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Included:
    """Quantities of indicators that are no more than others, everywhere: the employed are no more than the active.

    Attributes:
        less, more: quantities that are added up.
        figure: whether what is left may not tell of too few people: it is a set that is a figure by definition.
    """

    less: tuple[Item, ...]
    more: tuple[Item, ...]
    figure: bool = False


@dataclass(frozen=True)
class Relationships:
    """What a reader of the definitions, and of a map, knows of the people in a release.

    Attributes:
        links: categories of different columns that are the same people.
        near: those of which the left people are among the right ones, who are a few more.
        identities: of indicators.
        nested: populations.
        included: sets of people, by definition.
        defined: figures of which their definition tells that all people or none are in the class, by indicator and
            where they lie, as definitions are those of a time and place; None for whoever does not know those of
            categories.
        nobody, everybody: of these, figures of which it is told that nobody is in the class, or that everybody is;
            of a sum, that what each has is 0, or 1.
        of_data: whether all of it was found in the data; what is shown completes it otherwise.
    """

    links: tuple[Link, ...] = ()
    near: tuple[Link, ...] = ()
    identities: tuple[Identity, ...] = ()
    nested: tuple[Nested, ...] = ()
    included: tuple[Included, ...] = ()
    defined: frozenset[tuple[str, Place]] | None = None
    nobody: frozenset[tuple[str, Place]] = frozenset()
    everybody: frozenset[tuple[str, Place]] = frozenset()
    of_data: bool = True

    def joined(self, other: Relationships) -> Relationships:
        """What both say, once."""
        return Relationships(
            tuple(dict.fromkeys((*self.links, *other.links))),
            tuple(dict.fromkeys((*self.near, *other.near))),
            tuple(dict.fromkeys((*self.identities, *other.identities))),
            _nested_once((*self.nested, *other.nested)),
            tuple(dict.fromkeys((*self.included, *other.included))),
            other.defined if self.defined is None else self.defined | (other.defined or frozenset()),
            self.nobody | other.nobody,
            self.everybody | other.everybody,
            self.of_data and other.of_data,
        )


def _nested_once(nested: Iterable[Nested]) -> tuple[Nested, ...]:
    """Each pair once, with all that is known of it."""
    found: dict[tuple[str, str], Nested] = {}
    for one in nested:
        before = found.get((one.inner, one.outer), one)
        found[one.inner, one.outer] = replace(one, nobody=one.nobody | before.nobody)
    return tuple(found.values())
