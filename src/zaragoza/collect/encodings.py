"""The encoding of a text file, and its copy in UTF-8 with uniform line ends where the engine needs one."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

from charset_normalizer import from_bytes

from zaragoza.errors import Fault, InputError

UTF8 = "utf-8"
DAMAGED = (OSError, EOFError, zlib.error)  # what reading a broken .gz raises
_CHUNK = 1 << 20
_HEAD = 1 << 16
_GZIP = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = ("cp1252", "cp1250", "iso8859-15", "iso8859-2")
_OTHER = ("cp1251", "cp1253", "iso8859-5", "iso8859-7")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_OTHER_SCRIPT = 0.6  # share of high bytes in words from which the script is not Latin


@dataclass(frozen=True)
class UniformText:
    """A file in UTF-8 whose lines end in a line feed.

    Attributes:
        path: the file itself or its copy.
        encoding: how the original is written, by Python's name.
    """

    path: Path
    encoding: str


@dataclass(frozen=True)
class _Bytes:
    head: bytes
    not_utf8: int | None  # line of the first byte that is no UTF-8
    nul: int | None  # line of the first NUL byte
    carriage_returns: bool
    compressed: bool


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed where it is a gzip file, whatever its name."""
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(path)) if compressed else path.open("rb")


def make_uniform(path: Path, where: str, work: Path, encoding: str | None = None) -> UniformText:
    """The file as UTF-8 with line feeds: itself where it is so already, else a copy in `work`.

    Args:
        path: the file, plain or gzip.
        where: how faults name it.
        work: a private folder.
        encoding: how it is written; None has it found out.

    Raises:
        InputError: it is empty, or holds bytes that the encoding does not have, or NUL bytes.
    """
    facts = _inspect(path)
    if not facts.head:
        raise InputError(_empty(where))
    found = _known(encoding, where) if encoding else _recognise(path, facts)
    if found == UTF8:
        _refuse_bytes(where, found, facts.not_utf8, facts.nul)
        if not facts.compressed and not facts.carriage_returns:
            return UniformText(path, found)
    copy = work / f"{path.name}.utf8"
    undecodable, nul = _transcode(path, found, copy)
    _refuse_bytes(where, found, undecodable, nul)
    return UniformText(copy, found)


def _inspect(path: Path) -> _Bytes:
    decoder = codecs.getincrementaldecoder(UTF8)()
    head, line, not_utf8, nul, returns = b"", 1, None, None, False
    with open_bytes(path) as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:_HEAD]
            if not_utf8 is None and (bad := _first_undecodable(decoder, chunk)) is not None:
                not_utf8 = line + chunk[:bad].count(b"\n")
            if nul is None and (at := chunk.find(b"\0")) >= 0:
                nul = line + chunk[:at].count(b"\n")
            returns = returns or b"\r" in chunk
            line += chunk.count(b"\n")
    if not_utf8 is None and _first_undecodable(decoder, b"", final=True) is not None:
        not_utf8 = line
    return _Bytes(head, not_utf8, nul, returns, _is_compressed(path))


def _is_compressed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _first_undecodable(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> int | None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return max(0, min(error.start, len(chunk)))
    return None


def _known(encoding: str, where: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)  # LookupError for codecs that are no text encodings, such as base64
    except LookupError:
        name = ""
    if not name:
        way_out = "Common ones are `utf-8`, `cp1252` and `iso-8859-1`; leave it out to have it found."
        raise InputError(Fault(where, "encoding", "the name of an encoding", "an unknown name", way_out))
    return UTF8 if name in ("utf-8-sig", "ascii") else name


def _recognise(path: Path, facts: _Bytes) -> str:
    for mark, encoding in _BOMS:
        if facts.head.startswith(mark):
            return encoding
    if facts.nul is not None and (wide := _without_mark(facts.head)):
        return wide
    return UTF8 if facts.not_utf8 is None else _eight_bit(path)


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without its mark: in most scripts of Europe every other byte is (nearly) always the same small one."""
    even, odd = (head[start::2].count(0) / max(1, len(head) // 2) for start in (0, 1))
    if odd > 0.3 and even < 0.1:
        return "utf-16-le"
    if even > 0.3 and odd < 0.1:
        return "utf-16-be"
    return None


def _eight_bit(path: Path) -> str:
    """The likeliest of the eight-bit encodings, from words with letters beyond ASCII.

    In Greek or Cyrillic text nearly every letter is beyond ASCII, and charset-normalizer tells them apart where there
    is enough of it. In Latin text a few letters are, too few for it. Else the first encoding is taken in which the
    fewest words have signs (such as the superscript 3 that stands for a Polish l) or capitals after small letters.
    """
    sample = _high_lines(path)
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    letters = b"".join(words)
    ranked = [codecs.lookup(match.encoding).name for match in from_bytes(sample)]
    is_other = sum(byte >= 0x80 for byte in letters) > _OTHER_SCRIPT * len(letters)
    if is_other and ranked:
        return ranked[0]
    candidates = dict.fromkeys((*(_OTHER if is_other else _LATIN), *ranked, "iso8859-1"))
    odd = {name: _odd_words(words, name) for name in candidates}
    return min(candidates, key=lambda name: odd[name])  # the first of equals


def _high_lines(path: Path) -> bytes:
    kept = bytearray()
    with open_bytes(path) as file:
        for line in file:
            if not line.isascii():
                kept += line
            if len(kept) > _HEAD:
                break
    return bytes(kept)


def _odd_words(words: list[bytes], encoding: str) -> float:
    try:
        texts = [word.decode(encoding) for word in words]
    except UnicodeDecodeError:
        return float("inf")
    return sum(
        not word.isalpha() or any(a.islower() and b.isupper() for a, b in pairwise(word)) for word in texts
    )


def _transcode(path: Path, encoding: str, copy: Path) -> tuple[int | None, int | None]:
    """Writes the copy; gives the lines of the first undecodable and the first NUL byte, if any."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    line, nul = 1, None
    with open_bytes(path) as source, copy.open("w", encoding=UTF8, newline="") as target:
        while True:
            chunk = source.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
                target.write(text.removeprefix("\ufeff") if line == 1 else text)
            except UnicodeError as error:
                before = chunk[: error.start] if isinstance(error, UnicodeDecodeError) else b""
                return line + before.count(b"\n"), nul
            if nul is None and (at := text.find("\0")) >= 0:
                nul = line + text[:at].count("\n")
            line += text.count("\n")
            if not chunk:
                return None, nul


def _refuse_bytes(where: str, encoding: str, undecodable: int | None, nul: int | None) -> None:
    faults = []
    if undecodable is not None:
        found = f"bytes that {encoding} does not have, the first on line {undecodable}"
        way_out = 'Set `encoding` in monitor.toml, often "cp1252", or leave it out to have it found.'
        faults.append(Fault(where, "encoding", f"text in {encoding}", found, way_out))
    if nul is not None:
        way_out = 'If the file is in UTF-16, set `encoding = "utf-16"`; otherwise export it again.'
        faults.append(Fault(where, "encoding", "text", f"NUL bytes, the first on line {nul}", way_out))
    if faults:
        raise InputError(faults)


def _empty(where: str) -> Fault:
    return Fault(where, "rows", "a header and at least one row", "an empty file", "Export the file again.")
