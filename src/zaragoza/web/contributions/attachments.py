"""Files that people add: of four kinds, told by their content; kept under their digest, and never opened here."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import secrets
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from zaragoza.folders import alone
from zaragoza.web.contributions import pdf
from zaragoza.web.contributions.models import Attachment
from zaragoza.web.contributions.refusal import UnfitError, unfit

MOST_BYTES, MOST_FILES = 5 * 1024 * 1024, 3
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg", "csv": "text/csv; charset=utf-8"}
_ENDINGS = {"pdf": "pdf", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "csv": "csv"}
_PNG = b"\x89PNG\r\n\x1a\n"
_MARKUP = re.compile(r"<\s*[!/?a-z]", re.IGNORECASE)
# What spreadsheets compute, also by the wide signs of East Asia. Each space is looked at once: what begins a cell is
# not among those that may stand before a sign.
_FORMULA = re.compile(r"(?:^|[,;\t|\"'\r])[^\S\n\r\t]*(?:[=@＝＠]|[+＋－-]\s*[A-Za-z(=@+-])", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_COLUMNS, _MOST_ROWS = 500, 200_000


@dataclass(frozen=True)
class File:
    """A file that was looked at.

    Attributes:
        name: safe in an address and a header, with the ending of its kind.
    """

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Its digest, under which it is kept."""
        return hashlib.sha256(self.content).hexdigest()


def too_large() -> UnfitError:
    """A file that is larger than any may be, or empty."""
    most = gettext("a file of at most {most} MB").format(most=MOST_BYTES // 1024**2)
    return unfit("attachment", most, gettext("a larger or an empty one"), gettext("Send a part of it."))


def looked_at(name: str, content: bytes) -> File:
    """The file, if it is what its name says.

    Args:
        name: under which it was sent.
        content: all of it.

    Raises:
        UnfitError: too large, of another kind, or not whole.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise too_large()
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    kind = _ENDINGS.get(ending.lower(), "") if dot else ""
    if not kind or not _CHECKS[kind](content):
        raise unfit(
            "attachment",
            gettext("a whole PDF, PNG, JPEG or CSV file that only shows something"),
            gettext("another one"),
            gettext("Save it anew as one of these, without scripts, forms, formulas or files within."),
        )
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:80] or "file"
    return File(f"{plain}.{kind}", kind, content)


@contextmanager
def alone_with(sha256: str) -> Iterator[None]:
    """Nobody else writes or takes away bytes of this digest meanwhile; several contributions may have the same ones.

    Who holds it until a row that needs the bytes is committed can be sure of both. Take it before a transaction: who is
    within one keeps others from ending theirs.
    """
    folder = Path(settings.DATA) / "attachments"
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder, f".{sha256[:2]}"):
        yield


def keep(file: File) -> None:
    """Writes the bytes, whole or not at all, also when this is killed."""
    target = path(file.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.new-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(file.content)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def discard(found: Path) -> None:
    """Takes a file away, unless a contribution has its bytes."""
    with alone_with(found.parent.name):
        if not Attachment.objects.filter(sha256=found.name).exists():
            found.unlink(missing_ok=True)


def path(sha256: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(settings.DATA) / "attachments" / sha256[:2] / sha256


def kept() -> Iterator[Path]:
    """Every file that lies there."""
    return (found for found in (Path(settings.DATA) / "attachments").glob("??/*") if found.is_file())


def _is_png(content: bytes) -> bool:
    """Chunks with true sums, from the header to the end, and nothing behind it (W3C PNG, 5.3)."""
    at, names = len(_PNG), []
    while content.startswith(_PNG) and at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, end = content[at + 4 : at + 8], at + 8 + length
        told = content[end : end + 4]
        if len(told) != 4 or struct.unpack(">I", told)[0] != zlib.crc32(content[at + 4 : end]):
            return False
        names.append(name)
        at = end + 4
        if name == b"IEND":
            break
    return (
        bool(names)
        and names[0] == b"IHDR"
        and names[-1] == b"IEND"
        and b"IDAT" in names
        and at == len(content)
    )


def _is_jpeg(content: bytes) -> bool:
    """Segments with their lengths from the start to the scan, and the end mark at the end (ITU T.81, B)."""
    if not content.startswith(b"\xff\xd8\xff") or not content.endswith(b"\xff\xd9"):
        return False
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:  # the scan
            return length >= 2 and at + 2 + length < len(content)
        if length < 2:
            return False
        at += 2 + length
    return False


def _is_csv(content: bytes) -> bool:
    """UTF-8 text in rows of equal length, without markup and without what a spreadsheet would compute."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if text.startswith(("%PDF", "#!")) or any(each.search(text) for each in (_CONTROL, _MARKUP, _FORMULA)):
        return False
    return any(_is_table(text, delimiter) for delimiter in ",;\t|")


def _is_table(text: str, delimiter: str) -> bool:
    """A header and rows of its length."""
    widths = set()
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ):
            if number >= _MOST_ROWS:
                return False
            widths |= {len(row)} - {0}
    except csv.Error:
        return False
    return len(widths) == 1 and 2 <= widths.pop() <= _MOST_COLUMNS


_CHECKS: Mapping[str, Callable[[bytes], bool]] = {
    "pdf": pdf.only_shows,
    "png": _is_png,
    "jpeg": _is_jpeg,
    "csv": _is_csv,
}
