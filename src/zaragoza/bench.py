"""What estimation costs, as ratios in one run: to a plain scan of the engine, and to a peer where it is installed.

Each contender runs in a process of its own, on the same made-up file: 60 domains, strata, households as sampling units
(nearly every person is a cell of its own, the hardest case). Times are taken after a warm-up on a small file, so that
imports do not count; machines are shared, so only the ratios of one run mean something.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table

INDICATORS = tuple(f"y{i}" for i in range(8))
MANY = tuple(f"z{i}" for i in range(20))
SETS = (
    ("age_group", "sex"),
    ("age_group", "sex", "education"),
    ("age_group", "sex", "education", "urbanisation"),
)
BY = ("sex", "origin", "age_group")
_WARM_UP = 500  # households
_SORT_AND_SUM = """
SELECT sex, origin, age_group, max(stratum), max(household), max(people), max(amount)
FROM (
    SELECT *, sum(weight) OVER running AS people, sum(weight * income) OVER running AS amount
    FROM (SELECT sex, origin, age_group, stratum, household, weight, income FROM {persons})
    WINDOW running AS (PARTITION BY sex, origin, age_group ORDER BY income)
)
GROUP BY ALL
"""


@dataclass(frozen=True)
class Cost:
    """Median and fewest seconds of the rounds, and the largest resident memory of the process in MB."""

    contender: str
    persons: int
    seconds: float
    fastest: float
    memory: int


def make_file(path: Path, households: int, seed: int = 1) -> int:
    """Writes the made-up file and returns its number of persons."""
    draw = np.random.default_rng(seed)
    size = draw.integers(1, 5, households)
    household = np.repeat(np.arange(households), size)
    persons = len(household)
    columns = {
        "household": household,
        "stratum": np.array([f"region {i}" for i in range(9)])[(np.arange(households) // 60) % 9][household],
        "weight": (100 + 100 * draw.random(households))[household],
        "sex": np.array(["F", "M"])[draw.integers(0, 2, persons)],
        "origin": np.array(["NAT", "EU", "TR", "MA", "SR", "_O"])[draw.integers(0, 6, persons)],
        "age_group": np.array(["15", "25", "35", "45", "55"])[draw.integers(0, 5, persons)],
    }
    columns |= {name: draw.random(persons) < 0.1 * (i + 1) for i, name in enumerate(INDICATORS)}
    columns |= {name: draw.random(persons) < 0.04 * (i + 1) for i, name in enumerate(MANY)}
    columns["region"] = np.array([f"r{i:02}" for i in range(12)])[(np.arange(households) // 60) % 12][
        household
    ]
    columns["community"] = np.array([f"g{i}" for i in range(10)])[
        np.minimum(draw.geometric(0.45, persons) - 1, 9)
    ]
    columns["education"] = np.array(["low", "middle", "high"])[draw.integers(0, 3, persons)]
    columns["urbanisation"] = np.array(["city", "town", "rural"])[draw.integers(0, 3, persons)]
    columns["income"] = np.exp(10 + 0.5 * draw.standard_normal(households))[household]
    pq.write_table(pa.table(columns), path, row_group_size=131_072)
    return persons


def _plain_scan(path: Path) -> None:
    """The floor: the same columns by stratum, household and domain, summed, and nothing else."""
    from zaragoza.engine import Engine

    sums = {y: f"sum(CASE WHEN {y} THEN weight ELSE 0 END)" for y in INDICATORS}
    sums |= {f"of_{y}": f"sum(CASE WHEN {y} IS NOT NULL THEN weight ELSE 0 END)" for y in INDICATORS}
    with Engine() as engine:
        persons = engine.read_parquet(path)
        persons.aggregate({name: name for name in ("stratum", "household", *BY)}, sums).arrow()


def _estimate(path: Path) -> None:
    from zaragoza.api import Design, estimate, share

    design = Design(weight="weight", stratum="stratum", psu="household")
    estimate(path, {name: share(name) for name in INDICATORS}, by=BY, design=design)


def _sort_and_sum(path: Path) -> None:
    """The floor of distributions: incomes in order within each domain, their weights and amounts summed on the way."""
    from zaragoza.engine import Engine

    with Engine() as engine:
        engine.query(_SORT_AND_SUM, persons=engine.read_parquet(path)).arrow()


def _distribution(path: Path) -> None:
    from zaragoza.api import Design, estimate, gini, poverty_rate, quintile_ratio

    measures = {"rate": poverty_rate("income"), "ratio": quintile_ratio("income"), "gini": gini("income")}
    estimate(path, measures, by=BY, design=Design(weight="weight", stratum="stratum", psu="household"))


def _plain_group_by(path: Path) -> None:
    """The floor of adjustment: the sums of all indicators by region, group and covariates, and nothing else."""
    from zaragoza.engine import Engine

    sums = {name: f"sum(CASE WHEN {name} THEN weight ELSE 0 END)" for name in MANY}
    sums |= {f"of_{name}": f"sum(CASE WHEN {name} IS NOT NULL THEN weight ELSE 0 END)" for name in MANY}
    with Engine() as engine:
        persons = engine.read_parquet(path)
        persons.aggregate({name: name for name in ("region", "community", *SETS[-1])}, sums).arrow()


def _adjusted(path: Path) -> None:
    """Three adjustment sets of a release: groups by region, and groups alone."""
    from zaragoza.compute import compute_adjusted
    from zaragoza.compute.estimates import Options
    from zaragoza.engine import Engine
    from zaragoza.model.adjustment import Adjustment
    from zaragoza.model.classification import Breakdown, Classification
    from zaragoza.model.design import Design
    from zaragoza.model.indicator import Indicator
    from zaragoza.model.text import Text

    words, table = Text("made up", "verzonnen"), ("region", "community")

    def classification(name: str, reference: str | None = None) -> Classification:
        return Classification(
            id=name, title=words, source="", column=name, reference=reference, groups=reference is not None
        )

    indicators = [
        Indicator(
            id=name, area="", kind="share", title=words, definition=words, source=words, direction="neutral", of=name
        )
        for name in MANY
    ]  # fmt: skip
    known = [classification("community", "g0"), *map(classification, ("region", *SETS[-1]))]
    with Engine() as engine:
        compute_adjusted(
            engine.read_parquet(path), indicators, known, [Breakdown(table)],
            [Adjustment(covariates, tables=(table,)) for covariates in SETS],
            design=Design(weight="weight", stratum="stratum", psu="household"), period="", geo="", options=Options(),
        )  # fmt: skip


def _one_rate(path: Path) -> None:
    from zaragoza.api import Design, estimate, poverty_rate

    design = Design(weight="weight", stratum="stratum", psu="household")
    estimate(path, {"rate": poverty_rate("income")}, design=design)


def _bootstrap(path: Path) -> None:
    from zaragoza.api import Design, Replicates, estimate, poverty_rate

    design = Design(weight="weight", stratum="stratum", psu="household")
    replicates = Replicates("bootstrap", design=design, count=500)
    estimate(path, {"rate": poverty_rate("income")}, design=replicates)


def _peer(path: Path) -> None:
    """The survey package svy, over one combined domain column."""
    svy, polars = importlib.import_module("svy"), importlib.import_module("polars")
    frame = polars.read_parquet(path).with_columns(
        polars.concat_str([polars.col(name) for name in BY], separator="|").alias("domain"),
        *(polars.col(name).cast(polars.Int8) for name in INDICATORS),
    )
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="household", wgt="weight"))
    sample.estimation.mean(list(INDICATORS), by="domain")


_CONTENDERS: dict[str, Callable[[Path], None]] = {
    "plain scan": _plain_scan,
    "estimate": _estimate,
    "svy": _peer,
    "sort and sum": _sort_and_sum,
    "poverty rate, S80/S20, Gini": _distribution,
    "plain group-by": _plain_group_by,
    "adjusted gaps": _adjusted,
    "linearised": _one_rate,
    "500 bootstrap replicates": _bootstrap,
}


@dataclass(frozen=True)
class Task:
    """What is measured: the first contender is what the others are compared with."""

    title: str
    contenders: tuple[str, ...]
    households: int


TASKS: dict[str, Task] = {
    "indicators": Task("8 indicators x 60 domains", ("plain scan", "estimate"), 600_000),
    "distribution": Task(
        "income distribution x 60 domains", ("sort and sum", "poverty rate, S80/S20, Gini"), 600_000
    ),
    "adjusted": Task(
        "20 indicators x 10 groups x 12 regions, 3 adjustment sets",
        ("plain group-by", "adjusted gaps"),
        400_000,
    ),
    "bootstrap": Task("poverty rate with its error", ("linearised", "500 bootstrap replicates"), 6_000),
}


def measure(contender: str, path: Path, warm_up: Path, rounds: int) -> Cost:
    """Runs a contender in a process of its own."""
    arguments = [sys.executable, "-m", "zaragoza.bench", contender, str(path), str(warm_up), str(rounds)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    found = json.loads(done.stdout.splitlines()[-1])
    seconds = found["seconds"]
    persons = pq.read_metadata(path).num_rows
    return Cost(contender, persons, statistics.median(seconds), min(seconds), found["memory"])


def bench(
    households: int | None = None, *, task: str = "indicators", rounds: int = 3, peer: bool = False
) -> tuple[Cost, ...]:
    """Costs of a task's floor, of ours and, where asked and installed, of the peer, on one file.

    Args:
        households: sampling units of the made-up file, which has 2.5 times as many persons; None takes the task's.
        task: one of TASKS.
        rounds: of each contender; the median is quoted.
        peer: whether svy runs as well (indicators).
    """
    contenders = list(TASKS[task].contenders)
    households = households or TASKS[task].households
    if peer and task == "indicators" and importlib.util.find_spec("svy"):
        contenders.append("svy")
    with tempfile.TemporaryDirectory() as folder:
        path, warm_up = Path(folder) / "persons.parquet", Path(folder) / "warm_up.parquet"
        make_file(path, households)
        make_file(warm_up, _WARM_UP)
        return tuple(measure(contender, path, warm_up, rounds) for contender in contenders)


def _child(contender: str, path: Path, warm_up: Path, rounds: int) -> None:
    run = _CONTENDERS[contender]
    run(warm_up)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        run(path)
        seconds.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))


def costs_table(title: str, costs: Sequence[Cost]) -> Table:
    """Costs beside those of the first contender, for the terminal."""
    table = Table(title=f"{title}, {costs[0].persons:,} persons", title_justify="left")
    for heading in ("", "seconds", f"times the {costs[0].contender}", "peak MB"):
        table.add_column(heading, justify="right" if heading else "left")
    for cost in costs:
        ratio = cost.seconds / costs[0].seconds
        table.add_row(cost.contender, f"{cost.seconds:.2f}", f"{ratio:.1f}", str(cost.memory))
    return table
