"""UNHCR Refugee Data Finder: a row a pair of countries and year, a column a measure; CSV and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.published.dataset import Column, Dataset, Figures, Origin, dataset
from zaragoza.collect.published.delimited import columns_of
from zaragoza.collect.published.refusal import broken

_FORM = "table of the Refugee Data Finder"
_KEYS = ("coo", "coo_iso", "coa", "coa_iso", "procedure_type", "app_type", "dec_level", "app_pc", "dec_pc")
_NAMES = {"coo_name": "coo", "coa_name": "coa"}
_LEFT_OUT = ("coo_id", "coa_id")
_YEAR, _MEASURE = "year", "measure"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?(e\+?[0-9]+)?$"


def is_unhcr(names: Sequence[str]) -> bool:
    """Whether columns or keys are those of the Refugee Data Finder."""
    return {_YEAR, "coo", "coa"} <= set(names)


def read_unhcr_csv(text: str, where: str, name: str = "") -> Dataset:
    """Reads a CSV file of the Refugee Data Finder.

    Args:
        text: the file.
        where: file or request, for errors.
        name: the dataset, which the file does not name.

    Raises:
        InputError: rows differ in length, or a figure is no number.
    """
    return _read(dict(columns_of(text, where, _FORM)), where, name)


def read_unhcr_json(message: Mapping[str, Any], where: str, name: str = "") -> Dataset:
    """Reads one page of the API, as parsed from JSON."""
    items: Sequence[Mapping[str, Any]] = message["items"]
    keys = list(dict.fromkeys(key for item in items for key in item))
    return _read(
        {key: pa.array([_text(item.get(key)) for item in items], pa.string()) for key in keys}, where, name
    )


def is_unhcr_json(message: object) -> bool:
    """Whether a message is a page of the API."""
    if not isinstance(message, Mapping) or "maxPages" not in message:
        return False
    items = message.get("items")
    return isinstance(items, list) and (not items or is_unhcr(list(items[0])))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _read(columns: Mapping[str, Column], where: str, name: str) -> Dataset:
    keys = [key for key in _KEYS if key in columns]
    told = {_YEAR, *keys, *_NAMES, *_LEFT_OUT}
    measures = [key for key in columns if key not in told]
    parts = [_measure(columns, keys, measure, where) for measure in measures]
    table = (
        pa.concat_tables(parts)
        if parts
        else pa.table({key: pa.array([], pa.string()) for key in (*keys, _YEAR, _MEASURE, "value")})
    )
    return dataset(
        Origin(source="UNHCR", id=name),
        {key: table[key] for key in (*keys, _MEASURE)},
        Figures(value=table["value"], period=table[_YEAR]),
        labels={of: _labels(columns[of], columns[label]) for label, of in _NAMES.items() if label in columns},
    )


def _measure(columns: Mapping[str, Column], keys: Sequence[str], measure: str, where: str) -> pa.Table:
    values = pc.if_else(pc.is_in(columns[measure], pa.array(["", "-", "NA"])), None, columns[measure])
    wrong = pc.sum(pc.invert(pc.match_substring_regex(values, _NUMBER))).as_py()
    if wrong:
        raise broken(where, _FORM, f"{wrong} values of {measure} that are not numbers")
    part = pa.table({**{key: columns[key] for key in (*keys, _YEAR)}, "value": values})
    return part.append_column(_MEASURE, pa.repeat(measure, part.num_rows))


def _labels(codes: Column, names: Column) -> dict[str, str]:
    pairs = pa.table({"code": codes, "name": names}).group_by(["code", "name"]).aggregate([])
    return dict(zip(pairs["code"].to_pylist(), pairs["name"].to_pylist(), strict=True))
