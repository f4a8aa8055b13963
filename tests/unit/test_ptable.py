"""P-tables against those of the methods paper (R ptable 1.0.0, an independent solver) and by their definition."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import SHARED, needs_shared
from zaragoza.errors import DefinitionError
from zaragoza.model.disclosure import Noise
from zaragoza.protect.ptable import make_ptable, table_of

PUBLISHED = {
    "D2_V0.9_js0": Noise(D=2, V=0.9, js=0),
    "D2_V1.08_js1_monoTTFT": Noise(D=2, V=1.08, js=1, mono=(True, True, False, True)),
    "D5_V3_js2": Noise(D=5, V=3, js=2),
    "D4_V1_js0_pstay0.5": Noise(D=4, V=1, js=0, pstay=0.5),
}


@needs_shared
def test_every_published_row_to_six_decimals():
    rows: dict[tuple[str, int], list[tuple[int, float, float]]] = defaultdict(list)
    with (SHARED / "methods" / "data" / "ckm_ptables.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["table"], int(row["i"])].append((int(row["v"]), float(row["p"]), float(row["p_int_ub"])))
    assert {name for name, _ in rows} == set(PUBLISHED)
    for name, noise in PUBLISHED.items():
        table = make_ptable(noise)
        counts = sorted(count for table_name, count in rows if table_name == name)
        assert counts == list(range(len(table.change)))
        for count in counts:
            expected = rows[name, count]
            width = len(expected)
            assert table.change[count, :width].tolist() == [v for v, _, _ in expected]
            assert table.probability[count, :width] == pytest.approx([p for _, p, _ in expected], abs=1e-6)
            assert table.upper[count, :width] == pytest.approx([ub for _, _, ub in expected], abs=1e-6)
            assert np.all(table.probability[count, width:] == 0)


def test_the_vignette_prints_these():
    # R ptable's vignette, four decimals: D = 2, V = 1.08, js = 1.
    table = make_ptable(PUBLISHED["D2_V1.08_js1_monoTTFT"])
    assert table.probability[1, :3].round(4).tolist() == [0.5133, 0.46, 0.0267]


def test_variance_that_the_most_even_distribution_does_not_reach():
    # methods/06 section 4: with D = 2, js = 0 and V = 1 the count 1 has variance 0.93188.
    noise = Noise(D=2, V=1, js=0)
    table = make_ptable(noise)
    assert table.variance[1] == pytest.approx(0.93188, abs=1e-5)
    reached = Noise(D=2, V=1, js=0, exact=True)
    assert make_ptable(reached).variance[1:] == pytest.approx(1.0, abs=1e-6)


def test_conditions_that_nothing_meets_are_refused_without_their_numbers():
    # Counts 1 and 2 may become 0, or 3 and more: no mean of zero has a variance below 2.
    with pytest.raises(DefinitionError) as error:
        make_ptable(Noise(D=5, V=1.7654321, js=2))
    text = " ".join(str(fault) for fault in error.value.faults)
    assert "count 1" in text
    assert "`V`" in text
    assert "1.7654321" not in text


def test_a_probability_of_no_change_that_is_too_high_is_lowered_in_steps():
    # An exact variance of 2 with |v| <= 2: at most half may stay as they are (half of +-2: 4 x 0.5 = 2).
    table = make_ptable(Noise(D=2, V=2, js=0, pstay=0.9, mono=False, exact=True))
    stay = table.probability[2, 2]
    assert stay == pytest.approx(0.5, abs=1e-4)
    kept = make_ptable(Noise(D=2, V=0.5, js=0, pstay=0.6))
    assert kept.probability[2, 2] == pytest.approx(0.6, abs=1e-6) or kept.probability[2, 2] > 0.6


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 8),
    st.floats(0.3, 8),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.3, 0.7]),
    st.booleans(),
)
def test_a_table_meets_its_conditions(most, variance, blocked, stay, mono):
    noise = Noise(D=most, V=variance, js=blocked, pstay=stay, mono=mono)
    try:
        table = make_ptable(noise)
    except DefinitionError:
        return
    p, v = table.probability, table.change
    counts = np.arange(len(v))[:, None]
    assert np.all(p >= 0)
    assert p.sum(axis=1) == pytest.approx(1.0)
    assert (p * v).sum(axis=1) == pytest.approx(0.0, abs=1e-5)
    assert np.all(table.variance <= variance + 1e-5)
    assert np.all(np.abs(v) <= most)
    shown = (counts + v)[p > 0]
    assert np.all((shown == 0) | (shown > blocked))
    assert v[0].tolist() == [0] * v.shape[1]
    last = p[-1][: 2 * most + 1]
    assert last == pytest.approx(last[::-1], abs=1e-5)  # the first symmetric row


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.floats(0.5, 4), st.data())
def test_no_other_distribution_is_more_even(most, variance, data):
    """A step from the solution to any feasible neighbour does not raise the entropy."""
    noise = Noise(D=most, V=variance, js=0, mono=False)
    table = make_ptable(noise)
    count = data.draw(st.integers(1, len(table.change) - 1))
    v = table.change[count][: np.count_nonzero(np.diff(table.change[count])) + 1]
    p = table.probability[count][: len(v)]
    generator = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    kept = np.vstack([np.ones(len(v)), v, v**2]).astype(float)
    direction = generator.normal(size=len(v))
    direction -= kept.T @ np.linalg.lstsq(kept @ kept.T, kept @ direction, rcond=None)[0]
    other = p + 1e-4 * p.min() * direction / max(1e-9, np.abs(direction).max())

    def entropy(q):
        return -np.sum(q * np.log(q))

    assert entropy(other) <= entropy(p) + 1e-9


def test_the_handbooks_example_of_a_look_up():
    # Handbook on SDC: counts 1, 2, 3 and more; records 0.9, 0.3 and 0.6 have the cell key 0.8, and 3 becomes 4.
    table = table_of(
        [((0,), (1.0,)), ((-1, 1), (0.5, 0.5)), ((0, 1), (0.8, 0.2)), ((-1, 0, 1), (0.3, 0.4, 0.3))]
    )
    key = float(sum((Fraction("0.9"), Fraction("0.3"), Fraction("0.6"))) % 1)
    assert 3 + table.look_up(np.array([3]), np.array([key]))[0] == 4
    assert 7 + table.look_up(np.array([7]), np.array([key]))[0] == 8


@pytest.mark.parametrize(
    ("key", "change"), [(0.0, -1), (0.2999, -1), (0.3, 0), (0.6999, 0), (0.7, 1), (0.9999, 1)]
)
def test_a_key_on_a_bound_belongs_to_the_next_change(key, change):
    table = table_of([((0,), (1.0,)), ((-1, 0, 1), (0.3, 0.4, 0.3))])
    assert table.look_up(np.array([1]), np.array([key])).tolist() == [change]
    assert table.look_up(np.array([0]), np.array([key])).tolist() == [0]


def test_nothing_secret_is_printed():
    noise = Noise(D=7, V=6.1415926, js=3, pstay=0.1234567)
    for text in (repr(noise), repr(make_ptable(noise)), str(noise)):
        assert not any(secret in text for secret in ("6.14", "0.1234567", "7"))
