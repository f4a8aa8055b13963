"""Which sets lie in others by definition, for random definitions: the engine reads them for people of all kinds.

No relation may be wrong of anybody; and none may be missing: where every person of one set is in another, the relations
alone must leave the one no larger, as linear programming tells.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog

from tests.reference.protect_data import indicator
from zaragoza.engine import Engine
from zaragoza.model.indicator import Indicator
from zaragoza.protect.included import included_sets
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, Item

VALUES = {
    "age": [None, *map(float, range(12, 78, 2))],
    "activity": [None, "employed", "unemployed", "retired", "other"],
    "degree": [None, "low", "high", "other"],
    "studies": [None, True, False],
}
AMONG = [
    "age BETWEEN 20 AND 64",
    "age >= 16",
    "age < 30",
    "activity = 'employed'",
    "activity IN ('employed', 'unemployed')",
    "(activity IS NULL OR activity <> 'retired')",
    "degree = 'high'",
    "NOT studies",
]
OF = [
    "activity = 'employed'",
    "activity IN ('employed', 'unemployed')",
    "activity = 'unemployed'",
    "degree = 'low'",
    "age >= 40",
    "CASE WHEN activity IS NOT NULL AND studies IS NOT NULL THEN activity <> 'employed' AND NOT studies END",
]


def definitions(seed: int) -> dict[str, Indicator]:
    """Four shares, of which one counts who gave no answer, and a mean."""
    draw = random.Random(seed)  # noqa: S311 - made-up definitions
    found = {}
    for place, name in enumerate("abcde"):
        among = " AND ".join(draw.sample(AMONG, draw.choice((1, 1, 2, 2, 3))))
        kind = "mean" if name == "e" else "share"
        of = "age" if name == "e" else draw.choice(OF)
        missing = "counts" if place == 3 else "excluded"
        found[name] = replace(indicator(name, kind), of=of, among=among, missing=missing)
    return found


def members(indicators: Mapping[str, Indicator]) -> dict[Item, np.ndarray]:
    """Who of all kinds of people is in each set, as the engine reads the definitions."""
    wanted = {}
    for name, one in indicators.items():
        answered = "TRUE" if one.missing == "counts" else f"({one.of}) IS NOT NULL"
        wanted[name, N_HAT] = f"({one.among}) AND {answered}"
        if one.kind == "share":
            wanted[name, NUMERATOR] = f"({one.among}) AND ({one.of})"
            wanted[name, COMPLEMENT] = f"({one.among}) AND {answered} AND ({one.of}) IS NOT TRUE"
    columns = zip(*product(*VALUES.values()), strict=True)
    with Engine(threads=1) as engine:
        everybody = engine.table(pa.table({n: list(own) for n, own in zip(VALUES, columns, strict=True)}))
        sets = {f"s{place}": f"({text}) IS TRUE" for place, text in enumerate(wanted.values())}
        read = everybody.select(sets).arrow()
    return {item: read[f"s{place}"].to_numpy().astype(int) for place, item in enumerate(wanted)}


@pytest.mark.parametrize("seed", range(25))
def test_relations_of_sets_are_those_of_people(seed: int) -> None:
    indicators = definitions(seed)
    who = members(indicators)
    identities, included = included_sets(indicators)
    weighted = [one for one in included if all(item in who for item in (*one.less, *one.more))]
    assert len(weighted) + sum(one.less[0] not in who for one in included) == len(included)
    for same in identities:
        assert (sum(who[item] for item in same.parts) == who[same.whole]).all(), same
    for one in weighted:
        assert (sum(who[item] for item in one.less) <= sum(who[item] for item in one.more)).all(), one
    at = {item: place for place, item in enumerate(who)}
    equal = [({**dict.fromkeys(same.parts, 1.0)}, same.whole) for same in identities]
    equal += [({(n, NUMERATOR): 1.0, (n, COMPLEMENT): 1.0}, (n, N_HAT)) for n in "abcd"]
    sums, least = np.zeros((len(equal), len(at))), np.zeros((len(weighted), len(at)))
    for row, (parts, whole) in enumerate(equal):
        sums[row, [at[item] for item in parts]] = 1
        sums[row, at[whole]] = -1
    for row, one in enumerate(weighted):
        least[row, [at[item] for item in one.less]] += 1
        least[row, [at[item] for item in one.more]] -= 1
    for inner, outer in permutations(who, 2):
        if inner[0] != outer[0] and who[inner].any() and (who[inner] <= who[outer]).all():
            gain = np.zeros(len(at))
            gain[at[inner]], gain[at[outer]] = -1, 1
            limits = {"A_ub": least, "b_ub": np.zeros(len(least))} if len(least) else {}
            most = linprog(gain, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=(0, 100), **limits)
            assert most.status == 0
            assert most.fun == pytest.approx(0, abs=1e-7), (inner, outer)
