"""Suppression at the scale of a country: the tables of 400 municipalities that are not too sparse, in blocks."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tests.verify.test_cell_keys import BY as WHOLE
from tests.verify.test_cell_keys import GROUPS, RESIDENTS, SIZES, population
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown
from zaragoza.model.design import Design
from zaragoza.model.disclosure import Policy
from zaragoza.protect import protect
from zaragoza.protect.blocks import BLOCK_CELLS
from zaragoza.protect.figures import places_along, read_figures
from zaragoza.protect.levels import attacks_on_persons, merged
from zaragoza.protect.lines import column_lines, joined, spread
from zaragoza.protect.links import Link, link_lines
from zaragoza.protect.modular import suppress_by_movements
from zaragoza.protect.movements import By
from zaragoza.protect.problem import Problem
from zaragoza.protect.quantities import Quantity, count_bounds
from zaragoza.protect.usefulness import cost_of_hiding

# The tables with most columns of which at least half of the figures are about enough people.
BY = (
    ("municipality", "generation", "sex", "age"),
    ("municipality", "origin", "sex"),
    ("province", "origin", "generation", "sex", "age"),
)
COLUMNS = ("municipality", "province", "origin", "generation", "sex", "age")
POLICY = Policy(full_count=True, min_count=10)
LEAST_SETTLED = 0.85
ATTACKED = 3  # cells, each by a programme over all that is hidden


def counts(tables: Sequence[tuple[str, ...]]) -> pa.Table:
    """The counts of these tables with all margins."""
    with Engine(threads=1) as engine:
        return compute(
            engine.table(population()), [RESIDENTS], GROUPS, [Breakdown(by) for by in tables],
            design=Design(), period="2023", geo="XZ", options=Options(),
        )  # fmt: skip


def problem() -> Problem:
    """All counts of the tables and their margins, as the stage looks at them."""
    found = counts(BY)
    figures = read_figures(found, COLUMNS)
    links = [
        Link(
            "municipality",
            tuple(map(str, range(code, SIZES["municipality"], SIZES["province"]))),
            "province",
            (str(code),),
        )
        for code in range(SIZES["province"])
    ]
    n = found["n"].to_numpy()[figures.row_of[0]]
    kinds = (*column_lines(figures), *link_lines(figures, links))
    cell_at = np.arange(len(n))[None, :]
    few = n < POLICY.min_count
    quantity = Quantity(
        "n", n.astype(np.float64), *count_bounds(few, POLICY), np.full(len(n), float(n.max()))
    )
    nobody = np.zeros(len(n), dtype=np.bool_)
    cost = cost_of_hiding(figures, nobody, found["n"].to_numpy(), POLICY.cost)[figures.row_of[0]]
    return Problem(
        joined([spread(kind, cell_at) for kind in kinds]),
        merged(attacks_on_persons(quantity, few, POLICY)),
        few,
        cost,
        nobody,
        piece=places_along(figures),
    )


def test_the_whole_table_is_answered_with_a_margin(record: Callable[..., None]) -> None:
    found = counts(WHOLE)
    begin = time.process_time()
    with pytest.raises(DisclosureError) as refused:
        protect(found, POLICY, {"residents": RESIDENTS}, [Breakdown(by) for by in WHOLE])
    seconds = time.process_time() - begin
    (fault,) = refused.value.faults
    assert fault.field == "breakdowns, " + " x ".join(WHOLE[0])
    assert "Publish the table by " + " x ".join(BY[0]) in fault.way_out
    record(
        f"suppression of all {len(found):,} counts of 400 municipalities: the table is too sparse, a margin is "
        "proposed",
        f"refused after {seconds:.1f} s of processor time; {fault.found} too few",
    )


def test_a_country_in_blocks(record: Callable[..., None]) -> None:
    asked = problem()
    begin = time.process_time()
    pattern = suppress_by_movements(asked, BLOCK_CELLS)
    seconds = time.process_time() - begin
    guarded = asked.hidden
    settled = {by.name: float((pattern.by[guarded] == by).mean()) for by in By}
    check_witnesses(asked, pattern.hidden, guarded & (pattern.by == By.witness))
    more = int((pattern.hidden & ~asked.hidden).sum())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert 1 - settled["nothing"] >= LEAST_SETTLED
    record(
        f"suppression in blocks: {len(guarded):,} counts (400 municipalities in 12 provinces; of all tables those of "
        "which at least half of the figures are about enough people)",
        f"{guarded.sum():,} too few, {more:,} hidden for their sake; protected: "
        f"{settled['witness']:.1%} shown by common tables, {settled['programme']:.1%} by a programme of their own, "
        f"not certified {settled['nothing']:.1%}; {seconds:.0f} s of processor time, {memory:.0f} MB",
        bar=f"{LEAST_SETTLED:.0%} certified",
    )


def check_witnesses(asked: Problem, hidden: np.ndarray, certified: np.ndarray) -> None:
    """No line gives a certified cell away, and an intruder's own programme finds some of them as wide as asked."""
    lines = asked.lines
    unknown = np.bincount(lines.line, hidden[lines.cell], lines.count)
    assert not (certified[lines.cell] & (unknown[lines.line] == 1)).any()
    by_lines = asked.attacks[0]
    open_ = np.flatnonzero(hidden)
    matrix = csr_array((lines.side, (lines.line, lines.cell)), shape=(lines.count, len(hidden)))[:, open_]
    matrix = matrix[np.diff(matrix.indptr) > 0]
    fall = -by_lines.quantity.value[open_]
    for cell in np.random.default_rng(1).choice(np.flatnonzero(certified), ATTACKED, replace=False):
        goal = np.where(open_ == cell, -1.0, 0.0)
        bounds = np.column_stack([fall, np.where(open_ == cell, by_lines.upper[cell], np.inf)])
        answer = linprog(goal, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds)
        assert answer.status == 0
        assert -answer.fun >= by_lines.upper[cell] - 1e-4
