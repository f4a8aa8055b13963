"""From datasets of other producers to observations: their figures under our indicators, groups, units and statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.catalogue.contents import Catalogue
from zaragoza.collect.published.dataset import Dataset, unclear
from zaragoza.errors import Fault, InputError
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import FLAG, KEY_FIELDS, PUBLISHED_FIELDS, STATUS
from zaragoza.model.source_table import SourceTable, age_code

BREAKDOWNS = ("birth_group", "citizen_group", "sex")
FOREIGN = "FOR"  # born abroad, or foreign citizens: both groups together, where a source gives no finer one
_CODES = {"TOTAL": TOTAL, "T": TOTAL, "UNK": UNKNOWN, "NRP": UNKNOWN, FOREIGN: FOREIGN}


def observations(datasets: Iterable[Dataset], catalogue: Catalogue) -> pa.Table:
    """The figures of datasets that are indicators of the catalogue.

    Categories that no classification of ours has (single countries, an EU of other composition) are left out: groups
    of different composition never stand in one series. Numbers that the source keeps back are NULL, whatever it
    writes there. No standard error is known; n and n_hat are not published.

    Args:
        datasets: as read from files or vintages, with codes.
        catalogue: with the tables that are known.

    Returns:
        indicator, period, geo, `birth_group`, `citizen_group`, `sex` (`_T` where a table has no such dimension), and
        the columns of `model.observation.PUBLISHED_FIELDS`.

    Raises:
        InputError: a dataset holds labels, is not known, leaves a dimension undecided, has a figure twice, or one
            without a period.
    """
    given = list(datasets)
    faults = [fault for dataset in given for fault in _faults(dataset, catalogue)]
    if faults:
        raise InputError(faults)
    parts = [
        _figures(dataset, catalogue.source_tables[dataset.id.lower()], catalogue.indicators[name], catalogue)
        for dataset in given
        for name in catalogue.source_tables[dataset.id.lower()].indicators
    ]
    found = pa.concat_tables(parts) if parts else _empty()
    return found.sort_by([(name, "ascending") for name in (*KEY_FIELDS, *BREAKDOWNS)])


def categories_of(breakdown: str, catalogue: Catalogue) -> Mapping[str, str]:
    """Codes of other producers -> ours, of the categories of a breakdown that are the same."""
    return {code: code for code in catalogue.classifications[breakdown].codes} | _CODES


def first_of_each(table: pa.Table, places: Sequence[str]) -> pa.Table:
    """Of figures that several datasets have, that of the dataset named first; and only those of some places."""
    rows = table.filter(pc.is_in(table["geo"], pa.array(places)))
    keys = (*KEY_FIELDS, *BREAKDOWNS)
    numbered = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    first = numbered.group_by(list(keys)).aggregate([("place", "min")])["place_min"]
    return rows.take(pc.take(first, pc.sort_indices(first)))


def _faults(dataset: Dataset, catalogue: Catalogue) -> list[Fault]:
    table = catalogue.source_tables.get(dataset.id.lower())
    if table is None or table.producer != dataset.source:
        known = ", ".join(sorted(catalogue.source_tables))
        way_out = "Add it to parameters/source_tables.yaml of the office."
        return [
            Fault(
                dataset.id, "dataset", f"a known table ({known})", f"{dataset.source}:{dataset.id}", way_out
            )
        ]
    if not dataset.coded:
        way_out = "Fetch it with codes: labels change over the years and with the language."
        return [Fault(dataset.id, "dimensions", "codes", "labels", way_out)]
    needed = {
        *table.breakdowns,
        *table.where,
        table.geo,
        *(dim for of in table.indicators.values() for dim in of),
    }
    needed |= {table.ages} if table.ages else set()
    missing = sorted(needed - set(dataset.dimensions))
    undecided = sorted(set(dataset.dimensions) - needed - set(table.unread))
    return [
        *_fault_of(dataset, "dimensions", missing, "which it lacks", "Fetch the table itself, not a part of it."),
        *_fault_of(dataset, "dimensions", undecided, "of which no code is chosen", "Add them to `where:`."),
        *unclear(dataset),
    ]  # fmt: skip


def _fault_of(dataset: Dataset, field: str, names: Sequence[str], found: str, way_out: str) -> list[Fault]:
    if not names:
        return []
    return [Fault(dataset.id, field, "the dimensions of the table", f"{', '.join(names)}, {found}", way_out)]


def _figures(dataset: Dataset, table: SourceTable, indicator: Indicator, catalogue: Catalogue) -> pa.Table:
    wanted = {**table.where, **table.indicators[indicator.id]}
    if table.ages:
        wanted[table.ages] = age_code(indicator.ages or "")
    rows = dataset.table
    for dimension, code in wanted.items():
        rows = rows.filter(pc.equal(rows[dimension], code))
    groups = {}
    for dimension, name in table.breakdowns.items():
        known = categories_of(name, catalogue)
        rows = rows.filter(pc.is_in(rows[dimension], pa.array(list(known))))
        groups[name] = (dimension, known)
    columns = {name: _renamed(rows[dimension], known) for name, (dimension, known) in groups.items()}
    return _observations(rows, indicator, table, columns)


def _observations(
    rows: pa.Table, indicator: Indicator, table: SourceTable, groups: Mapping[str, pa.ChunkedArray]
) -> pa.Table:
    """Rows of a dataset in the shape of observations."""
    shown = pc.is_in(rows["reason"], pa.array([status.reason for status in STATUS.values() if status.shown]))
    count = rows.num_rows
    columns = {
        "indicator": pa.repeat(indicator.id, count),
        "period": rows["period"],
        "geo": rows[table.geo],
        **{name: groups.get(name, pa.repeat(TOTAL, count)) for name in BREAKDOWNS},
    }
    told = {
        "statistic": pa.repeat(LEVEL, count),
        "value": pc.if_else(shown, _divided(rows["value"], table.divide), None),
        "obs_status": rows["obs_status"],
        "conf_status": rows["conf_status"],
        "reason": rows["reason"],
        "unit": pa.repeat(indicator.unit, count),
        "source": pc.binary_join_element_wise(rows["source"], rows["dataset"], ":"),
        FLAG: rows["flag"],
    }
    for name, kind in PUBLISHED_FIELDS:
        columns[name] = told.get(name, pa.nulls(count, pa.type_for_alias(kind)))
    return pa.table(columns)


def _divided(values: pa.ChunkedArray, by: float) -> pa.Array:
    """Values in our unit, as decimals, so that 83.2 % is 0.832 and nothing beside it."""
    encoded = values.combine_chunks().dictionary_encode()
    known = [float(Decimal(str(value)) / Decimal(str(by))) for value in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.float64()).take(encoded.indices)


def _renamed(codes: pa.ChunkedArray, meanings: Mapping[str, str]) -> pa.ChunkedArray:
    place = pc.index_in(codes, pa.array(list(meanings)))
    return pa.chunked_array([pa.array(list(meanings.values())).take(place.combine_chunks())])


def _empty() -> pa.Table:
    texts = {name: pa.array([], pa.string()) for name in (*KEY_FIELDS, *BREAKDOWNS)}
    return pa.table(
        {**texts, **{name: pa.array([], pa.type_for_alias(kind)) for name, kind in PUBLISHED_FIELDS}}
    )
