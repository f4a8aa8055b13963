"""Reads vintages: the answers of a service as the datasets that they were."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from zaragoza.collect.fetch.asking import FIGURES
from zaragoza.collect.fetch.store import contents, read_vintage
from zaragoza.collect.published import Dataset, combine, read_message, statline
from zaragoza.model.vintage import Part, Query


def datasets(folder: Path) -> tuple[Dataset, ...]:
    """The datasets of a vintage; nearly always one.

    Raises:
        InputError: the folder is no vintage, or its files were changed.
    """
    vintage = read_vintage(folder)
    return read_parts(vintage.query, vintage.parts, contents(folder, vintage))


def read_parts(query: Query, parts: Sequence[Part], files: Mapping[str, bytes]) -> tuple[Dataset, ...]:
    """Reads the answers to a question, those that describe first, and puts pages together."""
    figures = [part for part in parts if part.role == FIGURES]
    about = _description(query, parts, files) if query.source == "statline" else None
    read = [read_message(files[p.file], p.url, name=query.dataset, about=about) for p in figures]
    whole = [of for of in read if sum(one.table.num_rows for one in of)] or read[:1]
    return tuple(combine(of) for of in zip(*whole, strict=True))


def _description(query: Query, parts: Sequence[Part], files: Mapping[str, bytes]) -> statline.Description:
    records: dict[str, list[statline.Record]] = {}
    for part in parts:
        if part.role != FIGURES:
            message = json.loads(files[part.file])
            found = message["value"] if isinstance(message.get("value"), list) else [message]
            records.setdefault(part.role, []).extend(found)
    return statline.describe(records, query.dataset)
