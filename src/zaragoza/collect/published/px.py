"""PC-Axis files (.px), as the offices of the Nordic countries, Spain and others publish them.

Source: PX file format, version 2013.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from math import prod

import pyarrow as pa

from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import broken

_FORM = "PC-Axis file"
_START = re.compile(r"\s*(CHARSET|AXIS-VERSION|CODEPAGE|MATRIX|CREATION-DATE)\s*=")
_KEYWORD = re.compile(r'\s*(?P<name>[A-Z][A-Z0-9-]*)(\[\w+\])?(\("(?P<of>[^"]*)"(,"[^"]*")*\))?=', re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"')
_CODEPAGE = re.compile(rb'CODEPAGE="([^"]+)"')
_CELL = re.compile(r'"[^"]*"|[^\s;"]+')
_TLIST = re.compile(r"TLIST\((?P<kind>[AHQMW])1[^)]*\)")
_FORMS = {"A": "{}", "H": "{}-S{}", "Q": "{}-Q{}", "M": "{}-{:0>2}", "W": "{}-W{:0>2}"}

Keywords = dict[tuple[str, str], str]


def is_px(text: str) -> bool:
    """Whether a text begins as a PC-Axis file does."""
    return _START.match(text) is not None


def decoded(content: bytes) -> str:
    """The text of a file by the code page that it names; Windows Latin 1 where it names none."""
    named = _CODEPAGE.search(content[:4000])
    page = named[1].decode("ascii", "replace") if named else "cp1252"
    try:
        return content.decode(page)
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")


def read_px(text: str, where: str) -> Dataset:
    """Reads a PC-Axis file; figures given as dots or in quotes are missing, and the dots are kept as their flag.

    Raises:
        InputError: values and categories do not fit one another, or the file breaks off.
    """
    keywords, data = _parts(text, where)
    names = [*_list(keywords.get(("STUB", ""), "")), *_list(keywords.get(("HEADING", ""), ""))]
    labels = {name: _list(keywords.get(("VALUES", name), "")) for name in names}
    codes = {name: _list(keywords.get(("CODES", name), "")) or labels[name] for name in names}
    cells = _CELL.findall(data)
    if not names or len(cells) != prod(map(len, codes.values())):
        raise broken(where, _FORM, f"{len(cells)} values for {prod(map(len, codes.values()))} cells")
    rows = list(zip(*itertools.product(*codes.values()), strict=True))
    columns = {name: pa.array(column, pa.string()) for name, column in zip(names, rows, strict=True)}
    time = next((name for name in names if ("TIMEVAL", name) in keywords), None)
    missing = [cell.startswith('"') or set(cell) <= {".", "-"} for cell in cells]
    return dataset(
        _origin(keywords),
        {name: column for name, column in columns.items() if name != time},
        Figures(
            value=[None if gone else cell for cell, gone in zip(cells, missing, strict=True)],
            flag=[cell.strip('"') if gone else "" for cell, gone in zip(cells, missing, strict=True)],
            period=_periods(columns[time], keywords["TIMEVAL", time]) if time else None,
        ),
        labels={name: dict(zip(codes[name], labels[name], strict=False)) for name in names if name != time},
    )


def _parts(text: str, where: str) -> tuple[Keywords, str]:
    """Keywords with what they say, and the text of the figures."""
    keywords: Keywords = {}
    at = 0
    while match := _KEYWORD.match(text, at):
        if match["name"] == "DATA":
            return keywords, text[match.end() :]
        end = _end(text, match.end())
        keywords[match["name"], match["of"] or ""] = text[match.end() : end].strip()
        at = end + 1
    raise broken(where, _FORM, "no DATA keyword")


def _end(text: str, at: int) -> int:
    """Where a keyword's semicolon stands, outside quotes."""
    quoted = False
    for place in range(at, len(text)):
        if text[place] == '"':
            quoted = not quoted
        elif text[place] == ";" and not quoted:
            return place
    return len(text)


def _list(text: str) -> list[str]:
    return _QUOTED.findall(text)


def _periods(column: pa.Array, timeval: str) -> pa.Array:
    """Periods in SDMX form by the kind that TIMEVAL names; codes of another form are kept."""
    match = _TLIST.search(timeval)
    form = _FORMS.get(match["kind"] if match else "A", "{}")
    return pa.array([_period(code, form) for code in column.to_pylist()], pa.string())


def _period(code: str, form: str) -> str:
    parts = re.fullmatch(r"(\d{4})\D*(\d*)", code)
    return code if parts is None else form.format(parts[1], parts[2] or "1")


def _origin(keywords: Mapping[tuple[str, str], str]) -> Origin:
    def words(name: str) -> str:
        return "".join(_list(keywords.get((name, ""), ""))).strip()

    return Origin(
        source=words("SOURCE") or "unknown",
        id=words("MATRIX"),
        updated=words("LAST-UPDATED") or words("CREATION-DATE") or None,
        title=words("TITLE") or words("CONTENTS") or None,
    )
