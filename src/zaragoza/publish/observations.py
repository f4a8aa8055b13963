"""The observations of a release: the last look at the door, their order, and their files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zaragoza.engine import literal
from zaragoza.errors import DisclosureError, Fault, ReleaseError
from zaragoza.model.adjustment import CAVEAT
from zaragoza.model.classification import RESERVED, Category, Classification
from zaragoza.model.estimate import ADJUSTMENT, COMPARABILITY_FIELDS, DETAIL, LEVEL, RATIO
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import (
    KEY_FIELDS,
    NUMBER_FIELDS,
    OBSERVATION_FIELDS,
    OBSTACLE,
    STATUS,
    TOLD_FIELDS,
)
from zaragoza.model.text import LANGUAGES
from zaragoza.publish.view import category_order

_FILLED = ("unit", "source", "release")  # may be absent or empty: a release knows them
# Without adjusted figures there are no such columns.
_OF_ADJUSTED = (ADJUSTMENT, DETAIL, *(name for name, _ in COMPARABILITY_FIELDS), OBSTACLE)
_OPTIONAL = (*_FILLED, *_OF_ADJUSTED)
_TYPES = {"string": pa.string(), "float64": pa.float64(), "int64": pa.int64()}


def breakdown_columns(observations: pa.Table) -> tuple[str, ...]:
    """The columns between the keys and the fixed fields: one a breakdown."""
    fixed = {*KEY_FIELDS, *(name for name, _ in OBSERVATION_FIELDS)}
    return tuple(name for name in observations.column_names if name not in fixed)


def with_open_lists(monitor: Monitor, observations: pa.Table) -> Monitor:
    """The monitor with each open classification (regions, ...) closed: its categories are the codes published."""

    def closed(classification: Classification) -> Classification:
        column = classification.column
        if column is None or classification.id not in observations.column_names:
            return classification
        found = set(observations[classification.id].unique().to_pylist()) - {*RESERVED, None}
        categories = tuple(
            Category(code, classification.label(code), f"{column} = {literal(code)}")
            for code in sorted(found)
        )
        return replace(classification, column=None, categories=categories) if categories else classification

    return replace(monitor, classifications=tuple(closed(each) for each in monitor.classifications))


def prepare(observations: pa.Table, monitor: Monitor, source: str) -> pa.Table:
    """The observations as they are published: checked, complete and in order.

    Args:
        observations: what protection let through; `unit`, `source` and `release` may be empty.
        monitor: definitions of everything that the observations name.
        source: what stands in the column `source` where the observations name none.

    Returns:
        KEY_FIELDS, one column a breakdown, OBSERVATION_FIELDS; rows in the order of the definitions; `release` is
        empty.

    Raises:
        ReleaseError: columns, codes or rows that the definitions do not know.
        DisclosureError: a number where the status says that none is shown, a status that is not in the table, or a
            value that is not a number.
    """
    _refuse(ReleaseError, _unknown_columns(observations, monitor))
    table = _complete(observations, monitor, source)
    _refuse(DisclosureError, [*_wrong_statuses(table), *_wrong_numbers(table)])
    _refuse(ReleaseError, [*_unknown_codes(table, monitor), *_repeated(table), *_elsewhere(table, monitor)])
    return _ordered(table, monitor)


def numbered(table: pa.Table, release: str) -> pa.Table:
    """Prepared observations with the id of their release."""
    named = pa.chunked_array([pa.array([release] * table.num_rows, pa.string())])
    return table.set_column(table.column_names.index("release"), "release", named)


def as_parquet(table: pa.Table) -> bytes:
    """The bytes of `observations.parquet`; where figures are adjusted its metadata say what they are not."""
    adjusted = ADJUSTMENT in table.column_names and table[ADJUSTMENT].null_count < len(table)
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink, table.schema, compression="zstd", version="2.6", store_schema=False
    ) as writer:
        writer.write_table(table)
        if adjusted:
            # One key: of several the writer does not keep the order, and the same figures must give the same bytes.
            writer.add_key_value_metadata(
                {"caveat": json.dumps({language: CAVEAT[language] for language in LANGUAGES})}
            )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def as_csv(table: pa.Table) -> bytes:
    """The bytes of `observations.csv`: RFC 4180, UTF-8, an empty field is NULL, numbers in full precision."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return text.getvalue().encode()


def _refuse(kind: type[ReleaseError | DisclosureError], faults: list[Fault]) -> None:
    if faults:
        raise kind(faults)


def _fault(field: str, expected: str, found: str, way_out: str) -> Fault:
    return Fault(where="observations", field=field, expected=expected, found=found, way_out=way_out)


def _unknown_columns(table: pa.Table, monitor: Monitor) -> list[Fault]:
    needed = [*KEY_FIELDS, *(name for name, _ in OBSERVATION_FIELDS if name not in _OPTIONAL)]
    missing = [
        _fault(name, "a column", "none", "Pass the table that stage protect returns.")
        for name in needed
        if name not in table.column_names
    ]
    known = {classification.id for classification in monitor.classifications}
    strange = [
        _fault(name, "a classification of the monitor", "another column", "Remove it or define it.")
        for name in breakdown_columns(table)
        if name not in known
    ]
    if not missing and not table.num_rows:
        missing.append(_fault("rows", "at least one", "none", "Check which indicators the source allows."))
    return missing + strange


