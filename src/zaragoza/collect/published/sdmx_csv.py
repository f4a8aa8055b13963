"""SDMX-CSV 1.0 and 2.0, with codes, labels, or both, as Eurostat and the OECD write it.

pysdmx reads these files into pandas frames; offices run without pandas, so they are read here. Which columns are
dimensions is told by the order of the standard: dimensions, measure, attributes. Source: SDMX-CSV 1.0 and 2.0 field
guides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.delimited import NamedColumns, columns_of
from zaragoza.collect.published.refusal import refused
from zaragoza.collect.published.structure import Structure

_FORM = "SDMX-CSV message"
_STRUCTURE = (
    "DATAFLOW",
    "STRUCTURE",
    "STRUCTURE_ID",
    "STRUCTURE_NAME",
    "ACTION",
    "LAST UPDATE",
    "SERIES_KEY",
    "OBS_KEY",
)
_VALUE, _TIME = "OBS_VALUE", "TIME_PERIOD"
_FLAG = ("OBS_FLAG", "OBS_STATUS")
_CONFIDENTIALITY = "CONF_STATUS"
_REFERENCE = re.compile(r"(?:(?P<agency>[^:]+):)?(?P<id>[^($]+)(?:\$[^(]*)?(?:\((?P<version>[^)]*)\))?")
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d\d)(?: (\d\d:\d\d:\d\d))?")
_LABELLED_ID = re.compile(r"^(?P<id>[A-Za-z][\w$@-]*(?:\[[^\]]*\])?): (?P<label>.*)$", re.DOTALL)


@dataclass(frozen=True)
class _Component:
    """A column of codes, with its column of labels where it has one."""

    id: str
    codes: pa.ChunkedArray
    labels: pa.ChunkedArray | None = None


def is_sdmx_csv(header: Sequence[str]) -> bool:
    """Whether a header is that of SDMX-CSV."""
    first = header[0].partition("[")[0] if header else ""
    return first == "DATAFLOW" or (first == "STRUCTURE" and "STRUCTURE_ID" in header)


def read_sdmx_csv(text: str, where: str, structure: Structure | None = None) -> Dataset:
    """Reads SDMX-CSV.

    Args:
        text: the message.
        where: file or request, for errors.
        structure: of the dataset; needed where the order of the columns does not tell dimensions from attributes.

    Raises:
        InputError: the message deletes, holds metadata or several measures, needs its structure, or is broken.
    """
    columns = columns_of(text, where, _FORM)
    first, listed = columns[0][0], len(columns[0][0].partition("[")[2]) > 0
    columns = [
        (name.partition("[")[0] if name == first and listed else name, column) for name, column in columns
    ]
    head = {name: column for name, column in columns if name in _STRUCTURE}
    _only_information(head, where)
    components = _components([pair for pair in columns if pair[0] not in _STRUCTURE])
    names = [component.id for component in components]
    if _VALUE not in names:
        raise refused(where, f"one measure, {_VALUE}", _found(names), "Ask for a dataset with that measure.")
    dimensions = _dimensions(names, head, structure, where)
    return _made(components, dimensions, _origin(head, where), coded=not _labels_only(head, components))


def _only_information(head: Mapping[str, pa.ChunkedArray], where: str) -> None:
    actions = set(pc.unique(head["ACTION"]).to_pylist()) if "ACTION" in head else set()
    if "D" in actions:
        raise refused(where, "figures", "a message that deletes (ACTION D)", "Fetch the dataset itself.")


def _found(names: Sequence[str]) -> str:
    return f"columns {', '.join(names)}" if names else "no column of figures"


def _components(columns: NamedColumns) -> list[_Component]:
    """Pairs codes with labels: both in one cell, in a column that follows, or codes (or labels) alone."""
    joined = [_LABELLED_ID.match(name) for name, _ in columns]
    if all(
        match or name in (_VALUE, _TIME, *_FLAG, _CONFIDENTIALITY)
        for match, (name, _) in zip(joined, columns, strict=True)
    ) and any(joined):
        return [
            _split(match["id"], column) if match else _Component(name, column)
            for match, (name, column) in zip(joined, columns, strict=True)
        ]
    if _in_pairs([name for name, _ in columns]):
        return [
            _Component(name, column, labels)
            for (name, column), (_, labels) in zip(columns[::2], columns[1::2], strict=True)
        ]
    return [_Component(name, column) for name, column in columns]


def _in_pairs(names: Sequence[str]) -> bool:
    """Whether every second column holds labels: then time, value and flags stand at even places."""
    known = [names.index(name) for name in (_TIME, _VALUE, *_FLAG, _CONFIDENTIALITY) if name in names]
    return len(names) % 2 == 0 and len(known) > 1 and all(place % 2 == 0 for place in known)


def _split(name: str, column: pa.ChunkedArray) -> _Component:
    """Codes and labels of cells written `code: label`."""
    name = name.partition("[")[0]
    whole = column.combine_chunks()
    encoded = whole.dictionary_encode()
    parts = [cell.partition(": ") for cell in encoded.dictionary.to_pylist()]
    codes = pa.array([code for code, _, _ in parts], pa.string()).take(encoded.indices)
    labels = pa.array([label for _, _, label in parts], pa.string()).take(encoded.indices)
    return _Component(name, pa.chunked_array([codes]), pa.chunked_array([labels]))


def _dimensions(
    names: Sequence[str], head: Mapping[str, pa.ChunkedArray], structure: Structure | None, where: str
) -> list[str]:
    if structure is not None:
        return [name for name in names if name in structure.dimensions]
    if names.index(_VALUE) == 0 or "SERIES_KEY" in head or "OBS_KEY" in head:
        raise refused(
            where, "dimensions before the measure", "columns in another order",
            "Give the message of the structure as well.",
        )  # fmt: skip
    return [name for name in names[: names.index(_VALUE)] if name != _TIME]


def _made(
    components: Sequence[_Component], dimensions: Sequence[str], origin: Origin, *, coded: bool
) -> Dataset:
    by_id = {component.id: component for component in components}
    flag = next((by_id[name] for name in _FLAG if name in by_id), None)
    conf = by_id.get(_CONFIDENTIALITY)
    figures = Figures(
        value=by_id[_VALUE].codes,
        period=by_id[_TIME].codes if _TIME in by_id else None,
        flag=flag.codes if flag else None,
        conf_flag=conf.codes if conf else None,
    )
    told = {_VALUE, _TIME, _CONFIDENTIALITY, flag.id if flag else "", *dimensions}
    return dataset(
        origin,
        {name: by_id[name].codes for name in dimensions},
        figures,
        attributes={c.id: c.codes for c in components if c.id not in told},
        labels={name: _labels(by_id[name]) for name in dimensions},
        coded=coded,
    )


def _labels(component: _Component) -> dict[str, str]:
    if component.labels is None:
        return {}
    pairs = (
        pa.table({"code": component.codes, "label": component.labels})
        .group_by(["code", "label"])
        .aggregate([])
    )
    return {
        code: label
        for code, label in zip(pairs["code"].to_pylist(), pairs["label"].to_pylist(), strict=True)
        if label
    }


def _labels_only(head: Mapping[str, pa.ChunkedArray], components: Sequence[_Component]) -> bool:
    """Whether cells hold labels in place of codes: the frequency of Eurostat's tables is one letter or a word."""
    frequency = next((c.codes for c in components if c.id.lower() == "freq"), None)
    if frequency is None or not len(frequency):
        return False
    return any(len(code) > 2 for code in pc.unique(frequency).to_pylist())


