"""A monitor: what one office measures, from which sources, for which groups, under which protection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import Interval, LonelyPsu
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.period import Period
from zaragoza.model.source import Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable
from zaragoza.model.weighting import Weighting


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """Everything that `run` needs, with all definitions resolved and checked.

    Attributes:
        folder: the folder of monitor.toml; `releases/` and `snapshots/` lie in it unless said otherwise.
        country: the reporting country (two letters, EL and UK as the EU writes them), also the default `geo`.
        areas: titles of the policy areas by id, in the order of pages.
        variables: all standard variables (catalogue and office).
        classifications: those that the breakdowns use, bound to the country, with the reference group in force.
        breakdowns: the tables; each is published for every indicator that its variables allow.
        calibration: how the weights were calibrated, or are to be; None: they are taken as they are.
        adjustments: what is held equal between a group and its reference group, a set each.
        earlier: years that the figures are compared with, the earliest first.
        secret: file with the office's secret for record keys; the environment's ZARAGOZA_SECRET wins.
        noise: file with its parameters of the cell key method; the environment's ZARAGOZA_NOISE wins.
    """

    id: str
    title: Text
    folder: Path
    country: str
    period: Period
    source: Source
    variables: tuple[Variable, ...]
    indicators: tuple[Indicator, ...]
    classifications: tuple[Classification, ...]
    breakdowns: tuple[Breakdown, ...]
    policy: Policy
    policy_reason: str = ""
    areas: Mapping[str, Text] = field(default_factory=dict)
    outputs: Path = field(default=Path("releases"))
    interval: Interval = "logit"
    lonely_psu: LonelyPsu = "error"
    confidence: float = 0.95
    calibration: Weighting | None = None
    adjustments: tuple[Adjustment, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    secret: Path | None = None
    noise: Path | None = None
    synthetic: bool = False

    @property
    def yearly(self) -> tuple[Indicator, ...]:
        """The indicators that the persons of one period give."""
        return tuple(indicator for indicator in self.indicators if not indicator.over_years)

    @property
    def before(self) -> Earlier | None:
        """The period just before, if the monitor has its files."""
        return next((year for year in self.earlier if year.period == self.period.before), None)

    @property
    def reference_date(self) -> date:
        """On which ages and durations are counted."""
        dates = (v.derive.reference_date for v in self.variables if v.derive is not None)
        return next((day for day in dates if day is not None), self.period.last_day)

    def years_before(self, year: Period) -> int | None:
        """How many years before the monitor's period another one lies; None where it is another part of the year."""
        years = self.period.year - year.year
        return years if self.period.years_before(years) == year else None

    def classification(self, name: str) -> Classification:
        """The classification of a breakdown column; raises KeyError for one that no breakdown uses."""
        return {c.id: c for c in self.classifications}[name]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier year that figures are compared with.

    Attributes:
        monitor: the same monitor for that year: with its period, files, calibration and date of ages.
        broken: why figures of the two years are not comparable; None: they are.
    """

    monitor: Monitor
    broken: Text | None = None

    @property
    def period(self) -> Period:
        """Of that year."""
        return self.monitor.period
