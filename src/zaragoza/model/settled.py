"""What a category tells by its rules alone: everybody aged 65 and over has reached the age of 50.

Rules and conditions compare variables with constants. So a few values of each variable stand for all there are: the
constants, something between and beyond them, and no answer. Both are read for every combination.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise, product
from math import prod

import sqlglot
from sqlglot import exp

from zaragoza.model.classification import UNKNOWN, Classification
from zaragoza.model.expression import Expression

_MOST = 5_000  # combinations; where there are more, nothing is taken to be settled
_ORDERED: Mapping[type[exp.Expr], Callable[[float, float], bool]] = {
    exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt, exp.LTE: operator.le,
}  # fmt: skip
_COMPARED: tuple[type[exp.Expr], ...] = (exp.EQ, exp.NEQ, exp.In, exp.Between, *_ORDERED)
_CONSTANT = (exp.Literal, exp.Boolean, exp.Null, exp.Neg)

Value = bool | float | str | None
Person = Mapping[str, Value]


class _NotReadError(Exception):
    """An expression that is not made of comparisons with constants."""


def settled(
    classification: Classification, condition: str, codes: Iterable[str], *, missing_counts: bool = False
) -> dict[str, bool | None]:
    """Categories of which the rules tell that everybody in them meets a condition, or nobody.

    Args:
        classification: bound.
        condition: of a share.
        codes: the categories that are asked for, `_U` perhaps among them.
        missing_counts: whether who gave no answer counts as not meeting it; otherwise such people are left out.

    Returns:
        Those of them that tell it, and whether it is everybody; None where a code of an open classification tells it
        by a condition that is not read here.
    """
    wanted = Expression.parse(condition)
    if not wanted.variables or not wanted.variables <= classification.variables:
        return {}
    if classification.column is not None:
        return {code: _of_code(wanted.text, classification.column, code) for code in codes}
    found = _settled(classification.expression.text, wanted.text, missing_counts)
    return {code: found[code] for code in codes if code in found}


def _of_code(condition: str, column: str, code: str) -> bool | None:
    """Whether people with this code in an open classification's column meet a condition that reads nothing else."""
    try:
        person: Person = {column: None if code == UNKNOWN else code}
        return _truth(sqlglot.parse_one(condition, dialect="duckdb"), person) is True
    except _NotReadError:
        return None


@lru_cache(maxsize=4096)
def _settled(category: str, condition: str, missing_counts: bool) -> Mapping[str, bool]:
    rule, wanted = (sqlglot.parse_one(text, dialect="duckdb") for text in (category, condition))
    answers: dict[str, set[bool]] = {}
    try:
        for person in _persons(rule, wanted):
            meets = _truth(wanted, person)
            if meets is not None or missing_counts:
                answers.setdefault(str(_value(rule, person)), set()).add(meets is True)
    except _NotReadError:
        return {}
    return {code: True in found for code, found in answers.items() if len(found) == 1}


def _persons(*trees: exp.Expr) -> Iterator[Person]:
    """One person for each combination of values that comparisons can tell apart."""
    compared: dict[str, list[frozenset[Value]]] = {}
    flags: set[str] = set()
    for column in (column for tree in trees for column in tree.find_all(exp.Column)):
        sets = compared.setdefault(column.name, [])
        if comparison := _comparison(column):
            sets += _constants(comparison)
        elif not (isinstance(column.parent, exp.Is) and isinstance(column.parent.expression, exp.Null)):
            flags.add(column.name)
    values = {name: _values(sets, flag=name in flags or not sets) for name, sets in compared.items()}
    if prod(map(len, values.values())) > _MOST:
        raise _NotReadError
    return (dict(zip(values, one, strict=True)) for one in product(*values.values()))


def _comparison(column: exp.Column) -> exp.Expr | None:
    """What compares a column, or what a CASE makes of it, with constants; none where it is a condition by itself."""
    node: exp.Expr = column
    while (parent := node.parent) is not None and not isinstance(parent, _COMPARED):
        if isinstance(parent, exp.If) and parent.this is node:
            return None
        node = parent
    return parent


