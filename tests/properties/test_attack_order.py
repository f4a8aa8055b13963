"""What an attack finds does not depend on the order of rows, on names, or on how many people a shown group has."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import REGISTER, published
from zaragoza.protect import attack

COLUMNS, SHOWN = ("a", "b", "c"), "shown"
MANY = 0.2
Verdict = tuple[set[tuple[str, str, str, float, float]], int]


def register(seed: int, many: int, among: float = 0.0) -> tuple[Case, pa.Table]:
    """Few people by three columns and two indicators, of whom many figures are hidden; and a group that is shown.

    Args:
        seed: of what is drawn.
        many: how many people the shown group has in each cell.
        among: the part of other cells that have up to as many.
    """
    draw = random.Random(seed)  # noqa: S311 - made-up data
    places = [
        {"a": f"a{a}", "b": f"b{b}", "c": f"c{c}"} for a in range(4) for b in range(4) for c in range(2)
    ]
    sizes = [draw.choice([0, 1, 2, 3, 5, 9, 12, 15, 20, 40]) for _ in places]
    sizes = [draw.randrange(many // 100, many) if draw.random() < among else n for n in sizes]
    shown = [Block(place | {"a": SHOWN}, many, many // 3) for place in places if place["a"] == "a0"]
    blocks = {
        name: [*(Block(place, n, draw.randint(0, n)) for place, n in zip(places, sizes, strict=True) if n), *shown]
        for name in ("x", "y")
    }  # fmt: skip
    made = case(blocks, [("a", "b"), ("b", "c")])
    reasons: dict[tuple[str, ...], str] = {}
    for row in made.estimates.to_pylist():
        at = (row["indicator"], *(row[name] for name in COLUMNS if row[name] != TOTAL))
        if (
            row["statistic"] == "level"
            and SHOWN not in at
            and draw.random() < (0, 0.1, 0.35, 0.35)[len(at) - 1]
        ):
            reasons[at] = "too_few" if row["n"] < 10 else "secondary"
    return made, published(made, reasons)


def verdict(made: Case, table: pa.Table, names: Mapping[str, str] | None = None) -> Verdict:
    """What is exposed, between which bounds, and how much cannot be told; with the names that groups had before."""
    found = attack([(table, REGISTER, made.indicators)])
    before = names or {}
    exposures = {
        (one.indicator, " ".join(before.get(one.key[c], one.key[c]) for c in COLUMNS), one.by,
         round(one.low, 2), round(one.high, 2))
        for one in found.exposures
    }  # fmt: skip
    return exposures, found.contradictions


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    made, table = register(seed, 10**7, MANY)
    order = np.random.default_rng(seed).permutation(len(table))
    assert verdict(made, table.take(pa.array(order))) == verdict(made, table)


@pytest.mark.parametrize("seed", range(12))
def test_the_names_of_groups_change_nothing(seed: int) -> None:
    made, table = register(seed, 10**7, MANY)
    codes = sorted({code for name in COLUMNS for code in table[name].to_pylist()} - {TOTAL})
    drawn = random.Random(seed).sample(codes, len(codes))  # noqa: S311 - made-up data
    new = dict(zip(codes, drawn, strict=True))
    renamed = table
    for name in COLUMNS:
        texts = [new.get(code, code) for code in table[name].to_pylist()]
        renamed = renamed.set_column(renamed.column_names.index(name), name, pa.array(texts))
    assert verdict(made, renamed, {text: code for code, text in new.items()}) == verdict(made, table)


@pytest.mark.parametrize("seed", range(12))
def test_how_many_people_a_shown_group_has_changes_nothing(seed: int) -> None:
    found, *others = (verdict(*register(seed, many)) for many in (100, 10**6, 10**8))
    assert [one == found for one in others] == [True, True]


def test_of_some_of_these_something_is_exposed() -> None:
    assert sum(bool(verdict(*register(seed, 100))[0]) for seed in range(12)) > 6
