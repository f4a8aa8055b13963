"""Standard variables: the names in which every definition is written."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from zaragoza.model.expression import Expression
from zaragoza.model.placeholders import fill, names_in, quoted_lists, readable
from zaragoza.model.text import Text

VariableType = Literal["code", "country", "number", "integer", "date", "boolean", "identifier", "weight"]


@dataclass(frozen=True)
class Code:
    """A code of a listed variable, with the words and source codes by which files write it.

    Attributes:
        names: words (lower case) that mean this code in files: labels and spellings in several languages.
    """

    code: str
    title: Text
    names: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Recognition:
    """How a known collection names a variable and codes it.

    Attributes:
        collection: e.g. `EU-SILC`, `EU-LFS`.
        name: the column's name there, lower case.
        codes: their code -> ours; empty where they are the same or the variable is not listed.
    """

    collection: str
    name: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A standard variable.

    Attributes:
        id: its name in every definition.
        type: what its values are; `identifier` never passes collect in the clear.
        codes: the closed list of a `code` variable.
        names: other column names (lower case) under which files hold it.
        label_words: words of a column label (lower case, any language) that point to it; all of one entry must occur.
        known_as: how known collections name and code it.
        derive: operator call that makes it when the source does not hold it, e.g. {"operator": "household_count"}.
        range: smallest and largest legal value of a number.
        role: `design` for weights, strata and PSUs; `identity` for person and household; else `content`.
    """

    id: str
    title: Text
    type: VariableType
    definition: Text
    source: str
    codes: tuple[Code, ...] = field(default_factory=tuple)
    names: tuple[str, ...] = field(default_factory=tuple)
    label_words: tuple[str, ...] = field(default_factory=tuple)
    known_as: tuple[Recognition, ...] = field(default_factory=tuple)
    derive: Derivation | None = None
    range: tuple[float, float] | None = None
    role: Literal["content", "design", "identity"] = "content"

    def bind(
        self,
        reference_date: datetime.date | None,
        country: str | None = None,
        sets: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Variable:
        """The same variable with the date at which ages and durations are counted filled in, and the countries.

        Args:
            reference_date: the day up to which `completed_years` counts; None leaves it open.
            country: the reporting country, for `{country}`; without it such names stay.
            sets: country sets, for `{name}`.
        """
        if self.derive is None:
            return self
        call = self.derive
        if country is not None and call.of is not None and names_in(call.of):
            call = replace(call, of=fill(call.of, quoted_lists(country, sets or {})))
        if call.operator == "completed_years" and reference_date is not None:
            call = replace(call, reference_date=reference_date)
        return self if call == self.derive else replace(self, derive=call)


@dataclass(frozen=True)
class Derivation:
    """One call of the closed set of operators of stage `derive` (decision 26).

    Attributes:
        operator: household_sum, household_count, household_any, parent, per_equivalent_adult, value (a plain
            expression of the person's own variables), year (of a date), completed_years (since an event), years_before
            (of the same person in an earlier year's file), or poverty_threshold (of a year; a stage that has the
            weights estimates it, see `compute`).
        of: what is summed, counted or looked up: an expression on the persons of the household, or on the parent;
            for `year` the date, for `completed_years` the year of the event, for `poverty_threshold` the income. It may
            hold `{country}` and `{name}` of a country set, as the rules of a classification do.
        where: condition on the persons that count.
        link: for `parent`: the variable that holds the parent's person identifier (`mother` or `father`).
        either: for `value`: variables of which the table has to hold one; the others count as unknown.
        years: for `years_before` and `poverty_threshold`: how many years earlier; 0 for the threshold of
            the year itself.
        date: for `completed_years`: the variable with the date of the event, read where the table holds it.
        reference_date: for `completed_years`: the date up to which is counted; never in a definition, the
            monitor's period gives it.
    """

    operator: Literal[
        "household_sum",
        "household_count",
        "household_any",
        "parent",
        "per_equivalent_adult",
        "value",
        "year",
        "completed_years",
        "years_before",
        "poverty_threshold",
    ]
    of: str | None = None
    where: str | None = None
    link: Literal["mother", "father"] | None = None
    either: tuple[str, ...] = ()
    years: int | None = None
    date: str | None = None
    reference_date: datetime.date | None = None

    @property
    def inputs(self) -> frozenset[str]:
        """The variables it reads, but the `date` of `completed_years`, which may be absent."""
        texts = (readable(text) for text in (self.of, self.where) if text is not None)
        named = {self.link} if self.link is not None else set()
        return _READS[self.operator].union(named, *(Expression.parse(text).variables for text in texts))

    def can_be_made(self, have: Collection[str], earlier: Collection[int] = ()) -> bool:
        """Whether a table with these variables gives it.

        Args:
            have: the variables, in the earlier years as well.
            earlier: how many years before there are files, 0 for the year itself.
        """
        if self.years is not None and self.years not in earlier:
            return False
        enough = not self.either or bool(set(self.either) & set(have))
        return enough and self.inputs - set(self.either) <= set(have)


# What an operator reads beside its expressions and its link.
_READS: Mapping[str, frozenset[str]] = {
    "household_sum": frozenset({"household"}),
    "household_count": frozenset({"household"}),
    "household_any": frozenset({"household"}),
    "per_equivalent_adult": frozenset({"household", "age"}),
    "parent": frozenset({"person"}),
    "value": frozenset(),
    "year": frozenset(),
    "completed_years": frozenset(),
    "years_before": frozenset({"person"}),
    "poverty_threshold": frozenset(),
}
