"""CBS StatLine: tables of OData v3 (a column a topic, padded codes) and v4 (a row an observation).

Source: CBS, open data services v3 and v4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import refused

_TOPIC = re.compile(r".+_\d+")
_PERIOD = re.compile(r"(?P<year>\d{4})(?P<kind>JJ|HJ|KW|MM|W1)(?P<part>\d\d)")
_FORMS = {"JJ": "{0}", "HJ": "{0}-S{1:d}", "KW": "{0}-Q{1:d}", "MM": "{0}-{1:02d}", "W1": "{0}-W{1:02d}"}
_SIGNS = (".", "x", "-", "")  # StatLine's signs in place of a figure
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_TIME, TIMES = "TimeDimension", ("Perioden", "Periods")
_DIMENSIONS = ("Dimension", _TIME, "GeoDimension", "GeoDetail")
_TABLE = re.compile(r"odata(?:/v1/CBS)?/(?P<id>[0-9A-Za-z]+)/", re.IGNORECASE)
_MEASURE = "Measure"
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Description:
    """What StatLine says of a table beside its figures.

    Attributes:
        id: of the table.
        dimensions: keys of the dimensions; none: known by their form (topics end in `_` and a number).
        topics: key of a topic -> title.
        labels: dimension -> code -> title.
        statuses: code of a period -> Definitief, Voorlopig or NaderVoorlopig.
        title, updated: of the table.
    """

    id: str = ""
    dimensions: tuple[str, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    updated: str | None = None


def is_odata(message: object) -> bool:
    """Whether a message is one of an OData service."""
    return isinstance(message, Mapping) and isinstance(message.get("value"), list) and any(
        key in message for key in ("odata.metadata", "@odata.context")
    )  # fmt: skip


def next_link(message: Record) -> str | None:
    """Where the next page is."""
    return message.get("odata.nextLink") or message.get("@odata.nextLink")


def holds_figures(message: Record) -> bool:
    """Whether a page holds figures, and not the description of a table."""
    context = str(message.get("odata.metadata") or message.get("@odata.context"))
    return re.search(r"\.(Un)?[Tt]ypedDataSet$|#Observations|/Observations", context) is not None


def table_id(message: Record) -> str:
    """The table's id, from the address of its metadata."""
    match = _TABLE.search(str(message.get("odata.metadata") or message.get("@odata.context")))
    return match["id"] if match else ""


def describe(parts: Mapping[str, Sequence[Record]], name: str) -> Description:
    """The description of a table from the resources that stand beside its figures.

    Args:
        parts: name of the resource (DataProperties, TableInfos, a dimension, or Properties, Dimensions, MeasureCodes,
            `...Codes` of v4) -> its records.
        name: id of the table.
    """
    properties = parts.get("DataProperties", ())
    dimensions = tuple(r["Key"] for r in properties if r.get("Key") and r.get("Type") in _DIMENSIONS)
    dimensions = dimensions or tuple(r["Identifier"] for r in parts.get("Dimensions", ()))
    info = next(iter(parts.get("TableInfos", ())), None) or next(iter(parts.get("Properties", ())), {})
    lists = {key: parts.get(key) or parts.get(f"{key}Codes") or () for key in dimensions}
    codes = {key: {_code(r): str(r.get("Title") or "") for r in records} for key, records in lists.items()}
    times = [r for key in dimensions if key in TIMES for r in lists[key]]
    return Description(
        id=name,
        dimensions=dimensions,
        topics={
            r["Key"]: str(r.get("Title") or "")
            for r in properties
            if r.get("Key") and r.get("Type") not in _DIMENSIONS
        }
        | {_code(r): str(r.get("Title") or "") for r in parts.get("MeasureCodes", ())},
        labels=codes,
        statuses={_code(r): r["Status"] for r in times if r.get("Status")},
        title=info.get("Title"),
        updated=info.get("Modified"),
    )


def _code(record: Record) -> str:
    return str(record.get("Key") or record.get("Identifier") or "").strip()


def read_statline(records: Sequence[Record], where: str, about: Description) -> Dataset:
    """Reads the rows of TypedDataSet, UntypedDataSet or Observations.

    Args:
        records: rows of one or more pages.
        where: file or request, for errors.
        about: what is known of the table.
    """
    names = list(dict.fromkeys(key for record in records for key in record))
    columns = {name: pa.array([_text(record.get(name)) for record in records], pa.string()) for name in names}
    return read_columns(columns, where, about)


