"""Risk of recognition in a file of records that is to be handed out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from zaragoza.api.data import fault, names, opened, read, without_nan
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.engine import Engine, Table, quote
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.disclosure import Policy
from zaragoza.protect.microdata import CLASS_FIELDS, Limits, MicrodataRisk, MissingKeys, assess_risk


def microdata_risk(
    data: object,
    keys: str | Iterable[str],
    *,
    sensitive: str | Iterable[str] = (),
    weight: str | None = None,
    missing: MissingKeys = "category",
    k: int = 3,
    l: int = 2,  # noqa: E741 - its name in the literature
    t: float = 0.2,
    population_threshold: float = 100.0,
    min_count: int = 10,
    engine: Engine | None = None,
) -> MicrodataRisk:
    """Tells how easily persons can be recognised in a file by what others may know of them.

    Args:
        data: path of a Parquet or CSV file, a DuckDB relation, or an Arrow, Polars or pandas table; a row a record.
        keys: columns that others may know, such as age, sex and municipality (quasi-identifiers).
        sensitive: columns that they may not learn.
        weight: column of the persons in the population that a record stands for; None: the file holds them all.
        missing: `category`: a missing key is a category of its own (conservative); `wildcard`: it fits any category
            (optimistic). The spread of sensitive columns always takes it as a category.
        k: every combination of keys is to belong to at least so many records (k-anonymity).
        l: records that share their keys are to have at least so many values of each sensitive column, by count
            (distinct) and by the exponential of their entropy.
        t: largest total-variation distance of a sensitive column among them from the whole file (t-closeness).
        population_threshold: combinations are to belong to more persons of the population than this.
        min_count: combinations that fewer records hold are counted, never listed.
        engine: an open engine to work with; by default one on all cores.

    Returns:
        Numbers of the whole file and of every combination that enough records hold; no value of a single record. The
        risk of a record is that of Benedetti and Franconi (1998), file risk its mean.

    Raises:
        DefinitionError: a column or an option is wrong; all faults are reported.
        InputError: the data cannot be read.
    """
    quasi, hidden = names(keys), names(sensitive)
    _check_options(quasi, hidden, missing, (k, l, min_count), t)
    with opened(engine) as running:
        columns = tuple(dict.fromkeys((*quasi, *hidden, *([weight] if weight else []))))
        table = read(running, data, columns)
        _check_columns(table, columns)
        table = table.select({name: without_nan(table, name) for name in columns})
        _check_weight(table, weight)
        limits = Limits(k, l, t, population_threshold, min_count)
        return assess_risk(table, quasi, hidden, weight, missing, limits)


def extract_faults(path: Path, monitor: Path | None) -> tuple[Fault, ...]:
    """Why a monitor's policy does not let a file of records be handed out; nothing, if it does.

    Too few records share a combination, or they have too few values of a sensitive column.

    Args:
        path: the Parquet or CSV file.
        monitor: the folder of the monitor, whose `[protection]` says which columns others may know, and the limits.

    Raises:
        DefinitionError: no monitor, no such columns in it, or none in the file.
        InputError: the file cannot be read.
    """
    policy = Policy() if monitor is None else load_monitor(monitor).policy
    if not policy.quasi_identifiers:
        found = "no monitor" if monitor is None else "no `quasi_identifiers` in its [protection]"
        way_out = (
            'Write `quasi_identifiers = ["age", "sex"]` in [protection], and name the monitor (--monitor).'
        )
        raise DefinitionError(Fault(path.name, "columns that others may know", "their names", found, way_out))
    k, l = policy.k_anonymity, policy.l_diversity  # noqa: E741 - its name in the literature
    risk = microdata_risk(path, policy.quasi_identifiers, sensitive=policy.sensitive, k=k, l=l)
    numbers = {(row["variable"], row["statistic"]): row["value"] for row in risk.summary.to_pylist()}
    few = int(numbers[None, "records_below_k"] or 0)
    together = f"records that share {', '.join(policy.quasi_identifiers)}"
    faults = [_refused(path, "k_anonymity", f"at least {k} {together}", few)] if few else []
    for name in policy.sensitive:
        if alike := int(numbers[name, "records_failing_distinct_l"] or 0):
            faults.append(
                _refused(path, f"l_diversity, {name}", f"at least {l} values among {together}", alike)
            )
    return tuple(faults)


def _refused(path: Path, rule: str, expected: str, records: int) -> Fault:
    way_out = "Merge categories, drop a column, or leave these records out; then judge the file again."
    return Fault(path.name, rule, expected, f"{records} records of which this is not so", way_out)


def _check_options(
    keys: tuple[object, ...],
    sensitive: tuple[object, ...],
    missing: str,
    counts: tuple[object, ...],
    t: float,
) -> None:
    faults = []
    if not keys or not all(isinstance(name, str) for name in (*keys, *sensitive)):
        faults.append(fault("keys", "keys", "names of one column or more", "something else"))
    if len({*keys, *sensitive}) < len(keys) + len(sensitive):
        faults.append(fault("keys", "keys", "each column once, among keys or sensitive ones", "one twice"))
    faults += [
        fault("keys", str(name), "a name that is no column of the result", "one that is")
        for name in keys
        if name in CLASS_FIELDS
    ]
    if missing not in get_args(MissingKeys):
        faults.append(fault("missing", "missing", "category or wildcard", "another"))
    faults += [
        fault(name, name, "a whole number from 1", "another")
        for name, count in zip(("k", "l", "min_count"), counts, strict=True)
        if not isinstance(count, int) or count < 1
    ]
    if not 0 <= t <= 1:
        faults.append(fault("t", "t", "a number from 0 to 1", "another"))
    if faults:
        raise DefinitionError(faults)


def _check_columns(table: Table, columns: tuple[str, ...]) -> None:
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise DefinitionError(
            [fault("data", name, "a column of the data", "no such column") for name in absent]
        )


def _check_weight(table: Table, weight: str | None) -> None:
    """A record without a weight, or with one of nobody, would make a risk that is none."""
    if weight is None:
        return
    sql = f"CAST({quote(weight)} AS DOUBLE)"
    ((wrong,),) = table.aggregate({}, {"n": f"count(*) - count(CASE WHEN {sql} > 0 THEN 1 END)"}).rows()
    if wrong:
        raise DefinitionError(
            fault("weight", weight, "a weight above 0 in every row", f"{wrong} rows without")
        )
