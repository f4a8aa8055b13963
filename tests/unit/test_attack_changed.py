"""What follows from changed counts: worked by hand, and against programmes that share nothing with the attack."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.reference.protect_data import at, indicator
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, OBSERVATION_FIELDS
from zaragoza.protect import Protected, Published, Relationships, attack_changed, attack_noise

FEW = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck), derandomize=True)
KEYED = Policy(full_count=True, min_count=10, numerator_counts=True, all_but=1, method="cell_key")
ROUNDED = replace(KEYED, method="rounding")
EXACT_TOTAL = replace(ROUNDED, untouched_total=True)
SHARE = indicator("x")
PERSONS = replace(indicator("x", "total"), unit="persons")
Cell = tuple[str, ...]


def published(
    counts: Mapping[Cell, int], columns: tuple[str, ...] = ("g",), numerators: Mapping[Cell, int | None] | None = None
) -> pa.Table:  # fmt: skip
    """Observations of a register: numbers of people, or shares with these numerators.

    What became 0 has no row; None as a numerator hides the figure.
    """
    rows = []
    for cell, n in counts.items():
        top = n if numerators is None else numerators[cell]
        if not n:
            continue
        key = {"indicator": "x", "period": "2023", "geo": "NL", "statistic": "level"}
        key |= dict(zip(columns, cell, strict=True))
        numbers = {"value": float(n) if numerators is None else (top or 0) / n, "n": n, "n_hat": float(n)}
        shown = top is not None
        rows.append(key | (numbers if shown else {}) | {"reason": "perturbed" if shown else "too_uncertain"})
    names = [*((name, "string") for name in (*KEY_FIELDS, *columns)), *OBSERVATION_FIELDS]
    return pa.table(
        {name: pa.array([r.get(name) for r in rows], pa.type_for_alias(kind)) for name, kind in names}
    )


def found(
    *tables: pa.Table, reach: int, policy: Policy = KEYED, of: Indicator = PERSONS
) -> dict[tuple[Cell, str], tuple[float, float]]:
    """By categories and quantity, the bounds of what is exposed."""
    exposures = attack_changed([(table, policy, {"x": of}) for table in tables], reach).exposures
    return {(tuple(e.key.values())[2:], e.by): (e.low, e.high) for e in exposures}


def one(*codes: str) -> list[Cell]:
    return [(code,) for code in codes]


def test_the_handbook_shows_two_ones_whose_total_became_nobody():
    # methods/06 section 4: D = 2 known, published (1, 1 | 0) is (1, 1 | 2): parts of at least 1, a total of at most 2.
    table = published(dict(zip(one("A", "B", "_T"), (1, 1, 0), strict=True)))
    exposed = found(table, reach=2)
    counts = {cell: bounds for (cell, by), bounds in exposed.items() if by == "n"}
    assert counts == {("A",): (1, 1), ("B",): (1, 1), ("_T",): (2, 2)}
    assert found(table, reach=3) == {}  # a total of at most 3 leaves both open


@pytest.mark.parametrize(("parts", "total", "exposed"), [(9, 5, True), (8, 5, False), (9, 10, False)])
def test_small_counts_that_were_all_rounded_up(parts, total, exposed):
    # Base 5: a count shown as 5 is 1 to 9. Nine of them whose total is at most 9 are 1 each; eight need not be.
    counts = {(f"g{i}",): 5 for i in range(parts)} | {("_T",): total}
    told = found(published(counts), reach=4, policy=ROUNDED)
    assert {bounds for (cell, _), bounds in told.items() if cell != ("_T",)} == (
        {(1, 1)} if exposed else set()
    )


def test_an_exact_total_beside_rounded_parts():
    # Base 3: A is 10 to 14, B 1 to 5, and together they are 19: 14 and 5. Shown as 12 + 3.
    table = published(dict(zip(one("A", "B", "_T"), (12, 3, 19), strict=True)))
    told = found(table, reach=2, policy=EXACT_TOTAL)
    assert {cell for cell, _ in told} == {("B",)}
    assert told[("B",), "n"] == (5, 5)
    assert found(table, reach=2, policy=ROUNDED) == {}


def test_a_hidden_figure_has_no_bounds_of_its_own():
    cells = one("A", "B", "_T")
    table = published(
        dict(zip(cells, (12, 3, 29), strict=True)), ("g",), dict(zip(cells, (6, None, 15), strict=True))
    )
    assert found(table, reach=2, policy=EXACT_TOTAL, of=SHARE) == {}  # 29 less 10 to 14 is 15 to 19


def test_a_class_that_nobody_is_left_out_of():
    # D = 1: of 1 to 3 people 3 to 5 are in the class, so that all 3 are.
    cells = one("A", "B", "_T")
    table = published(
        dict(zip(cells, (2, 40, 42), strict=True)), ("g",), dict(zip(cells, (4, 20, 24), strict=True))
    )
    assert found(table, reach=1, of=SHARE)[("A",), "complement"] == (0, 0)
    without = replace(KEYED, all_but=-1)
    assert (("A",), "complement") not in found(table, reach=1, policy=without, of=SHARE)
    assert (("A",), "complement") not in found(table, reach=3, of=SHARE)


def test_two_releases_bound_more_than_one():
    # D = 2: by g the total is 2 to 6. By h six parts are 1 at least, so that it is 6, and those of g are 3 each.
    by_g = published(dict(zip(one("a", "b", "_T"), (1, 1, 4), strict=True)))
    by_h = published(dict(zip(one(*"pqrstu", "_T"), (1, 1, 1, 1, 1, 1, 4), strict=True)), ("h",))
    assert found(by_g, reach=2) == {}
    assert {cell for cell, _ in found(by_h, reach=2)} == {*one(*"pqrstu"), ("_T",)}
    both = {cell: bounds for (cell, by), bounds in found(by_g, by_h, reach=2).items() if by == "n"}
    assert [both[g, "_T"] for g in ("a", "b", "_T")] == [(3, 3), (3, 3), (6, 6)]


def test_numbers_that_no_count_fits_are_no_proof():
    # D = 1: 10 to 12 and 20 to 22 are never 50.
    table = published(dict(zip(one("A", "B", "_T"), (11, 21, 50), strict=True)))
    done = attack_changed([(table, KEYED, {"x": PERSONS})], 1)
    assert done.exposures == ()
    assert done.contradictions > 0


def test_every_combination_of_categories_is_a_cell():
    # Nobody is shown at (a, q), but one person may be there, so that (a, p) need not be all of a: 7 or 8, not 8.
    full = {("a", "p"): 7, ("b", "p"): 9, ("b", "q"): 8, ("a", "_T"): 8, ("b", "_T"): 17, ("_T", "p"): 16}
    full |= {("_T", "q"): 8, ("_T", "_T"): 25}
    assert found(published(full, ("g", "h")), reach=1) == {}


def table_of(seed: int) -> tuple[dict[Cell, int], int, bool]:
    """Counts of two columns with margins, changed at random; how far, and whether their total is exact."""
    draw = random.Random(seed)  # noqa: S311 - made-up data
    reach, exact = draw.choice([1, 2, 3]), draw.random() < 0.5
    rows, columns = [f"r{i}" for i in range(draw.randint(2, 3))], [f"c{i}" for i in range(draw.randint(2, 3))]
    inner = {cell: draw.choice([0, 1, 1, 2, 3, 8]) for cell in product(rows, columns)}
    true = {
        (r, c): sum(n for (a, b), n in inner.items() if r in (a, "_T") and c in (b, "_T"))
        for r in (*rows, "_T")
        for c in (*columns, "_T")
    }
    kept = {("_T", "_T")} if exact else set()
    return (
        {
            cell: n if not n or cell in kept else max(0, n + draw.randint(-reach, reach))
            for cell, n in true.items()
        },
        reach,
        exact,
    )


def one_value(changed: Mapping[Cell, int], reach: int, *, exact: bool) -> dict[Cell, int]:
    """Small counts of which one value alone is possible, by integer programmes over all cells."""
    cells = list(changed)
    own = [0 if exact and cell == ("_T", "_T") else reach for cell in cells]
    low = [max(changed[c] - r, 1) if changed[c] else 0 for c, r in zip(cells, own, strict=True)]
    high = [changed[c] + r for c, r in zip(cells, own, strict=True)]
    lines = []
    for axis, total in product((0, 1), cells):
        if total[axis] == "_T":
            parts = [c for c in cells if c[axis] != "_T" and c[1 - axis] == total[1 - axis]]
            lines.append([1 if c in parts else -1 if c == total else 0 for c in cells])
    found = {}
    for place, cell in enumerate(cells):
        ends = []
        for sign in (1, -1):
            weights = np.zeros(len(cells))
            weights[place] = sign
            sums = LinearConstraint(np.array(lines), 0, 0)
            done = milp(weights, integrality=np.ones(len(cells)), bounds=Bounds(low, high), constraints=sums)
            assert done.success  # the true table fits
            ends.append(round(sign * done.fun))
        if ends[0] == ends[1] and 0 < ends[0] < KEYED.min_count:
            found[cell] = ends[0]
    return found


def complete(changed: Mapping[Cell, int]) -> bool:
    """Whether every category has a row somewhere: one without is not known to exist."""
    return all(
        any(n for c, n in changed.items() if c[axis] == name)
        for axis in (0, 1)
        for name in {c[axis] for c in changed}
    )


@FEW
@given(st.integers(0, 10**6))
def test_what_is_exposed_is_what_whole_numbers_leave_one_value_of(seed):
    changed, reach, exact = table_of(seed)
    if complete(changed):
        told = found(
            published(changed, ("a", "b")), reach=reach, policy=replace(KEYED, untouched_total=exact)
        )
        told = {cell: round(low) for (cell, by), (low, _) in told.items() if by == "n"}
        assert told == one_value(changed, reach, exact=exact)


def test_something_is_exposed_in_these_cases():
    made = [(c, r, e) for c, r, e in map(table_of, range(40)) if complete(c)]
    assert 3 < sum(bool(one_value(c, r, exact=e)) for c, r, e in made) < len(made)


def test_figures_that_follow_are_refused_before_they_leave():
    # The same nine groups that were all rounded up: 9 people at most, and somebody in each.
    indicators = {"x": PERSONS}
    for parts, refused in ((9, True), (8, False)):
        table = published({(f"g{i}",): 5 for i in range(parts)} | {("_T",): 5})
        if refused:
            with pytest.raises(DisclosureError, match="a true count that nobody can work out") as told:
                attack_noise(Protected(table, ()), ROUNDED, indicators, Relationships)
            assert len(told.value.faults) == 2 * (
                parts + 1
            )  # the number of people is n and the figure itself
        else:
            done = Protected(table, ({"indicator": "x"},))
            assert attack_noise(done, ROUNDED, indicators, Relationships) == done


def test_the_log_of_what_is_too_large_to_be_attacked_says_so(monkeypatch):
    # Of the nine groups that would be refused: whoever made them must be told that nobody looked.
    table = published({(f"g{i}",): 5 for i in range(9)} | {("_T",): 5})
    monkeypatch.setattr("zaragoza.protect._MOST_CHANGED", len(table) - 1)
    done = attack_noise(Protected(table, ({"indicator": "x"},)), ROUNDED, {"x": PERSONS}, Relationships)
    assert done.log == ({"indicator": "x", "attacked": False},)
    exact = Protected(table, ({"indicator": "x"},))
    assert attack_noise(exact, Policy(), {"x": PERSONS}, Relationships) == exact


def test_what_a_definition_tells_of_changed_counts():
    # Of A everybody counts: 3 to 7 people, of whom 7 to 11 count. Of B nobody does, by definition, which is no secret.
    rows = published(dict(zip(one("A", "B", "_T"), (5, 30, 34), strict=True)))
    rows = rows.set_column(rows.column_names.index("value"), "value", pa.array([9.0, 0.0, 9.0]))
    a, b = (("x", at(g=code)) for code in "AB")
    known = Relationships(nobody=frozenset({b}), everybody=frozenset({a}))
    exposures = attack_changed([(rows, KEYED, {"x": PERSONS})], 2, known).exposures
    assert {(each.key["g"], each.by, each.low, each.high) for each in exposures} == {
        ("A", "n", 7, 7),
        ("_T", "numerator", 7, 7),
    }
    assert not attack_changed([(rows, KEYED, {"x": PERSONS})], 2).exposures


def test_how_few_do_not_count_of_a_total_in_which_all_count_1_or_0() -> None:
    # 55 of 60 count: five do not. Of amounts nothing is left over.
    table = published(
        {("a",): 60, ("b",): 70, ("_T",): 130}, numerators={("a",): 55, ("b",): 40, ("_T",): 95}
    )
    rows = [row | {"value": row["value"] * row["n"]} for row in table.to_pylist()]
    table = pa.Table.from_pylist(rows, table.schema)
    for binary, found in ((frozenset({"x"}), {("a", "complement")}), (frozenset(), set())):
        exposed = attack_changed([Published(table, ROUNDED, {"x": PERSONS}, binary)], 0).exposures
        assert {(one.key["g"], one.by) for one in exposed} == found