def read_columns(
    columns: Mapping[str, pa.Array | pa.ChunkedArray], where: str, about: Description
) -> Dataset:
    """Reads a table that is held as columns, all of text."""
    if _MEASURE in columns and "ValueAttribute" in columns:
        return _long(columns, about)
    topics = [
        name
        for name in columns
        if (name not in about.dimensions if about.dimensions else _TOPIC.fullmatch(name))
    ]
    dimensions = [name for name in columns if name not in topics and name != "ID"]
    topics = [name for name in topics if name != "ID"]
    if not dimensions or not topics:
        raise refused(
            where, "dimensions and topics", f"columns {', '.join(columns)}", "Ask for TypedDataSet."
        )
    keys = {name: pc.utf8_trim_whitespace(columns[name]) for name in dimensions}
    rows = pa.table(keys)
    table = pa.concat_tables(
        [
            rows.append_column(_MEASURE, pa.repeat(topic, rows.num_rows)).append_column(
                "cell", _cells(columns[topic])
            )
            for topic in topics
        ]
    )
    return _made(table.drop_columns(["cell"]), _Cells.of(table["cell"]), about)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _cells(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([texts])


@dataclass(frozen=True)
class _Cells:
    """Cells as numbers, words and signs; `nil` is a sign, and its figure 0."""

    value: pa.ChunkedArray
    text: pa.ChunkedArray
    sign: pa.ChunkedArray

    @classmethod
    def of(cls, cells: pa.ChunkedArray) -> _Cells:
        """Sorts cells by what they hold."""
        number = pc.fill_null(pc.match_substring_regex(cells, _NUMBER), False)
        sign = pc.fill_null(pc.is_in(cells, pa.array(_SIGNS)), False)
        nil = pc.fill_null(pc.equal(cells, "-"), False)
        return cls(
            value=pc.if_else(nil, "0", pc.if_else(number, cells, None)),
            text=pc.if_else(pc.or_(number, sign), None, cells),
            sign=pc.if_else(sign, cells, ""),
        )


def _made(keys: pa.Table, cells: _Cells, about: Description) -> Dataset:
    time = next((name for name in keys.column_names if name in TIMES), None)
    flag = cells.sign
    if time and about.statuses:
        status = pa.chunked_array(
            [_mapped(keys[time].combine_chunks(), lambda code: about.statuses.get(code, ""))]
        )
        flag = pc.if_else(pc.equal(flag, ""), _provisional(status), flag)
    return dataset(
        Origin(source="CBS", id=about.id, updated=about.updated, title=about.title),
        {name: keys[name] for name in keys.column_names if name != time},
        Figures(
            value=cells.value,
            text=cells.text,
            period=_mapped(keys[time].combine_chunks(), period) if time else None,
            flag=flag,
        ),
        labels={_MEASURE: about.topics, **about.labels},
    )


def _provisional(status: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(status, "Definitief"), "", status)


def _long(columns: Mapping[str, pa.Array | pa.ChunkedArray], about: Description) -> Dataset:
    """Observations of v4: a value or a word, and why there is none."""
    told = {"Id", _MEASURE, "ValueAttribute", "Value", "StringValue"}
    keys = pa.table(
        {
            name: pc.utf8_trim_whitespace(columns[name])
            for name in (_MEASURE, *(n for n in columns if n not in told))
        }
    )
    nothing = pa.nulls(keys.num_rows, pa.string())
    attribute = pc.fill_null(columns["ValueAttribute"], "None")
    cells = _Cells(
        value=pa.chunked_array([columns.get("Value", nothing)]),
        text=pa.chunked_array([columns.get("StringValue", nothing)]),
        sign=pa.chunked_array([pc.if_else(pc.equal(attribute, "None"), "", attribute)]),
    )
    return _made(keys, cells, about)


def _mapped(codes: pa.Array, meaning: Any) -> pa.Array:
    encoded = codes.dictionary_encode()
    return pa.array([meaning(code) for code in encoded.dictionary.to_pylist()], pa.string()).take(
        encoded.indices
    )


def period(code: str) -> str:
    """A period of StatLine in SDMX form: 2018JJ00 is 2018, 2018KW02 2018-Q2, 2018MM07 2018-07; others are kept."""
    match = _PERIOD.fullmatch(code)
    return code if match is None else _FORMS[match["kind"]].format(match["year"], int(match["part"]))
