"""Cell keys of random files: those of the definition, for any order, grouping and number of margins on the way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.noise import RANGE, cell_key
from zaragoza.compute.cells import count_cells
from zaragoza.compute.keys import add_keys
from zaragoza.compute.terms import terms
from zaragoza.engine import Engine
from zaragoza.model.design import Design
from zaragoza.model.indicator import Measure

# also keys at the ends, where rounding would show
keys = st.one_of(st.floats(0, 1, exclude_max=True), st.sampled_from([0.0, 1 - 2.0**-53, 2.0**-53, 0.5]))
persons = st.lists(
    st.tuples(keys, st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([0, 1, None])),
    min_size=1,
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(persons, st.randoms(use_true_random=False), st.integers(1, 2))
def test_keys_of_every_cell_and_margin(people, random, threads):
    shuffled = random.sample(people, len(people))
    columns = list(zip(*shuffled, strict=True))
    table = pa.table(
        {
            "record_key": pa.array(columns[0], pa.float64()),
            "g": pa.array(columns[1]),
            "h": pa.array(columns[2]),
            "y": pa.array(columns[3], pa.int64()),
        }
    )
    measures = {
        "share": terms(Measure("share", "y = 1"), Design()),
        "mean": terms(Measure("mean", "y"), Design()),
    }
    with Engine(threads=threads) as engine:
        cells = count_cells(engine.table(table), measures, ("g", "h"), Design(), keyed=True)
    for margin in (cells, cells.margin(("g",)), cells.margin(("g",)).margin(()), cells.margin(())):
        for name in measures:
            found = margin.totals[name].keys
            for place, codes in enumerate(margin.categories):
                own = [p for p in people if all(c in ("_T", v) for c, v in zip(codes, p[1:3], strict=True))]
                counted = [p[0] for p in own if p[3] is not None]
                inside = [p[0] for p in own if p[3] == 1]
                assert Fraction(int(found.everyone[place]), RANGE) == cell_key(counted)
                assert Fraction(int(found.numerator[place]), RANGE) == cell_key(inside)
                assert found.contributors[place] == len(inside)


@given(st.lists(st.integers(0, RANGE - 1), min_size=1, max_size=50), st.data())
def test_sums_do_not_depend_on_how_they_are_grouped(values, data):
    codes = np.array([data.draw(st.integers(0, 3)) for _ in values])
    once = add_keys(np.zeros(len(values), np.int64), np.array(values), 1)
    twice = add_keys(np.zeros(4, np.int64), add_keys(codes, np.array(values), 4), 1)
    assert once.tolist() == twice.tolist() == [sum(values) % RANGE]
