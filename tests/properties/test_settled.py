"""What rules tell of who meets a condition, for random rules: the engine reads them for people of all kinds.

Whatever is said to follow from the rules alone must be so of every one of these people; a claim that is not would show
a share with everybody in one class.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pyarrow as pa
import pytest

from zaragoza.classify import classify
from zaragoza.engine import Engine, Table
from zaragoza.model.classification import Category, Classification
from zaragoza.model.expression import Expression
from zaragoza.model.settled import settled
from zaragoza.model.text import Text

WORDS = Text("made up", "verzonnen")
NUMBERS = [None, -2.0, -1.0, 0.0, 0.3, 0.6, 1.0, 1.5, 2.0, 8.0, 9.0]
TEXTS = [None, "a", "b", "y", "z"]
VALUES = {"x": NUMBERS, "y": NUMBERS, "s": TEXTS, "t": TEXTS, "f": [None, True, False]}
SIMPLE = [
    "f",
    "NOT f",
    "x > 1",
    "y <= 2",
    "s = 'a'",
    "t <> 'b'",
    "s IS NULL",
    "f IS TRUE",
    "f = FALSE",
    "x < y",
]


class Grammar:
    """Conditions, numbers and texts of the parts that definitions may be written with."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - made-up definitions

    def number(self, depth: int) -> str:
        if depth <= 0 or self.draw.random() < 0.5:
            return self.draw.choice(["x", "y", "x", "y", "0", "1", "2"])
        one, other, when = self.number(depth - 1), self.number(depth - 1), self.condition(depth - 1)
        return self.draw.choice(
            [
                f"CASE WHEN {when} THEN {one} ELSE {other} END",
                f"CASE WHEN {when} THEN {one} END",
                f"COALESCE({one}, {other})",
                f"({one} + {other})",
                f"CAST({when} AS BIGINT)",
                f"CAST(CASE WHEN {when} THEN TRUE ELSE f END AS DOUBLE)",
            ]
        )

    def text(self, depth: int) -> str:
        if depth <= 0 or self.draw.random() < 0.6:
            return self.draw.choice(["s", "t", "s", "t", "'a'", "'b'"])
        one, other = self.text(depth - 1), self.text(depth - 1)
        return self.draw.choice(
            [
                f"COALESCE({one}, {other})",
                f"CASE WHEN {self.condition(depth - 1)} THEN {one} ELSE {other} END",
            ]
        )

    def condition(self, depth: int) -> str:
        if depth <= 0 or self.draw.random() < 0.15:
            return self.draw.choice(SIMPLE)
        one, other = self.condition(depth - 1), self.condition(depth - 1)
        low, high, number = (self.number(depth - 1) for _ in range(3))
        compared = self.draw.choice((">", "<", ">=", "<=", "=", "<>"))
        return self.draw.choice(
            [
                f"({one} AND {other})",
                f"({one} OR {other})",
                f"NOT ({one})",
                f"COALESCE({one}, {self.draw.choice(('TRUE', 'FALSE', 'f'))})",
                f"({one}) IS {self.draw.choice(('NULL', 'NOT NULL', 'TRUE', 'NOT TRUE', 'NOT FALSE'))}",
                f"{number} {compared} {high}",
                f"{number} BETWEEN {low} AND {high}",
                f"{self.text(depth - 1)} {self.draw.choice(('=', '<>'))} {self.text(depth - 1)}",
                f"{self.text(depth - 1)} {self.draw.choice(('IN', 'NOT IN'))} ('a', t)",
            ]
        )


def rules_of(seed: int) -> tuple[Classification, str]:
    """Two categories and a condition."""
    grammar = Grammar(seed)
    categories = tuple(Category(f"c{place}", WORDS, grammar.condition(2)) for place in range(2))
    made = Classification(id="made", title=WORDS, source="a test", categories=categories)
    return made, grammar.condition(grammar.draw.choice((1, 2)))


def everybody(engine: Engine) -> Table:
    columns = zip(*product(*VALUES.values()), strict=True)
    return engine.table(pa.table({name: list(own) for name, own in zip(VALUES, columns, strict=True)}))


def wrong(persons: Table, seed: int) -> Iterator[tuple[str, bool | None]]:
    """One entry a claim: the category, and True where somebody contradicts it."""
    rules, condition = rules_of(seed)
    rows = classify(persons, [rules]).select(
        {"code": "made", "meets": Expression.parse(condition).sql("duckdb")}
    )
    found = rows.aggregate({"code": "code", "meets": "meets"}, {"n": "COUNT(*)"}).rows()
    for missing_counts in (False, True):
        claims = settled(rules, condition, ("c0", "c1", "_U"), missing_counts=missing_counts)
        for code, claim in claims.items():
            answers = {m is True for c, m, _ in found if c == code and (m is not None or missing_counts)}
            yield code, bool(answers - {claim})


@pytest.mark.parametrize("seed", [*range(6), 199, 264, 711, 846])  # of the last, claims were once wrong
def test_what_is_settled_is_so_of_everybody(seed: int) -> None:
    with Engine(threads=1) as engine:
        assert not [code for code, contradicted in wrong(everybody(engine), seed) if contradicted]