def _origin(head: Mapping[str, pa.ChunkedArray], where: str) -> Origin:
    reference = _one(head, "STRUCTURE_ID", where) or _one(head, "DATAFLOW", where) or ""
    reference, _, title = reference.partition(": ")
    match = _REFERENCE.match(reference)
    agency, name = (match["agency"], match["id"]) if match else (None, reference)
    return Origin(
        source=agency or "unknown",
        id=name,
        updated=_iso(_one(head, "LAST UPDATE", where)),
        title=_one(head, "STRUCTURE_NAME", where) or title or None,
    )


def _one(head: Mapping[str, pa.ChunkedArray], name: str, where: str) -> str | None:
    """The one value of a column of the message's head; several datasets in one message are refused."""
    found = pc.unique(head[name]).to_pylist() if name in head else []
    if len(found) > 1 and name in ("STRUCTURE_ID", "DATAFLOW"):
        raise refused(where, "one dataset", f"{len(found)} datasets", "Ask for one at a time.", name)
    return found[0] or None if found else None


def _iso(stamp: str | None) -> str | None:
    """Eurostat's `13/03/25 23:00:00` (Central European Time) in ISO form; another form is kept."""
    match = _DATE.fullmatch(stamp or "")
    if match is None:
        return stamp
    day, month, year, time = match.groups()
    return f"20{year}-{month}-{day}" + (f"T{time}" if time else "")
