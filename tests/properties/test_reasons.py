"""What a reader of the reasons knows: an intruder of whole numbers who shares nothing with protection.

He knows the public rules, so that a reason tells him of the people and of both classes of a share, and that people are
whole: integer programmes of his own (scipy), not those of the audit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.reference.protect_data import TOTAL, Block, Case, at, case
from tests.unit.attacked import REGISTER, published
from zaragoza.protect import Published, Relationships, attack, known_relationships, protect

ENDLESS = 10_000
BY = ("a", "b")
Row = dict[str, object]


@dataclass
class Reader:
    """All tables of whole people that agree with what is shown: n, the numerator and the rest of every figure."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    cells: dict[tuple[str, ...], tuple[int, int, int]] = field(default_factory=dict)
    totals: bool = False  # whether values are numbers of people, not shares

    def unknown(self, low: float = 0.0, high: float = ENDLESS) -> int:
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def read(self, row: Row, *, shown: bool) -> None:
        n, positive, others = three = self.unknown(), self.unknown(), self.unknown()
        self.cells[str(row["a"]), str(row["b"])] = three
        self.rows.append(({positive: 1, others: 1, n: -1}, 0, 0))
        if row["reason"] == "too_few":
            self.low[n] = 1
            small = [self.unknown(high=1) for _ in three]  # of which one at least is below the minimum count
            self.rows.append((dict.fromkeys(small, 1), 1, len(small)))
            for cell, which in zip(three, small, strict=True):
                self.rows.append(({cell: 1, which: ENDLESS}, -ENDLESS, REGISTER.min_count - 1 + ENDLESS))
        elif shown and row["value"] is not None:
            count = round(row["value"] * (1 if self.totals else row["n"]))
            for cell, value in zip(three, (row["n"], count, row["n"] - count), strict=True):
                self.low[cell] = self.high[cell] = value
        else:
            self.low[n] = self.low[positive] = self.low[others] = REGISTER.min_count

    def add_up(self) -> None:
        for total, cells in self.cells.items():
            for place in (place for place in range(len(total)) if total[place] == TOTAL):
                parts = [
                    other
                    for key, other in self.cells.items()
                    if key[place] != TOTAL and (*key[:place], TOTAL, *key[place + 1 :]) == total
                ]
                for which in range(3) if parts else ():
                    terms = {part[which]: 1.0 for part in parts} | {cells[which]: -1.0}
                    self.rows.append((terms, 0, 0))

    def bounds(self, cell: int) -> tuple[float, float]:
        matrix = np.zeros((len(self.rows), len(self.low)))
        for place, (terms, _, _) in enumerate(self.rows):
            matrix[place, list(terms)] = list(terms.values())
        limits = LinearConstraint(
            matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows]
        )
        whole, found = np.ones(len(self.low)), []
        for sign in (1, -1):
            cost = np.zeros(len(self.low))
            cost[cell] = sign
            result = milp(cost, constraints=limits, bounds=Bounds(self.low, self.high), integrality=whole)
            assert result.status == 0, result.message
            found.append(round(sign * result.fun, 6))
        return found[0], found[1]


def reader(rows: Sequence[Row], *, shown: bool, totals: bool = False) -> Reader:
    found = Reader(totals=totals)
    for row in rows:
        found.read(row, shown=shown)
    found.add_up()
    return found


def counting(n: int, positive: int, **categories: str) -> Block:
    """People of whom some are in a class: of a total, who count 1, where the others count 0."""
    return Block(categories, n, positive, amounts=(1.0,) * positive + (0.0,) * (n - positive))


