"""The closed set of operators (decision 26), each as SQL text, with what becomes of missing answers.

- household_sum: sum of `of` over the members for whom `where` holds, 0 if it holds for nobody. NULL if
  `where` is unknown for a member, or `of` for one who counts: a sum with a missing part is missing.
- household_count: number of members for whom `where` holds; one for whom it is unknown does not count.
- household_any: TRUE if `of` holds for a member for whom `where` holds; else NULL if that is unknown for a
  member; else FALSE.
- per_equivalent_adult: the person's `of` (an amount of the household, on each member's row) over the
  household's equivalent adults. NULL if `of` or the age of any member is.
- parent: `of` on the row of the parent. NULL if the link is, or if the parent is not in the table.
- value: `of` on the person's own row.

A person without a household identifier has NULL for everything that comes from a household.
"""

from __future__ import annotations

from collections.abc import Mapping

from zaragoza.engine import quote
from zaragoza.model.expression import Expression
from zaragoza.model.variable import Derivation, VariableType

HOUSEHOLD_OPERATORS = frozenset({"household_sum", "household_count", "household_any", "per_equivalent_adult"})
# operator -> arguments it must have, arguments it may have
ARGUMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "household_sum": (frozenset({"of"}), frozenset({"where"})),
    "household_count": (frozenset(), frozenset({"where"})),
    "household_any": (frozenset({"of"}), frozenset({"where"})),
    "per_equivalent_adult": (frozenset({"of"}), frozenset()),
    "parent": (frozenset({"of", "link"}), frozenset()),
    "value": (frozenset({"of"}), frozenset()),
}
_TYPES: Mapping[VariableType, str] = {
    "code": "VARCHAR",
    "country": "VARCHAR",
    "number": "DOUBLE",
    "weight": "DOUBLE",
    "integer": "BIGINT",
    "identifier": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
_TRUE = "TRUE"


def typed(kind: VariableType, sql: str) -> str:
    """SQL text as a value of a variable's type."""
    return f"CAST({sql} AS {_TYPES[kind]})"


def household_aggregate(derivation: Derivation) -> str:
    """What is computed over the members of a household, as an aggregate."""
    counted = _sql(derivation.where) if derivation.where is not None else _TRUE
    match derivation.operator:
        case "household_sum":
            return _sum(_sql(derivation.of), counted)
        case "household_count":
            return _count(counted)
        case "household_any":
            return _any(f"({counted}) AND ({_sql(derivation.of)})")
    return _equivalent_adults()


def from_household(derivation: Derivation, aggregate: str) -> str:
    """The person's value from the column that holds the household's aggregate."""
    if derivation.operator == "per_equivalent_adult":
        return f"CAST({_sql(derivation.of)} AS DOUBLE) / {quote(aggregate)}"
    return quote(aggregate)


def own_value(derivation: Derivation) -> str:
    """`of` on one row: the person's own, or the parent's."""
    return _sql(derivation.of)


def _sql(text: str | None) -> str:
    return Expression.parse(text or "").sql()


def _count(condition: str) -> str:
    return f"COUNT(*) FILTER (WHERE {condition})"


def _sum(value: str, counted: str) -> str:
    missing = _count(f"({counted}) IS NULL OR (({counted}) AND ({value}) IS NULL)")
    total = f"SUM(CAST({value} AS DOUBLE)) FILTER (WHERE {counted})"
    return f"CASE WHEN {missing} > 0 THEN NULL ELSE COALESCE({total}, 0) END"


def _any(condition: str) -> str:
    return (
        f"CASE WHEN {_count(condition)} > 0 THEN TRUE "
        f"WHEN {_count(f'({condition}) IS NULL')} > 0 THEN NULL ELSE FALSE END"
    )


def _equivalent_adults() -> str:
    """OECD-modified scale, EU-SILC HX050: 1 + 0.5 (persons of 14 and over - 1) + 0.3 (persons under 14)."""
    age = quote("age")
    scale = f"1 + 0.5 * ({_count(f'{age} >= 14')} - 1) + 0.3 * {_count(f'{age} < 14')}"
    return f"CASE WHEN COUNT({age}) < COUNT(*) THEN NULL ELSE CAST({scale} AS DOUBLE) END"
