"""Standardisation, decompositions and indices on random tables: twins, derivatives, and what must not move them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.designs import random
from tests.reference import adjust as twin
from tests.reference.adjust import Cell
from zaragoza.compute.adjust.fairlie import fairlie
from zaragoza.compute.adjust.indices import compare_levels, disproportionality, dissimilarity
from zaragoza.compute.adjust.kitagawa import kitagawa
from zaragoza.compute.adjust.nonlinear import decompose_logit
from zaragoza.compute.adjust.oaxaca import oaxaca, oaxaca_threefold
from zaragoza.compute.adjust.smooth import raw_gap
from zaragoza.compute.adjust.standardise import standardise, standardise_indirectly
from zaragoza.compute.adjust.table import Adjusted, AdjustTable, make_table

NAMES = ("covariate 0", "covariate 1")
COMBINATIONS = tuple(itertools.product("abc", "xy"))
BASE = ("a", "x")
STANDARDS = ("pooled", "reference", "group", "mean", {("a", "x"): 2.0, ("b", "y"): 1.0, ("d", "x"): 0.5})
NORMS = ("reference", "group", "reimers", "cotton", "neumark", "pooled")
LOGIT_NORMS = ("reference", "group", "neumark", "pooled")
SIZES = st.sampled_from([1.0, 2.5, 7.0, 20.0]) | st.floats(1, 50)
SHARES = st.floats(0.1, 0.9)


@st.composite
def crossings(draw, *, least: float = 0.5):
    """Cells of two sides by two covariates; some are empty, but not all of a side, and people alike are left."""
    cells = []
    for group in (True, False):
        shown = [combination for combination in COMBINATIONS if draw(st.floats(0, 1)) < least]
        for levels in shown or [COMBINATIONS[draw(st.integers(0, 5))]]:
            size = draw(SIZES)
            cells.append(Cell(group, levels, 0.0, size, size * draw(SHARES)))
    assume(twin.something_held_equal(cells))
    return cells


@st.composite
def regressions(draw):
    """Two cells of each side and combination, with a number that differs between them."""
    cells = []
    for index, (group, levels, _) in enumerate(itertools.product((True, False), COMBINATIONS, range(2))):
        size = draw(SIZES)
        number = math.sin(3 * index + 1) + draw(st.integers(-1, 1))
        cells.append(Cell(group, levels, number, size, size * draw(SHARES)))
    return cells


def table_of(cells: Sequence[Cell], *, number: bool = False) -> AdjustTable:
    covariates: dict = {name: [c.levels[i] for c in cells] for i, name in enumerate(NAMES)}
    if number:
        covariates["number"] = np.array([c.number for c in cells])
    return make_table([c.group for c in cells], covariates, [c.size for c in cells], [c.total for c in cells])


def values(adjusted: Adjusted, *, detailed: bool = False) -> dict:
    assert adjusted.reason is None
    return {
        (p.statistic, p.detail) if detailed else p.statistic: p.value
        for p in adjusted.parts
        if detailed == (p.detail is not None)
    }


def near(ours: float, theirs: float, tolerance: float = 1e-9) -> bool:
    return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)


def agree(ours: dict, theirs: dict, tolerance: float = 1e-9) -> None:
    assert all(near(ours[key], value, tolerance) for key, value in theirs.items()), (ours, theirs)


# Twins


def comparable(cells, standard):
    """Whether something is held equal, and a given standard has people of whom there are some on both sides."""
    given = () if isinstance(standard, str) else tuple(standard)
    return twin.something_held_equal(cells, given) and (not given or twin.covers(cells, given))


@random(60)
@given(crossings(), st.sampled_from(STANDARDS))
def test_standardise_is_the_twin(cells, standard):
    assume(comparable(cells, standard))
    ours = values(standardise(table_of(cells), standard))
    group, reference = twin.standardise(cells, standard)
    agree(ours, {
        "adjusted_level": group, "adjusted_reference_level": reference, "adjusted_gap": group - reference,
    })  # fmt: skip


@random(40)
@given(crossings())
def test_indirect_standardisation_is_the_twin(cells):
    ours, theirs = values(standardise_indirectly(table_of(cells))), twin.expected(cells)
    observed = math.fsum(c.total for c in cells if c.group)
    agree(ours, {"expected": theirs, "observed": observed, "observed_to_expected": observed / theirs})


@random(40)
@given(crossings(), st.sampled_from([2, 3]))
def test_kitagawa_is_the_twin_and_adds_up(cells, parts):
    table = table_of(cells)
    adjusted = kitagawa(table, parts, detail=True)
    ours = values(adjusted)
    agree(ours, twin.kitagawa(cells, parts))
    assert near(math.fsum(ours.values()), raw_gap(table).value)
    by_cell = values(adjusted, detailed=True)
    for statistic, whole in ours.items():
        assert near(math.fsum(v for (s, _), v in by_cell.items() if s == statistic), whole)


@random(40)
@given(regressions(), st.sampled_from(NORMS), st.booleans())
def test_oaxaca_is_the_twin(cells, norm, normalise):
    table = table_of(cells, number=True)
    found = twin.sides(cells, BASE, norm, twin.identity, number=True)
    theirs = twin.oaxaca(found, normalise=normalise)
    ours = values(oaxaca(table, norm, detail=True, normalise=normalise), detailed=True)
    ours |= values(oaxaca_threefold(table, detail=True, normalise=normalise), detailed=True)
    agree(ours, theirs, 1e-7)
    assert set(ours) == set(theirs)


@random(25)
@given(regressions(), st.sampled_from(LOGIT_NORMS), st.booleans())
def test_logit_decomposition_is_the_twin(cells, norm, normalise):
    found = twin.sides(cells, BASE, norm, twin.logistic, number=True)
    _, rows = twin.products(found, normalise=normalise)
    for weights in ((xg - xr) * b for xg, xr, _, _, b in rows), (xg * (bg - b) for xg, _, bg, _, b in rows):
        total = math.fsum(weights)
        assume(total == 0 or abs(total) > 0.01)  # shares of next to nothing
    assume(norm in ("reference", "group") or abs(math.fsum(xr * (b - br) for _, xr, _, br, b in rows)) > 0.01)
    table = table_of(cells, number=True)
    adjusted = decompose_logit(table, norm, detail=True, normalise=normalise)
    theirs = twin.yun(found, normalise=normalise)
    agree(values(adjusted, detailed=True), theirs, 1e-6)
    for statistic in ("explained", "unexplained"):
        whole = math.fsum(v for (s, _), v in theirs.items() if s == statistic)
        assert near(values(adjusted)[statistic], whole, 1e-6)


@random(15)
@given(regressions(), st.sampled_from(LOGIT_NORMS))
def test_fairlie_is_the_twin(cells, norm):
    found = twin.sides(cells, BASE, norm, twin.logistic, number=True)
    theirs = twin.fairlie(found, [*NAMES, "number"])
    table = table_of(cells, number=True)
    assume(abs(raw_gap(table).value) > 0.01)  # a smaller one has no share that is explained
    ours = fairlie(table, norm)
    agree(values(ours, detailed=True), {("explained", n): v for n, v in theirs.items()}, 1e-6)
    assert near(values(ours)["explained"], math.fsum(theirs.values()), 1e-6)
    whole = {p.statistic: p for p in decompose_logit(table, norm).parts}
    for part in ours.parts[:3]:
        assert near(part.value, whole[part.statistic].value, 1e-7)
        assert np.allclose(part.by_total, whole[part.statistic].by_total, rtol=1e-6, atol=1e-9)
        assert np.allclose(part.by_size, whole[part.statistic].by_size, rtol=1e-6, atol=1e-9)


@random(40)
@given(crossings(least=1.1))
def test_indices_are_the_twins(cells):
    table = table_of(cells)
    levels = {side: twin.level(cells, side) for side in (True, False)}
    (group, reference), odds = (levels[True], levels[False]), lambda p: p / (1 - p)
    agree(values(compare_levels(table)), {
        "ratio": group / reference, "relative_gap": group / reference - 1, "odds_ratio": odds(group) / odds(reference),
    })  # fmt: skip
    sizes = {side: [c.size for c in cells if c.group == side] for side in (True, False)}
    totals = {side: [c.total for c in cells if c.group == side] for side in (True, False)}
    for of, both in (("size", sizes), ("total", totals)):
        theirs = twin.dissimilarity(both[True], both[False])
        agree(values(dissimilarity(table, of)), {"dissimilarity": theirs})
    own, whole = math.fsum(totals[True]) / math.fsum(totals[True] + totals[False]), math.fsum(sizes[True])
    quotient = own / (whole / math.fsum(sizes[True] + sizes[False]))
    assert near(values(compare_levels(table))["representation_quotient"], quotient)
    holders, people = ([sum(pair) for pair in zip(*both.values(), strict=True)] for both in (totals, sizes))
    agree(values(disproportionality(table)), {
        "loosemore_hanby": twin.dissimilarity(holders, people), "gallagher": twin.gallagher(holders, people),
    })  # fmt: skip


# Derivatives

Method = Callable[[AdjustTable], Adjusted]
FROM_CROSSINGS: dict[str, Method] = {
    **{f"standard {i}": partial(standardise, standard=s, least_gap=0) for i, s in enumerate(STANDARDS)},
    "indirect": standardise_indirectly,
    "two parts": partial(kitagawa, detail=True),
    "three parts": partial(kitagawa, parts=3, detail=True),
    "levels": compare_levels,
}
FROM_REGRESSIONS: dict[str, Method] = {
    **{f"oaxaca {n}": partial(oaxaca, coefficients=n, detail=True, least_gap=0) for n in NORMS},
    "oaxaca normalised": partial(oaxaca, detail=True, normalise=True, least_gap=0),
    "threefold": partial(oaxaca_threefold, detail=True, normalise=True),
    **{f"logit {n}": partial(decompose_logit, coefficients=n, detail=True, least_gap=0) for n in LOGIT_NORMS},
    "logit normalised": partial(decompose_logit, coefficients="pooled", detail=True, normalise=True, least_gap=0),
}  # fmt: skip


def slopes_hold(method: Method, table: AdjustTable, seed: int) -> None:
    """The derivative along a random direction is that of the gradient, for every part."""
    generator = np.random.default_rng(seed)
    by_total, by_size = (generator.normal(size=len(table.size)) * table.size for _ in range(2))

    def moved(step: float) -> Adjusted:
        return method(replace(table, total=table.total + step * by_total, size=table.size + step * by_size))

    def slopes(step: float) -> list[float]:
        far_below, below, above, far_above = (
            [part.value for part in moved(k * step).parts] for k in (-2, -1, 1, 2)
        )
        differences = zip(far_below, below, above, far_above, strict=True)
        return [(8 * (c - b) - (d - a)) / (12 * step) for a, b, c, d in differences]

    # What a shorter step changes is what the longer one was off: much, where a logit is steep.
    for part, longer, shorter in zip(method(table).parts, slopes(1e-5), slopes(2e-6), strict=True):
        if not np.isfinite(part.value):
            continue
        ours = float(part.by_total @ by_total + part.by_size @ by_size)
        near = 2e-6 * max(1.0, abs(part.value), abs(ours)) + abs(longer - shorter)
        assert abs(ours - shorter) <= near, (part.statistic, part.detail, ours, longer, shorter)


@pytest.mark.parametrize("name", FROM_CROSSINGS)
@random(15)
@given(cells=crossings(), seed=st.integers(0, 99))
def test_derivatives_from_crossings(name, cells, seed):
    table = table_of(cells)
    assume(FROM_CROSSINGS[name](table).reason is None)  # a given standard may leave nothing to hold equal
    assume(abs(raw_gap(table).value) > 0.05)  # the share that is explained divides by it
    slopes_hold(FROM_CROSSINGS[name], table, seed)


@pytest.mark.parametrize("name", FROM_REGRESSIONS)
@random(10)
@given(cells=regressions(), seed=st.integers(0, 99))
def test_derivatives_from_regressions(name, cells, seed):
    table = table_of(cells, number=True)
    assume(abs(raw_gap(table).value) > 0.05)
    details = [p.value for p in FROM_REGRESSIONS[name](table).parts if np.isfinite(p.value)]
    assume(max(map(abs, details)) < 2)  # shares of next to nothing
    slopes_hold(FROM_REGRESSIONS[name], table, seed)


@random(30)
@given(crossings(least=1.1), st.integers(0, 99))
def test_derivatives_of_indices(cells, seed):
    table = table_of(cells)
    shares = {side: np.array([c.size for c in cells if c.group == side]) for side in (True, False)}
    totals = {side: np.array([c.total for c in cells if c.group == side]) for side in (True, False)}
    people, holders = sum(shares.values()), sum(totals.values())
    for a, b in ((shares[True], shares[False]), (totals[True], totals[False]), (people, holders)):
        assume(np.abs(a / a.sum() - b / b.sum()).min() > 0.01)  # where two shares meet there is a kink
    for method in (dissimilarity, partial(dissimilarity, of="total"), disproportionality):
        slopes_hold(method, table, seed)


# What must hold


@random(30)
@given(crossings(), st.sampled_from(STANDARDS))
def test_explained_and_adjusted_make_the_gap(cells, standard):
    assume(comparable(cells, standard))
    table = table_of(cells)
    ours = values(standardise(table, standard))
    assert near(ours["explained"] + ours["adjusted_gap"], raw_gap(table).value)


@random(30)
@given(crossings())
def test_rates_of_kitagawa_are_standardised_gaps(cells):
    table = table_of(cells)
    for parts, standard in ((2, "mean"), (3, "reference")):
        rate = next(p for p in kitagawa(table, parts).parts if p.statistic == "rate")
        adjusted = standardise(table, standard).parts[0]
        assert near(rate.value, adjusted.value)
        assert np.allclose(rate.by_total, adjusted.by_total, atol=1e-12)
        assert np.allclose(rate.by_size, adjusted.by_size, atol=1e-12)


@random(20)
@given(regressions())
def test_decompositions_make_the_gap(cells):
    table = table_of(cells, number=True)
    gap = raw_gap(table)
    found = [oaxaca(table, norm) for norm in NORMS] + [decompose_logit(table, norm) for norm in LOGIT_NORMS]
    for adjusted in found:
        explained, unexplained, _ = adjusted.parts
        assert near(explained.value + unexplained.value, gap.value, 1e-7)
        assert np.allclose(explained.by_size + unexplained.by_size, gap.by_size, atol=1e-7)
        assert np.allclose(explained.by_total + unexplained.by_total, gap.by_total, atol=1e-7)
    assert near(math.fsum(p.value for p in oaxaca_threefold(table).parts), gap.value, 1e-7)


@random(20)
@given(regressions())
def test_groups_that_change_places_turn_the_sign(cells):
    swapped = [replace(cell, group=not cell.group) for cell in cells]
    here, there = table_of(cells, number=True), table_of(swapped, number=True)
    other = {"reference": "group", "group": "reference"}
    standards = ("pooled", "mean", *other)
    logits = [norm for norm in LOGIT_NORMS if norm != "pooled"]  # its constant is the reference group's
    for method, norms in ((standardise, standards), (oaxaca, NORMS), (decompose_logit, logits)):
        for norm in norms:
            ours, theirs = values(method(here, norm)), values(method(there, other.get(norm, norm)))
            for statistic in ("explained", "adjusted_gap", "unexplained"):
                assert statistic not in ours or near(ours[statistic], -theirs[statistic], 1e-7)


@random(20)
@given(regressions())
def test_names_of_categories_and_the_base_do_not_matter_when_normalised(cells):
    renamed = [
        replace(c, levels=(str("cab".index(c.levels[0])), "yx"["xy".index(c.levels[1])])) for c in cells
    ]
    for method in (oaxaca, decompose_logit):
        ours = values(method(table_of(cells, number=True), detail=True, normalise=True), detailed=True)
        theirs = values(method(table_of(renamed, number=True), detail=True, normalise=True), detailed=True)
        assume(max(map(abs, ours.values())) < 5)
        agree(ours, theirs, 1e-6)


@random(20)
@given(regressions(), st.integers(0, 99))
def test_cells_may_be_split(cells, seed):
    parts = np.random.default_rng(seed).uniform(0.2, 0.8, len(cells))
    split = [
        replace(c, size=c.size * p, total=c.total * p)
        for c, part in zip(cells, parts, strict=True)
        for p in (part, 1 - part)
    ]
    for method in (standardise, oaxaca, decompose_logit, kitagawa, compare_levels):
        ours, theirs = values(method(table_of(cells))), values(method(table_of(split)))
        agree(ours, {k: v for k, v in theirs.items() if np.isfinite(v)}, 1e-7)
