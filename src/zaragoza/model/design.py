"""The sampling design of a table of persons: names of columns, never data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

LonelyPsu = Literal["error", "adjust", "average", "certainty", "remove", "adjust_domains", "average_domains"]
Interval = Literal["t", "t_domain", "logit", "wilson", "korn_graubard"]
CalibrationMethod = Literal["linear", "raking", "logit"]
LONELY_PSU: tuple[LonelyPsu, ...] = get_args(LonelyPsu)
CALIBRATION_METHODS: tuple[CalibrationMethod, ...] = get_args(CalibrationMethod)
INTERVALS: tuple[Interval, ...] = get_args(Interval)

Columns = str | tuple[str, ...] | None


def _tuple(columns: Columns) -> tuple[str, ...]:
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, str) else tuple(columns)


@dataclass(frozen=True)
class Calibration:
    """How the weights of a sample were calibrated: what its effect on the variance is computed from.

    Attributes:
        base_weight: column of the weights before calibration.
        margins: categorical columns whose classes were brought to known sizes; an entry of several columns stands for
            their crossing (post-stratification).
        numbers: SQL expressions whose totals were brought to known ones (`1` is the number of persons).
        units: columns of the units that share one factor, e.g. the household with the columns it nests in; their
            values and weights are averaged within the unit. Empty: every row has its own.
        method: distance whose least sum was sought: `linear`, `raking` (exponential) or `logit`.
        bounds: least and greatest factor; needed by `logit`, optional for `linear`.
        sweeps: residuals as R's `rake` takes them, by ten rounds of unweighted class means over the margins, in place
            of a weighted regression; the same where base weights are equal within classes.
    """

    base_weight: str
    margins: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    method: CalibrationMethod = "linear"
    bounds: tuple[float, float] | None = None
    sweeps: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are named as such; those of `numbers` stand in its expressions."""
        margins = (name for margin in self.margins for name in margin)
        return tuple(dict.fromkeys((self.base_weight, *margins, *self.units)))


@dataclass(frozen=True)
class Design:
    """How the sample was drawn. Identifiers of a stage nest in the stage before (they may restart).

    Attributes:
        weight: column of sampling weights (0 is legal, negative or missing is a fault); None is weight 1.
        stratum: column of first-stage strata; None is one stratum.
        psu: primary sampling units; with more stages a tuple, first stage first. None: every row is a unit.
        population_size: number of units in the population of the stratum (first stage), of the PSU (second stage), ...
            None, or fewer entries than `psu`: drawn with replacement at the stages that lack it.
        calibration: how the weights were calibrated; None: they were not, or it is not to be counted.
    """

    weight: str | None = None
    stratum: str | None = None
    psu: Columns = None
    population_size: Columns = None
    calibration: Calibration | None = None
    stages: tuple[str, ...] = field(init=False, repr=False, compare=False)
    sizes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", _tuple(self.psu))
        object.__setattr__(self, "sizes", _tuple(self.population_size))
        if len(self.sizes) > max(1, len(self.stages)):
            raise ValueError("population_size has more stages than psu")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the design names, each once."""
        calibrated = self.calibration.columns if self.calibration else ()
        named = (self.weight, self.stratum, *self.stages, *self.sizes, *calibrated)
        return tuple(dict.fromkeys(name for name in named if name is not None))


ReplicateMethod = Literal["JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "naive_bootstrap"]
REPLICATE_METHODS: tuple[ReplicateMethod, ...] = get_args(ReplicateMethod)


@dataclass(frozen=True)
class Replicates:
    """Errors from replicate weights: V = scale sum_r rscales_r (t_r - c)^2 (methods/05 section 4).

    The weights are columns of the data, or they are made from a design.

    Attributes:
        method: how they were or are made. `bootstrap` is Rao and Wu's with one unit fewer than the stratum has;
            `naive_bootstrap` draws as many as it has and is too small by (n-1)/n.
        weight: column of the weights of the whole sample; of a given design it is the design's.
        replicates: columns of the replicate weights, in the order of `rscales`.
        design: the design to make them from, in place of columns.
        count: number of replicates of a bootstrap made from a design.
        seed: of a bootstrap made from a design; the same seed gives the same replicates.
        rho: factor of Fay's method.
        scale: None takes the method's own: JK1 (R-1)/R, JKn and JK2 1 (with `rscales`), BRR 1/R, Fay 1/(R (1-rho)^2),
            bootstrap 1/(R-1).
        rscales: one factor a replicate, None for 1.
        centre: c is the `mean` of the replicates with rscales above 0, or the `estimate` of the whole sample, which
            JK2 always takes.
        calibration: with it every replicate of the base weights is calibrated anew, to the totals that the weights of
            the whole sample have.
        factors: the columns hold factors of the weight, not whole weights.
        degrees_of_freedom: None takes the rank of the weights minus 1.
    """

    method: ReplicateMethod
    weight: str | None = None
    replicates: tuple[str, ...] = ()
    design: Design | None = None
    count: int = 500
    seed: int = 1
    rho: float = 0.0
    scale: float | None = None
    rscales: tuple[float, ...] | None = None
    centre: Literal["mean", "estimate"] = "mean"
    calibration: Calibration | None = None
    factors: bool = False
    degrees_of_freedom: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "replicates", _tuple(self.replicates))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is named, each once."""
        drawn = self.design.columns if self.design else ()
        calibrated = self.calibration.columns if self.calibration else ()
        weight = () if self.weight is None else (self.weight,)
        return tuple(dict.fromkeys((*weight, *self.replicates, *drawn, *calibrated)))

    @property
    def problems(self) -> tuple[tuple[str, str, str], ...]:
        """What is wrong with it: field, expected, found."""
        count, given = len(self.replicates), bool(self.replicates)
        rscales = () if self.rscales is None else self.rscales
        wrong = (
            (given == (self.design is not None), "replicates",
             "columns of replicate weights, or the design to make them from", "both" if given else "neither"),
            (count == 1, "replicates", "at least two replicates", "one"),
            (len(set(self.replicates)) < count, "replicates", "each column once", "one twice"),
            (self.method not in REPLICATE_METHODS, "method", "one of " + ", ".join(REPLICATE_METHODS), "another"),
            (self.centre not in ("mean", "estimate"), "centre", "mean or estimate", "another"),
            (not 0 <= self.rho < 1, "rho", "a number from 0 to below 1", "another"),
            (self.scale is not None and not self.scale > 0, "scale", "a number above 0", "another"),
            (not all(isinstance(factor, int | float) and factor >= 0 for factor in rscales), "rscales",
             "numbers from 0", "another"),
            (self.design is not None and self.weight is not None, "weight", "the weight of the design alone",
             "another beside it"),
        )  # fmt: skip
        return tuple((field, expected, found) for is_wrong, field, expected, found in wrong if is_wrong)
