"""Monitors of surveys of the made-up country, in standard variables, for tests of weights and of several years."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.check import all_faults
from zaragoza.engine import Engine
from zaragoza.errors import Fault

MAPPED = ("person", "household", "weight", "stratum", "psu", "age", "sex", "activity", "citizenship")
INDICATORS = ("employment_rate", "unemployment_rate")


def text_of(
    more: str = "",
    *,
    files: Iterable[str] = ("survey.parquet",),
    variables: Iterable[str] = MAPPED,
    by: Iterable[Iterable[str]] = (("citizen_group", "sex"),),
    period: int = 2023,
) -> str:
    """monitor.toml; `more` stands at its end."""
    lines = [
        f'[monitor]\nid = "small"\ntitle = {{ en = "Small", nl = "Klein" }}\ncountry = "XZ"\nperiod = "{period}"',
        f"indicators = {json.dumps(INDICATORS)}\nsynthetic = true\n",
        f'[source]\nid = "survey"\nkind = "survey"\nfiles = {json.dumps(list(files))}\n[source.variables]',
        *(f'{name} = "{name}"' for name in variables),
        *(f"\n[[breakdowns]]\nby = {json.dumps(list(names))}" for names in by),
    ]
    return "\n".join(lines) + "\n" + more


def folder(where: Path, text: str, tables: Mapping[str, pa.Table]) -> Path:
    """A folder with a monitor, a secret and files."""
    where.mkdir(parents=True, exist_ok=True)
    (where / "monitor.toml").write_text(text, encoding="utf-8")
    secret = where / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text("5f" * 32, encoding="ascii")
    for name, table in tables.items():
        pq.write_table(table, where / name)
    return where


def faults(where: Path) -> tuple[Fault, ...]:
    """What `check` finds."""
    with Engine(threads=1) as engine:
        return all_faults(where, engine)


def levels(observations: pa.Table, indicator: str, column: str) -> dict[str, dict[str, object]]:
    """Category -> the level by one classification, all others in total."""
    return rows(observations, indicator, column, "level")


def rows(observations: pa.Table, indicator: str, column: str, statistic: str) -> dict[str, dict[str, object]]:
    """Category -> the row of a statistic by one classification, all others in total."""
    known = [name for name in ("citizen_group", "sex", "age_group") if name in observations.column_names]
    return {
        str(row[column]): row
        for row in observations.to_pylist()
        if row["indicator"] == indicator
        and row["statistic"] == statistic
        and all(row[name] == "_T" for name in known if name != column)
    }
