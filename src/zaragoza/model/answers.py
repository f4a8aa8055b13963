"""What an expression is for one person, by the rules of SQL on what is not known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlglot import exp

ORDERED: Mapping[type[exp.Expr], Callable[[float, float], bool]] = {
    exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt, exp.LTE: operator.le,
}  # fmt: skip
COMPARED: tuple[type[exp.Expr], ...] = (exp.EQ, exp.NEQ, exp.In, exp.Between, *ORDERED)
CONSTANT = (exp.Literal, exp.Boolean, exp.Null, exp.Neg)
_WHOLE = {exp.DType.BIGINT, exp.DType.INT}
NUMBERS = {exp.DType.DOUBLE, *_WHOLE}
_TYPES: Mapping[exp.DType, type] = {
    exp.DType.BOOLEAN: bool,
    exp.DType.VARCHAR: str,
    exp.DType.TEXT: str,
    **dict.fromkeys(NUMBERS, float),
}

Value = bool | float | str | None
Person = Mapping[str, Value]
_LISTED = "constants"  # of a list, in what is noted of its node


class NotReadError(Exception):
    """An expression of which it is not known here what the engine makes of it."""


def truth(tree: exp.Expr, person: Person) -> bool | None:
    """Whether a person meets a condition; None where that is not known."""
    found = value(tree, person)
    if found is None or isinstance(found, bool):
        return found
    raise NotReadError


def value(tree: exp.Expr, person: Person) -> Value:
    """What an expression is for a person.

    Raises:
        NotReadError: it calculates, converts, or compares values of different kinds, or texts by their order.
    """
    tree = tree.unnest()
    match tree:
        case exp.Column():
            return person[tree.name]
        case exp.Coalesce():
            found = (value(each, person) for each in (tree.this, *tree.expressions))
            return next((one for one in found if one is not None), None)
        case exp.Case():
            return _case(tree, person)
        case exp.Cast():
            return _of_type(value(tree.this, person), tree.to.this)
    return constant(tree) if isinstance(tree, CONSTANT) else _condition(tree, person)


def constant(tree: exp.Expr) -> Value:
    """The value of a constant."""
    match tree:
        case exp.Boolean():
            return bool(tree.this)
        case exp.Neg():
            return -_number(constant(tree.this))
        case exp.Literal():
            return str(tree.this) if tree.is_string else float(tree.this)
    return None


def note_lists(tree: exp.Expr) -> None:
    """Notes the constants of each list once, as lists of countries are long and read for many persons."""
    for node in tree.find_all(exp.In):
        if all(isinstance(each, exp.Literal) for each in node.expressions):
            node.meta[_LISTED] = frozenset(map(constant, node.expressions))


def compared_sides(comparison: exp.Expr) -> list[exp.Expr]:
    """What a comparison compares: the first with all others."""
    low, high = comparison.args.get("low"), comparison.args.get("high")
    others = [low, high] if low and high else comparison.expressions or [comparison.expression]
    return [comparison.this, *others]


def _of_type(found: Value, kind: exp.DType) -> Value:
    """A value that is of the type already, and of a condition 1 or 0; how others are converted the engine knows."""
    if found is None:
        return None
    if isinstance(found, bool) and kind in NUMBERS:
        return float(found)
    if type(found) is not _TYPES.get(kind) or (kind in _WHOLE and not float(found).is_integer()):
        raise NotReadError
    return found


def _number(found: Value) -> float:
    if isinstance(found, float):
        return found
    raise NotReadError


def _case(tree: exp.Case, person: Person) -> Value:
    if tree.this:
        raise NotReadError
    for branch in tree.args["ifs"]:
        if truth(branch.this, person):
            return value(branch.args["true"], person)
    otherwise = tree.args.get("default")
    return None if otherwise is None else value(otherwise, person)


def _condition(tree: exp.Expr, person: Person) -> bool | None:
    match tree:
        case exp.Not():
            return _opposite(truth(tree.this, person))
        case exp.And():
            return _all(truth(side, person) for side in (tree.left, tree.right))
        case exp.Or():
            return _opposite(_all(_opposite(truth(side, person)) for side in (tree.left, tree.right)))
        case exp.Is():
            return value(tree.this, person) is value(tree.expression, person)
    if isinstance(tree, COMPARED):
        return _compared(tree, person)
    raise NotReadError


def _opposite(found: bool | None) -> bool | None:
    return None if found is None else not found


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    return False if False in found else None if None in found else True


def _compared(tree: exp.Expr, person: Person) -> bool | None:
    listed: Collection[Value] | None = tree.meta.get(_LISTED)
    if listed is not None:
        return _among(value(tree.this, person), listed)
    one, *others = (value(side, person) for side in compared_sides(tree))
    match tree:
        case exp.In():
            return _among(one, others)
        case exp.Between():
            return _all((_ordered(exp.GTE, one, others[0]), _ordered(exp.LTE, one, others[1])))
        case exp.EQ():
            return _among(one, others)
        case exp.NEQ():
            return _opposite(_among(one, others))
    return _ordered(type(tree), one, others[0])


def _among(one: Value, others: Collection[Value]) -> bool | None:
    if one is None:
        return None
    if any(type(each) is not type(one) for each in others if each is not None):
        raise NotReadError
    return True if one in others else None if None in others else False


def _ordered(how: type[exp.Expr], one: Value, other: Value) -> bool | None:
    return None if one is None or other is None else ORDERED[how](_number(one), _number(other))
