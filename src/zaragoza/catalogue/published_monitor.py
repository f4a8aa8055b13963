"""monitor.toml of a monitor of published figures (`kind = "published"` under `[source]`), read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.monitor_own import own_catalogue
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_text import FILE, read_text
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.published_monitor import PublishedMonitor

KIND = "published"
_TABLES = ("monitor", "source", "places", "weights", "output")
_BREAKDOWNS = ("birth_group", "citizen_group")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def is_published(folder: Path) -> bool:
    """Whether a folder's monitor.toml is one of published figures; a file that cannot be read is not."""
    content = read_file(folder / FILE)
    return isinstance(content, bytes) and _reader(content).get("source", "kind") == KIND


def _reader(content: bytes) -> Reader:
    return Reader(read_text(content.decode("utf-8", "replace")))


def load_published_monitor(folder: Path) -> PublishedMonitor:
    """The monitor of a folder.

    Args:
        folder: holds monitor.toml.

    Raises:
        DefinitionError: with every fault.
    """
    content = read_file(folder / FILE)
    if isinstance(content, str):
        raise DefinitionError(Fault(FILE, "file", "a monitor", content, "Name the folder that holds it."))
    reader, own = _reader(content), own_catalogue(folder)
    catalogue = own.catalogue
    reader.faults += own.faults
    reader.table(known=_TABLES)
    reader.table("monitor", known=("id", "title"))
    reader.table("source", known=("kind", "files", "day"))
    reader.table("places", known=("union", "members"))
    reader.table("weights", known=("files", "where"))
    reader.table("output", known=("folder",))
    title, files = reader.texts("monitor", "title"), reader.strings("source", "files")
    name, union = reader.string("monitor", "id"), reader.string("places", "union")
    for value, path, expected in (
        (name, ("monitor", "id"), "a short name"),
        (title, ("monitor", "title"), "a title in English and Dutch"),
        (files, ("source", "files"), "files or folders of published figures"),
        (union, ("places", "union"), "the code of a union, such as EU27_2020"),
    ):
        if value is None and not any(fault.field == ".".join(path) for fault in reader.faults):
            reader.required(path, expected, f"Write it under `[{path[0]}]`.")
    places, day, where = _members(reader, catalogue), _day(reader), _where(reader)
    if reader.faults or title is None or files is None or name is None or union is None:
        raise DefinitionError(reader.faults)
    return PublishedMonitor(
        id=name,
        title=title,
        folder=folder,
        files=files,
        day=day,
        places=places,
        union=union,
        references={one: str(catalogue.classifications[one].reference) for one in _BREAKDOWNS},
        weights=reader.strings("weights", "files") or (),
        weights_where=where,
        outputs=folder / (reader.string("output", "folder") or "releases"),
    )


def _members(reader: Reader, catalogue: Catalogue) -> tuple[str, ...]:
    name = reader.string("places", "members") or "eu27_2020"
    if name not in catalogue.country_sets:
        reader.unknown_name(("places", "members"), "set of countries", name, catalogue.country_sets)
    return catalogue.country_sets.get(name, ())


def _day(reader: Reader) -> str | None:
    day = reader.string("source", "day")
    if day is not None and not _DAY.fullmatch(day):
        reader.fault(("source", "day"), "a day like 2025-01-31", f"`{day}`", "Write year, month and day.")
    return day


def _where(reader: Reader) -> Mapping[str, str]:
    table = reader.table("weights", "where")
    wrong = [key for key, code in table.items() if not isinstance(code, str)]
    for key in wrong:
        reader.fault(
            ("weights", "where", key), "a code between quotes", "something else", 'Write `sex = "T"`.'
        )
    return {key: str(code) for key, code in table.items()}