def _complete(table: pa.Table, monitor: Monitor, source: str) -> pa.Table:
    units: dict[str, str] = {indicator.id: indicator.unit for indicator in monitor.indicators}
    kinds = zip(table["indicator"].to_pylist(), table["statistic"].to_pylist(), strict=True)
    ours: dict[str, list[str | None]] = {
        "unit": ["ratio" if statistic == RATIO else units.get(indicator) for indicator, statistic in kinds],
        "source": [source] * table.num_rows,
    }
    filled = {
        name: [own or default for own, default in zip(_column(table, name), defaults, strict=True)]
        for name, defaults in ours.items()
    }
    filled["release"] = [None] * table.num_rows  # `numbered` tells it
    filled |= {name: _column(table, name) for name in _OF_ADJUSTED}
    fields = [
        *((name, "string") for name in KEY_FIELDS),
        *((name, "string") for name in breakdown_columns(table)),
        *OBSERVATION_FIELDS,
    ]
    return pa.table(
        {
            name: pa.chunked_array([pa.array(filled[name], _TYPES[kind])])
            if name in filled
            else table.column(name).cast(_TYPES[kind])
            for name, kind in fields
        }
    )


def _column(table: pa.Table, name: str) -> list[Any]:
    return list(table[name].to_pylist()) if name in table.column_names else [None] * table.num_rows


def _wrong_statuses(table: pa.Table) -> list[Fault]:
    columns = ["reason", "obs_status", "conf_status"]
    known = {(s.reason, s.obs_status, s.conf_status) for s in STATUS.values()}
    found = table.select(columns).group_by(columns).aggregate([]).to_pylist()
    return [
        _fault(
            "reason, obs_status, conf_status",
            "a line of the table of statuses",
            ", ".join(str(row[name]) for name in columns),
            "Set all three from model.observation.",
        )
        for row in found
        if tuple(row[name] for name in columns) not in known
    ]


def _wrong_numbers(table: pa.Table) -> list[Fault]:
    hidden = pc.is_in(table["reason"], pa.array([s.reason for s in STATUS.values() if not s.shown]))
    faults = []
    for name in (*NUMBER_FIELDS, *TOLD_FIELDS):
        column = table[name]
        revealed = _how_many(pc.and_(hidden, pc.is_valid(column)))
        if revealed:
            faults.append(_fault(name, "NULL in hidden rows", f"{revealed} values", "Hide them in protect."))
        if pa.types.is_floating(column.type):
            broken = _how_many(pc.invert(pc.is_finite(column)))
            if broken:
                way_out = "A number that does not exist is NULL with a reason."
                faults.append(_fault(name, "finite numbers", f"{broken} that are not", way_out))
    empty = _how_many(pc.and_(pc.invert(hidden), pc.is_null(table["value"])))
    if empty:
        faults.append(
            _fault("value", "a number in every row that is shown", f"{empty} empty", "Give them a status.")
        )
    return faults


def _how_many(condition: Any) -> int:
    return int(pc.sum(condition).as_py() or 0)


def _unknown_codes(table: pa.Table, monitor: Monitor) -> list[Fault]:
    lists = {c.id: {*c.codes, *RESERVED} for c in monitor.classifications}
    lists["indicator"] = {indicator.id for indicator in monitor.indicators}
    lists[ADJUSTMENT] = {each.name for each in monitor.adjustments}
    faults = []
    lists[DETAIL] = {name for each in monitor.adjustments for name in each.covariates}
    for name in ("indicator", ADJUSTMENT, DETAIL, *breakdown_columns(table)):
        strange = set(table[name].unique().to_pylist()) - lists[name]
        if name in (ADJUSTMENT, DETAIL):  # empty for raw figures
            strange -= {None}
        if strange:
            expected = "codes that the monitor defines"
            found = f"{len(strange)} others"  # not which: in an open list they come from records
            faults.append(_fault(name, expected, found, "Define them or leave them out."))
    return faults


def _repeated(table: pa.Table) -> list[Fault]:
    keys = [*KEY_FIELDS, *breakdown_columns(table), "statistic", "reference", ADJUSTMENT, DETAIL]
    extra = table.num_rows - table.select(keys).group_by(keys).aggregate([]).num_rows
    if not extra:
        return []
    return [_fault(", ".join(keys), "each combination once", f"{extra} more", "Compute each figure once.")]


def _elsewhere(table: pa.Table, monitor: Monitor) -> list[Fault]:
    """Pages show the monitor's period and country; a release without either would be a page of nothing."""
    here = pc.and_(pc.equal(table["period"], str(monitor.period)), pc.equal(table["geo"], monitor.country))
    if _how_many(here):
        return []
    expected = f"rows of {monitor.period} and {monitor.country}"
    return [_fault("period, geo", expected, "none", "Check the period and the country of the monitor.")]


def _ordered(table: pa.Table, monitor: Monitor) -> pa.Table:
    """Rows in the order of the monitor's indicators and of each classification, levels first."""
    columns = breakdown_columns(table)
    place = {
        c.id: {code: number for number, code in enumerate(category_order(c))} for c in monitor.classifications
    }
    place["indicator"] = {indicator.id: number for number, indicator in enumerate(monitor.indicators)}

    def ranks(name: str) -> Iterator[Any]:
        values = table[name].to_pylist()
        if name in place:
            return iter([place[name][value or ""] for value in values])
        if name == "statistic":
            return iter([("" if value == LEVEL else value) for value in values])
        return iter([value or "" for value in values])

    place[ADJUSTMENT] = {"": 0} | {each.name: number for number, each in enumerate(monitor.adjustments, 1)}
    held = [name for each in monitor.adjustments for name in each.covariates]
    place[DETAIL] = {"": 0} | {name: number for number, name in enumerate(dict.fromkeys(held), 1)}
    names = ("indicator", "period", "geo", *columns, "statistic", "reference", ADJUSTMENT, DETAIL)
    keys = list(zip(*(ranks(name) for name in names), strict=True))
    return table.take(pa.array(sorted(range(len(keys)), key=keys.__getitem__), pa.int64()))
