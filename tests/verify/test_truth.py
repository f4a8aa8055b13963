"""Every computed indicator on the made-up country: how often its interval holds the true value (decision 12)."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from typing import Any

import pyarrow as pa
from scipy.stats import binom

from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor_scope import available, ingredients
from zaragoza.classify import classify
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.model.classification import Breakdown
from zaragoza.model.design import Design
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.synthetic import VARIABLES, Sampler, make_country

# Fixed before the first run (decision 12).
COUNTRY_SEED, SIZE, HOUSEHOLDS, SAMPLES = 17, 60_000, 2_500, 120
POOLED, WORST = (0.94, 0.96), 0.92
CHANCE = 0.01  # that one of all domains with a coverage of exactly WORST is told to be below it
FEWEST_COMPUTED, FEWEST_PERSONS, FEWEST_UNITS, FEWEST_CASES = 70, 50, 20, 10
GROUPS = "birth_group"  # born in the country, in another country of the EU, elsewhere
DESIGN = Design("weight", "stratum", ("psu", "ssu"), ("population_size", "population_size_2"))
KEYS = {"person", "household", "mother", "father", "partner"}
Domain = tuple[str, str, str]  # indicator, group, statistic


def computed() -> dict[str, Indicator]:
    """Every indicator that records of persons of one period give; test_truth_over_years has the others."""
    indicators = load_catalogue().indicators.items()
    return {name: one for name, one in indicators if one.computed and not one.over_years}


def _answered(indicators: Mapping[str, Indicator]) -> tuple[dict[str, Indicator], dict[str, str]]:
    """The same indicators of columns that hold each person's answers, read once for all samples, and their SQL."""
    columns: dict[str, str] = {}
    made = {}
    for number, (name, indicator) in enumerate(indicators.items()):
        parts = {part: f"{part}_{number}" for part, _ in indicator.measure.expressions}
        columns |= {parts[part]: expression.sql() for part, expression in indicator.measure.expressions}
        made[name] = replace(indicator, **parts)
    return made, columns


class Country:
    """The population with all that indicators read and their true values, and samples of it."""

    def __init__(self, engine: Engine) -> None:
        catalogue, country = load_catalogue(), make_country(SIZE, COUNTRY_SEED)
        self._engine, self._indicators = engine, computed()
        read = frozenset().union(*(one.measure.variables for one in self._indicators.values()))
        self._groups = catalogue.classifications[GROUPS].bind(country.code, catalogue.country_sets)
        known = ingredients({*read, *self._groups.variables}, catalogue.variables) | KEYS
        self.sampler = Sampler(country, [name for name in VARIABLES if name in known])
        at = date(country.year, 12, 31)
        variables = [v.bind(at, country.code, catalogue.country_sets) for v in catalogue.variables.values()]
        persons = derive(engine.table(self.sampler.persons), variables)
        self._indicators, answers = _answered(self._indicators)
        persons = engine.materialise(classify(persons, [self._groups])).select({**answers, GROUPS: GROUPS})
        self.sampler.persons = persons.arrow().combine_chunks()
        self._truth = {self._domain(row): row["value"] for row in self._rows(self.sampler.persons, Design())}

    def intervals(self, seed: int) -> Iterator[tuple[Domain, bool]]:
        """Domains of one sample that are large enough, and whether the interval holds the true value."""
        rows = self._rows(self.sampler.draw(HOUSEHOLDS, seed), DESIGN)
        levels = {(row["indicator"], row[GROUPS]): row for row in rows if row["statistic"] == LEVEL}
        for row in rows:
            true = self._truth.get(self._domain(row))
            if true is None or row["ci_low"] is None:
                continue
            sides = (row[GROUPS], *([row["reference"]] if row["statistic"] == DIFFERENCE else []))
            if all(self._large_enough(levels[row["indicator"], group]) for group in sides):
                yield self._domain(row), row["ci_low"] <= true <= row["ci_high"]

    def _rows(self, persons: pa.Table, design: Design) -> list[dict[str, Any]]:
        """Levels and differences of every indicator, as a release would have them before protection."""
        estimates = compute(
            self._engine.table(persons),
            list(self._indicators.values()),
            [self._groups],
            [Breakdown((GROUPS,))],
            design=design,
            period="",
            geo="",
            options=Options(interval="logit"),
        )
        return [row for row in estimates.to_pylist() if row["statistic"] in (LEVEL, DIFFERENCE)]

    @staticmethod
    def _domain(row: Mapping[str, Any]) -> Domain:
        return row["indicator"], row[GROUPS], row["statistic"]

    def _large_enough(self, level: Mapping[str, Any]) -> bool:
        """By the rule of decision 12, and with enough persons on either side of what divides them."""
        fewest = FEWEST_PERSONS
        if self._indicators[level["indicator"]].divides:
            share = self._truth[self._domain(level)]
            fewest = max(fewest, FEWEST_CASES / min(share, 1 - share)) if 0 < share < 1 else math.inf
        return level["n"] >= fewest and level["domain_degrees_of_freedom"] >= FEWEST_UNITS


def count(samples: range) -> tuple[Counter[Domain], Counter[Domain]]:
    """By domain: how many intervals hold the true value, and how many there are."""
    covered, drawn = Counter[Domain](), Counter[Domain]()
    with Engine(threads=1) as engine:
        country = Country(engine)
        for seed in samples:
            for domain, holds in country.intervals(seed):
                drawn[domain] += 1
                covered[domain] += holds
    return covered, drawn


def test_the_made_up_country_holds_every_computed_indicator() -> None:
    indicators, have = computed(), available(VARIABLES, load_catalogue().variables)
    assert len(indicators) >= FEWEST_COMPUTED
    assert [name for name, one in indicators.items() if not one.measure.variables <= have] == []


def test_the_truth_lies_in_the_interval_as_often_as_it_should(record: Callable[..., None]) -> None:
    workers = max(1, os.cpu_count() or 1)
    covered, drawn = Counter[Domain](), Counter[Domain]()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for part_covered, part_drawn in pool.map(count, [range(i, SAMPLES, workers) for i in range(workers)]):
            covered += part_covered
            drawn += part_drawn
    often = {domain for domain, times in drawn.items() if times >= SAMPLES / 2}
    measured = {name for name, *_ in often}
    assert len(measured) >= FEWEST_COMPUTED
    pooled = sum(covered[domain] for domain in often) / sum(drawn[domain] for domain in often)
    worst = min(often, key=lambda domain: covered[domain] / drawn[domain])
    figure = (
        f"{pooled:.4f} pooled over {len(measured)} indicators in {len(often)} domains; "
        f"{covered[worst] / drawn[worst]:.3f} in the worst ({', '.join(worst)})"
    )
    assert POOLED[0] <= pooled <= POOLED[1], figure
    by_chance = CHANCE / len(often)
    low = [domain for domain in often if binom.cdf(covered[domain], drawn[domain], WORST) < by_chance]
    assert [(domain, covered[domain], drawn[domain]) for domain in low] == [], figure
    bar = f"{POOLED[0]}-{POOLED[1]} pooled, none below {WORST} by more than chance"
    record(f"every computed indicator, coverage of 95 % intervals, {SAMPLES} samples", figure, bar=bar)
