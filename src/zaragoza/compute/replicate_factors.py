"""Replicate weights made from a design: what each replicate multiplies the weights of a primary unit by.

V = scale sum_r rscales_r (t_r - c)^2 over the replicates t_r of an estimate (methods/05 section 4; oracle README,
Replicates). Primary units are replicated whole (ultimate clusters), so the units of later stages add nothing of their
own. For a total V is the textbook's, exactly for jackknives and half-samples, on average for the bootstrap.

A stratum taken whole (fraction 1) has no error: it keeps factor 1 and has no replicate of its own. Fractions enter the
jackknives as in R's survey, through `scale` or `rscales`; half-samples and bootstraps through the factors, whose
distance from 1 shrinks by sqrt(1 - f) (Rao and Wu 1988, section 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
import numpy.typing as npt

from zaragoza.compute.codes import Codes, Flags, Floats
from zaragoza.compute.frame import Frame
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.design import ReplicateMethod

Numbers = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Factors:
    """Factors of the weights, by primary unit and replicate.

    Attributes:
        scale: what the sum of the squares is multiplied by.
        rscales: what the square of each replicate is multiplied by.
        make: the factors (primary units x replicates) of the replicates with the given numbers; those of a replicate
            do not depend on which others are asked for.
    """

    scale: float
    rscales: Floats
    make: Callable[[Numbers], Floats]

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.rscales)

    @cached_property
    def factors(self) -> Floats:
        """All factors at once: primary units x replicates."""
        return self.make(np.arange(self.replicates))

    def blocks(self, size: int) -> Iterator[Floats]:
        """The factors of `size` replicates after another, in order, for samples whose factors do not fit in memory."""
        for start in range(0, self.replicates, size):
            yield self.make(np.arange(start, min(start + size, self.replicates)))


def make_factors(
    frame: Frame, method: ReplicateMethod, *, count: int = 500, seed: int = 1, rho: float = 0.0
) -> Factors:
    """Replicate factors of a sample.

    Args:
        frame: the primary units, their strata and fractions.
        method: JK1 leaves out each unit of a sample without strata in turn, JKn each unit of each stratum; JK2 leaves
            out the first of two units in each stratum (about the estimate, not the mean of the replicates); BRR takes
            balanced halves of strata of two, Fay the same with `rho` in place of 0; `bootstrap` draws one unit fewer
            than the stratum has (Rao and Wu 1988), `naive_bootstrap` as many as it has (too small by (n-1)/n).
        count: number of replicates of a bootstrap.
        seed: of a bootstrap; each replicate has its own stream of random numbers.
        rho: factor of the half left out, from 0 to below 1 (Fay).

    Returns:
        Factors with `scale` and `rscales`. JK2, BRR and Fay number the replicates by stratum or row of a Hadamard
        matrix, JK1 and JKn by the unit left out.

    Raises:
        DesignError: strata with one unit, not of two units (JK2, BRR, Fay), more than one (JK1), or sampling fractions
            of the first stage together with later stages.
        DefinitionError: `count`, `seed` or `rho` out of range.
    """
    _check_numbers(method, count, seed, rho)
    strata = _Strata.of(frame)
    faults = [*_stage_faults(frame), *_strata_faults(strata, method)]
    if faults:
        raise DesignError(faults)
    if method == "JK1":
        return _jackknife_unstratified(strata)
    if method == "JKn":
        return _jackknife(strata)
    if method == "JK2":
        return _paired_jackknife(strata)
    if method in ("BRR", "Fay"):
        return _half_samples(strata, rho if method == "Fay" else 0.0)
    return _bootstrap(strata, count, seed, naive=method == "naive_bootstrap")


@dataclass(frozen=True)
class _Strata:
    """First-stage strata; those taken whole are not open, and nothing varies in them."""

    group: Codes
    counted: Codes
    fraction: Floats

    @classmethod
    def of(cls, frame: Frame) -> _Strata:
        first = frame.stages[0]
        return cls(first.group, first.counted, first.fraction)

    @cached_property
    def open(self) -> Flags:
        found: Flags = (self.fraction < 1) & (self.counted > 0)
        return found

    @cached_property
    def varying(self) -> Codes:
        """The open strata."""
        return np.flatnonzero(self.open)

    @cached_property
    def reach(self) -> Floats:
        """Distance from 1 that a factor keeps: sqrt(1 - f)."""
        found: Floats = np.sqrt(np.where(self.open, 1 - self.fraction, 0.0))
        return found

    @cached_property
    def by_stratum(self) -> Codes:
        """The units, stratum after stratum, in the order of their codes."""
        return np.argsort(self.group, kind="stable")

    @cached_property
    def starts(self) -> Codes:
        """Where each stratum begins among them."""
        return np.cumsum(self.counted) - self.counted


def _jackknife_unstratified(strata: _Strata) -> Factors:
    n = len(strata.group)
    stratified = _jackknife(strata)
    scale = (n - 1) / n * (1 - float(strata.fraction[strata.group[0]]))
    return Factors(scale, np.ones(stratified.replicates), stratified.make)


def _jackknife(strata: _Strata) -> Factors:
    """Each unit left out in turn, the others of its stratum times n_h/(n_h - 1)."""
    left_out = np.flatnonzero(strata.open[strata.group])
    stratum = strata.group[left_out]
    n = strata.counted.astype(np.float64)

    def make(replicates: Numbers) -> Floats:
        own = stratum[replicates]
        factors: Floats = np.where(strata.group[:, None] == own, n[own] / (n[own] - 1), 1.0)
        factors[left_out[replicates], np.arange(len(replicates))] = 0.0
        return factors

    rscales: Floats = (n[stratum] - 1) / n[stratum] * (1 - strata.fraction[stratum])
    return Factors(1.0, rscales, make)


def _paired_jackknife(strata: _Strata) -> Factors:
    """In each stratum of two its first unit left out, its second doubled."""
    first = strata.by_stratum[strata.starts[strata.varying]]
    second = strata.by_stratum[strata.starts[strata.varying] + 1]

    def make(replicates: Numbers) -> Floats:
        factors = np.ones((len(strata.group), len(replicates)))
        factors[first[replicates], np.arange(len(replicates))] = 0.0
        factors[second[replicates], np.arange(len(replicates))] = 2.0
        return factors

    return Factors(1.0, 1 - strata.fraction[strata.varying], make)


def _half_samples(strata: _Strata, rho: float) -> Factors:
    """One half of each stratum of two, by a column of a Hadamard matrix each, its constant column left aside."""
    size = order_above(len(strata.varying))
    signs = hadamard(size)[:, 1 : len(strata.varying) + 1]
    first = strata.by_stratum[strata.starts[strata.varying]]
    second = strata.by_stratum[strata.starts[strata.varying] + 1]
    reach = (1 - rho) * strata.reach[strata.varying, None]

    def make(replicates: Numbers) -> Floats:
        factors = np.ones((len(strata.group), len(replicates)))
        step = signs[replicates].T * reach
        factors[first] += step
        factors[second] -= step
        return factors

    return Factors(1 / (size * (1 - rho) ** 2), np.ones(size), make)


def _bootstrap(strata: _Strata, count: int, seed: int, *, naive: bool) -> Factors:
    """1 - c + c (n_h/m_h) r, r times drawn; c = sqrt(1 - f) with m_h = n_h - 1, and with the naive m_h = n_h."""
    draws = np.where(strata.open, strata.counted - (0 if naive else 1), 0)
    size, start = np.repeat(strata.counted, draws), np.repeat(strata.starts, draws)
    reach = strata.reach[strata.group]
    step = (strata.reach * strata.counted / np.maximum(draws, 1))[strata.group]

    def one(replicate: int) -> Floats:
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(replicate,))))
        drawn = strata.by_stratum[start + (stream.random(len(size)) * size).astype(np.int64)]
        times = np.bincount(drawn, minlength=len(strata.group))
        factors: Floats = 1 - reach + step * times
        return factors

    def make(replicates: Numbers) -> Floats:
        factors = np.empty((len(strata.group), len(replicates)), order="F")
        for column, replicate in enumerate(replicates):
            factors[:, column] = one(int(replicate))
        return factors

    return Factors(1 / (count - 1), np.ones(count), make)


def _check_numbers(method: ReplicateMethod, count: int, seed: int, rho: float) -> None:
    faults = []
    if method in ("bootstrap", "naive_bootstrap"):
        if count < 2:
            faults.append(_number_fault("count", "at least two replicates", count, "Take 500 or more."))
        if seed < 0:
            faults.append(_number_fault("seed", "a whole number from 0", seed, "Take any."))
    if method == "Fay" and not 0 <= rho < 1:
        faults.append(_number_fault("rho", "a number from 0 to below 1", rho, "Take 0.3 or 0.5; 0 is BRR."))
    if faults:
        raise DefinitionError(faults)


def _number_fault(field: str, expected: str, found: float, way_out: str) -> Fault:
    return Fault("replicates", field, expected, str(found), way_out)


def _stage_faults(frame: Frame) -> list[Fault]:
    """Replicates of primary units leave out what later stages add where the first was drawn without replacement."""
    adding = sum(bool((stage.multiplier * (1 - stage.fraction) > 0).any()) for stage in frame.stages[1:])
    if not adding:
        return []
    return [
        Fault(
            "design",
            "population_size, stage 1",
            "no sampling fractions where units were drawn in several stages",
            f"fractions, and {adding} later stages that add to the error",
            "Replicates are of primary units alone: leave out population_size, as if they were drawn with "
            "replacement, or use the errors by linearisation.",
        )
    ]


def _strata_faults(strata: _Strata, method: ReplicateMethod) -> list[Fault]:
    counted, strata_met = strata.counted[strata.open], int((strata.counted > 0).sum())
    if method == "JK1" and strata_met != 1:
        found = f"{strata_met} strata"
        return [Fault("replicates", "method", "one stratum for JK1", found, "Use JKn, or a bootstrap.")]
    lonely = int((counted == 1).sum())
    paired = method in ("JK2", "BRR", "Fay")
    other = int((counted != 2).sum()) if paired else 0
    if other:
        return [
            Fault(
                "design",
                "stratum",
                f"two primary units in every stratum for {method}",
                f"{other} strata with another number of units",
                "Use JKn or a bootstrap, or pair the units of each stratum into strata of two.",
            )
        ]
    if lonely:
        return [
            Fault(
                "design",
                "stage 1",
                "at least two primary units in every stratum",
                f"{lonely} strata with one",
                "Put each with a neighbouring stratum; or, where its unit was certain to be drawn, give a population "
                "size of 1; or use the errors by linearisation with lonely_psu.",
            )
        ]
    return []


def order_above(strata: int) -> int:
    """The smallest multiple of 4 above the number of strata for which `hadamard` can make a matrix."""
    order = 4 * (strata // 4 + 1)
    while not _can_be_made(order):
        order += 4
    return order


def hadamard(order: int) -> Signs:
    """A Hadamard matrix: entries 1 and -1, rows orthogonal, its first column 1 throughout (others then sum to 0).

    Sylvester's construction doubles a matrix: [[H, H], [H, -H]]. Paley's two take the quadratic residues modulo a prime
    q: order q + 1 where q = 3 modulo 4, order 2(q + 1) where q = 1 modulo 4. Together they make every multiple of 4 up
    to 100 but 52, 92 and 100; the next multiple balances half-samples as well, with a few replicates more.

    Args:
        order: a number that `order_above` gives.
    """
    matrix = _make(order)
    normal: Signs = matrix * matrix[:, :1]
    return normal


def _can_be_made(order: int) -> bool:
    doubled = order % 2 == 0 and _can_be_made(order // 2)
    return order in (1, 2) or _first_paley(order) or _second_paley(order) or doubled


def _first_paley(order: int) -> bool:
    return order % 4 == 0 and _is_prime(order - 1)


def _second_paley(order: int) -> bool:
    return order % 4 == 0 and (order // 2) % 4 == 2 and _is_prime(order // 2 - 1)


def _make(order: int) -> Signs:
    if order == 1:
        return np.ones((1, 1), np.int8)
    if order == 2 or (not _first_paley(order) and not _second_paley(order)):
        return np.kron(np.array([[1, 1], [1, -1]], np.int8), _make(order // 2))
    q = order - 1 if _first_paley(order) else order // 2 - 1
    core = _residues(q)
    if _first_paley(order):  # I + S with S antisymmetric
        return _bordered(core, -1) + np.eye(order, dtype=np.int8)
    pairs, fill = np.array([[1, 1], [1, -1]], np.int8), np.array([[1, -1], [-1, -1]], np.int8)
    return np.kron(_bordered(core, 1), pairs) + np.kron(np.eye(q + 1, dtype=np.int8), fill)


def _residues(q: int) -> Signs:
    """For each pair i, j: 1 where i - j is a square modulo q, -1 where it is not, 0 on the diagonal."""
    symbol = np.full(q, -1, np.int8)
    symbol[np.arange(q, dtype=np.int64) ** 2 % q] = 1
    symbol[0] = 0
    numbers = np.arange(q)
    signs: Signs = symbol[(numbers[:, None] - numbers) % q]
    return signs


def _bordered(core: Signs, left: int) -> Signs:
    """The core with a first row of 1 and a first column of `left`, 0 in the corner."""
    matrix = np.ones((len(core) + 1, len(core) + 1), np.int8)
    matrix[1:, 0] = left
    matrix[0, 0] = 0
    matrix[1:, 1:] = core
    return matrix


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, isqrt(number) + 1))
