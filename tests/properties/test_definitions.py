"""What a reader of definitions knows of hidden figures: an intruder of whole numbers, unlike those of protection.

Of some categories the definition tells that nobody is in the class, or everybody. The integer programmes are those of
tests/properties/test_reasons.py, with these facts added by hand.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from tests.properties.test_reasons import ENDLESS, Reader, Row
from tests.reference.protect_data import Block, case
from tests.unit.attacked import REGISTER
from zaragoza.model.classification import Category, Classification
from zaragoza.model.definitions import Definitions
from zaragoza.model.text import Text
from zaragoza.protect import Relationships, protect

WORDS = Text("made up", "verzonnen")
RULES = {"young": "years < 60", "middle": "years < 70", "old": "years < 80", "oldest": "years >= 80"}
AGE = Classification(
    id="b",
    title=WORDS,
    source="a test",
    categories=tuple(Category(code, WORDS, when) for code, when in RULES.items()),
)
OF = {"share": "years >= 65", "total": "CASE WHEN years >= 65 THEN 1 WHEN years IS NOT NULL THEN 0 END"}


@dataclass
class Informed(Reader):
    """Knows besides that of the young nobody is in the class, and of the old everybody; of the middle some may be."""

    kind: str = "share"

    def read(self, row: Row, *, shown: bool) -> None:
        if self.kind == "total" and row["value"] is not None:
            row = row | {"value": row["value"] / row["n"]}
        super().read(row, shown=shown)
        n, positive, others = self.cells[str(row["a"]), str(row["b"])]
        few, hidden = row["reason"] == "too_few", not shown or row["value"] is None
        if self.kind == "total" and hidden:  # of which nothing is told but how many people there are
            self.low[positive], self.low[others] = 0, -ENDLESS
        told = row["b"] in ("young", "old", "oldest")
        if few and (self.kind == "total" or told):
            self.high[n] = REGISTER.min_count - 1
        if told:
            nothing, others_ = (positive, others) if row["b"] == "young" else (others, positive)
            self.low[nothing] = self.high[nothing] = 0
            self.low[others_] = max(self.low[others_], 0)


def released(seed: int, kind: str) -> tuple[Row, ...]:
    """The levels of a small table with many small groups of young and old people, as protection leaves them."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    blocks = []
    for group in range(draw.choice([2, 3])):
        for age in RULES:
            n = (
                draw.randint(25, 60)
                if age == "middle"
                else draw.choice([draw.randint(1, 9), draw.randint(12, 60)])
            )
            positive = draw.randint(11, n - 11) if age == "middle" else 0 if age == "young" else n
            amounts = (1.0,) * positive + (0.0,) * (n - positive) if kind == "total" else ()
            blocks.append(Block({"a": f"a{group}", "b": age}, n, positive, amounts=amounts))
    given = case({"x": blocks}, [("a", "b")], {"x": kind})
    indicators = {"x": replace(given.indicators["x"], of=OF[kind])}
    found = protect(given.estimates, REGISTER, indicators, given.breakdowns, definitions=Definitions((AGE,)))
    return tuple(row for row in found.observations.to_pylist() if row["statistic"] == "level")


def followed(rows: tuple[Row, ...], kind: str) -> list[tuple[str, str]]:
    """Groups too few to be shown of which the number of people follows from more than the reasons and definitions."""
    by_all, by_reasons = Informed(kind=kind), Informed(kind=kind)
    for row in rows:
        by_all.read(row, shown=True)
        by_reasons.read(row, shown=False)
    by_all.add_up()
    by_reasons.add_up()
    found = []
    for place in [(str(row["a"]), str(row["b"])) for row in rows if row["reason"] == "too_few"]:
        n = by_all.cells[place][0]
        low, high = by_all.bounds(n)
        if low == high < REGISTER.min_count and by_reasons.bounds(n) != (low, high):
            found.append(place)
    return found


@pytest.mark.parametrize("kind", ["share", "total"])
@pytest.mark.parametrize("seed", range(8))
def test_no_small_group_follows_from_a_definition(seed: int, kind: str) -> None:
    rows = released(seed, kind)
    assert {"too_few", "secondary"} <= {row["reason"] for row in rows}
    assert followed(rows, kind) == []


def test_some_would_follow_if_the_attack_did_not_know_the_definitions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Of totals: what is hidden beside a share keeps its rest open as well, and that does.
    def joined(self: Relationships, other: Relationships) -> Relationships:
        return replace(self, defined=other.defined)

    monkeypatch.setattr(Relationships, "joined", joined)
    assert any(followed(released(seed, "total"), "total") for seed in range(8))
