"""Unsafe cells and an attacker's intervals against R (oracle 31, X02 to X04)."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.support import SHARED, needs_shared
from tests.suppression import flat, interval, one_attack, unprotected
from zaragoza.model.disclosure import Policy
from zaragoza.protect.attacker import Attacker, withstood
from zaragoza.protect.evidence import Evidence
from zaragoza.protect.exact import suppress_exactly
from zaragoza.protect.levels import dominance_level, minimum_count_level, p_percent_level
from zaragoza.protect.primary import dominated, too_few

CLASSIC = ((20, 50, 10), (8, 19, 22), (17, 32, 12))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, str]]]:
    assert SHARED is not None
    found = defaultdict(list)
    with (SHARED / "oracle" / "31_sdc.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["case"]].append(row)
    return found


def evidence(n: np.ndarray, **amounts: np.ndarray) -> Evidence:
    nothing = np.zeros(len(n))
    return Evidence(
        n=n,
        share=np.zeros(len(n), dtype=np.bool_),
        apart=np.zeros(len(n), dtype=np.bool_),
        positive=np.zeros(len(n), dtype=np.int64),
        amount=np.full(len(n), bool(amounts)),
        largest=amounts.get("largest", np.zeros((len(n), 2))),
        contributions=amounts.get("contributions", nothing),
        squares=nothing + np.inf,
        defined=np.zeros(len(n), dtype=np.bool_),
    )


@needs_shared
def test_cells_below_a_threshold(rows):
    cells = [row for row in rows["X02"] if row["statistic"] == "unsafe[0<n<10]"]
    n = np.array([int(row["n"]) for row in cells])
    unsafe = np.array([row["value"] == "1" for row in cells])
    assert (too_few(evidence(n), Policy(min_count=10)) == unsafe).all()
    assert ((minimum_count_level(n, 10) > 0) == unsafe).all()
    (total,) = [row for row in rows["X02"] if row["statistic"] == "unsafe_cells"]
    assert unsafe.sum() == int(total["value"]) == 8


@needs_shared
def test_dominance_in_a_table_of_amounts(rows):
    assert SHARED is not None
    table = pq.read_table(
        SHARED / "oracle" / "data" / "ses.parquet", columns=["IDunit", "NACE1", "size", "earnings"]
    )
    enterprises = table.group_by(["IDunit", "NACE1", "size"]).aggregate([("earnings", "sum")])
    amounts = defaultdict(list)
    for row in enterprises.to_pylist():
        amounts[f"NACE1|size={row['NACE1']}|{row['size']}"].append(row["earnings_sum"])
    expected = defaultdict(dict)
    for row in rows["X03"]:
        expected[row["domain"]][row["statistic"]] = float(row["value"])
    cells = sorted(expected)
    assert len(cells) == 51
    ranked = [[*sorted(amounts[cell], reverse=True), 0.0] for cell in cells]
    total = np.array([sum(x) for x in ranked])
    first, second = (np.array([x[place] for x in ranked]) for place in (0, 1))
    n = np.array([len(amounts[cell]) for cell in cells])

    def column(statistic: str) -> np.ndarray:
        return np.array([expected[cell][statistic] for cell in cells])

    np.testing.assert_allclose(total, column("total"), rtol=1e-9)
    np.testing.assert_allclose(first / total, column("largest_share"), rtol=1e-9)
    p10 = column("p_percent_unsafe[p=10]") == 1
    behind = evidence(n, largest=np.column_stack([first, second]), contributions=total)
    assert (dominated(behind, Policy(dominance_share=0.1)) == p10).all()
    assert ((p_percent_level(total, first, second, 0.1) > 1e-6 * total) == p10).all()
    one, two = (column(f"dominance_unsafe[n={number},k={k}]") == 1 for number, k in ((1, 75), (2, 85)))
    assert ((dominance_level(total, first, 0.75) > 1e-6 * total) == one).all()
    assert ((dominance_level(total, first + second, 0.85) > 1e-6 * total) == two).all()
    for expected_unsafe, rule in ((one, (1, 0.75)), (two, (2, 0.85))):
        policy = Policy(dominance_share=0.0, largest_contributors=rule[0], largest_share=rule[1])
        assert (dominated(behind, policy) == expected_unsafe).all()


def tables(rows) -> dict[str, tuple]:
    big = {row["domain"]: float(row["value"]) for row in rows["X04"] if row["statistic"] == "cell"}
    six_by_five = [[big[f"r{i}|c{j}"] for j in range(1, 6)] for i in range(1, 7)]
    return {"3x3": flat(CLASSIC), "6x5": flat(six_by_five)}


@needs_shared
def test_intervals_of_an_attacker(rows):
    # What is left open is exactly what R found: the pattern withstands it, and not a little more.
    patterns = defaultdict(dict)
    for row in rows["X04"]:
        if row["statistic"] == "attacker_interval":
            patterns[row["design"]][row["domain"].replace("|", "")] = (
                float(row["ci_low"]),
                float(row["ci_high"]),
            )
    assert len(patterns) == 4
    for design, bounds in patterns.items():
        cells, value, lines = tables(rows)[design[:3]]
        names = ["".join(cell) for cell in cells]
        hidden = np.isin(names, list(bounds))
        low, high = (np.array([bounds.get(name, (0.0, 0.0))[end] for name in names]) for end in (0, 1))
        problem = one_attack(lines, value, hidden, upper=high - value, lower=value - low)
        quantity = problem.attacks[0].quantity
        for place in np.flatnonzero(hidden).tolist():
            assert interval(lines, quantity, hidden, place) == pytest.approx((low[place], high[place]))
        assert withstood([Attacker(lines, problem.attacks[0])], hidden)
        for place in np.flatnonzero(hidden).tolist():
            for more in ({"upper": high - value + 0.1}, {"lower": value - low + 0.1}):
                only = np.arange(len(value)) == place
                other = one_attack(lines, value, only, **more)
                assert not withstood([Attacker(lines, other.attacks[0])], hidden), (design, names[place])


@needs_shared
def test_the_cell_without_protection_gets_it(rows):
    # "only r1c3 suppressed (no protection)": it takes complements, and an attacker is kept 15 % away.
    cells, value, lines = tables(rows)["3x3"]
    sensitive = np.array([cell == ("r1", "c3") for cell in cells])
    problem = one_attack(lines, value, sensitive, upper=1.5, lower=1.5)
    assert unprotected(problem, sensitive) == [int(np.flatnonzero(sensitive)[0])]
    pattern = suppress_exactly(problem)
    assert pattern.proven
    assert unprotected(problem, pattern.hidden) == []
    # By hand: rectangles through r1c3 cost r1c1 + r2c1 + r2c3 = 50, r1c1 + r3c1 + r3c3 = 49, with r1c2 more.
    assert problem.loss(pattern.hidden) == 49
