"""SDMX-JSON 1.0 and 2.0 data. pysdmx writes this form and does not read it.

Codes stand as places in the lists of the structure that a message brings with it. Source: SDMX-JSON data message, field
guides 1.0 and 2.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import broken, refused

Message = Mapping[str, Any]
Row = dict[str, str | None]
_FORM = "SDMX-JSON message"
_LEVELS = ("dataSet", "series", "observation")
_TIME, _VALUE = "TIME_PERIOD", "OBS_VALUE"
_FLAGS, _CONFIDENTIALITY = ("OBS_STATUS", "OBS_FLAG"), ("CONF_STATUS", "OBS_CONF")
_DELETES = "Delete"


def is_sdmx_json(message: object) -> bool:
    """Whether a JSON message is SDMX data."""
    return isinstance(message, Mapping) and "dataSets" in message.get("data", message)


def read_sdmx_json(message: Message, where: str) -> Dataset:
    """Reads an SDMX-JSON message of one dataset with one measure.

    Args:
        message: parsed.
        where: file or request, for errors.

    Raises:
        InputError: the message deletes, holds several datasets or measures, or is broken.
    """
    try:
        return _read(message, where)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise broken(where, _FORM, f"one whose parts do not fit ({type(error).__name__})") from None


def _read(message: Message, where: str) -> Dataset:
    body = message.get("data", message)
    structures = body.get("structures") or [body["structure"]]
    given = body["dataSets"]
    if any(one.get("action") == _DELETES for one in given):
        raise refused(where, "figures", "a message that deletes (ACTION D)", "Fetch the dataset itself.")
    if len(given) != 1:
        raise refused(where, "one dataset", f"{len(given)} datasets", "Ask for one at a time.")
    (data,) = given
    structure = structures[data.get("structure", 0)]
    measures = structure.get("measures", {}).get("observation", [{}])
    if len(measures) != 1:
        raise refused(
            where, "one measure", f"{len(measures)} measures", "Ask for a dataset with that measure."
        )
    rows = [row for row, _ in _rows(data, structure)]
    return _made(rows, structure, _origin(message, structure, data))


def _rows(data: Message, structure: Message) -> Iterator[tuple[Row, tuple[int, ...]]]:
    """A row an observation, and the places of its codes in the lists of the dimensions."""
    first: tuple[int, ...] = (0,) * len(_of(structure, "dimensions", "dataSet"))
    common = _codes(structure, "dataSet", first) | _attributes(structure, "dataSet", data.get("attributes"))
    groups = [
        (key.split(":"), _attributes(structure, "dimensionGroup", of))
        for key, of in data.get("dimensionGroupAttributes", {}).items()
    ]
    for at, told, observations in _series(data, structure):
        for key, cells in observations.items():
            places = (*first, *at, *_places(key))
            row = common | told | _codes(structure, "observation", _places(key))
            row[_VALUE] = _text(cells[0]) if cells else None
            row |= _attributes(structure, "observation", cells[1:])
            for group, attributes in groups:
                if all(not part or int(part) == place for part, place in zip(group, places, strict=True)):
                    row |= {name: value for name, value in attributes.items() if value is not None}
            yield row, places


def _series(data: Message, structure: Message) -> Iterator[tuple[tuple[int, ...], Row, Message]]:
    """The places of a series, what holds for all of it, and its observations; a flat message is one series."""
    if "series" not in data:
        yield (), {}, data["observations"]
        return
    for key, of in data["series"].items():
        at = _places(key)
        told = _codes(structure, "series", at) | _attributes(structure, "series", of.get("attributes"))
        yield at, told, of["observations"]


def _places(key: str) -> tuple[int, ...]:
    return tuple(int(part) for part in key.split(":"))


def _of(structure: Message, part: str, level: str) -> Sequence[Message]:
    found: Sequence[Message] = structure.get(part, {}).get(level, ())
    return found


def _codes(structure: Message, level: str, places: Sequence[int]) -> Row:
    components = _of(structure, "dimensions", level)
    pairs = zip(components, places, strict=True)
    return {one["id"]: _code(one["values"][place]) for one, place in pairs}


def _attributes(structure: Message, level: str, cells: Sequence[Any] | None) -> Row:
    """Attributes as places in a list, or as they are where there is no list; those at the end may be left out.

    The OECD writes no cell for an attribute whose list is empty.
    """
    listed = [one for one in _of(structure, "attributes", level) if one.get("values") != []]
    pairs = zip(listed, cells or (), strict=False)
    return {one["id"]: _attribute(one.get("values"), cell) for one, cell in pairs}


def _attribute(values: Sequence[Any] | None, cell: object) -> str | None:
    if values and isinstance(cell, int):
        return _code(values[cell])
    return _text(cell)


def _code(value: object) -> str | None:
    """The code of an entry of a list; text that is in no code list has a value or a name alone."""
    if not isinstance(value, Mapping):
        return _text(value)
    return _text(next((value[name] for name in ("id", "value", "name") if value.get(name) is not None), None))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _made(rows: Sequence[Row], structure: Message, origin: Origin) -> Dataset:
    components = [one for level in _LEVELS for one in _of(structure, "dimensions", level)]
    dimensions = [one["id"] for one in components if one["id"] != _TIME]
    names = dict.fromkeys(name for row in rows for name in row)
    flag = next((name for name in _FLAGS if name in names), "")
    conf = next((name for name in _CONFIDENTIALITY if name in names), "")
    told = {_VALUE, _TIME, flag, conf, *dimensions}

    def column(name: str) -> list[str | None]:
        return [row.get(name) for row in rows]

    return dataset(
        origin,
        {name: column(name) for name in dimensions},
        Figures(value=column(_VALUE), period=column(_TIME), flag=column(flag), conf_flag=column(conf)),
        attributes={name: column(name) for name in names if name not in told},
        labels={
            one["id"]: {
                str(value["id"]): str(value["name"])
                for value in one["values"]
                if isinstance(value, Mapping) and "id" in value and "name" in value
            }
            for one in components
            if one["id"] != _TIME
        },
    )


def _origin(message: Message, structure: Message, data: Message) -> Origin:
    """Producer and code from the address of the dataflow or structure; else from the message's head."""
    head = message.get("header") or message.get("meta") or {}
    links = [*data.get("links", ()), *structure.get("links", ())]
    urn = next((str(one["urn"]) for one in links if "urn" in one), "")
    agency, _, rest = urn.rpartition("=")[2].partition(":")
    if not rest:
        href = next((str(one["href"]) for one in links if "href" in one), "").split("/")
        agency, rest = (href[-3], href[-2]) if len(href) > 3 else ("", "")
    sender = head.get("sender", {})
    return Origin(
        source=agency or str(sender.get("id", "unknown")),
        id=rest.partition("(")[0] or str(structure.get("name") or head.get("id", "")),
        updated=head.get("prepared"),
        title=structure.get("name"),
    )
