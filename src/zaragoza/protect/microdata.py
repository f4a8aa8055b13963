"""How easily persons can be recognised in a file of records, by what others may know of them (methods/06 section 5).

The engine counts how many records share each combination of key variables, and how the sensitive variables are spread
among them; no record is looked at by itself, and no combination that few records hold is handed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from scipy.special import hyp2f1

from zaragoza.engine import Engine, Table, quote
from zaragoza.protect.figures import Bools, Floats, numbers

MissingKeys = Literal["category", "wildcard"]
_RECORDS, _POPULATION = "records", "population"
_DISTINCT, _ENTROPY, _DISTANCE = "distinct", "entropy", "distance"
_FEW, _TERMS = 30, 60  # at c = 30 the 60th term is 1e-23 of the sum
CLASS_FIELDS = (_RECORDS, _POPULATION, "risk")


@dataclass(frozen=True)
class Limits:
    """What a file must meet.

    Attributes:
        k: every combination of keys belongs to at least so many records (k-anonymity).
        l: records that share their keys have at least so many values of each sensitive variable (l-diversity).
        t: the distribution of a sensitive variable among them lies at most so far from that of all (t-closeness).
        population: combinations must belong to more persons of the population than this.
        min_count: combinations of fewer records are not listed.
    """

    k: int = 3
    l: int = 2  # noqa: E741 - its name in the literature
    t: float = 0.2
    population: float = 100.0
    min_count: int = 10


@dataclass(frozen=True)
class MicrodataRisk:
    """What a file shows to somebody who knows the keys.

    Attributes:
        summary: columns `variable` (a sensitive one, or NULL), `statistic` and `value`, of the whole file.
        classes: the combinations of keys that at least the minimum count of records hold, with their records, estimated
            persons in the population, risk of one record, and for each sensitive variable its distinct values, its
            effective number of values and its distance from the whole file.
        not_listed: combinations that fewer records hold.
    """

    summary: pa.Table
    classes: pa.Table
    not_listed: int


def assess_risk(
    table: Table,
    keys: Sequence[str],
    sensitive: Sequence[str],
    weight: str | None,
    missing: MissingKeys,
    limits: Limits,
) -> MicrodataRisk:
    """Counts combinations of keys and judges them.

    Args:
        table: one row a record.
        keys: variables that others may know (quasi-identifiers).
        sensitive: variables that they may not learn.
        weight: persons of the population that a record stands for; None: the file is the population.
        missing: whether a missing key is a category of its own, or fits every category.
        limits: of the file.
    """
    names = {f"key_{i}": quote(name) for i, name in enumerate(keys)}
    counted = {_RECORDS: "count(*)", _POPULATION: _sum_of(weight)}
    classes = table.aggregate(names, counted)
    if missing == "wildcard":
        classes = _wildcards(table.engine, classes, list(names))
    found = _ordered(classes, list(names))
    held, people = numbers(found, _RECORDS), numbers(found, _POPULATION)
    own = (
        held
        if missing == "category"
        else numbers(_ordered(table.aggregate(names, counted), list(names)), _RECORDS)
    )
    risk = individual_risk(held, people)
    rows = _rows_of_keys(held, own, people, risk, limits)
    spreads = {}
    for name in sensitive:
        spreads[name] = _spread(table, names, name)
        rows += _rows_of_spread(name, own, spreads[name], limits)
    listed = own >= limits.min_count
    return MicrodataRisk(_summary(rows), _listed(found, keys, risk, spreads, listed), int((~listed).sum()))


def individual_risk(records: Floats, population: Floats) -> Floats:
    """The expected 1/F of a combination that f records hold, F its persons in the population given f.

    F given f is negative binomial with p = f / (sum of weights), so that
    E(1/F | f) = p/f 2F1(1, 1; f + 1; 1 - p); for f = 1 this is p/(1 - p) (-ln p).

    Source: Benedetti and Franconi, Pre-proceedings of NTTS 1998.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.minimum(1.0, records / population)
        return np.asarray(np.where(p > 0, p / records * _hypergeometric(records + 1, 1 - p), np.nan))


def _hypergeometric(c: Floats, z: Floats) -> Floats:
    """2F1(1, 1; c; z); for large c by its series 1 + z/c (1 + 2z/(c + 1) (1 + ...)), where SciPy's overflows."""
    series = np.ones(len(c))
    for n in range(_TERMS, 0, -1):
        series = 1 + series * n * z / (c + n - 1)
    few = c <= _FEW
    return np.where(few, hyp2f1(1.0, 1.0, np.where(few, c, 2.0), z), series)


def _sum_of(weight: str | None) -> str:
    return "CAST(count(*) AS DOUBLE)" if weight is None else f"sum(CAST({quote(weight)} AS DOUBLE))"