def made(seed: int, kind: str = "share") -> Case:
    """A register's share, or total of ones, by two columns, with many small counts and classes that nobody is in."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    rows, columns = draw.choice([(3, 2), (4, 2), (3, 3)])
    blocks = []
    for i in range(rows):
        for j in range(columns):
            n = draw.choice([draw.randint(1, 12), draw.randint(10, 40), draw.randint(20, 120)])
            positive = draw.choice([draw.randint(0, n), draw.randint(0, min(n, 15)), 0, n, n // 2])
            blocks.append(counting(n, positive, a=f"a{i}", b=f"b{j}"))
    return case({"x": blocks}, [BY], {"x": kind})


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
@pytest.mark.parametrize("seed", range(8))
def test_no_reason_tells_how_many_are_in_a_class(seed: int, kind: str) -> None:
    given = made(seed, kind)
    found = protect(given.estimates, REGISTER, given.indicators, given.breakdowns).observations.to_pylist()
    rows = [row for row in found if row["statistic"] == "level"]
    assert {row["reason"] for row in rows} <= {"published", "secondary", "too_few"}
    totals = kind == "total"
    by_all, by_reasons = (reader(rows, shown=shown, totals=totals) for shown in (True, False))
    for row in rows:
        if row["reason"] == "too_few":
            for cell in by_all.cells[row["a"], row["b"]]:
                low, high = by_all.bounds(cell)
                if low == high >= REGISTER.min_count and cell == by_all.cells[row["a"], row["b"]][0]:
                    continue  # how many people there are may be known where they are enough
                told = by_reasons.bounds(cell)
                assert high > low or told[0] == told[1], (row["a"], row["b"])


# Of a five people none is in the class; of b just enough are, so that of a nobody can be: 410 less 200 and 200 less 10.
CLASSES = {"a": (5, 0), "b": (60, 10), "c": (400, 200), "d": (500, 200)}


def one_column(kind: str = "share") -> Case:
    return case({"x": [counting(*of, g=g) for g, of in CLASSES.items()]}, [("g",)], {"x": kind})


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
@pytest.mark.parametrize(
    ("defined", "exposed"),
    [
        (frozenset(), {("a", "numerator")}),
        (frozenset({("x", at(g="b"))}), set()),  # then there may be nobody of b
        (None, set()),  # whoever does not know what definitions tell
    ],
)
def test_a_hidden_share_of_which_the_reason_says_that_both_classes_are_enough(
    defined: frozenset[tuple[str, frozenset[tuple[str, str]]]] | None,
    exposed: set[tuple[str, str]],
    kind: str,
) -> None:
    given = one_column(kind)
    table = published(given, {("x", "a"): "too_few", ("x", "b"): "secondary"})
    binary = frozenset() if kind == "share" else frozenset({"x"})
    release = Published(table, REGISTER, given.indicators, binary)
    found = attack([release], Relationships(defined=defined)).exposures
    assert {(each.key["g"], each.by) for each in found} == exposed
    assert all((each.low, each.high) == (0, 0) for each in found)


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
def test_protection_hides_one_more(kind: str) -> None:
    given = one_column(kind)
    found = protect(given.estimates, REGISTER, given.indicators, given.breakdowns).observations.to_pylist()
    reasons = {row["g"]: row["reason"] for row in found}
    assert reasons["a"] == "too_few"
    assert sorted(reasons.values()).count("secondary") == 2


def test_an_attack_before_on_another_system_settles_nothing() -> None:
    # Beside an earlier release what is known of indicators is seen in what is shown, which is less and less.
    given = one_column()
    few = {("x", "a"): "too_few", ("x", "b"): "secondary", ("x", "c"): "secondary"}
    wider = case({name: [Block({"g": g}, *CLASSES[g]) for g in CLASSES] for name in ("x", "y")}, [("g",)])
    one, other = (
        (
            published(each, few | {("y", *key[1:]): reason for key, reason in few.items()}),
            REGISTER,
            each.indicators,
        )
        for each in (given, wider)
    )
    known = Relationships(defined=frozenset())
    assert attack([one], known, attack([other], known)).exposures == attack([one], known).exposures


# Of b 10 or 11 are in the class, since 10 at least are and 10 are not; so of a 10 or 9. But 58 and 48 are not too few.
SHOWN_BESIDE = {"a": (58, 9), "b": (21, 11), "c": (400, 200), "d": (500, 200), "e": (300, 100)}


def test_where_two_numbers_are_not_small_the_third_is() -> None:
    whole = [
        Block({"g": g}, n, n // 2) for g, (n, _) in SHOWN_BESIDE.items()
    ]  # shows how many people there are
    of = [Block({"g": g}, n, positive) for g, (n, positive) in SHOWN_BESIDE.items()]
    given = case({"x": of, "y": whole}, [("g",)])
    known = known_relationships(given.estimates, given.indicators)
    table = published(given, {("x", "a"): "too_few", ("x", "b"): "secondary"})
    found = attack([(table, REGISTER, given.indicators)], known).exposures
    assert ("a", "numerator", 9, 9) in {(each.key["g"], each.by, each.low, each.high) for each in found}
    wider = published(given, {("x", "a"): "too_few", ("x", "b"): "secondary", ("x", "e"): "secondary"})
    assert attack([(wider, REGISTER, given.indicators)], known).exposures == ()
