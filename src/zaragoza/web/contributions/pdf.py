"""Whether a PDF only shows something: nothing in it runs, sends what is typed, or holds a file (ISO 32000-1, 12.6)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

# Each so long, or with what must follow, that the bytes of a picture are not taken for it; of a script all are named
# JavaScript or Rendition, so that its `/JS` need not be looked for. A comment counts as a space (7.2.3).
_SPACE = rb"[\x00\t\n\f\r ]*"
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Rendition|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData)(?![A-Za-z])"
    rb"|/XFA" + _SPACE + rb"[\[<(%\d]"
    rb"|/EF" + _SPACE + rb"(?:<<|%|\d+" + _SPACE + rb"\d+" + _SPACE + rb"R)"
)
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")  # names may be written so (7.3.5)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*\r?\n?")
_FIRST_OBJECT = re.compile(rb"\s*\d+\s+\d+\s")  # its number and place (7.5.7)
_MOST_INFLATED = 64 * 1024**2  # bytes of objects


class _Hidden(Exception):  # noqa: N818 - not a fault of a reader's
    """Objects that cannot be looked into."""


def only_shows(content: bytes) -> bool:
    """Begins and ends as a PDF, so that it is not at the same time of another kind, and does nothing by itself."""
    end = content.rstrip(b"\r\n \x00")
    if not content.startswith(b"%PDF-") or not end.endswith(b"%%EOF"):
        return False
    try:
        return not any(_ACTIVE.search(_written_out(part)) for part in (content, *_objects(content)))
    except _Hidden:
        return False


def _objects(content: bytes) -> Iterator[bytes]:
    """What lies in streams of objects (7.5.7), which readers look into as well; compressed, as all of them are.

    Raises:
        _Hidden: one is encrypted, or packed otherwise, so that nobody sees what it holds.
    """
    at, left = 0, _MOST_INFLATED
    while found := _STREAM.search(content, at):
        before, at = _written_out(content[at : found.start()]), found.end()
        if b"/ObjStm" not in before:
            continue
        end = content.find(b"endstream", at)
        unpacked = zlib.decompressobj()
        try:
            objects = unpacked.decompress(content[at : end if end > 0 else None], left)
        except zlib.error:
            raise _Hidden from None
        if unpacked.unconsumed_tail or not _FIRST_OBJECT.match(objects):
            raise _Hidden
        yield objects
        at, left = max(end, at), left - len(objects)


def _written_out(content: bytes) -> bytes:
    return _HEX_NAME.sub(lambda found: bytes([int(found[1], 16)]), content)
