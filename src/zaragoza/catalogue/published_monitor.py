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
from zaragoza.model.published_monitor import QUESTION, Policies, Populations, PublishedMonitor, RequiredErrors

KIND = "published"
_TABLES = ("monitor", "source", "places", "weights", "scoreboard", "errors", "policies", "output")
_MODEL = "required"
_OF_MODEL = ("model", "household_size", "files", "where", "breakdowns")
_SEX = "sex"
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
    reader.table("scoreboard", known=("rule", "peers"))
    reader.table("output", known=("folder",))
    reader.table("weights", known=("files", "where"))
    title, files = reader.texts("monitor", "title"), reader.strings("source", "files")
    name, union = reader.string("monitor", "id"), reader.string("places", "union")
    for value, path, expected in (
        (name, ("monitor", "id"), "a short name"),
        (title, ("monitor", "title"), "a title in English and Dutch"),
        (union, ("places", "union"), "the code of a union, such as EU27_2020"),
    ):
        if value is None and not any(fault.field == ".".join(path) for fault in reader.faults):
            reader.required(path, expected, f"Write it under `[{path[0]}]`.")
    places, day = _members(reader, catalogue), _day(reader)
    weights, errors = _populations(reader, "weights"), _errors(reader)
    standard_errors = reader.strings("errors", "standard_errors") or ()
    rule, peers, policies = _rule(reader, catalogue), _peers(reader, places), _policies(reader)
    if reader.faults or title is None or name is None or union is None:
        raise DefinitionError(reader.faults)
    return PublishedMonitor(
        id=name,
        title=title,
        folder=folder,
        files=files or (),
        day=day,
        places=places,
        union=union,
        references={one: str(catalogue.classifications[one].reference) for one in _BREAKDOWNS},
        weights=weights,
        rule=rule,
        peers=peers,
        standard_errors=standard_errors,
        errors=errors,
        policies=policies,
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


def _populations(reader: Reader, *path: str) -> Populations:
    return Populations(
        files=reader.strings(*path, "files") or (),
        where=_codes(reader, *path, "where"),
        breakdowns=_codes(reader, *path, "breakdowns"),
    )


def _codes(reader: Reader, *path: str) -> Mapping[str, str]:
    table = reader.table(*path)
    wrong = [key for key, code in table.items() if not isinstance(code, str)]
    for key in wrong:
        reader.fault((*path, key), "a code between quotes", "something else", 'Write `sex = "T"`.')
    return {key: str(code) for key, code in table.items()}


def _errors(reader: Reader) -> RequiredErrors | None:
    """How errors are modelled; None where only files give them, or nothing does."""
    given = reader.table("errors", known=("standard_errors", *_OF_MODEL))
    if reader.get("errors") is None or set(given) == {"standard_errors"}:
        return None
    if reader.choice((_MODEL,), "errors", "model") is None:
        expected = f"the model `{_MODEL}`" if given.keys() & {*_OF_MODEL} else "a model, or `standard_errors`"
        reader.required(("errors", "model"), expected, f'Write `model = "{_MODEL}"`.')
    groups = _populations(reader, "errors")
    for dimension, name in groups.breakdowns.items():
        if name not in (*_BREAKDOWNS, _SEX):
            expected = f"one of {', '.join((*_BREAKDOWNS, _SEX))}"
            reader.fault(("errors", "breakdowns", dimension), expected, f"`{name}`", "Name one of them.")
    if not reader.get("weights"):
        expected = "`[weights]`, the whole populations of which groups are parts"
        reader.fault(("errors",), expected, "none", "Add `[weights]`.")
    return RequiredErrors(groups=groups, household_size=reader.number(1, 20, "errors", "household_size"))


def _rule(reader: Reader, catalogue: Catalogue) -> str:
    name = reader.string("scoreboard", "rule") or "jer"
    if name not in catalogue.rating_rules:
        reader.unknown_name(("scoreboard", "rule"), "rating rule", name, catalogue.rating_rules)
    return name


def _peers(reader: Reader, places: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    groups = {
        name: reader.strings("scoreboard", "peers", name) or ()
        for name in reader.table("scoreboard", "peers")
    }
    for name, members in groups.items():
        for code in members:
            if code not in places:
                path = ("scoreboard", "peers", name)
                reader.fault(path, "codes of `[places]`", f"`{code}`", "Name countries of the monitor.")
    return groups


def _policies(reader: Reader) -> Policies | None:
    if reader.get("policies") is None:
        return None
    reader.table("policies", known=("files", "levels", "columns", "title", "source"))
    files, source = reader.strings("policies", "files"), reader.string("policies", "source")
    title = reader.texts("policies", "title")
    for value, key, expected in (
        (files, "files", "files of answers"),
        (title, "title", "a title in English and Dutch"),
        (source, "source", "who asked, and when"),
    ):
        if value is None:
            reader.required(("policies", key), expected, "Write it under `[policies]`.")
    levels = reader.strings("policies", "levels") or ()
    columns, of_files = _codes(reader, "policies", "columns"), ("geo", *levels, QUESTION, "score")
    for name in columns:
        if name not in of_files:
            path = ("policies", "columns", name)
            reader.fault(path, f"one of {', '.join(of_files)}", f"`{name}`", "Name one of them.")
    if files is None or title is None or source is None:
        return None
    return Policies(files=files, levels=levels, title=title, source=source, columns=columns)
