"""Text files of an office: delimiter, header and rows, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.encodings import DAMAGED, make_uniform
from zaragoza.collect.words import counted
from zaragoza.engine import Engine, Table
from zaragoza.errors import Fault, InputError

DELIMITERS = (",", ";", "\t", "|", "^", "~", ":")
NAMES = {"\t": "tab", " ": "space"}
_SAMPLE_CHARS = 1 << 18
_SAMPLE_ROWS = 200
_REGULAR = 0.9  # share of rows with as many fields as the header from which a delimiter is plausible
_DATUM = re.compile(r"[+-]?\d+([.,]\d+)*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_EXCEL_HINT = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class TextFile:
    """A text file that can be read.

    Attributes:
        where: how faults name it.
        path: its uniform text (UTF-8, line feeds).
        encoding, delimiter: how the original is written.
        skip: lines before the header.
        columns: names from the header, each once; a column without a name is `column_` and its place.
    """

    where: str
    path: Path
    encoding: str
    delimiter: str
    skip: int
    columns: tuple[str, ...]

    def read(self, engine: Engine) -> Table:
        """The rows, read when they are used; every column text, empty fields NULL."""
        return engine.read_csv(self.path, self.columns, delimiter=self.delimiter, skip=self.skip)

    def fault(self, engine: Engine) -> Fault:
        """Why the rows cannot be read, with counts and line numbers only."""
        count = partial(engine.broken_rows, delimiter=self.delimiter, skip=self.skip)
        found = attempt(partial(count, self.path, self.columns), InputError)
        expected = f"rows with {len(self.columns)} fields between {shown(self.delimiter)}, as in the header"
        way_out = (
            "Put fields that hold the delimiter, quotes or line ends between double quotes and double every quote "
            "inside, or set another `delimiter`."
        )
        if isinstance(found, Failure) or not found[0]:
            return Fault(self.where, "rows", expected, "rows that cannot be told apart", way_out)
        broken = f"{counted(found[0], 'row')} with more or fewer fields or an open quote, the first on line {found[1]}"
        return Fault(self.where, "rows", expected, broken, way_out)


@dataclass(frozen=True)
class _Sample:
    rows: tuple[tuple[str, ...], ...]  # the first is the header
    skip: int

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    @property
    def regularity(self) -> float:
        return sum(len(row) == self.width for row in self.rows) / max(1, len(self.rows))


def shown(delimiter: str) -> str:
    """A delimiter as people name it."""
    return NAMES.get(delimiter, f"`{delimiter}`")


def recognise(
    path: Path, where: str, work: Path, delimiter: str | None = None, encoding: str | None = None
) -> TextFile:
    """Finds out how a text file is written.

    Args:
        path: the file, plain or gzip.
        where: how faults name it.
        work: a private folder for a copy in another encoding.
        delimiter: as written in the monitor; None has it found.
        encoding: likewise.

    Raises:
        InputError: with every fault of its bytes, delimiter and header; none quotes the file.
    """
    uniform = attempt(lambda: make_uniform(path, where, work, encoding), *DAMAGED)
    if isinstance(uniform, Failure):
        raise InputError(damaged(where))
    text, hint = _sample(uniform.path)
    chosen = _given(delimiter, where) or hint or _likeliest(text)
    sample = _split(text, chosen)
    if not sample.rows:
        raise InputError(_no_rows(where, "only empty lines"))
    if delimiter and sample.width == 1:
        _refuse_single_column(where, text, chosen)
    _refuse_header(where, sample.rows[0])
    names = _names(sample.rows[0])
    return TextFile(where, uniform.path, uniform.encoding, chosen, sample.skip, names)


def damaged(where: str) -> Fault:
    """The fault of a file whose bytes cannot be read."""
    return Fault(
        where, "file", "a file that is whole", "a damaged or unreadable file", "Copy or export it again."
    )


def no_rows(where: str) -> Fault:
    """The fault of a file with a header and nothing else."""
    return _no_rows(where, "a header only")


def _no_rows(where: str, found: str) -> Fault:
    return Fault(
        where, "rows", "a header and at least one row", found, "Export the file again, with its rows."
    )


def _sample(path: Path) -> tuple[str, str | None]:
    """The begin of the text in whole lines, and the delimiter that Excel wrote on the first line, if it did."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read(_SAMPLE_CHARS)
    if len(text) == _SAMPLE_CHARS and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    found = _EXCEL_HINT.fullmatch(text.partition("\n")[0].strip(" "))
    return text, found[1] if found else None


