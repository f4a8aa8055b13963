"""Weighting for notebooks: calibration, non-response, effective sample size.

done = calibrate("persons.parquet", {"sex": {"f": 8_800_000, "m": 8_700_000}}, design=Design(weight="w"))
estimate(done.data, {"employment": share("activity = 'employed'")}, design=done.design)
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from zaragoza.api.data import names, opened, read
from zaragoza.compute import nonresponse as _nonresponse
from zaragoza.compute import weighting as _weighting
from zaragoza.compute.calibration.known import Given
from zaragoza.compute.nonresponse import Adjusted
from zaragoza.compute.weighting import Calibrated
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.design import CalibrationMethod, Design, Replicates

__all__ = ["Adjusted", "Calibrated", "adjust_nonresponse", "calibrate", "effective_sample_size"]


def calibrate(
    data: object,
    totals: Given,
    *,
    design: Design | Replicates | None = None,
    method: CalibrationMethod = "linear",
    bounds: tuple[float, float] | None = None,
    units: str | Iterable[str] = (),
    trim: float | None = None,
    name: str = "calibrated_weight",
    engine: Engine | None = None,
) -> Calibrated:
    """Calibrates weights: as close to the given ones as can be, with sums that are known of the population.

    One margin post-stratifies; several rake (`raking`), or give generalised regression weights (`linear`).

    Args:
        data: path of a Parquet or CSV file, a relation, or an Arrow, Polars or pandas table; a row a person.
        totals: column -> {class: size}; tuple of columns -> {tuple of classes: size} for their crossing; SQL
            expression of a number -> its total, where `"1"` is the number of persons.
        design: of the sample; its weight is the one to start from. None: weight 1.
        method: distance that is made least: `linear`, `raking` (exponential) or `logit`.
        bounds: least and greatest factor, around 1; for `logit` needed, for `linear` optional.
        units: columns that name the units whose rows share one factor, such as the household.
        trim: no weight is above this multiple of the median of the calibrated weights; usually 3 to 6.
        name: column of the new weights.
        engine: an open engine to work with; by default one on all cores.

    Returns:
        Data with the new weight, the design to estimate with, a report of every total, and a summary.

    Raises:
        DefinitionError: the call is wrong, or does not fit the columns; all faults are reported.
        DesignError: weights or classes cannot be used, or totals cannot be met; they are named. Base weights are never
            handed back instead.
        InputError: the data cannot be read.

    Source: Deville and Sarndal, JASA 87 (1992); Deville, Sarndal and Sautory, JASA 88 (1993).
    """
    request = _weighting.Request(
        design=Design() if design is None else design,
        method=method,
        bounds=bounds,
        units=names(units),
        trim=trim,
        name=name,
    )
    with opened(engine) as held:
        return _weighting.calibrate(read(held, data), totals, request)


def adjust_nonresponse(
    data: object,
    responded: str,
    *,
    classes: str | Iterable[str] = (),
    propensity: str | Iterable[str] = (),
    quantiles: int | None = 5,
    design: Design | None = None,
    least_respondents: int = 30,
    greatest_factor: float = 3.0,
    name: str = "adjusted_weight",
    engine: Engine | None = None,
) -> Adjusted:
    """Lets respondents stand for those who did not respond and are like them in what is known of both.

    Either `classes` or `propensity` is given. Non-respondents stay in the data with weight 0, so that the design keeps
    their sampling units.

    Args:
        data: the sample as it was drawn, respondents or not; as in `calibrate`.
        responded: SQL condition that is true or false for every row.
        classes: columns whose crossing makes weighting classes. Where a class is too small, the last column is left
            out for all classes that share the columns before it, and so on.
        propensity: columns that explain response in a logistic regression: numbers as they stand, others as classes.
        quantiles: number of classes of equal size by propensity; None weights by one over the propensity.
        design: of the sample; its weight is the one to start from. None: weight 1.
        least_respondents: that a class needs.
        greatest_factor: that a class may give.
        name: column of the new weights.
        engine: an open engine to work with.

    Returns:
        Data with the new weight, the design to estimate with, a report of every class, and a summary.

    Raises:
        DefinitionError: the call is wrong, or does not fit the columns; all faults are reported.
        DesignError: weights or conditions cannot be used, or no class is large enough.
        InputError: the data cannot be read.

    Source: Little and Vartivarian, Survey Methodology 31 (2005); Schouten, Cobben and Bethlehem, Survey Methodology 35
    (2009) for the R-indicator.
    """
    request = _nonresponse.Request(
        responded=responded,
        classes=names(classes),
        propensity=names(propensity),
        quantiles=quantiles,
        design=Design() if design is None else design,
        least_respondents=least_respondents,
        greatest_factor=greatest_factor,
        name=name,
    )
    with opened(engine) as held:
        return _nonresponse.adjust(read(held, data), request)


def effective_sample_size(weights: npt.ArrayLike) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2, in rows.

    Args:
        weights: 0 or more, at least one above 0.

    Raises:
        DefinitionError: weights that are missing, negative or all 0.

    Source: Kish, Survey Sampling (1965), section 11.7.
    """
    values = np.asarray(weights, dtype=np.float64).ravel()
    if not (np.isfinite(values).all() and (values >= 0).all() and (values > 0).any()):
        expected = "finite numbers of 0 or more, one of them above 0"
        raise DefinitionError(Fault("weights", "weights", expected, "others", "Correct the call."))
    return _weighting.effective_sample_size(values)
