"""Coverage of the intervals on the made-up country, whose true values are known (decision 12)."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import stdtrit

import zaragoza as z
from zaragoza.engine import Engine
from zaragoza.synthetic import Sampler, make_country, true_gaps, truth

# Fixed before the first run (decision 12).
COUNTRY_SEED, SIZE, HOUSEHOLDS, SAMPLES = 12, 200_000, 4_000, 2_000
POOLED, SINGLE = (0.94, 0.96), 0.92
FEWEST_PERSONS, FEWEST_UNITS = 50, 20
BY = ("origin", "sex")
DESIGN = z.Design("weight", "stratum", ("psu", "ssu"), ("population_size", "population_size_2"))
MEASURES = {
    "employment": z.share("activity = 'employed'", among="age BETWEEN 20 AND 64"),
    "unemployment": z.ratio("unemployed", "active", among="age BETWEEN 15 AND 74"),
    "tertiary": z.share("education = 'ED5-8'", among="age BETWEEN 25 AND 64"),
    "age": z.mean("age"),
}


class Country:
    """The population with what the measures read, and its true values."""

    def __init__(self) -> None:
        country = make_country(SIZE, COUNTRY_SEED)
        self.sampler = Sampler(country, ["age", "sex", "birth_country", "activity", "education"])
        persons = self.sampler.persons
        origin = pc.if_else(pc.equal(persons["birth_country"], "XZ"), "NAT", "FOR")
        employed, unemployed = (pc.equal(persons["activity"], code) for code in ("employed", "unemployed"))
        numbers = {"unemployed": unemployed, "active": pc.or_(employed, unemployed)}
        persons = persons.append_column("origin", origin)
        for name, condition in numbers.items():
            persons = persons.append_column(name, condition.cast(pa.int8()))
        self.sampler.persons = persons.combine_chunks()
        age = persons["age"]
        of = {
            "employment": (employed, self._between(age, 20, 64), None),
            "unemployment": (unemployed, self._between(age, 15, 74), numbers["active"]),
            "tertiary": (pc.equal(persons["education"], "ED5-8"), self._between(age, 25, 64), None),
            "age": (age, None, None),
        }
        self.levels, self.gaps = {}, {}
        for name, (numerator, among, over) in of.items():
            values = truth(persons, numerator, among=among, by=BY, over=over)
            for row in values.to_pylist():
                self.levels[name, row["origin"], row["sex"]] = row["value"]
            for row in true_gaps(values, "origin", "NAT").to_pylist():
                self.gaps[name, row["origin"], row["sex"], "gap"] = row["difference"]
                self.gaps[name, row["origin"], row["sex"], "ratio"] = row["ratio"]

    @staticmethod
    def _between(age: pa.ChunkedArray, low: int, high: int) -> pa.ChunkedArray:
        return pc.and_(pc.greater_equal(age, low), pc.less_equal(age, high))


def large_enough(row: dict) -> bool:
    """By the rule of decision 12; strata in which the domain is present are at most 15."""
    return row["n"] >= FEWEST_PERSONS and row["domain_degrees_of_freedom"] >= FEWEST_UNITS


Counts = dict[str, Counter[tuple[str, ...]]]


def count(samples: range) -> tuple[Counts, Counts]:
    """By kind of interval and domain: how many intervals hold the true value, and how many there are."""
    country, covered, drawn = Country(), defaultdict(Counter), defaultdict(Counter)

    def note(kind: str, key: tuple[str, ...], low: float | None, high: float | None, true: float) -> None:
        if low is not None:
            drawn[kind][key] += 1
            covered[kind][key] += low <= true <= high

    with Engine(threads=1) as engine:
        for number in samples:
            sample = country.sampler.draw(HOUSEHOLDS, seed=number)
            options = {"by": BY, "design": DESIGN, "interval": "logit", "engine": engine}
            for row in filter(large_enough, z.estimate(sample, MEASURES, **options).to_pylist()):
                key = (row["measure"], row["origin"], row["sex"])
                if MEASURES[row["measure"]].kind == "share":
                    note("levels, logit", key, row["ci_low"], row["ci_high"], country.levels[key])
                reach = stdtrit(row["domain_degrees_of_freedom"], 0.975) * row["standard_error"]
                note("levels, t_domain", key, row["value"] - reach, row["value"] + reach, country.levels[key])
            of = {"group": "origin", "reference": "NAT", "by": "sex", "design": DESIGN, "engine": engine}
            for row in filter(large_enough, z.gaps(sample, MEASURES, **of).to_pylist()):
                key = (row["measure"], row["origin"], row["sex"], row["statistic"])
                note(f"{row['statistic']}s", key, row["ci_low"], row["ci_high"], country.gaps[key])
    return dict(covered), dict(drawn)


def test_intervals_cover_the_truth(record: Callable[..., None]) -> None:
    workers = max(1, os.cpu_count() or 1)
    parts = [range(start, SAMPLES, workers) for start in range(workers)]
    covered, drawn = defaultdict(Counter), defaultdict(Counter)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for part_covered, part_drawn in pool.map(count, parts):
            for kind in part_drawn:
                covered[kind] += part_covered[kind]
                drawn[kind] += part_drawn[kind]
    for kind in drawn:
        pooled = covered[kind].total() / drawn[kind].total()
        worst = min(covered[kind][domain] / drawn[kind][domain] for domain in drawn[kind])
        assert POOLED[0] <= pooled <= POOLED[1], (kind, pooled)
        assert worst >= SINGLE, (kind, worst)
        figure = f"{pooled:.4f} pooled, {worst:.4f} in the worst of {len(drawn[kind])} domains"
        bar = f"{POOLED[0]}-{POOLED[1]} pooled, {SINGLE} in each"
        record(f"coverage of 95 % intervals: {kind}, {SAMPLES:,} samples", figure, bar=bar)
