"""Replicate weights against the plain-Python twin: given as columns, and made from a design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

import zaragoza as z
from tests.properties.designs import ENGINE, as_table, check, random, same, samples
from tests.reference import incomes, inequality, poverty, quantiles, survey
from tests.reference import replicates as twin
from tests.reference.student import t_quantile
from tests.reference.survey import Row

MEASURES = {
    "mean": z.mean("y"), "ratio": z.ratio("y", "x"), "share": z.share("y > 20"), "total": z.total("y"),
    "replicated": z.median("y", interval="replicates"), "woodruff": z.median("y"),
    "rate": z.poverty_rate("y"), "excluded": z.poverty_rate("y", also="x > 25"), "gini": z.gini("y"),
}  # fmt: skip
METHODS = ("JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap")
HADAMARD = ((1, 1, 1), (-1, 1, -1), (1, -1, -1), (-1, -1, 1))  # of order 4, without its constant column
RHO = 0.3


@dataclass(frozen=True)
class Sample:
    """Rows, their replicates, and how these are told to the estimator."""

    rows: list[Row]
    made: twin.Replicated
    design: z.Replicates

    @property
    def units(self) -> list[int]:
        """The primary unit of each row, as the replicates number them."""
        return unit_of_rows(self.rows)

    @property
    def weights(self) -> list[list[float]]:
        """By replicate, the weights of the rows."""
        return [
            [row.weight * factors[unit] for row, unit in zip(self.rows, self.units, strict=True)]
            for factors in self.made.factors
        ]


def primary(rows: Sequence[Row]) -> list[tuple[str, int]]:
    return sorted({(row.stratum, row.units[0]) for row in rows})


def unit_of_rows(rows: Sequence[Row]) -> list[int]:
    place = {unit: number for number, unit in enumerate(primary(rows))}
    return [place[row.stratum, row.units[0]] for row in rows]


@st.composite
def replicated(draw, methods: Sequence[str] = METHODS) -> Sample:
    """A sample without population sizes, and replicates of a method."""
    method = draw(st.sampled_from(methods))
    paired = method in ("JK2", "BRR", "Fay")
    rows = draw(samples(stages=1, sized=False, psus=(2, 2) if paired else (2, 4), rows=3))
    if method == "JK1":
        rows = [replace(row, units=(10 * int(row.stratum[1:]) + row.units[0],), stratum="h0") for row in rows]
    strata = [stratum for stratum, _ in primary(rows)]
    names = sorted(set(strata))
    assume(method != "JK2" or len(names) > 1)  # a single replicate is refused
    if method == "JK1":
        made = twin.jk1(len(strata))
    elif method == "JKn":
        made = twin.jkn(strata)
    elif method == "JK2":
        made = twin.jk2(strata)
    elif method == "bootstrap":
        dice = draw(st.randoms(use_true_random=False))
        made = twin.rao_wu(strata, [drawn(strata, dice) for _ in range(6)])
    else:
        signs = [dict(zip(names, row, strict=False)) for row in HADAMARD]
        made = twin.half_samples(strata, signs, RHO if method == "Fay" else 0.0)
    factors = draw(st.booleans())
    columns = tuple(f"r{number}" for number in range(len(made.factors)))
    rscales = tuple(made.rscales) if method in ("JKn", "JK2") else None
    rho = RHO if method == "Fay" else 0.0
    return Sample(rows, made, z.Replicates(method, "w", columns, rscales=rscales, rho=rho, factors=factors))


def drawn(strata: Sequence[str], dice) -> list[int]:
    """How often each unit is drawn, one fewer than the stratum has."""
    times = [0] * len(strata)
    for stratum in set(strata):
        units = [unit for unit, own in enumerate(strata) if own == stratum]
        for unit in dice.choices(units, k=len(units) - 1):
            times[unit] += 1
    return times


def with_replicates(sample: Sample) -> pa.Table:
    data, _ = as_table(sample.rows)
    for number, weights in enumerate(sample.weights):
        factors = [sample.made.factors[number][unit] for unit in sample.units]
        data = data.append_column(f"r{number}", pa.array(factors if sample.design.factors else weights))
    return data


def value_of(rows: Sequence[Row], domain: str, name: str, limit: float | None = None) -> float | None:
    inside = [row.domain == domain for row in rows]
    values, weights = incomes.picked(rows, inside)
    if name == "share":
        rows, name = [replace(row, y=None if row.y is None else float(row.y > 20)) for row in rows], "mean"
    if name == "replicated" or (name == "woodruff" and limit is None):
        return quantiles.quantile(values, weights, 0.5)
    if name == "woodruff":
        below = sum(w for y, w in zip(values, weights, strict=True) if y <= limit)
        return below / sum(weights) if any(weights) else None
    if name in ("rate", "excluded"):
        return poverty_of(rows, inside, name)
    if name == "gini":
        found = inequality.gini(rows, inside)[0]
        received = sum(y * w for y, w in zip(values, weights, strict=True))
        return found if found is not None and received > 0 else None
    return survey.level(rows, domain, name)[0]


def poverty_of(rows: Sequence[Row], inside: Sequence[bool], name: str) -> float | None:
    line = poverty.known_line(line_of(rows), rows)
    if name == "rate":
        return poverty.poverty_rate(rows, inside, line)[0]
    return poverty.exclusion_rate(rows, inside, line, list(map(also_of, rows)))[0]


def line_of(rows: Sequence[Row]) -> float:
    """The poverty threshold; without incomes there is none that anybody could be below."""
    middle = quantiles.quantile(*incomes.picked(rows, [True] * len(rows)), 0.5)
    return -math.inf if middle is None else 0.6 * middle


def also_of(row: Row) -> bool | None:
    return None if row.x is None else row.x > 25


def under_replicates(
    sample: Sample, domain: str, name: str, limit: float | None = None
) -> list[float | None]:
    return [
        value_of(
            [replace(row, weight=weight) for row, weight in zip(sample.rows, weights, strict=True)],
            domain, name, limit,
        )
        for weights in sample.weights
    ]  # fmt: skip


def error_of(sample: Sample, values: Sequence[float | None], value: float) -> float | None:
    """None where a replicate has no value; JK2 is centred at the estimate, whatever is asked."""
    if None in values:
        return None
    centre = "estimate" if sample.design.method == "JK2" else sample.design.centre
    made = sample.made
    return math.sqrt(twin.replicate_variance(values, value, made.scale, made.rscales, centre))


def degrees_of_freedom(sample: Sample, rows: Sequence[bool]) -> int:
    """The rank of the replicate weights of some rows, minus 1."""
    weights = np.array(sample.weights)[:, list(rows)]
    largest = np.linalg.svd(weights, compute_uv=False).max(initial=0.0)
    return int(np.linalg.matrix_rank(weights, tol=1e-7 * largest)) - 1 if largest else -1


def woodruff(sample: Sample, domain: str, df: int) -> tuple[float | None, float | None]:
    """Median, and its error from that of the share below it under the replicates."""
    inside = [row.domain == domain for row in sample.rows]
    values, weights = incomes.picked(sample.rows, inside)
    middle = quantiles.quantile(values, weights, 0.5)
    if middle is None or df < 1:
        return middle, None
    share = value_of(sample.rows, domain, "woodruff", middle)
    error = error_of(sample, under_replicates(sample, domain, "woodruff", middle), share)
    if error is None:
        return middle, None
    reach = t_quantile(0.975, df)
    low, high = share - reach * error, share + reach * error
    if low < 0 or high > 1:
        return middle, None
    limits = [quantiles.quantile(values, weights, limit) for limit in (low, high)]
    return middle, (limits[1] - limits[0]) / (2 * reach)


def rows_alone(rows: Sequence[Row]) -> list[Row]:
    """With given weights nothing is known of units: every row is one."""
    return [replace(row, stratum="", units=(number,)) for number, row in enumerate(rows)]


def counted(rows: Sequence[Row], name: str) -> list[Row]:
    """Without an answer who does not count."""
    if name != "excluded":
        return list(rows)
    known = [poverty.excluded(row, also_of(row), line_of(rows)) for row in rows]
    return [replace(row, y=None if k is None else float(k)) for row, k in zip(rows, known, strict=True)]


KINDS = {"ratio": "ratio"}


@given(replicated())
@random(35)
def test_given_weights_agree_with_the_twin(sample):
    found = z.estimate(with_replicates(sample), MEASURES, by="g", design=sample.design, engine=ENGINE)
    for ours in found.to_pylist():
        domain, name = ours["g"], ours["measure"]
        df = degrees_of_freedom(sample, [row.domain == domain for row in sample.rows])
        whole = degrees_of_freedom(sample, [True] * len(sample.rows))
        assert ours["domain_degrees_of_freedom"] == df
        assert ours["degrees_of_freedom"] == (df if name == "woodruff" else whole)
        if name == "woodruff":
            value, error = woodruff(sample, domain, df)
        else:
            value = value_of(sample.rows, domain, name)
            values = under_replicates(sample, domain, name)
            error = None if value is None else error_of(sample, values, value)
        check(
            ours, value, error, rows_alone(counted(sample.rows, name)), domain, kind=KINDS.get(name, "mean")
        )


@given(replicated())
@random(20)
def test_gaps_are_replicated_as_such(sample):
    """A gap, or quotient, of each replicate: the covariance is in them."""
    if "a" not in {row.domain for row in sample.rows}:
        return
    measures = {name: measure for name, measure in MEASURES.items() if name != "woodruff"}
    found = z.gaps(
        with_replicates(sample), measures, group="g", reference="a", design=sample.design, engine=ENGINE
    )
    for ours in found.to_pylist():
        own, base = (value_of(sample.rows, domain, ours["measure"]) for domain in (ours["g"], "a"))
        value, error = contrast(own, base, ours["statistic"]), None
        if value is not None:
            pairs = zip(
                *(under_replicates(sample, domain, ours["measure"]) for domain in (ours["g"], "a")),
                strict=True,
            )
            error = error_of(sample, [contrast(*pair, ours["statistic"]) for pair in pairs], value)
            levels = [
                error_of(sample, under_replicates(sample, domain, ours["measure"]), level)
                for domain, level in ((ours["g"], own), ("a", base))
            ]
            error = None if None in levels else error
        check(
            ours,
            value,
            error,
            rows_alone(counted(sample.rows, ours["measure"])),
            ours["g"],
            "a",
            kind=KINDS.get(ours["measure"], "mean"),
        )


def contrast(own: float | None, base: float | None, statistic: str) -> float | None:
    if own is None or base is None or (statistic == "ratio" and base == 0):
        return None
    return own - base if statistic == "gap" else own / base


@given(replicated())
@random(10)
def test_factors_and_whole_weights_are_the_same(sample):
    whole, factors = (replace(sample, design=replace(sample.design, factors=flag)) for flag in (False, True))
    first, second = (
        z.estimate(with_replicates(one), MEASURES, by="g", design=one.design, engine=ENGINE).to_pylist()
        for one in (whole, factors)
    )
    assert_alike(first, second)


# Made from a design


@given(samples(rows=3, stages=1))
@random(12)
def test_the_jackknife_of_a_total_is_its_linearised_variance(rows):
    """With sampling fractions or without; so is that of a share of which the design fixes the denominator."""
    data, design = as_table(rows)
    measures = {"total": z.total("y"), "persons": z.total()}
    jackknife, linearised = (
        z.estimate(data, measures, by="g", design=one, engine=ENGINE).to_pylist()
        for one in (z.Replicates("JKn", design=design), design)
    )
    assert_alike(jackknife, linearised, scale=1e3)


@given(replicated(("JK1", "JKn", "JK2")))
@random(12)
def test_replicates_made_from_a_design_are_those_of_the_twin(sample):
    data, design = as_table(sample.rows)
    measures = {name: measure for name, measure in MEASURES.items() if name != "woodruff"}
    made = z.Replicates(sample.design.method, design=design)
    for ours in z.estimate(data, measures, by="g", design=made, engine=ENGINE).to_pylist():
        value = value_of(sample.rows, ours["g"], ours["measure"])
        values = under_replicates(sample, ours["g"], ours["measure"])
        error = None if value is None else error_of(sample, values, value)
        rows = counted(sample.rows, ours["measure"])
        check(ours, value, error, rows, ours["g"], kind=KINDS.get(ours["measure"], "mean"))


@given(replicated(("BRR", "Fay")))
@random(10)
def test_half_samples_of_a_total_give_its_linearised_variance(sample):
    """Balanced: whatever the matrix, the strata do not mix."""
    data, design = as_table(sample.rows)
    made = z.Replicates(
        sample.design.method, design=design, rho=RHO if sample.design.method == "Fay" else 0.0
    )
    halves, linearised = (
        z.estimate(data, {"total": z.total("y")}, by="g", design=one, engine=ENGINE).to_pylist()
        for one in (made, design)
    )
    assert_alike(halves, linearised, scale=1e3)


@given(samples(rows=3, stages=1))
@random(10)
def test_a_bootstrap_is_that_of_its_seed(rows):
    data, design = as_table(rows)
    one, again, other = (
        z.estimate(
            data,
            MEASURES,
            by="g",
            design=z.Replicates("bootstrap", design=design, count=20, seed=seed),
            engine=ENGINE,
        ).to_pylist()
        for seed in (5, 5, 6)
    )
    assert one == again
    assert [row["value"] for row in one] == [row["value"] for row in other]


def test_a_bootstrap_tends_to_the_linearised_error():
    """Of a total the expected variance is the linearised one: 2,000 replicates lie within four errors of it."""
    rows = [
        Row(1.0 + unit, f"h{stratum}", (unit,), (), "a", float((7 * unit + 3 * stratum) % 11), None)
        for stratum in range(4)
        for unit in range(6)
    ]
    data, design = as_table(rows)
    bootstrap, linearised = (
        z.estimate(data, {"t": z.total("y")}, design=one, engine=ENGINE).to_pylist()[0]["standard_error"]
        for one in (z.Replicates("bootstrap", design=design, count=2000, seed=20261017), design)
    )
    assert abs(bootstrap / linearised - 1) < 4 / math.sqrt(2 * 2000)


def test_jk2_is_centred_at_the_estimate():
    """The mean of its replicates lies off the estimate by design."""
    rows = [Row(1.0, f"h{unit // 2}", (unit % 2,), (), "a", float(unit * unit), None) for unit in range(6)]
    data, design = as_table(rows)
    errors = {
        centre: z.estimate(
            data, {"t": z.total("y")}, design=z.Replicates("JK2", design=design, centre=centre), engine=ENGINE
        ).to_pylist()[0]["standard_error"]
        for centre in ("mean", "estimate")
    }
    expected = math.sqrt(sum((a - b) ** 2 for a, b in ((0, 1), (4, 9), (16, 25))))
    assert errors["mean"] == errors["estimate"]
    assert same(errors["mean"], expected)


def assert_alike(first: list[dict], second: list[dict], scale: float = 1.0) -> None:
    for one, other in zip(first, second, strict=True):
        assert {key: one[key] for key in ("measure", "g", "reason")} == {
            key: other[key] for key in ("measure", "g", "reason")
        }
        for field in ("value", "standard_error", "ci_low", "ci_high", "degrees_of_freedom"):
            assert same(one[field], other[field], scale), (one, other)