def _constants(comparison: exp.Expr) -> Iterator[frozenset[Value]]:
    """What a comparison sets apart from all other values: each constant in it, or a list as a whole."""
    listed = comparison.expressions if isinstance(comparison, exp.In) else []
    if listed:
        yield frozenset(_value(each, {}) for each in listed)
    for literal in comparison.find_all(exp.Literal):
        constant = literal.parent if isinstance(literal.parent, exp.Neg) else literal
        if not any(constant is each for each in listed):
            yield frozenset((_value(constant, {}),))


def _values(sets: Iterable[frozenset[Value]], *, flag: bool) -> list[Value]:
    """Values that stand for all of a variable; of texts in the same sets one is enough."""
    sets = tuple(dict.fromkeys(sets))
    known = frozenset[Value]().union(*sets)
    texts = {
        tuple(one in each for each in sets): one for one in sorted(x for x in known if isinstance(x, str))
    }
    numbers = sorted(one for one in known if isinstance(one, float))
    found: list[Value] = [None, *texts.values(), *numbers]
    found += [(low + high) / 2 for low, high in pairwise(numbers)]
    if texts:
        found.append(max(one for one in known if isinstance(one, str)) + "-")  # none of them
    if numbers:
        found += [numbers[0] - 1, numbers[-1] + 1]
    return [*found, True, False] if flag else found


def _truth(tree: exp.Expr, person: Person) -> bool | None:
    value = _value(tree, person)
    if value is None or isinstance(value, bool):
        return value
    raise _NotReadError


def _value(tree: exp.Expr, person: Person) -> Value:
    """What an expression is for a person, by the rules of SQL on what is not known."""
    tree = tree.unnest()
    if isinstance(tree, exp.Column):
        return person[tree.name]
    if isinstance(tree, exp.Coalesce):
        found = (_value(each, person) for each in (tree.this, *tree.expressions))
        return next((one for one in found if one is not None), None)
    if isinstance(tree, exp.Case):
        return _case(tree, person)
    return _constant(tree) if isinstance(tree, _CONSTANT) else _condition(tree, person)


def _constant(tree: exp.Expr) -> Value:
    match tree:
        case exp.Boolean():
            return bool(tree.this)
        case exp.Neg():
            return -_number(_constant(tree.this))
        case exp.Literal():
            return str(tree.this) if tree.is_string else float(tree.this)
    return None


def _number(value: Value) -> float:
    if isinstance(value, float):
        return value
    raise _NotReadError


def _case(tree: exp.Case, person: Person) -> Value:
    if tree.this:
        raise _NotReadError
    for branch in tree.args["ifs"]:
        if _truth(branch.this, person):
            return _value(branch.args["true"], person)
    otherwise = tree.args.get("default")
    return None if otherwise is None else _value(otherwise, person)


def _condition(tree: exp.Expr, person: Person) -> bool | None:
    match tree:
        case exp.Not():
            return _opposite(_truth(tree.this, person))
        case exp.And():
            return _all(_truth(side, person) for side in (tree.left, tree.right))
        case exp.Or():
            return _opposite(_all(_opposite(_truth(side, person)) for side in (tree.left, tree.right)))
        case exp.Is():
            return _value(tree.this, person) is _value(tree.expression, person)
    if isinstance(tree, _COMPARED):
        return _compared(tree, person)
    raise _NotReadError


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    return False if False in found else None if None in found else True


def _compared(tree: exp.Expr, person: Person) -> bool | None:
    low, high = tree.args.get("low"), tree.args.get("high")
    sides = [tree.this, low, high] if low and high else [tree.this, *(tree.expressions or [tree.expression])]
    if sum(side.find(exp.Column) is not None for side in sides) > 1:
        raise _NotReadError
    one, *others = (_value(side, person) for side in sides)
    if one is None or None in others:
        return None
    if any(type(one) is not type(other) for other in others):
        raise _NotReadError
    if low and high:
        return _number(others[0]) <= _number(one) <= _number(others[1])
    if type(tree) in _ORDERED:
        return _ORDERED[type(tree)](_number(one), _number(others[0]))
    return (one in others) != isinstance(tree, exp.NEQ)
