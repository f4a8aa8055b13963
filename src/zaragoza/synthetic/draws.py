"""Small helpers by which attributes are drawn: from a distribution, or with a probability that hits a target."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[Any]

_SOLVED_ON = 4096  # rows of a cell on which its constant is solved; the covariates of so many stand for all
_STEPS = 8


def uniform(rng: Generator, n: int) -> NDArray[np.float32]:
    """Numbers in [0, 1)."""
    return rng.random(n, dtype=np.float32)


def normal(rng: Generator, n: int) -> NDArray[np.float32]:
    """Standard normal numbers."""
    return rng.standard_normal(n, dtype=np.float32)


def pick(rng: Generator, cumulative: Array, n: int) -> NDArray[np.int8]:
    """Positions drawn with the given cumulative shares."""
    last = len(cumulative) - 1
    drawn = np.searchsorted(cumulative.astype(np.float32), uniform(rng, n), side="right")
    return np.minimum(drawn, last).astype(np.int8)


def pick_by_row(rng: Generator, cumulative: Array, row: Array) -> NDArray[np.int8]:
    """Positions drawn with cumulative shares that differ by row: `cumulative[row]`."""
    u = uniform(rng, len(row))
    table = cumulative.astype(np.float32)
    drawn = np.zeros(len(row), dtype=np.int8)
    for column in range(table.shape[1] - 1):
        drawn += u >= table[row, column]
    return drawn


def from_quantiles(rng: Generator, points: dict[float, float], n: int) -> NDArray[np.float32]:
    """Numbers whose distribution function is linear between `points` (value: share below)."""
    return np.interp(uniform(rng, n), list(points.values()), list(points)).astype(np.float32)


def curve(points: dict[int, float], longest: int = 120) -> NDArray[np.float32]:
    """A value for every whole number (age, years) up to `longest`, linear between the points and flat outside."""
    return np.interp(np.arange(longest + 1), list(points), list(points.values())).astype(np.float32)


def expit(score: Array) -> Array:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-score)))


def logit(share: Array | float) -> Array:
    """The inverse of the logistic function, kept finite."""
    inside = np.clip(np.asarray(share, dtype=np.float64), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)))


def intercepts(score: Array, cell: Array, shares: Array, among: Array | None = None) -> NDArray[np.float32]:
    """The constant of each cell with which the mean of expit(constant + score) is the cell's share.

    Args:
        score: effects of the covariates, one a row.
        cell: number of the row's cell.
        shares: wanted mean probability by cell.
        among: rows over which the mean runs; all by default.
    """
    constants = logit(shares)
    for number, start in enumerate(constants):
        inside = cell == number
        rows = np.flatnonzero(inside if among is None else inside & among)
        if len(rows) == 0:
            continue
        effects = score[rows[:: max(1, len(rows) // _SOLVED_ON)]].astype(np.float64)
        constants[number] = _solve(effects, float(expit(start)), float(start - effects.mean()))
    return constants.astype(np.float32)


def _solve(effects: Array, share: float, constant: float) -> float:
    """Newton's method; the mean of the logistic function is monotone, so small steps cannot miss."""
    for _ in range(_STEPS):
        p = expit(effects + constant)
        slope = max(float((p * (1 - p)).mean()), 1e-4)
        constant += float(np.clip((share - p.mean()) / slope, -2, 2))
    return constant


def happens(
    rng: Generator, score: Array, cell: Array, shares: Array, among: Array | None = None
) -> NDArray[np.bool_]:
    """Draws an event whose expected share in each cell is the wanted one, with odds that follow the score."""
    constant = intercepts(score, cell, shares, among)
    return np.asarray(uniform(rng, len(score)) < expit(score + constant[cell]))


def cell_counts(cell: Array, n_cells: int, among: Array) -> NDArray[np.float64]:
    """How many of the chosen rows lie in each cell."""
    return np.bincount(cell[among], minlength=n_cells).astype(np.float64)
