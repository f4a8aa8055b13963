"""Classifications: exhaustive, exclusive categories per person, as ordered rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.expression import Expression
from zaragoza.model.placeholders import fill, names_in, quoted_lists
from zaragoza.model.text import Text

_WHERE = {"region", "municipality"}
TOTAL, UNKNOWN, NOT_APPLICABLE = "_T", "_U", "_Z"
RESERVED: Mapping[str, Text] = {
    TOTAL: Text("Total", "Totaal"),
    UNKNOWN: Text("Unknown", "Onbekend"),
    NOT_APPLICABLE: Text("Not applicable", "Niet van toepassing"),
}


@dataclass(frozen=True)
class Category:
    """One class; `when` is the condition on standard variables under which a person belongs to it.

    `when` may hold `{country}` (the reporting country as a quoted code) and `{name}` of a country set of
    catalogue/countries.yaml (a comma-separated list of quoted codes, to stand in `IN (...)`).
    """

    code: str
    title: Text
    when: str


@dataclass(frozen=True, kw_only=True)
class Classification:
    """Ordered rules, first match wins, no match is `_U`: so categories are exhaustive and exclusive.

    An open classification has a `column` instead of categories: its categories are the codes that the column
    holds (regions, municipalities), and their titles are the codes.

    Attributes:
        id: snake_case; the name of the breakdown column that `classify` adds.
        reference: code of the reference group of gaps, where the classification has one.
        groups: whether it describes origin groups (its gaps are the product's main figures).
        source: where the rules stand.
        column: the variable that an open classification takes its codes from.
        requires: lists of variables of which a table must hold at least one each, because without them the
            rules would say nothing, or something wrong. Other variables may be absent; they count as unknown.
    """

    id: str
    title: Text
    source: str
    categories: tuple[Category, ...] = ()
    reference: str | None = None
    groups: bool = False
    note: Text | None = None
    column: str | None = None
    requires: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.categories) == (self.column is not None):
            raise ValueError("a classification has either categories or a column that holds the codes")
        if len(set(self.codes)) < len(self.codes):
            raise ValueError("every category needs a code of its own")
        if {TOTAL, UNKNOWN} & set(self.codes):
            raise ValueError(
                f"{TOTAL} and {UNKNOWN} are not for rules: they stand for the total and for no match"
            )
        if self.categories and self.reference is not None and self.reference not in self.codes:
            raise ValueError("the reference group must be one of the categories")

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the categories in the order of the rules, without `_T` and `_U`; none if it is open."""
        return tuple(category.code for category in self.categories)

    def label(self, code: str) -> Text:
        """The title of a category, reserved codes included.

        Raises:
            KeyError: a closed classification has no such code.
        """
        titles = {category.code: category.title for category in self.categories}
        if code in titles:
            return titles[code]
        return Text(code, code) if self.column is not None and code not in RESERVED else RESERVED[code]

    def bind(self, country: str, sets: Mapping[str, tuple[str, ...]]) -> Classification:
        """The same classification with the reporting country and the country sets filled in.

        Raises:
            DefinitionError: a rule names a set that is not there; all such names are reported.
        """
        lists = quoted_lists(country, sets)
        faults = [
            Fault(
                f"classification {self.id}",
                category.code,
                "the name of a country set, or country",
                "{" + name + "}",
                "Known are " + ", ".join(sorted(lists)) + ".",
            )
            for category in self.categories
            for name in names_in(category.when)
            if name not in lists
        ]
        if faults:
            raise DefinitionError(faults)
        bound = tuple(replace(c, when=fill(c.when, lists)) for c in self.categories)
        return replace(self, categories=bound)

    def reading(self, names: Mapping[str, str]) -> Classification:
        """The same classification of other variables in the place of some; it must be bound."""
        if self.column is not None:
            return replace(self, column=names.get(self.column, self.column))
        categories = tuple(
            replace(c, when=Expression.parse(c.when).reading(names).text) for c in self.categories
        )
        requires = tuple(
            tuple(names.get(name, name) for name in alternatives) for alternatives in self.requires
        )
        return replace(self, categories=categories, requires=requires)

    @property
    def of_places(self) -> bool:
        """Whether its categories are places: its rules read nothing but where people live."""
        read = {self.column} if self.column is not None else self._named
        return bool(read) and read <= _WHERE

    @property
    def _named(self) -> frozenset[str]:
        rules = (category.when for category in self.categories if category.when)
        return frozenset(name for rule in rules for name in Expression.parse(rule).variables)

    @property
    def expression(self) -> Expression:
        """A CASE expression that gives the category of a person; the classification must be bound."""
        where = f"classification {self.id}"
        if self.column is not None:
            return Expression.parse(f"COALESCE({self.column}, '{UNKNOWN}')", where)
        rules = " ".join(f"WHEN {category.when} THEN '{category.code}'" for category in self.categories)
        return Expression.parse(f"CASE {rules} ELSE '{UNKNOWN}' END", where)

    @property
    def variables(self) -> frozenset[str]:
        """The standard variables that the rules read; the classification must be bound."""
        return self.expression.variables

    def lacking(self, columns: Collection[str]) -> tuple[str, ...]:
        """What a table must still hold before people can be classified; empty when it can be done.

        A table needs one variable of every list in `requires`, or, where there are no such lists, one of all
        that the rules read. Alternatives are joined by ` or `. The classification must be bound.
        """
        alternatives = self.requires or (tuple(sorted(self.variables)),)
        return tuple(" or ".join(names) for names in alternatives if not set(names) & set(columns))


@dataclass(frozen=True)
class Breakdown:
    """One published table: the classifications that are crossed, in order; margins (`_T`) are always made."""

    by: tuple[str, ...] = field(default_factory=tuple)
