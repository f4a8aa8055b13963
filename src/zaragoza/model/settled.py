"""What a category tells by its rules alone: everybody aged 65 and over has reached the age of 50.

Rules and conditions compare variables with constants and with one another. So a few values of each variable stand for
all there are: the constants, something between and beyond them, and no answer. Both are read for every combination.
Variables that were derived from others are read as these. What is calculated counts as a variable of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise, product
from math import prod
from types import MappingProxyType
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from zaragoza.model.answers import (
    COMPARED,
    CONSTANT,
    NUMBERS,
    NotReadError,
    Person,
    Value,
    compared_sides,
    constant,
    note_lists,
)
from zaragoza.model.answers import truth as truth_of
from zaragoza.model.answers import value as value_of
from zaragoza.model.classification import UNKNOWN, Classification
from zaragoza.model.expression import Expression

_MOST = 10_000  # combinations; where there are more, nothing is taken to be settled
_CALCULATED = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg)
_CONDITION: tuple[type[exp.Expr], ...] = (exp.And, exp.Or, exp.Not, exp.Is, *COMPARED)
_IS_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NOTHING: Mapping[str, str] = MappingProxyType({})

Sets = dict[str, list[frozenset[Value]]]
Answers = Mapping[Value, Set[bool]]


class Table(NamedTuple):
    """What a condition is for each combination of answers, the last variable changing fastest; None is not known."""

    variables: tuple[str, ...]
    truths: tuple[bool | None, ...]


def settled(
    classification: Classification,
    condition: str,
    codes: Iterable[str],
    derived: Mapping[str, str] = _NOTHING,
    *,
    missing_counts: bool = False,
) -> dict[str, bool | None]:
    """Categories of which the rules tell that everybody in them meets a condition, or nobody.

    Args:
        classification: bound.
        condition: of a share.
        codes: the categories that are asked for, `_U` perhaps among them.
        derived: how variables were made, as in `Definitions`.
        missing_counts: whether who gave no answer counts as not meeting it; otherwise such people are left out.

    Returns:
        Those of them that tell it, and whether it is everybody; None where a code of an open classification tells it
        by a condition that is not read here.
    """
    asked = tuple(codes)
    told: dict[str, bool | None] = {}
    if _is_told(classification, condition, derived):
        told = dict.fromkeys(asked)
    for known in (derived, _NOTHING):  # what cannot be read to the end may be settled as it stands
        wanted = Expression.parse(condition).made_of(known)
        rule = Expression.parse(classification.column) if classification.column else classification.expression
        made = rule.made_of(known)
        if not made.variables & wanted.variables:
            same = always(wanted.text, missing_counts=missing_counts)
            return {} if same is None else dict.fromkeys(asked, same)
        with suppress(NotReadError):
            if classification.column is not None:
                return told | _of_codes(made.text, wanted.text, asked, missing_counts=missing_counts)
            answers = _answers(made.text, wanted.text, missing_counts)
            return {code: True in answers[code] for code in asked if len(answers.get(code, ())) == 1}
    return told


def always(
    condition: str, derived: Mapping[str, str] = _NOTHING, *, missing_counts: bool = False
) -> bool | None:
    """Whether everybody meets a condition, whoever it is (True), or nobody (False); the arguments as of `settled`."""
    with suppress(NotReadError):
        (found,) = _answers(
            "TRUE", Expression.parse(condition).made_of(derived).text, missing_counts
        ).values()
        return True in found if len(found) == 1 else None
    return None


def tabulated(conditions: Sequence[str]) -> tuple[Mapping[str, int], list[Table | None]]:
    """What conditions are for people of whom some answer differs that any of the conditions can tell apart.

    Args:
        conditions: on standard variables, read together: a place of a variable is the same answer in all of them.

    Returns:
        How many answers each variable has, the first of them none at all; and of each condition its table, or None
        where it has more than 10,000 combinations, or is not read here.
    """
    trees = [_readable(Expression.parse(each).text) for each in conditions]
    values = _values_of(trees)
    return {name: len(each) for name, each in values.items()}, [_table(tree, values) for tree in trees]


def _table(tree: exp.Expr, values: Mapping[str, Sequence[Value]]) -> Table | None:
    names = sorted(_names(tree))
    if _count(values, names) > _MOST:
        return None
    with suppress(NotReadError):
        return Table(tuple(names), tuple(truth_of(tree, person) for person in _persons(values, names)))
    return None


def _of_codes(
    column: str, condition: str, codes: Iterable[str], *, missing_counts: bool
) -> dict[str, bool | None]:
    """The codes of an open classification, one by one: each is a value of the column, as a text or a number."""
    answers = {code: _of_code(column, condition, code, missing_counts=missing_counts) for code in codes}
    return {code: True in found for code, found in answers.items() if len(found) == 1}


def _of_code(column: str, condition: str, code: str, *, missing_counts: bool) -> Set[bool]:
    text = code.replace("'", "''")
    rules = [f"COALESCE({column}, '{UNKNOWN}') = '{text}'"]
    rules += [f"{column} IS NULL"] if code == UNKNOWN else []
    rules += [f"{column} = {code}"] if _IS_NUMBER.fullmatch(code) else []
    for rule in rules:
        with suppress(NotReadError):
            return _answers(rule, condition, missing_counts).get(True, set())
    raise NotReadError


def _is_told(classification: Classification, condition: str, derived: Mapping[str, str]) -> bool:
    """Whether the code of an open classification is all that a condition reads."""
    wanted = Expression.parse(condition)
    return classification.column is not None and any(
        one.variables == {classification.column} for one in (wanted, wanted.made_of(derived))
    )


@lru_cache(maxsize=4096)
def _answers(rule: str, condition: str, missing_counts: bool) -> Answers:
    """Of each value of a rule, whether people of whom it is so meet a condition: all answers that there can be.

    Variables that only one of both reads are gone through apart.
    """
    made, wanted = (_readable(text) for text in (rule, condition))
    values = _values_of((made, wanted))
    of_rule, of_condition = (_names(tree) for tree in (made, wanted))
    shared, apart = of_rule & of_condition, (of_rule - of_condition, of_condition - of_rule)
    if _count(values, shared) * sum(_count(values, names) for names in apart) > _MOST:
        raise NotReadError
    found: dict[Value, set[bool]] = {}
    for person in _persons(values, shared):
        truths = [truth_of(wanted, {**person, **more}) for more in _persons(values, apart[1])]
        told = {one is True for one in truths if one is not None or missing_counts}
        for more in _persons(values, apart[0]):
            found.setdefault(value_of(made, {**person, **more}), set()).update(told)
    return found


@lru_cache(maxsize=512)
def _readable(text: str) -> exp.Expr:
    """An expression with what is calculated, or converted to a number, as variables with their text for a name."""
    tree = exp.paren(sqlglot.parse_one(text, dialect="duckdb"))
    for node in list(tree.walk()):
        if _is_calculated(node) and node.find(exp.Column) is not None:
            node.replace(exp.column(exp.to_identifier(node.sql(dialect="duckdb"), quoted=True)))
    note_lists(tree)
    return tree


def _is_calculated(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Cast) or node.to.this not in NUMBERS:
        return isinstance(node, _CALCULATED)
    of = node.this.unnest()
    is_condition = isinstance(of, _CONDITION) or (
        isinstance(of, exp.Cast) and of.to.this == exp.DType.BOOLEAN
    )
    return not is_condition and (not isinstance(of, exp.Case) or of.find(*_CALCULATED) is not None)


def _names(tree: exp.Expr) -> frozenset[str]:
    return frozenset(column.name for column in tree.find_all(exp.Column))


def _count(values: Mapping[str, Sequence[Value]], names: Iterable[str]) -> int:
    return prod(len(values[name]) for name in names)


def _persons(values: Mapping[str, Sequence[Value]], names: Iterable[str]) -> Iterator[Person]:
    """One person for each combination of values of some variables."""
    chosen = sorted(names)
    return (dict(zip(chosen, one, strict=True)) for one in product(*(values[name] for name in chosen)))


def _values_of(trees: Sequence[exp.Expr]) -> dict[str, list[Value]]:
    """Values of each variable that comparisons can tell apart."""
    sets, linked = _compared(trees)
    flags = _flags(trees)
    sizes = Counter(linked.values())
    together: dict[str, list[frozenset[Value]]] = {}
    for name, own in sets.items():
        together.setdefault(linked[name], []).extend(own)
    marked = {linked[name] for name in flags}
    return {
        name: _values(together[group], sizes[group], flag=group in marked) for name, group in linked.items()
    }


def _compared(trees: Iterable[exp.Expr]) -> tuple[Sets, dict[str, str]]:
    """What comparisons set apart from all other values of each variable, and which variables they compare.

    Returns:
        Each constant that a variable is compared with, or a list as a whole; and of each variable the name of one of
        those that it is compared with, the same for all of these.
    """
    sets: Sets = {column.name: [] for tree in trees for column in tree.find_all(exp.Column)}
    linked = {name: name for name in sets}
    for comparison in (node for tree in trees for node in tree.find_all(*COMPARED)):
        sides = [list(_parts(side)) for side in compared_sides(comparison)]
        columns = [[part.name for part in side if isinstance(part, exp.Column)] for side in sides]
        for name in (name for side in columns for name in side):
            sets[name] += _set_apart(comparison, sides)
        if sum(map(bool, columns)) > 1:
            groups = {linked[name] for side in columns for name in side}
            linked = {name: min(groups) if group in groups else group for name, group in linked.items()}
    return sets, linked


def _set_apart(comparison: exp.Expr, sides: Sequence[Sequence[exp.Expr]]) -> Iterator[frozenset[Value]]:
    constants = [[constant(part) for part in side if isinstance(part, CONSTANT)] for side in sides]
    if isinstance(comparison, exp.In):
        first, *listed = constants
        yield frozenset(one for each in listed for one in each if one is not None)
        constants = [first]
    yield from (frozenset((one,)) for each in constants for one in each if one is not None)


def _parts(tree: exp.Expr) -> Iterator[exp.Expr]:
    """What a value can come from: not what conditions in it read."""
    tree = tree.unnest()
    match tree:
        case exp.Case():
            results = [branch.args["true"] for branch in tree.args["ifs"]]
            inner = [*results, tree.args.get("default") or exp.Null()]
        case exp.Coalesce():
            inner = [tree.this, *tree.expressions]
        case exp.Cast() if tree.to.this in NUMBERS:
            yield from _as_numbers(list(_parts(tree.this)))
            return
        case exp.Cast():
            inner = [tree.this]
        case _:
            yield tree
            return
    for each in inner:
        yield from _parts(each)


def _as_numbers(parts: Sequence[exp.Expr]) -> Iterator[exp.Expr]:
    """With 1 and 0 where conditions may be converted to numbers."""
    yield from (part for part in parts if not isinstance(part, exp.Boolean))
    if not all(isinstance(part, (exp.Literal, exp.Neg, exp.Null)) for part in parts):
        yield from (exp.Literal.number(0), exp.Literal.number(1))


def _flags(trees: Iterable[exp.Expr]) -> set[str]:
    """Variables that are conditions by themselves somewhere."""
    compared: set[int] = set()
    for node in (node for tree in trees for node in tree.find_all(*COMPARED)):
        compared |= {id(part) for side in compared_sides(node) for part in _parts(side)}
    columns = [column for tree in trees for column in tree.find_all(exp.Column)]
    return {column.name for column in columns if id(column) not in compared and not _is_absent(column)}


def _is_absent(column: exp.Expr) -> bool:
    """Whether it is only asked whether there is a value."""
    return isinstance(column.parent, exp.Is) and isinstance(column.parent.expression, exp.Null)


def _values(sets: Iterable[frozenset[Value]], copies: int, *, flag: bool) -> list[Value]:
    """Values that stand for all of a variable; of those in the same sets as many as are compared with one another."""
    sets = tuple(dict.fromkeys(sets))
    known = frozenset[Value]().union(*sets)
    alike: dict[tuple[bool, ...], list[str]] = {}
    for one in sorted(x for x in known if isinstance(x, str)):
        alike.setdefault(tuple(one in each for each in sets), []).append(one)
    numbers = sorted(one for one in known if isinstance(one, float))
    found: list[Value] = [None, *(one for texts in alike.values() for one in texts[:copies]), *numbers]
    steps = range(1, copies + 1)
    found += [low + (high - low) * i / (copies + 1) for low, high in pairwise(numbers) for i in steps]
    if alike:
        last = max(one for one in known if isinstance(one, str))
        found += [last + "-" * i for i in steps]  # none of them
    if numbers:
        found += [end for i in steps for end in (numbers[0] - i, numbers[-1] + i)]
    if not known and copies > 1 and not flag:
        found += list(map(float, steps))
    is_flag = any(isinstance(one, bool) for one in known) or (not known and copies == 1)
    return [*found, True, False] if flag or is_flag else found
