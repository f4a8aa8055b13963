"""JSON-stat 1.x and 2.0: datasets, and bundles of them, with flags.

Source: the JSON-stat format, json-stat.org/full; Eurostat writes `flag|confidentiality` in `status`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import pyarrow as pa

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import broken, refused

_FORM = "JSON-stat message"
_CLASSES = ("dataset", "collection", "dimension")
_MISFITS = (KeyError, TypeError, ValueError, IndexError, AttributeError, pa.ArrowException)
Message = Mapping[str, Any]


def is_json_stat(message: object) -> bool:
    """Whether a message is JSON-stat, of whatever class."""
    if not isinstance(message, Mapping):
        return False
    return message.get("class") in _CLASSES or any(_is_dataset(one) for one in message.values())


def read_json_stat(message: Message, where: str, name: str = "") -> tuple[Dataset, ...]:
    """Every dataset of a message.

    Args:
        message: as parsed from JSON.
        where: file or request, for errors.
        name: the code of a dataset that does not tell its own.

    Raises:
        InputError: it is a list of links, or a dimension alone, or does not keep to the form.
    """
    found = list(_datasets(message))
    if not found:
        kind = message.get("class", "message")
        way_out = "Fetch the datasets that it names one by one."
        raise refused(where, "a dataset with its values", f"a {kind} without values", way_out)
    read = [attempt(partial(_read, one, key or name), *_MISFITS) for key, one in found]
    failed = [one for one in read if isinstance(one, Failure)]
    if failed:
        raise broken(where, _FORM, f"sizes, codes and values that do not fit one another ({failed[0].kind})")
    return tuple(one for one in read if isinstance(one, Dataset))


@dataclass(frozen=True)
class Lists:
    """The codes of a table by dimension, in their order, and which dimension is that of time."""

    codes: Mapping[str, tuple[str, ...]]
    time: str | None


def read_lists(message: Message) -> Lists:
    """The lists of codes of a dataset, with or without its values.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is no such message.
    """
    parts, ids = message["dimension"], message["id"]
    categories = {str(key): parts[key]["category"] for key in ids}
    codes = {key: tuple(_codes(of, len(of.get("index") or of["label"]))) for key, of in categories.items()}
    return Lists(codes, _time(message.get("role") or {}, ids))


def _is_dataset(one: object) -> bool:
    return isinstance(one, Mapping) and "value" in one and "dimension" in one


def _datasets(message: Message) -> Iterator[tuple[str, Message]]:
    if _is_dataset(message):
        yield "", message
        return
    for name, one in message.items():
        if _is_dataset(one):
            yield name, one
    for item in message.get("link", {}).get("item", []) if message.get("class") == "collection" else []:
        if _is_dataset(item):
            yield "", item


def _read(one: Message, name: str) -> Dataset:
    parts: Message = one["dimension"]
    ids: Sequence[str] = one.get("id") or parts["id"]
    sizes: Sequence[int] = one.get("size") or parts["size"]
    codes = {key: _codes(parts[key]["category"], size) for key, size in zip(ids, sizes, strict=True)}
    time = _time(one.get("role") or parts.get("role") or {}, ids)
    values, places = _cells(one["value"], one.get("status"), prod(sizes))
    flags = _flags(one.get("status"), places)
    return dataset(
        _origin(one, name),
        {key: column for key, column in _columns(codes, sizes, places).items() if key != time},
        Figures(
            value=[value if not isinstance(value, str) else None for value in values],
            text=[value if isinstance(value, str) else None for value in values],
            period=_columns(codes, sizes, places)[time] if time else None,
            flag=[flag.partition("|")[0] for flag in flags],
            conf_flag=[flag.partition("|")[2] for flag in flags],
        ),
        labels={key: _labels(parts[key]["category"]) for key in ids},
    )


def _codes(category: Message, size: int) -> list[str]:
    """Codes in the order of their positions; a dimension of one category may have no index."""
    index = category.get("index")
    if index is None:
        codes = list(category["label"])
    elif isinstance(index, Mapping):
        codes = sorted(index, key=lambda code: index[code])
    else:
        codes = list(index)
    if len(codes) != size:
        raise ValueError("size")
    return [str(code) for code in codes]


def _labels(category: Message) -> dict[str, str]:
    return {str(code): str(label) for code, label in (category.get("label") or {}).items()}


def _time(role: Message, ids: Sequence[str]) -> str | None:
    """The dimension of time: by its role, or by the name that Eurostat gives it."""
    told = [key for key in role.get("time", []) if key in ids]
    return told[0] if len(told) == 1 else next((key for key in ids if key in ("time", "TIME_PERIOD")), None)


def _cells(value: Any, status: Any, size: int) -> tuple[list[Any], list[int]]:
    """Values that are there, and the places at which they stand; a place with a flag alone is there as well."""
    if isinstance(value, Mapping):
        given = {int(place): one for place, one in value.items()}
        told = {int(place) for place in status} if isinstance(status, Mapping) else set[int]()
        places = sorted(given.keys() | told)
    else:
        given, places = dict(enumerate(value)), list(range(len(value)))
    if (places and places[-1] >= size) or (not isinstance(value, Mapping) and len(value) != size):
        raise ValueError("value")
    return [given.get(place) for place in places], places


def _flags(status: Any, places: Sequence[int]) -> list[str]:
    if status is None:
        return [""] * len(places)
    if isinstance(status, str):
        return [status] * len(places)
    if isinstance(status, Mapping):
        return [status.get(str(place)) or "" for place in places]
    if len(status) == 1:  # one for all of them
        return [status[0] or ""] * len(places)
    return [status[place] or "" for place in places]


def _columns(
    codes: Mapping[str, list[str]], sizes: Sequence[int], places: Sequence[int]
) -> dict[str, pa.Array]:
    """The code of every dimension at every place; the last dimension runs fastest."""
    at, columns, step = list(places), {}, prod(sizes)
    for key, size in zip(codes, sizes, strict=True):
        step //= size
        columns[key] = pa.array(codes[key], pa.string()).take(
            pa.array([place // step % size for place in at], pa.int64())
        )
    return columns


def _origin(one: Message, name: str) -> Origin:
    extension = one.get("extension") or {}
    return Origin(
        source=str(extension.get("agencyId") or one.get("source") or "unknown"),
        id=str(extension.get("id") or name or one.get("href") or ""),
        updated=one.get("updated"),
        title=one.get("label"),
    )