def _wildcards(engine: Engine, classes: Table, names: Sequence[str]) -> Table:
    """The same combinations with all records that could hold them, a missing key being anything."""
    alike = " AND ".join(f"(a.{n} = b.{n} OR a.{n} IS NULL OR b.{n} IS NULL)" for n in names)
    chosen = ", ".join(f"a.{n}" for n in names)
    return engine.query(
        f"SELECT {chosen}, sum(b.{_RECORDS}) AS {_RECORDS}, sum(b.{_POPULATION}) AS {_POPULATION} "  # noqa: S608 - its names are ours
        f"FROM {{classes}} a JOIN {{classes}} b ON {alike} GROUP BY {chosen}",
        classes=engine.materialise(classes),
    )


def _ordered(classes: Table, names: Sequence[str]) -> pa.Table:
    """Combinations in one order, whatever else is counted of them."""
    order = ", ".join(f"{name} NULLS LAST" for name in names)
    return classes.engine.query(f"SELECT * FROM {{classes}} ORDER BY {order}", classes=classes).arrow()  # noqa: S608 - its names are ours


def _spread(table: Table, names: dict[str, str], variable: str) -> pa.Table:
    """By combination, how a sensitive variable is spread; a missing value is a value.

    The total-variation distance of two distributions is 1 minus the sum of the smaller share of each value.
    """
    pairs = table.aggregate({**names, "value": quote(variable)}, {"n": "CAST(count(*) AS DOUBLE)"})
    columns = ", ".join(names)
    inner = (
        f"SELECT *, sum(n) OVER (PARTITION BY {columns}) AS own, "  # noqa: S608 - its names are ours
        "sum(n) OVER (PARTITION BY value) / sum(n) OVER () AS overall FROM {pairs}"
    )
    sql = (
        f"SELECT {columns}, count(*) AS {_DISTINCT}, exp(ln(sum(n)) - sum(n * ln(n)) / sum(n)) AS {_ENTROPY}, "  # noqa: S608 - its names are ours
        f"1 - sum(least(n / own, overall)) AS {_DISTANCE} FROM ({inner}) GROUP BY {columns}"
    )
    return _ordered(table.engine.query(sql, pairs=pairs), list(names))


Row = tuple[str | None, str, float]


def _rows_of_keys(held: Floats, own: Floats, people: Floats, risk: Floats, limits: Limits) -> list[Row]:
    """Of the whole file; records of a combination all have its numbers."""
    records = own.sum()

    def share(chosen: Bools) -> float:
        return float(own[chosen].sum() / records) if records else np.nan

    few, unique, rare = held < limits.k, held == 1, people <= limits.population
    return [
        (None, "records", float(records)),
        (None, "combinations", float(len(own))),
        (None, "smallest_class", float(held.min(initial=np.inf))),
        (None, "records_below_k", float(own[few].sum())),
        (None, "share_below_k", share(few)),
        (None, "unique_records", float(own[unique].sum())),
        (None, "records_below_population_threshold", float(own[rare].sum())),
        (None, "share_below_population_threshold", share(rare)),
        (None, "expected_reidentifications", float(np.sum(own / people))),
        (None, "largest_one_over_population", float(np.max(1 / people, initial=0.0))),
        (None, "largest_risk", float(np.max(risk, initial=0.0))),
        (None, "file_risk", float(np.sum(own * risk) / records) if records else np.nan),
    ]


def _rows_of_spread(name: str, own: Floats, spread: pa.Table, limits: Limits) -> list[Row]:
    """Of one sensitive variable."""
    distinct, entropy, distance = (numbers(spread, column) for column in (_DISTINCT, _ENTROPY, _DISTANCE))
    rounding = 1e-9
    judged = {
        "distinct_l": distinct < limits.l,
        "entropy_l": entropy < limits.l - rounding,
        "t": distance > limits.t + rounding,
    }
    rows: list[Row] = [
        (name, "smallest_distinct_l", float(distinct.min(initial=np.inf))),
        (name, "smallest_entropy_l", float(entropy.min(initial=np.inf))),
        (name, "largest_t", float(distance.max(initial=0.0))),
    ]
    for rule, fails in judged.items():
        rows.append((name, f"combinations_failing_{rule}", float(fails.sum())))
        rows.append((name, f"records_failing_{rule}", float(own[fails].sum())))
    return rows


def _summary(rows: Sequence[Row]) -> pa.Table:
    variable, statistic, value = zip(*rows, strict=True)
    numbers_ = [number if np.isfinite(number) else None for number in value]
    return pa.table(
        {
            "variable": pa.array(variable, pa.string()),
            "statistic": pa.array(statistic, pa.string()),
            "value": pa.array(numbers_, pa.float64()),
        }
    )


def _listed(
    found: pa.Table, keys: Sequence[str], risk: Floats, spreads: dict[str, pa.Table], listed: Bools
) -> pa.Table:
    columns = {name: found[f"key_{i}"].cast(pa.string()) for i, name in enumerate(keys)}
    columns |= {
        _RECORDS: found[_RECORDS].cast(pa.int64()),
        _POPULATION: found[_POPULATION].cast(pa.float64()),
        "risk": pa.array(risk),
    }
    for name, spread in spreads.items():
        columns |= {
            f"{name}_{field}": spread[field].cast(pa.float64()) for field in (_DISTINCT, _ENTROPY, _DISTANCE)
        }
    return pa.table(columns).filter(pa.array(listed))
