"""The sampling design of a table of persons: names of columns, never data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

LonelyPsu = Literal["error", "adjust", "average", "certainty", "remove", "adjust_domains", "average_domains"]
Interval = Literal["t", "t_domain", "logit", "wilson", "korn_graubard"]
LONELY_PSU: tuple[LonelyPsu, ...] = get_args(LonelyPsu)
INTERVALS: tuple[Interval, ...] = get_args(Interval)

Columns = str | tuple[str, ...] | None


def _tuple(columns: Columns) -> tuple[str, ...]:
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, str) else tuple(columns)


@dataclass(frozen=True)
class Design:
    """How the sample was drawn. Identifiers of a stage nest in the stage before (they may restart).

    Attributes:
        weight: column of sampling weights (0 is legal, negative or missing is a fault); None is weight 1.
        stratum: column of first-stage strata; None is one stratum.
        psu: primary sampling units; with more stages a tuple, first stage first. None: every row is a unit.
        population_size: number of units in the population of the stratum (first stage), of the PSU (second stage), ...
            None, or fewer entries than `psu`: drawn with replacement at the stages that lack it.
    """

    weight: str | None = None
    stratum: str | None = None
    psu: Columns = None
    population_size: Columns = None
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
        named = (self.weight, self.stratum, *self.stages, *self.sizes)
        return tuple(dict.fromkeys(name for name in named if name is not None))
