"""Definitions as text: parsed, checked against a small list, printed alike for every engine.

The list of allowed nodes holds what DuckDB and Spark read with the same meaning; it is the security gate too,
because no function, subquery, file or parameter can be written with it. Division is guarded when the text is
printed: a denominator of zero gives NULL on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from zaragoza.errors import DefinitionError, Fault

Dialect = Literal["duckdb", "spark"]

_PREDICATES: tuple[type[exp.Expr], ...] = (
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is,
    exp.Boolean,
)  # fmt: skip
_ALLOWED: tuple[type[exp.Expr], ...] = (
    *_PREDICATES,
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Case, exp.If, exp.Coalesce, exp.Cast, exp.DataType,
)  # fmt: skip
_CASTS = {
    exp.DType.BIGINT,
    exp.DType.DOUBLE,
    exp.DType.VARCHAR,
    exp.DType.TEXT,
    exp.DType.BOOLEAN,
    exp.DType.INT,
}
_WAY_OUT = (
    "Use columns, numbers, texts, + - * /, comparisons, AND, OR, NOT, BETWEEN, IN, IS NULL, CASE, COALESCE "
    "and CAST to BIGINT, DOUBLE, VARCHAR or BOOLEAN."
)


@dataclass(frozen=True)
class Expression:
    """A parsed definition.

    Attributes:
        text: the canonical text, as shown to readers.
        variables: names of the columns it reads.
        is_condition: whether it is true or false for a row, by its form (a bare column may be either).
        comparisons: constants that a column is compared with: column, constant, whether the constant is a text.
    """

    text: str
    variables: frozenset[str]
    is_condition: bool
    comparisons: frozenset[tuple[str, str, bool]]
    _tree: exp.Expr = field(repr=False, compare=False, hash=False)

    @staticmethod
    def parse(text: str, where: str = "expression") -> Expression:
        """Reads an expression.

        Args:
            text: SQL expression on standard variables.
            where: named in the faults.

        Raises:
            DefinitionError: the text is no expression, or holds parts that are not on the list; all are
                reported.
        """
        return _parse(text, where)

    def reading(self, names: Mapping[str, str]) -> Expression:
        """The same expression with other columns in the place of some."""
        renamed = self._tree.copy()
        for column in list(renamed.find_all(exp.Column)):
            if column.name in names:
                column.set("this", exp.to_identifier(names[column.name], quoted=True))
        return _parse(renamed.sql(dialect="duckdb", comments=False), "expression")

    def made_of(self, derived: Mapping[str, str]) -> Expression:
        """The same expression with what derived variables are made of in their place, to the end.

        Args:
            derived: expressions by variable; none needs itself.
        """
        return _made_of(self.text, tuple(derived.items())) if self.variables & derived.keys() else self

    @property
    def conditions(self) -> frozenset[str]:
        """The conditions that must all hold: the parts between its outermost ANDs, each as canonical text."""
        tree = self._tree.unnest()
        parts = tree.flatten() if isinstance(tree, exp.And) else (tree,)
        return frozenset(part.unnest().sql(dialect="duckdb", comments=False) for part in parts)

    def sql(self, dialect: Dialect = "duckdb") -> str:
        """The expression as SQL text of an engine: identifiers quoted, divisions and casts guarded.

        A cast that fails is NULL on every engine; DuckDB's message for a failed cast would show the value.
        """
        return _print(self.text, dialect)


@lru_cache(maxsize=4096)
def _made_of(text: str, derived: tuple[tuple[str, str], ...]) -> Expression:
    known = dict(derived)
    whole = exp.paren(_parse(text, "expression")._tree.copy())  # so that every column stands in something
    for column in list(whole.find_all(exp.Column)):
        if column.name in known:
            others = {name: of for name, of in known.items() if name != column.name}
            made = Expression.parse(known[column.name]).made_of(others)._tree.copy()
            column.replace(made if isinstance(made, (exp.Cast, exp.Null)) else exp.paren(made))
    return _parse(whole.this.sql(dialect="duckdb", comments=False), "expression")


@lru_cache(maxsize=4096)
def _print(text: str, dialect: Dialect) -> str:
    guarded = _parse(text, "expression")._tree.transform(_guard_cast)
    for division in reversed(list(guarded.find_all(exp.Div))):  # innermost first: a / b / c holds two
        # double division everywhere, NULL for a denominator of zero
        zero = exp.Literal.number(0)
        division.set("this", exp.cast(division.this, "double"))
        division.set("expression", exp.Nullif(this=exp.paren(division.expression), expression=zero))
    return guarded.sql(dialect=dialect, identify=True, comments=False)


@lru_cache(maxsize=4096)
def _parse(text: str, where: str) -> Expression:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError):
        raise DefinitionError(
            Fault(where, text, "one SQL expression", "text that cannot be read", _WAY_OUT)
        ) from None
    if len(trees) != 1:
        raise DefinitionError(Fault(where, text, "one SQL expression", f"{len(trees)} statements", _WAY_OUT))
    faults = [
        Fault(where, text, "an expression of the allowed parts", found, _WAY_OUT)
        for found in dict.fromkeys(_forbidden(node) for node in trees[0].walk())
        if found
    ]
    if faults:
        raise DefinitionError(faults)
    variables = frozenset(column.name for column in trees[0].find_all(exp.Column))
    return Expression(
        text=trees[0].sql(dialect="duckdb", comments=False),
        variables=variables,
        is_condition=_is_condition(trees[0]),
        comparisons=frozenset(_comparisons(trees[0])),
        _tree=trees[0],
    )


def _is_condition(tree: exp.Expr) -> bool:
    tree = tree.unnest()
    if isinstance(tree, exp.Case):  # a CASE of conditions; NULL where there is no answer
        results = [branch.args["true"] for branch in tree.args["ifs"]]
        results.append(tree.args.get("default") or exp.Null())
        answers = [result for result in results if not isinstance(result.unnest(), exp.Null)]
        return bool(answers) and all(map(_is_condition, answers))
    return isinstance(tree, _PREDICATES)


def _comparisons(tree: exp.Expr) -> Iterator[tuple[str, str, bool]]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
        columns = [side.name for side in sides if isinstance(side, exp.Column)]
        constants = [side for side in sides if isinstance(side, exp.Literal)]
        yield from ((name, constant.this, constant.is_string) for name in columns for constant in constants)


def _guard_cast(node: exp.Expr) -> exp.Expr:
    if type(node) is not exp.Cast:
        return node
    return exp.TryCast(this=node.this.transform(_guard_cast), to=node.to, safe=True)


def _forbidden(node: exp.Expr) -> str | None:
    if not isinstance(node, _ALLOWED):
        return _part(node)
    if isinstance(node, exp.Column) and node.table:
        return "a column with a table name"
    if isinstance(node, exp.In):
        return _forbidden_in(node)
    if isinstance(node, exp.Is) and not isinstance(node.expression, (exp.Null, exp.Boolean)):
        return "IS with something else than NULL, TRUE or FALSE"
    return _forbidden_cast(node) if isinstance(node, exp.Cast) else None


def _part(node: exp.Expr) -> str:
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        return f"the function {name.upper()}"
    return f"the part {type(node).__name__.upper()}"


def _forbidden_in(node: exp.In) -> str | None:
    if node.args.get("query") or node.args.get("unnest"):
        return "a query inside IN"
    return None if node.expressions else "IN without a list of values"


def _forbidden_cast(node: exp.Cast) -> str | None:
    plain = type(node) is exp.Cast and not any(node.args.get(key) for key in ("format", "action", "default"))
    return None if plain and node.to.this in _CASTS else f"CAST to {node.to.sql()}"
