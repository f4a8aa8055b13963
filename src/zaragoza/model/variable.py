"""Standard variables: the names in which every definition is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zaragoza.model.expression import Expression
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


@dataclass(frozen=True)
class Derivation:
    """One call of the closed set of operators of stage `derive` (decision 26).

    Attributes:
        operator: household_sum, household_count, household_any, parent, per_equivalent_adult, or value (a plain
            expression of the person's own variables).
        of: what is summed, counted or looked up: an expression on the persons of the household, or on the parent.
        where: condition on the persons that count.
        link: for `parent`: the variable that holds the parent's person identifier (`mother` or `father`).
    """

    operator: Literal[
        "household_sum", "household_count", "household_any", "parent", "per_equivalent_adult", "value"
    ]
    of: str | None = None
    where: str | None = None
    link: Literal["mother", "father"] | None = None

    @property
    def inputs(self) -> frozenset[str]:
        """The variables that it reads."""
        texts = (text for text in (self.of, self.where) if text is not None)
        named = {self.link} if self.link is not None else set()
        return _READS[self.operator].union(named, *(Expression.parse(text).variables for text in texts))


# What an operator reads beside its expressions and its link.
_READS: Mapping[str, frozenset[str]] = {
    "household_sum": frozenset({"household"}),
    "household_count": frozenset({"household"}),
    "household_any": frozenset({"household"}),
    "per_equivalent_adult": frozenset({"household", "age"}),
    "parent": frozenset({"person"}),
    "value": frozenset(),
}
