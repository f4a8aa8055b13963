"""Response propensities: logistic regression by iteratively reweighted least squares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from scipy.special import expit

from zaragoza.compute.calibration.auxiliaries import Auxiliaries, Margin, Number, invert
from zaragoza.compute.calibration.read import NAMED_ROWS, rows_fault
from zaragoza.compute.codes import Flags, Floats, encode
from zaragoza.compute.columns import floats
from zaragoza.errors import DesignError, Fault

_ITERATIONS = 50
_HALVINGS = 30
_CONVERGED = 1e-11  # change of the deviance, as a share of it


def fit_propensities(columns: Mapping[str, pa.ChunkedArray], weights: Floats, responded: Flags) -> Floats:
    """The probability of each row to respond, given what explains it.

    A weighted logistic regression with an intercept, so that with one column of classes it gives their weighted
    response rates.

    Args:
        columns: name -> numbers, or codes of classes as text.
        weights: 0 or more, one a row.
        responded: one a row.

    Raises:
        DesignError: numbers that are missing, a class in which nobody responded, or no convergence.
    """
    margins, numbers = [], [Number(np.ones(len(weights)), "1")]
    faults: list[Fault | None] = []
    for name, column in columns.items():
        if pa.types.is_floating(column.type):
            numbers.append(Number(floats(column), name))
            wrong = ~np.isfinite(numbers[-1].values)
            faults.append(rows_fault("propensity", name, "a number in every row", wrong))
        else:
            codes, values = encode(column)
            margins.append(Margin(codes, tuple(map(str, values.to_pylist()))))
            faults.append(_silent(name, margins[-1], responded & (weights > 0)))
    if found := [fault for fault in faults if fault]:
        raise DesignError(found)
    return _fit(Auxiliaries.build(margins, numbers), weights / weights.mean(), responded.astype(np.float64))


def _silent(name: str, margin: Margin, responded: Flags) -> Fault | None:
    """Classes in which nobody responded: no respondent can stand for them."""
    rows = np.bincount(margin.codes, minlength=len(margin.labels))
    silent = np.flatnonzero(np.bincount(margin.codes, responded, len(margin.labels)) == 0)
    if not len(silent):
        return None
    large = [margin.labels[i] for i in silent if rows[i] >= NAMED_ROWS]
    named = f" (among them {', '.join(large[:5])})" if large else ""
    found = f"{len(silent)} classes without any{named}"
    way_out = "Put them together with others first."
    return Fault("propensity", name, "respondents in every class", found, way_out)


def _fit(x: Auxiliaries, weights: Floats, y: Floats) -> Floats:
    coefficients = np.zeros(len(x.labels))
    predictor = np.zeros(len(x))
    deviance = _deviance(predictor, weights, y)
    for _ in range(_ITERATIONS):
        p = np.asarray(expit(predictor), dtype=np.float64)
        step = invert(x.gram(weights * p * (1 - p))) @ x.cross(weights, y - p)
        for _ in range(_HALVINGS):
            predictor = x.fitted(coefficients + step)
            if _deviance(predictor, weights, y) <= deviance * (1 + 1e-12):
                break
            step = step / 2
        before, deviance = deviance, _deviance(predictor, weights, y)
        coefficients = coefficients + step
        if abs(before - deviance) <= _CONVERGED * (abs(deviance) + 0.1):
            return np.asarray(expit(predictor), dtype=np.float64)
    found, way_out = "none after 50 steps", "Leave a column out, or put small classes together."
    raise DesignError(Fault("propensity", ", ".join(x.labels), "convergence", found, way_out))


def _deviance(predictor: Floats, weights: Floats, y: Floats) -> float:
    """Minus twice the log likelihood: 2 sum w (log(1 + exp(eta)) - y eta)."""
    return float(2 * weights @ (np.logaddexp(0, predictor) - y * predictor))