def _given(delimiter: str | None, where: str) -> str | None:
    if delimiter is None:
        return None
    chosen = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(chosen) != 1 or chosen in '"\r\n\0\ufeff':
        way_out = 'Write `delimiter = ";"`, or `"\\t"` for a tab.'
        raise InputError(Fault(where, "delimiter", "one character", "something else", way_out))
    return chosen


def _likeliest(text: str) -> str:
    """The delimiter by which the rows have as many fields as the header; of equals the one with most fields."""

    def score(candidate: str) -> tuple[bool, bool, float, int]:
        sample = _split(text, candidate)
        several = sample.width > 1
        return several, several and sample.regularity >= _REGULAR, sample.regularity, sample.width

    return max(DELIMITERS, key=score)


def _split(text: str, delimiter: str) -> _Sample:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    skip = before = 0
    try:
        for row in reader:
            if not rows and (not any(row) or _EXCEL_HINT.fullmatch(delimiter.join(row).strip(" "))):
                skip = reader.line_num
            elif row:
                rows.append(tuple(row))
            if len(rows) > _SAMPLE_ROWS:
                break
            before = reader.line_num
    except csv.Error:  # a field longer than the csv module reads: an open quote; the engine will say where
        skip = min(skip, before)
    return _Sample(tuple(rows), skip)


def _refuse_single_column(where: str, text: str, chosen: str) -> None:
    better = _likeliest(text)
    other = _split(text, better)
    if other.width > 1 and other.regularity >= _REGULAR:
        way_out = f"Set `delimiter` to {shown(better)}, or leave it out to have it found."
        found = f"one column; {shown(better)} gives {other.width}"
        raise InputError(Fault(where, "delimiter", f"columns between {shown(chosen)}", found, way_out))


def _refuse_header(where: str, header: tuple[str, ...]) -> None:
    """Refuses a header with data or names that engines cannot tell apart; names are not shown, they may be data."""
    if data := sum(_DATUM.fullmatch(cell.strip()) is not None for cell in header):
        way_out = "Put a first line with the names of the columns above the data."
        found = f"{data} of {len(header)} names that are numbers or dates: perhaps the first row of the data"
        raise InputError(Fault(where, "header", "the names of the columns", found, way_out))
    if faults := name_faults(where, header):
        raise InputError(faults)


def name_faults(where: str, names: tuple[str, ...]) -> list[Fault]:
    """Faults for columns of the same name and for names that differ only in case; columns are told by their place."""
    exact = Counter(name.strip() for name in names if name.strip())
    lower = Counter(name.lower() for name in exact)
    faults = []
    for name in (name for name, count in exact.items() if count > 1):
        places = [str(place) for place, other in enumerate(names, 1) if other.strip() == name]
        faults.append(_same_name(where, "the same name", places))
    for name in (name for name, count in lower.items() if count > 1):
        places = [str(place) for place, other in enumerate(names, 1) if other.strip().lower() == name]
        faults.append(_same_name(where, "names that differ only in case", places))
    return faults


def _same_name(where: str, what: str, places: list[str]) -> Fault:
    found = f"{what} for columns {', '.join(places)} (counted from the left)"
    return Fault(where, "header", "another name for every column", found, "Rename all but one of them.")


def _names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Names without spaces around them; a nameless column gets one that no other has."""
    names: list[str] = []
    taken = {cell.strip().lower() for cell in header}
    for place, cell in enumerate(header, 1):
        name = cell.strip() or f"column_{place}"
        while not cell.strip() and name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        names.append(name)
    return tuple(names)
