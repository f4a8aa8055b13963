"""What one row adds to a measure's numerator and denominator, as SQL (methods/05 section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zaragoza.engine import quote
from zaragoza.model.design import Design
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure

_ONE = "CAST(1 AS DOUBLE)"
_ZERO = "CAST(0 AS DOUBLE)"


@dataclass(frozen=True)
class Terms:
    """SQL of one measure, row by row; every text gives a number and never NULL.

    Attributes:
        member: 1 where the row belongs to the measure's population, answered or not.
        answered: 1 where it counts: a member with the value (or both values) present, unless missing counts.
        numerator, denominator: weighted contributions; the denominator of a total is the weight.
        weight: the weight of a row that counts.
        whole: the denominator if every member answered; None for ratios, whose denominator is a variable of its own.
        square: weighted square of the value, for the design effect; None for ratios, which have none.
        positive: 1 where the row is in the numerator of a share, or counts 1 in a mean or total; not a number where it
            counts anything but 1 or 0; None for ratios.
        amount: the unweighted size of the row's contribution, for dominance, 0 of who waived protection; None for
            shares.
        size: the weighted size of the row's contribution, waived or not; None for shares.
        contributes: 1 where the row adds to the numerator.
    """

    member: str
    answered: str
    numerator: str
    denominator: str
    weight: str
    whole: str | None
    square: str | None
    positive: str | None
    amount: str | None
    size: str | None
    contributes: str


def weight_sql(design: Design) -> str:
    """The weight of a row."""
    return _ONE if design.weight is None else f"CAST({quote(design.weight)} AS DOUBLE)"


def terms(
    measure: Measure, design: Design, population: str | None = None, waiver: str | None = None
) -> Terms:
    """The SQL of a measure within a population.

    Args:
        measure: what is estimated.
        design: names the weight.
        population: condition that holds for every measure of the call, beside the measure's own `among`.
        waiver: column that tells who agreed that their contribution may be found out; None: nobody did.
    """
    weight = weight_sql(design)
    member = _all(population, measure.among)
    value = Expression.parse(measure.of).sql()
    if measure.kind == "share":
        present = _TRUE if measure.missing == "counts" else f"({value}) IS NOT NULL"
        answered = _both(member, present)
        positive = _both(member, f"({value})")
        return Terms(
            member=_when(member, _ONE),
            answered=_when(answered, _ONE),
            numerator=_when(positive, weight),
            denominator=_when(answered, weight),
            weight=_when(answered, weight),
            whole=_when(member, weight),
            square=_when(positive, weight),  # the square of 0 or 1 is itself
            positive=_when(positive, _ONE),
            amount=None,
            size=None,
            contributes=_when(positive, _ONE),
        )
    number = f"CAST({value} AS DOUBLE)"
    if measure.kind == "ratio":
        over = f"CAST({Expression.parse(measure.over or '').sql()} AS DOUBLE)"
        answered = _both(member, f"{number} IS NOT NULL AND {over} IS NOT NULL")
        denominator, square = _when(answered, f"{weight} * {over}"), None
    else:
        answered = _both(member, f"{number} IS NOT NULL")
        denominator, square = _when(answered, weight), _when(answered, f"{weight} * {number} * {number}")
    return Terms(
        member=_when(member, _ONE),
        answered=_when(answered, _ONE),
        numerator=_when(answered, f"{weight} * {number}"),
        denominator=denominator,
        weight=_when(answered, weight),
        whole=None if measure.kind == "ratio" else _when(member, weight),
        square=square,
        positive=None if measure.kind == "ratio" else _when(answered, _one_or_nothing(number)),
        amount=_when(_both(answered, protected_sql(waiver)), f"abs({number})"),
        size=_when(answered, f"{weight} * abs({number})"),
        contributes=_when(_both(answered, f"{number} <> 0"), _ONE),
    )


_TRUE = "TRUE"


def _one_or_nothing(number: str) -> str:
    """What people count where each counts 1 or 0."""
    return f"CASE WHEN {number} = 1 THEN {_ONE} WHEN {number} = 0 THEN {_ZERO} ELSE CAST('NaN' AS DOUBLE) END"


def protected_sql(waiver: str | None) -> str:
    """Whether a row's amount is protected; who did not say anything has not waived it."""
    return _TRUE if waiver is None else f"NOT coalesce(CAST({quote(waiver)} AS BOOLEAN), FALSE)"


def _all(*conditions: str | None) -> str:
    parts = [f"({Expression.parse(text).sql()})" for text in conditions if text is not None]
    return " AND ".join(parts) or _TRUE


def _both(first: str, second: str) -> str:
    if first == _TRUE:
        return second
    return first if second == _TRUE else f"{first} AND {second}"


def _when(condition: str, value: str) -> str:
    return value if condition == _TRUE else f"CASE WHEN {condition} THEN {value} ELSE {_ZERO} END"


def distinct(measures: Mapping[str, Terms], part: str) -> dict[str, str]:
    """Each distinct SQL text of a part once: text -> name of the column that holds it."""
    texts = dict.fromkeys(text for t in measures.values() if (text := getattr(t, part)) is not None)
    return {text: f"{part}_{position}" for position, text in enumerate(texts)}


@dataclass(frozen=True)
class RowTerms:
    """SQL of one measure where persons are needed one by one.

    Attributes:
        population: whether the row belongs to the population of the call.
        member: whether it belongs to the measure's population, answered or not.
        value: its number (of a share 1 or 0), NULL where it did not answer.
        over: the denominator of a ratio, NULL where it did not answer; None for other kinds.
        base: the number that a national threshold is made of: the value whether or not `also` is known.
        also: 1 where the row is poor whatever its number, 0 where the number decides, NULL where that is not known;
            None where nothing but the number counts.
    """

    population: str
    member: str
    value: str
    over: str | None
    base: str
    also: str | None


def row_terms(measure: Measure, population: str | None = None) -> RowTerms:
    """The SQL of a measure for one row, unweighted."""
    value = Expression.parse(measure.of).sql()
    if measure.kind == "share":
        no = "ELSE" if measure.missing == "counts" else f"WHEN ({value}) IS NOT NULL THEN"
        value = f"CASE WHEN ({value}) THEN {_ONE} {no} {_ZERO} END"
    else:
        value = f"CAST({value} AS DOUBLE)"
    over = None if measure.over is None else f"CAST({Expression.parse(measure.over).sql()} AS DOUBLE)"
    everyone, member = _all(population), _all(population, measure.among)
    base, also = value, None
    if measure.also is not None:
        condition = f"({Expression.parse(measure.also).sql()})"
        also = f"CASE WHEN {condition} THEN {_ONE} WHEN NOT {condition} THEN {_ZERO} END"
        value = f"CASE WHEN {condition} THEN coalesce({base}, {_ZERO}) ELSE {base} END"
    return RowTerms(
        f"coalesce({everyone}, FALSE)", f"coalesce({member}, FALSE)", value, over, base=base, also=also
    )
