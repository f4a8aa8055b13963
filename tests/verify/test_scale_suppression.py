"""Suppression at the scale of a country: a table that is too sparse, and in blocks the tables that are not."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

import zaragoza.protect as stage
from tests.verify.test_cell_keys import BY as WHOLE
from tests.verify.test_cell_keys import GROUPS, RESIDENTS, SIZES, population
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown
from zaragoza.model.design import Design
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import STATUS
from zaragoza.protect import protect, secondary
from zaragoza.protect.figures import breakdown_columns, read_figures
from zaragoza.protect.movements import By
from zaragoza.protect.nested import Overlap
from zaragoza.protect.problem import Problem

# The tables with most columns of which at least half of the figures are about enough people.
BY = (
    ("municipality", "generation", "sex", "age"),
    ("municipality", "origin", "sex"),
    ("province", "origin", "generation", "sex", "age"),
)
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


def municipalities_in_provinces() -> Overlap:
    """Which municipality lies in which province, as a run counts it."""
    codes = range(SIZES["municipality"])
    inside = frozenset((str(code), str(code % SIZES["province"])) for code in codes)
    return Overlap("municipality", "province", inside)


def kept(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[tuple[tuple[Any, ...], Any]]:
    """From now on, the arguments and the result of every call of a function."""
    calls: list[tuple[tuple[Any, ...], Any]] = []
    function = getattr(module, name)

    def call(*arguments: Any) -> Any:
        calls.append((arguments, function(*arguments)))
        return calls[-1][1]

    monkeypatch.setattr(module, name, call)
    return calls


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


def test_a_country_in_blocks(record: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    found, tables = counts(BY), [Breakdown(by) for by in BY]
    patterns, attacks = kept(monkeypatch, secondary, "suppress"), kept(monkeypatch, stage, "attack")
    begin = time.process_time()
    observations = protect(
        found, POLICY, {"residents": RESIDENTS}, tables, overlaps=[municipalities_in_provinces()]
    ).observations
    seconds = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reasons = Counter(observations["reason"].to_pylist())
    (((asked,), pattern), *_), (*_, (_, attacked)) = patterns, attacks
    assert reasons["too_few"] == asked.hidden.sum() == (found["n"].to_numpy() < POLICY.min_count).sum()
    assert not attacked.exposures
    settled = {by.name: float((pattern.by[asked.hidden] == by).mean()) for by in By}
    assert 1 - settled["nothing"] >= LEAST_SETTLED
    record(
        f"levels of protection in blocks: {len(found):,} counts (400 municipalities in 12 provinces; "
        "of all tables those of which at least half of the figures are about enough people)",
        f"{reasons['too_few']:,} too few; {settled['witness']:.1%} shown to reach the minimum count, as far as the "
        f"lines tell, by common tables, {settled['programme']:.1%} by a programme of their own; not certified "
        f"{settled['nothing']:.1%}",
        bar=f"{LEAST_SETTLED:.0%} certified",
    )
    hidden = np.array([not STATUS[reason].shown for reason in observations["reason"].to_pylist()])
    row_of = read_figures(found, breakdown_columns(found)).row_of[0]
    check_witnesses(asked, hidden[row_of], asked.hidden & (pattern.by == By.witness))
    total = sum(attacked.certified.values())
    record(
        f"the same {len(found):,} counts through the whole stage, the attack at its end included",
        f"{reasons['secondary']:,} hidden for others; no quantity can be worked out: {total:,} quantities of hidden "
        f"figures certified, {attacked.certified['witness'] / total:.2%} by common tables, the others by "
        f"programmes of their own; {seconds:.0f} s of processor time, {len(attacks)} attacks, {memory:,.0f} MB",
        bar="none is exposed",
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
