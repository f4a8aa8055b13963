"""What the true levels and changes of places may be, given the published ones and their errors.

Published figures spread more than true ones, as each has its error; a rule that plugs them in is surer than it may be
(decision 24). Places are therefore taken as drawn from a normal super-population of levels and changes, whose mean and
covariance are not known. Gibbs sampling, many short chains at once; the covariance has the scaled prior of Huang and
Wand, Bayesian Analysis 8(2), 2013, with 2 degrees of freedom, which leaves every correlation as likely as another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CHAINS, WARM_UP = 50, 60
_PRIOR_DF = 2.0
_WIDE = 10.0  # prior scale of a standard deviation, in observed standard deviations
_NEAR_ONE = 0.999  # a greater correlation would leave no inverse
_LEAST = (
    1e-6  # error taken for one that is 0, in observed standard deviations: the algebra needs one above it
)


@dataclass(frozen=True)
class Published:
    """Levels and changes of places with their errors, all known; arrays with an entry a place.

    Attributes:
        correlation: between the errors of level and change.
    """

    level: Floats
    change: Floats
    level_error: Floats
    change_error: Floats
    correlation: Floats


def draw_true(published: Published, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draws of the true levels and changes, with the axes draw, place.

    Args:
        published: of at least three places.
        draws: how many; the same seed gives the same draws.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    figures = np.stack([published.level, published.change], axis=-1)
    centre, scale = figures.mean(axis=0), figures.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    x = (figures - centre) / scale
    precision, weighted = _precision(published, scale, x)
    covariance: Floats = np.tile(np.eye(2), (CHAINS, 1, 1))
    mean = np.zeros((CHAINS, 2))
    keep = -(-draws // CHAINS)
    found = np.empty((keep, CHAINS, *x.shape))
    for step in range(WARM_UP + keep):
        true: Floats = _draw_places(random, precision, weighted, mean, covariance)
        mean = _draw_mean(random, true, covariance)
        covariance = _draw_covariance(random, true - mean[:, None, :], covariance)
        if step >= WARM_UP:
            found[step - WARM_UP] = true
    kept = found.reshape(-1, *x.shape)[:draws] * scale + centre
    return kept[..., 0], kept[..., 1]


def _precision(published: Published, scale: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Inverse covariance of each place's errors, and that times its figures."""
    first = np.maximum(published.level_error / scale[0], _LEAST)
    second = np.maximum(published.change_error / scale[1], _LEAST)
    both = np.clip(published.correlation, -_NEAR_ONE, _NEAR_ONE) * first * second
    errors = np.stack([np.stack([first**2, both], -1), np.stack([both, second**2], -1)], -2)
    precision: Floats = _inverse(errors)
    return precision, np.einsum("ijk,ik->ij", precision, x)


def _draw_places(
    random: np.random.Generator, precision: Floats, weighted: Floats, mean: Floats, covariance: Floats
) -> Floats:
    """True figures of every place in every chain, given mean and covariance of all places."""
    prior = _inverse(covariance)
    posterior = _inverse(precision + prior[:, None])
    expected = np.einsum("cijk,cik->cij", posterior, weighted + np.einsum("cjk,ck->cj", prior, mean)[:, None])
    true: Floats = expected + _normal(random, posterior)
    return true


def _draw_mean(random: np.random.Generator, true: Floats, covariance: Floats) -> Floats:
    return np.asarray(true.mean(axis=1) + _normal(random, covariance / true.shape[1]))


def _draw_covariance(random: np.random.Generator, residuals: Floats, before: Floats) -> Floats:
    """An inverse Wishart draw for each chain; its scale is drawn first."""
    diagonal = np.diagonal(_inverse(before), axis1=-2, axis2=-1)
    rates = _PRIOR_DF * diagonal + 1 / _WIDE**2
    scale = 1 / random.gamma((_PRIOR_DF + 2) / 2, 1 / rates)
    within = np.einsum("cij,cik->cjk", residuals, residuals)
    total: Floats = within + 2 * _PRIOR_DF * np.eye(2) / scale[:, None]
    return _inverse_wishart(random, _PRIOR_DF + 1 + residuals.shape[1], total)


def _inverse_wishart(random: np.random.Generator, df: float, scale: Floats) -> Floats:
    """Draws by Bartlett's decomposition."""
    lower: Floats = np.zeros(scale.shape)
    lower[:, 0, 0] = np.sqrt(random.chisquare(df, len(scale)))
    lower[:, 1, 1] = np.sqrt(random.chisquare(df - 1, len(scale)))
    lower[:, 1, 0] = random.standard_normal(len(scale))
    factor = np.asarray(_root(_inverse(scale)) @ lower, dtype=np.float64)
    return np.asarray(_inverse(factor @ factor.swapaxes(-1, -2)), dtype=np.float64)


def _normal(random: np.random.Generator, covariance: Floats) -> Floats:
    """A draw with mean 0 for every covariance matrix."""
    noise = random.standard_normal(covariance.shape[:-1])
    drawn: Floats = np.einsum("...jk,...k->...j", _root(covariance), noise)
    return drawn


def _inverse(matrices: Floats) -> Floats:
    """Inverses of symmetric matrices of two rows; written out, as a library's call costs more than the sum."""
    first, both, second = matrices[..., 0, 0], matrices[..., 0, 1], matrices[..., 1, 1]
    found = np.empty_like(matrices)
    found[..., 0, 0], found[..., 1, 1] = second, first
    found[..., 0, 1] = found[..., 1, 0] = -both
    return np.asarray(found / (first * second - both**2)[..., None, None], dtype=np.float64)


def _root(matrices: Floats) -> Floats:
    """Lower triangular roots (Cholesky) of positive definite matrices of two rows."""
    found = np.zeros_like(matrices)
    found[..., 0, 0] = np.sqrt(matrices[..., 0, 0])
    found[..., 1, 0] = matrices[..., 1, 0] / found[..., 0, 0]
    rest = matrices[..., 1, 1] - found[..., 1, 0] ** 2
    found[..., 1, 1] = np.sqrt(np.maximum(rest, 0.0))  # rounding may go below
    return found
