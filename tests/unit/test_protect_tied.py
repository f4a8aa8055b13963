"""Cells of which one tells the other are one unknown: what that leaves is what the whole system leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_protect_feasible import FEW, blind, by_linprog
from zaragoza.protect.demand import Demand
from zaragoza.protect.feasible import Means, certify
from zaragoza.protect.lines import LEFT, RIGHT, Lines
from zaragoza.protect.quantities import Quantity

Equation = tuple[tuple[int, int], ...]  # cells of the left side, with how they count there


def system(value: list[float], equations: list[Equation]) -> tuple[Lines, Quantity, np.ndarray]:
    """Hidden cells, and for each equation a shown cell that they add up to."""
    sums = [sum(weight * value[cell] for cell, weight in one) for one in equations]
    entries = [(cell, line, weight) for line, one in enumerate(equations) for cell, weight in one]
    entries += [(len(value) + line, line, RIGHT) for line in range(len(equations))]
    cell, line, side = (np.array(each, dtype=np.int64) for each in zip(*entries, strict=True))
    values = np.array([*value, *sums], dtype=np.float64)
    size, hidden = len(values), np.arange(len(values)) < len(value)
    quantity = Quantity(
        "n", values, np.where(hidden, 0.0, -np.inf), np.full(size, np.inf), np.full(size, 20.0)
    )
    return Lines(cell, line, side, len(equations)), quantity, hidden


@st.composite
def chains(draw: st.DrawFn) -> tuple[Lines, Quantity, np.ndarray]:
    """Equations of two cells, sums and differences, in chains, stars and rings; and some of three."""
    value = [float(draw(st.integers(0, 9))) for _ in range(draw(st.integers(2, 7)))]
    places = st.integers(0, len(value) - 1)
    size = st.sampled_from([2, 2, 2, 3])
    equations: list[Equation] = []
    for _ in range(draw(st.integers(1, 7))):
        cells = sorted(draw(st.sets(places, min_size=2, max_size=min(draw(size), len(value)))))
        equations.append(
            tuple(
                (cell, LEFT if not i else draw(st.sampled_from([LEFT, RIGHT])))
                for i, cell in enumerate(cells)
            )
        )
    return system(value, equations)


@FEW
@given(chains(), st.sampled_from([1.0, 3.0]), st.booleans())
def test_certificates_are_what_another_solver_says(case, width, some):
    lines, quantity, hidden = case
    low, high = by_linprog(lines, quantity, hidden)
    asked = (
        np.where(np.arange(len(hidden)) % 2 == 0, width, width / 2) if some else np.full(len(hidden), width)
    )
    found = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(asked), hidden)
    clear = hidden & (np.abs(high - low - asked) > 1e-4)
    assert (found.failed == (high - low < asked))[clear].all()
    assert not (found.means == Means.contradiction).any()
    certified = hidden & ~found.failed
    assert (found.reached.low >= low - 1e-4)[certified].all()
    assert (found.reached.high <= high + 1e-4)[certified].all()


def test_what_a_ring_of_equations_gives_away_is_found():
    # x + y = 10 and y + z = 9 and x - z = 1 leave a choice; with x + z = 7 in its place there is none: 4, 6, 3.
    open_ring: list[Equation] = [((0, 1), (1, 1)), ((1, 1), (2, 1)), ((0, 1), (2, -1))]
    for equations, fails in ((open_ring, False), ([*open_ring[:2], ((0, 1), (2, 1))], True)):
        lines, quantity, hidden = system([4.0, 6.0, 3.0], equations)
        found = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(np.ones(len(hidden))), hidden)
        assert found.failed[:3].tolist() == [fails] * 3
        if fails:
            assert found.reached.low[:3] == pytest.approx([4, 6, 3])


def test_bounds_of_what_is_tied_hold_for_all():
    # y = 10 - x is at least 9, so that x is at most 1, whatever else may be said of x; z = x + 3 is as narrow.
    lines, quantity, hidden = system([1.0, 9.0, 4.0], [((0, 1), (1, 1)), ((2, 1), (0, -1))])
    quantity.low[1], quantity.high[2] = 9.0, 3.5
    found = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(np.ones(len(hidden))), hidden)
    assert found.failed[:3].all()
    assert found.reached.low[:3] == pytest.approx([0, 9.5, 3])
    assert found.reached.high[:3] == pytest.approx([0.5, 10, 3.5])


def test_equations_that_do_not_agree_are_no_certificate():
    lines, quantity, hidden = system([4.0, 6.0, 3.0], [((0, 1), (1, 1)), ((0, 1), (1, 1)), ((1, 1), (2, 1))])
    quantity.value[4] += 2  # the same two cells add up to 10, and to 12
    found = certify(lines, blind(quantity, hidden), hidden, Demand.of_width(np.ones(len(hidden))), hidden)
    assert not np.isin(found.means[:3], (Means.witness, Means.programme)).any()
