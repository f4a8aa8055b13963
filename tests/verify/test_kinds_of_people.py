"""Several indicators of one labour market, in many small registers: an intruder who counts kinds of people.

He reads the definitions as whoever reads them, here by hand: a person is of an age, has or seeks work or not, and has
a diploma or not. Of each cell of a table he does not know how many people of each kind there are, but whole numbers
of them make up all that is shown. Integer programmes over everything at once tell between which numbers each hidden
one lies. Nothing here is read from the program but the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import REGISTER
from zaragoza.protect import protect

REGISTERS = 40
BY = ("group", "sex")
Kind = tuple[int, str, bool]  # age, activity, diploma
Cell = tuple[str, str]
KINDS = list(product((17, 40, 70), ("employed", "unemployed", "other"), (True, False)))
ACTIVE = ("employed", "unemployed")
WORKING = "age BETWEEN 20 AND 64"
SHARES: Mapping[str, tuple[str, str, Callable[[Kind], bool], Callable[[Kind], bool]]] = {
    "employed": (WORKING, "activity = 'employed'", lambda k: k[0] == 40, lambda k: k[1] == "employed"),
    "active": (
        WORKING,
        "activity IN ('employed', 'unemployed')",
        lambda k: k[0] == 40,
        lambda k: k[1] in ACTIVE,
    ),
    "unemployed": (
        "age BETWEEN 15 AND 74 AND activity IN ('employed', 'unemployed')",
        "activity = 'unemployed'",
        lambda k: k[1] in ACTIVE,
        lambda k: k[1] == "unemployed",
    ),
    "diploma": (
        f"{WORKING} AND activity = 'employed'",
        "diploma",
        lambda k: k[0] == 40 and k[1] == "employed",
        lambda k: k[2],
    ),
}


def register(seed: int) -> tuple[Case, dict[Cell, np.ndarray]]:
    """Estimates, and how many of each kind are in each inner cell; somebody is in every population."""
    rng = np.random.default_rng(seed)
    chance = np.array(
        [{17: 0.02, 40: 1.0, 70: 0.01}[k[0]] * (3 if k[1] == "employed" else 0.5) for k in KINDS]
    )
    people = {
        cell: np.maximum(rng.poisson(size * chance), [k[0] == 40 for k in KINDS])
        for cell, size in zip(product("ABC", "FM"), rng.choice((3, 8, 30, 60), 6), strict=True)
    }
    blocks = {
        name: [
            Block(
                dict(zip(BY, cell, strict=True)),
                int(sum(n for n, k in zip(numbers, KINDS, strict=True) if among(k))),
                int(sum(n for n, k in zip(numbers, KINDS, strict=True) if among(k) and of(k))),
            )
            for cell, numbers in people.items()
        ]
        for name, (_, _, among, of) in SHARES.items()
    }
    made = case(blocks, [BY])
    indicators = {
        name: replace(one, among=SHARES[name][0], of=SHARES[name][1]) for name, one in made.indicators.items()
    }
    return replace(made, indicators=indicators), people


class Intruder:
    """Whole numbers of people of each kind in each inner cell, and what is told of their sums."""

    def __init__(self, cells: list[Cell]) -> None:
        self.cells = cells
        self.told: list[tuple[np.ndarray, float, float]] = []

    def sets(self, name: str, cell: Cell) -> dict[str, np.ndarray]:
        """Of a figure the people, those in the class, and the others, as sums of the unknowns."""
        _, _, among, of = SHARES[name]
        there = [all(a in (b, TOTAL) for a, b in zip(cell, one, strict=True)) for one in self.cells]
        n, numerator = (
            np.kron(there, [among(k) and chosen(k) for k in KINDS]).astype(float)
            for chosen in (lambda _: True, of)
        )
        return {"n": n, "numerator": numerator, "complement": n - numerator}

    def read(self, row: Mapping[str, object], *, shown: bool) -> None:
        """What a row tells; without what is shown, what its reason tells alone."""
        sets = self.sets(str(row["indicator"]), (str(row["group"]), str(row["sex"])))
        if row["n"] is not None:
            n = float(str(row["n"]))
            positive = float(np.rint(float(str(row["value"])) * n))
            known = {"n": n, "numerator": positive, "complement": n - positive}
            self.told += [(sets[part], known[part], known[part]) for part in sets if shown]
        elif row["reason"] == "secondary":
            self.told += [(each, REGISTER.min_count, np.inf) for each in sets.values()]
        else:
            self.told.append((sets["n"], 1, np.inf))

    def bounds(self, wanted: np.ndarray) -> tuple[float, float]:
        rows, low, high = (np.array(each) for each in zip(*self.told, strict=True))
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * wanted,
                integrality=np.ones(len(wanted)),
                bounds=Bounds(0, 10_000),
                constraints=LinearConstraint(rows, low, high),
            )
            assert found.status == 0, found.message
            ends.append(sign * round(found.fun))
        return ends[0], ends[1]


def test_no_hidden_number_follows_from_kinds_of_people(record: Callable[..., None]) -> None:
    asked = 0
    for seed in range(REGISTERS):
        made, people = register(seed)
        found = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
        rows = [row for row in found.to_pylist() if row["statistic"] == "level"]
        by_all, by_reasons = Intruder(list(people)), Intruder(list(people))
        for row in rows:
            by_all.read(row, shown=True)
            by_reasons.read(row, shown=False)
        truth = np.concatenate(list(people.values()))
        for row in (row for row in rows if row["reason"] == "too_few"):
            sets = by_all.sets(row["indicator"], (row["group"], row["sex"]))
            for part, wanted in sets.items():
                asked += 1
                low, high = by_all.bounds(wanted)
                assert low <= wanted @ truth <= high
                if low == high and not (part == "n" and low >= REGISTER.min_count):
                    told = by_reasons.bounds(wanted)
                    assert told[0] == told[1], (seed, row["indicator"], row["group"], row["sex"], part)
        for cell in product(("A", "B", "C", TOTAL), ("F", "M", TOTAL)):
            # the unemployed of 20 to 64 are a figure that everybody can work out where both classes are shown
            asked += 1
            active, employed = (by_all.sets(name, cell)["numerator"] for name in ("active", "employed"))
            low, high = by_all.bounds(active - employed)
            assert low < high or not 0 < low < REGISTER.min_count, (seed, cell)
    assert asked > REGISTERS
    record(
        f"hidden numbers of {REGISTERS} small registers, four indicators whose populations lie in one another: "
        "integer programmes over kinds of people",
        f"none of {asked:,} can be worked out",
        bar="none",
    )
