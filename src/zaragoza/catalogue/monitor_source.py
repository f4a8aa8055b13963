"""The source of a monitor: its files, and which column of them is which standard variable."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_countries import country_codes
from zaragoza.catalogue.monitor_reader import Reader, nearest, suggestion
from zaragoza.catalogue.monitor_replicates import read_replicates
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.model.disclosure import SourceKind
from zaragoza.model.source import ColumnMapping, Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

SOURCE_KEYS = ("id", "title", "kind", "files", "delimiter", "encoding", "variables", "replicates")
MAPPING_KEYS = ("column", "codes", "missing", "file")
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
_MISSING = ""  # the standard code that means: no answer


def read_source(reader: Reader, catalogue: Catalogue) -> Source | None:
    """The source with every mapping that is right; None where no file is named.

    Args:
        reader: monitor.toml; faults are noted in it.
        catalogue: standard variables and country codes.
    """
    reader.table("source", known=SOURCE_KEYS)
    kind = reader.choice(SOURCE_KINDS, "source", "kind")
    if reader.get("source", "kind") is None:
        way_out = (
            'Write `kind = "survey"` or `kind = "register"`; it sets the smallest count that may be shown.'
        )
        reader.required(("source", "kind"), "survey or register", way_out)
    files = reader.strings("source", "files")
    if not files:
        if reader.get("source", "files") in (None, []):
            reader.required(("source", "files"), "one file or more", 'Write `files = ["persons.csv"]`.')
        return None
    variables = read_mappings(reader, catalogue, files, ("source", "variables"))
    if not variables and reader.get("source", "variables") in (None, {}):
        way_out = 'Write lines such as `age = "AGE"` under [source.variables].'
        reader.required(("source", "variables"), "columns of the files", way_out)
    replicates, columns = read_replicates(reader, named_variables(reader, catalogue))
    return Source(
        id=reader.string("source", "id") or "source",
        kind="register" if kind == "register" else "survey",
        files=files,
        variables=variables,
        title=_title(reader),
        delimiter=_delimiter(reader),
        encoding=_encoding(reader),
        replicates=replicates,
        replicate_columns=columns,
    )


def named_variables(reader: Reader, catalogue: Catalogue) -> frozenset[str]:
    """The standard variables that the file means to map, so that one fault in a mapping brings no others."""
    mapped = reader.get("source", "variables")
    names = mapped if isinstance(mapped, Mapping) else {}
    meant = (name if name in catalogue.variables else nearest(name, catalogue.variables) for name in names)
    return frozenset(name for name in meant if name)


def _title(reader: Reader) -> Text | None:
    """In both languages, or one text that stands in both, such as the name of a survey."""
    if isinstance(reader.get("source", "title"), Mapping):
        return reader.texts("source", "title")
    title = reader.string("source", "title")
    return Text(title, title) if title else None


def _delimiter(reader: Reader) -> str | None:
    value = reader.get("source", "delimiter")
    if value is None or (isinstance(value, str) and len(value) == 1):
        return value
    way_out = 'Write `delimiter = ";"`, or `"\\t"` for a tab.'
    reader.fault(("source", "delimiter"), "one character", "something else", way_out)
    return None


def _encoding(reader: Reader) -> str | None:
    value = reader.string("source", "encoding")
    if value is None:
        return None
    try:
        codecs.lookup(value)
    except LookupError:
        way_out = "Common ones are `utf-8`, `cp1252` and `iso-8859-1`."
        reader.fault(("source", "encoding"), "the name of an encoding", f"`{value}`", way_out)
        return None
    return value


def read_mappings(
    reader: Reader, catalogue: Catalogue, files: tuple[str, ...], path: KeyPath
) -> dict[str, ColumnMapping]:
    """The mappings of a table that are right.

    Args:
        reader: monitor.toml; faults are noted in it.
        catalogue: standard variables and country codes.
        files: that a mapping may name.
        path: of the table.
    """
    found: dict[str, ColumnMapping] = {}
    for name in reader.table(*path):
        variable = catalogue.variables.get(name)
        if variable is None:
            reader.unknown_name((*path, name), "standard variable", name, catalogue.variables)
            continue
        mapping = _mapping(reader, catalogue, variable, files, (*path, name))
        if mapping is not None:
            found[name] = mapping
    return found


def _mapping(
    reader: Reader, catalogue: Catalogue, variable: Variable, files: tuple[str, ...], path: KeyPath
) -> ColumnMapping | None:
    if isinstance(reader.get(*path), str):  # short form: sex = "rb090"
        column = reader.string(*path)
        return None if column is None else ColumnMapping(column=column)
    reader.table(*path, known=MAPPING_KEYS)
    column = reader.string(*path, "column")
    codes = _codes(reader, catalogue, variable, (*path, "codes"))
    missing = _missing(reader, path)
    file = reader.choice((*files, *(Path(name).name for name in files)), *path, "file")
    if column is None:
        if reader.get(*path, "column") is None:
            reader.required((*path, "column"), "the column in the file", 'Write `column = "..."`.')
        return None
    return ColumnMapping(column=column, codes=codes, missing=missing, file=file)


def _codes(reader: Reader, catalogue: Catalogue, variable: Variable, path: KeyPath) -> dict[str, str]:
    targets = standard_codes(variable, catalogue)
    codes: dict[str, str] = {}
    for code, given in reader.table(*path).items():
        target = str(given).lower() if isinstance(given, bool) else given
        if not isinstance(target, str) or not _is_target(target, targets):
            found = f"`{target}`" if isinstance(target, str) else "something else"
            expected = f"a code of {variable.id}, or an empty text for no answer"
            reader.fault((*path, code), expected, found, suggestion(str(target), targets or ()))
            codes[code] = _MISSING  # so that the data check does not report the code once more
        else:
            codes[code] = target
    _repeated(reader, path, codes)
    return codes


def standard_codes(variable: Variable, catalogue: Catalogue) -> tuple[str, ...] | None:
    """The codes that a variable may take; None where its list is open or it is no listed variable."""
    if variable.type == "boolean":
        return ("true", "false")
    if variable.type == "country":
        return country_codes(catalogue)
    return tuple(code.code for code in variable.codes) or None


def _is_target(target: str, targets: Iterable[str] | None) -> bool:
    return target == _MISSING or targets is None or target in targets


def _repeated(reader: Reader, path: KeyPath, codes: Mapping[str, Any]) -> None:
    """Codes that differ only in spaces or case are one code of the file, and may have one meaning only."""
    first: dict[str, str] = {}
    for code, target in codes.items():
        other = first.setdefault(code.strip().casefold(), code)
        if codes[other] != target:
            reader.fault(
                (*path, code),
                "each code of the file mapped once",
                f"a code that is mapped twice, also on the line of `{other}`",
                "Keep one of the two and delete the other.",
            )


def _missing(reader: Reader, path: KeyPath) -> tuple[str, ...]:
    value = reader.get(*path, "missing")
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in items):
        return tuple(str(item) for item in items)
    way_out = "Write `missing = [-1, 99]`."
    reader.fault((*path, "missing"), "codes or numbers that mean: no answer", "something else", way_out)
    return ()
