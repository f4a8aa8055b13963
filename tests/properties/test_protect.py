"""Protection on random tables: against its plain-Python twin, and against attackers that share nothing with it."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.reference import protect as twin
from tests.reference.protect_data import TOTAL, Block, Case, case
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import NUMBER_FIELDS, STATUS
from zaragoza.protect import protect

SHAPES = (
    (("a",),),
    (("a", "b"),),
    (("a", "b", "c"),),
    (("a", "b"), ("a", "c")),
    (("a", "b"), ("b", "c"), ("a", "c")),
)
KINDS = ("share", "share", "total", "mean", "ratio")
FEW = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck), derandomize=True)


def make(seed: int, shape: int | None = None, kinds: tuple[str, ...] = KINDS) -> tuple[Case, Policy]:
    """One to three indicators over two or three columns; some share their persons, some leave categories empty."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    categories = [
        [f"{name}{i}" for i in range(draw.randint(2, most))]
        for name, most in zip("ABC", (4, 3, 3), strict=True)
    ]
    persons: dict[tuple[str, ...], int] = {}
    blocks: dict[str, list[Block]] = {}
    chosen: dict[str, str] = {}
    for name in "xyz"[: draw.randint(1, 3)]:
        kind = draw.choice(kinds)
        if not persons or draw.random() < 0.5:
            size = draw.choice([8, 20, 60])
            persons = {cell: int(draw.expovariate(1 / size)) for cell in product(*categories)}
            persons = {cell: n for cell, n in persons.items() if n or draw.random() < 0.5}
        chance = draw.choice([0.5, 0.1, 0.97])
        made = []
        for cell, n in persons.items():
            amounts = (
                tuple(float(int(draw.lognormvariate(3, 2))) for _ in range(n)) if kind != "share" else ()
            )
            positive = sum(draw.random() < chance for _ in range(n))
            missing = draw.choice([0, 0, 0, n // 2])
            made.append(
                Block(dict(zip("abc", cell, strict=True)), n, positive, draw.uniform(1, 9), missing, amounts)
            )
        if made:
            blocks[name], chosen[name] = made, kind
    policy = Policy(
        full_count=draw.random() < 0.3,
        min_count=draw.choice([3, 5, 10, 20]),
        numerator_counts=draw.random() < 0.3,
        hidden_cv=draw.choice([0.5, 1.0, 99.0]),
        all_but=draw.choice([0, 1, 2]),
    )
    breakdowns = SHAPES[draw.randrange(len(SHAPES)) if shape is None else shape]
    policy = replace(
        policy,
        dominance_coalition=draw.choice([1, 1, 2]),
        largest_contributors=draw.choice([1, 2, 3, 5]),
        largest_share=draw.choice([None, 0.8]),
    )
    return case(blocks, breakdowns, chosen, {"a": "A0"}), policy


def columns(made: Case) -> list[str]:
    return list(dict.fromkeys(name for b in made.breakdowns for name in b.by))


def observe(made: Case, policy: Policy) -> list[dict[str, object]]:
    found = protect(made.estimates, policy, made.indicators, made.breakdowns).observations.to_pylist()
    for row, estimate in zip(found, made.estimates.to_pylist(), strict=True):
        row["true_n"] = estimate["n"]
    return found


@FEW
@given(st.integers(0, 10**6))
def test_twin_agrees(seed):
    made, policy = make(seed)
    kinds = {name: indicator.kind for name, indicator in made.indicators.items()}
    found = [row["reason"] for row in observe(made, policy)]
    expected, unsafe = twin.protect(made.estimates.to_pylist(), policy, kinds, columns(made), found)
    assert found == expected
    assert unsafe == []


@FEW
@given(st.integers(0, 10**6))
def test_no_hidden_row_holds_a_number_and_no_gap_is_shown_beside_a_hidden_level(seed):
    made, policy = make(seed)
    names = columns(made)
    found = observe(made, policy)
    levels = {(r["indicator"], *(r[c] for c in names)): r for r in found if r["statistic"] == "level"}
    for row in found:
        if not STATUS[row["reason"]].shown:
            assert {row[name] for name in NUMBER_FIELDS} == {None}
            continue
        assert row["true_n"] >= policy.min_count
        assert policy.full_count or row["standard_error"] is not None
        if row["statistic"] != "level":
            at = [row[c] for c in names]
            assert levels[(row["indicator"], *at)]["value"] is not None
            reference = ["A0" if c == "a" else code for c, code in zip(names, at, strict=True)]
            assert levels[(row["indicator"], *reference)]["value"] is not None


def atoms(rows: list[dict[str, object]], names: list[str]) -> tuple[np.ndarray, list[dict[str, object]]]:
    """Every row as a sum of persons by all columns at once, whether or not such a table is published.

    Cells that are not there, or about nobody, are public: nobody is in the atoms that would lie in them.
    """
    kept = [r for r in rows if r["reason"] != "not_measured"]
    cells = [tuple(str(r[c]) for c in names) for r in kept]
    tables = {tuple(code != TOTAL for code in tuple(str(r[c]) for c in names)) for r in rows}
    codes = [sorted({cell[i] for cell in cells} - {TOTAL}) for i in range(len(names))]

    def part(atom: tuple[str, ...], table: tuple[bool, ...]) -> tuple[str, ...]:
        return tuple(code if by else TOTAL for code, by in zip(atom, table, strict=True))

    there = set(cells)
    full = [atom for atom in product(*codes) if all(part(atom, table) in there for table in tables)]
    return np.array(
        [[float(part(a, tuple(c != TOTAL for c in cell)) == cell) for a in full] for cell in cells]
    ), kept


def exposed(matrix: np.ndarray, known: np.ndarray, secret: np.ndarray) -> list[int]:
    """Secret rows that are a combination of known ones, by rank."""
    rank = np.linalg.matrix_rank(matrix[known]) if known.any() else 0
    return [
        int(row)
        for row in np.flatnonzero(secret)
        if np.linalg.matrix_rank(np.vstack([matrix[known], matrix[row]])) == rank
    ]


@FEW
@given(st.integers(0, 10**6))
def test_no_primary_cell_is_a_combination_of_shown_ones(seed):
    made, policy = make(seed)
    names = columns(made)
    found = [r for r in observe(made, policy) if r["statistic"] == "level"]
    for name in made.indicators:
        matrix, own = atoms([r for r in found if r["indicator"] == name], names)
        known = np.array([STATUS[r["reason"]].shown for r in own])
        secret = np.array([r["reason"] in ("too_few", "dominance") for r in own])
        assert exposed(matrix, known, secret) == []


@FEW
@given(st.integers(0, 10**6))
def test_what_protects_others_does_not_follow_and_is_not_alone_in_its_line(seed):
    made, policy = make(seed)
    names = columns(made)
    levels = [r for r in observe(made, policy) if r["statistic"] == "level"]
    for name in made.indicators:
        matrix, own = atoms([r for r in levels if r["indicator"] == name], names)
        known = np.array([STATUS[r["reason"]].shown for r in own])
        protecting = np.array([r["reason"] == "secondary" for r in own])
        assert exposed(matrix, known, protecting) == []
        for place in range(len(names)):
            lines: dict[tuple[object, ...], list[dict[str, object]]] = {}
            for row in own:
                rest = tuple(row[c] for i, c in enumerate(names) if i != place)
                lines.setdefault(rest, []).append(row)
            for line in lines.values():
                hidden = [r["reason"] for r in line if not STATUS[r["reason"]].shown]
                assert len(line) == 1 or len(hidden) != 1 or hidden == ["too_uncertain"]


@FEW
@given(st.integers(0, 10**6))
def test_the_total_and_the_reference_group_stay_wherever_they_can(seed):
    # The total goes first, and the reference group of all persons beside it only where everybody else together
    # (what the two give away) could not be shown as a figure.
    made, policy = make(seed, kinds=("share",))
    names = columns(made)
    rows = [
        r | {"true_n": e["n"], "positive": e["n_numerator"]}
        for r, e in zip(observe(made, policy), made.estimates.to_pylist(), strict=True)
        if r["statistic"] == "level"
    ]
    margins = {(r["indicator"], *(r[c] for c in names)): r for r in rows}
    for name in made.indicators:
        total = margins[(name, *([TOTAL] * len(names)))]
        assert total["reason"] != "secondary"
        base = margins.get((name, *("A0" if c == "a" else TOTAL for c in names)))
        if base is not None and base["reason"] == "secondary" and total["reason"] != "too_uncertain":
            n, positive = (total[k] - base[k] for k in ("true_n", "positive"))
            few = [n, positive, n - positive] if policy.numerator_counts else [n]
            assert any(0 < c < policy.min_count for c in few) or min(positive, n - positive) <= policy.all_but


@FEW
@given(st.integers(0, 10**6))
def test_indicators_of_one_population_do_not_give_each_other_away(seed):
    # n is shown in a cell if any indicator with the same n everywhere shows it.
    made, policy = make(seed)
    names = columns(made)
    found = [r for r in observe(made, policy) if r["statistic"] == "level"]
    populations: dict[tuple[object, ...], list[str]] = {}
    for name in made.indicators:
        own = sorted((*(str(r[c]) for c in names), r["true_n"]) for r in found if r["indicator"] == name)
        populations.setdefault(tuple(own), []).append(name)
    for members in populations.values():
        matrix, own = atoms([r for r in found if r["indicator"] == members[0]], names)
        shown = {
            tuple(r[c] for c in names)
            for r in found
            if r["indicator"] in members and STATUS[r["reason"]].shown
        }
        known = np.array([tuple(r[c] for c in names) in shown for r in own])
        secret = np.array([0 < r["true_n"] < policy.min_count for r in own])
        assert exposed(matrix, known, secret) == []


@FEW
@given(st.integers(0, 10**6))
def test_what_is_left_of_a_line_is_enough_persons_in_both_classes(seed):
    # The definition, line by line: a total less its shown categories is a figure as well.
    made, policy = make(seed, kinds=("share",))
    names = columns(made)
    before = {
        (r["indicator"], *(r[c] for c in names)): r
        for r in made.estimates.to_pylist()
        if r["statistic"] == "level" and r["n"]
    }
    reasons = {
        (r["indicator"], *(r[c] for c in names)): r["reason"]
        for r in observe(made, policy)
        if r["statistic"] == "level"
    }
    for key, total in before.items():
        for place in [i for i, code in enumerate(key) if i and code == TOTAL]:
            parts = [k for k in before if k[place] != TOTAL and (*k[:place], TOTAL, *k[place + 1 :]) == key]
            hidden = [k for k in parts if not STATUS[reasons[k]].shown]
            if not STATUS[reasons[key]].shown or all(reasons[k] == "too_uncertain" for k in hidden):
                continue
            left = total["n"] - sum(before[k]["n"] for k in parts if k not in hidden)
            positive = total["n_numerator"] - sum(before[k]["n_numerator"] for k in parts if k not in hidden)
            assert left >= policy.min_count
            assert min(positive, left - positive) > policy.all_but


@pytest.mark.parametrize("seed", range(15))
def test_bounds_of_all_lines_together_leave_room(seed):
    # A stricter attacker, by linear programming: every small n could be another one, whatever the statuses tell.
    made, policy = make(seed, shape=1 + seed % 2)
    policy = Policy(min_count=policy.min_count, hidden_cv=policy.hidden_cv)
    names = columns(made)
    found = [r for r in observe(made, policy) if r["statistic"] == "level"]
    for name in made.indicators:
        matrix, own = atoms([r for r in found if r["indicator"] == name], names)
        shown = [STATUS[r["reason"]].shown for r in own]
        few = [0 < r["true_n"] < policy.min_count for r in own]
        least = np.where(few, 1, policy.min_count)
        most = np.where(few, policy.min_count - 1, 10**6)
        n = np.array([r["true_n"] for r in own])
        small = [
            row
            for row in np.flatnonzero(few)
            if width(row, matrix, np.where(shown, n, least), np.where(shown, n, most)) < 1
        ]
        assert all(width(row, matrix, least, most) < 1 for row in small)


def width(row: int, matrix: np.ndarray, least: np.ndarray, most: np.ndarray) -> float:
    """How far a sum of atoms can move when every row lies between its bounds, rounded."""
    limits = {
        "A_ub": np.vstack([matrix, -matrix]),
        "b_ub": np.concatenate([most, -least]),
        "bounds": (0, None),
    }
    low, high = linprog(matrix[row], **limits), linprog(-matrix[row], **limits)
    assert low.status == high.status == 0
    return round(-high.fun - low.fun, 6)


@FEW
@given(st.integers(0, 10**6), st.integers(1, 30))
def test_a_higher_minimum_count_never_frees_a_small_cell(seed, more):
    made, policy = make(seed)
    higher = replace(policy, min_count=policy.min_count + more)
    for before, after in zip(observe(made, policy), observe(made, higher), strict=True):
        if before["statistic"] == "level" and before["reason"] == "too_few":
            assert after["reason"] == "too_few"
        if before["reason"] == "dominance":
            assert after["reason"] in ("dominance", "too_few")


@FEW
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(seed, draw):
    made, policy = make(seed)
    order = list(range(len(made.estimates)))
    draw.shuffle(order)
    shuffled = Case(made.estimates.take(pa.array(order)), made.indicators, made.breakdowns)
    found, other = observe(made, policy), observe(shuffled, policy)
    assert [found[place] for place in order] == other
