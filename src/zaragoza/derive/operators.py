"""The closed set of operators (decision 26), each as SQL text, with what becomes of missing answers.

- household_sum: sum of `of` over the members for whom `where` holds, 0 if it holds for nobody. NULL if
  `where` is unknown for a member, or `of` for one who counts: a sum with a missing part is missing.
- household_count: number of members for whom `where` holds; one for whom it is unknown does not count.
- household_any: TRUE if `of` holds for a member for whom `where` holds; else NULL if that is unknown for a
  member; else FALSE.
- per_equivalent_adult: the person's `of` (an amount of the household, on each member's row) over the
  household's equivalent adults. NULL if `of` or the age of any member is.
- parent: `of` on the row of the parent. NULL if the link is, or if the parent is not in the table.
- value: `of` on the person's own row; variables of `either` that the table lacks are NULL.
- year: the year of the date `of`.
- completed_years: full years from an event until the reference date, by its `date`; where that is not known, by its
  year `of`, as if it had happened on 1 July, which on 31 December gives everybody the right number. Who is in the
  table with an event in the reference year has 0. NULL for an event that lies after the reference date.
- years_before: `of` on the row of the same person in the file of so many `years` before. NULL if the person is not
  identified, or is not in that file.
- poverty_threshold is not made here: it takes the weights of its year.

A person without a household identifier has NULL for everything that comes from a household.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping

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
    "value": (frozenset({"of"}), frozenset({"either"})),
    "year": (frozenset({"of"}), frozenset()),
    "completed_years": (frozenset({"of"}), frozenset({"date"})),
    "years_before": (frozenset({"of", "years"}), frozenset()),
    "poverty_threshold": (frozenset({"of"}), frozenset({"years"})),
}
OWN_OPERATORS = frozenset({"value", "year", "completed_years"})  # those that read the person's own row alone
_MIDDLE_OF_YEAR = (7, 1)  # where only the year of an event is known
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


def own_value(derivation: Derivation, columns: Container[str] = ()) -> str:
    """What is computed on one row: the person's own, or the parent's.

    Args:
        derivation: bound to a reference date where its operator counts years.
        columns: those of the table; tells whether it holds the date of an event.
    """
    of = _sql(derivation.of)
    match derivation.operator:
        case "year":
            return f"EXTRACT(YEAR FROM {of})"
        case "completed_years":
            on = derivation.reference_date
            if on is None:
                raise ValueError("completed_years is computed on a bound derivation")
            years = _years_since_year(of, on)
            if derivation.date is None or derivation.date not in columns:
                return years
            date = quote(derivation.date)
            return f"CASE WHEN {date} IS NULL THEN {years} ELSE {_years_since_date(date, on)} END"
    return of


def _years_since_date(date: str, on: datetime.date) -> str:
    """The difference of the years, less one where the anniversary is still to come."""
    anniversary = f"100 * EXTRACT(MONTH FROM {date}) + EXTRACT(DAY FROM {date})"
    to_come = f"CASE WHEN {anniversary} > {100 * on.month + on.day} THEN 1 ELSE 0 END"
    is_past = f"{date} <= CAST('{on.isoformat()}' AS DATE)"
    return f"CASE WHEN {is_past} THEN {on.year} - EXTRACT(YEAR FROM {date}) - {to_come} END"


def _years_since_year(year: str, on: datetime.date) -> str:
    to_come = (on.month, on.day) < _MIDDLE_OF_YEAR
    earlier = f"WHEN {year} < {on.year} THEN {on.year - to_come} - {year}"
    return f"CASE WHEN {year} = {on.year} THEN 0 {earlier} END"


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
