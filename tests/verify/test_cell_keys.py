"""Cell keys at the scale of a country: municipality x origin x generation x sex x age with all margins."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference.protect_data import indicator
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import Design
from zaragoza.model.disclosure import Noise, Policy
from zaragoza.model.text import Text
from zaragoza.protect import make_ptable, protect

PERSONS, SEED = 400_000, 20
SIZES = {"province": 12, "municipality": 400, "origin": 12, "generation": 3, "sex": 2, "age": 6}
BY = (
    ("municipality", "origin", "generation", "sex", "age"),
    ("province", "origin", "generation", "sex", "age"),
)
LARGEST_RATIO = 2.0  # counting with keys against counting
RESIDENTS = replace(indicator("residents", "total"), of="1", unit="persons")
GROUPS = [Classification(id=name, title=Text(name, name), source="a test", column=name) for name in SIZES]


def population() -> pa.Table:
    """People spread unevenly over places and origins, so that most cells are small."""
    draw = np.random.default_rng(SEED)
    size = draw.lognormal(0, 1.1, SIZES["municipality"])
    place = draw.choice(len(size), PERSONS, p=size / size.sum())
    origin = np.minimum(draw.geometric(0.45, PERSONS) - 1, SIZES["origin"] - 1)
    codes = {
        "province": place % SIZES["province"],
        "municipality": place,
        "origin": origin,
        "generation": np.where(origin == 0, 0, draw.integers(1, SIZES["generation"], PERSONS)),
        "sex": draw.integers(0, SIZES["sex"], PERSONS),
        "age": draw.integers(0, SIZES["age"], PERSONS),
    }
    return pa.table({**codes, "record_key": draw.random(PERSONS)})


def test_cell_keys_in_one_pass(tmp_path: Path, record: Callable[..., None]) -> None:
    persons, breakdowns = population(), [Breakdown(by) for by in BY]
    ptable = make_ptable(Noise())

    def counted(*, record_keys: bool) -> pa.Table:
        with Engine(threads=1) as engine:
            return compute(
                engine.table(persons), [RESIDENTS], GROUPS, breakdowns, design=Design(), period="2023", geo="XZ",
                options=Options(), record_keys=record_keys,
            )  # fmt: skip

    plain, _ = timed(lambda: counted(record_keys=False))
    keyed, found = timed(lambda: counted(record_keys=True))
    policy = Policy(full_count=True, method="cell_key")
    noise, done = timed(
        lambda: protect(found, policy, {"residents": RESIDENTS}, breakdowns, ptable=ptable).observations
    )
    lookup, change = timed(lambda: ptable.look_up(found["n"].to_numpy(), found["key"].to_numpy() / 2**32))
    writing, _ = timed(lambda: pq.write_table(done, tmp_path / "table.parquet", compression="zstd"))
    n = found["n"].to_numpy()
    for count in range(1, len(ptable.change) - 1):
        own = change[n == count]
        assert abs(own.mean()) < 4 * np.sqrt(ptable.variance[count] / len(own))
    assert set(done["n"].to_pylist()).isdisjoint({0, 1, 2})
    assert len(done) == int(np.count_nonzero(n + change))
    assert keyed / plain <= LARGEST_RATIO
    record(
        f"cell keys: {len(n):,} counts of {PERSONS:,} persons (400 municipalities, 12 provinces x 12 origins x "
        "3 generations x 2 sexes x 6 ages, all margins)",
        f"counting with keys {keyed / plain:.2f} times counting without; noise of all cells {lookup / writing:.2f} "
        f"times and the whole stage {noise / writing:.1f} times writing the table",
        bar=f"{LARGEST_RATIO:.0f} times",
    )


def timed(work: Callable[[], pa.Table]) -> tuple[float, pa.Table]:
    begin = time.perf_counter()
    made = work()
    return time.perf_counter() - begin, made
