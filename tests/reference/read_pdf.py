"""Reads a PDF back as a screen reader does: by its tags, in their order (PDF 1.7, ISO 32000-1, 9.10 and 14.7)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_OBJECT = re.compile(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj")
_STREAM = re.compile(rb"(?s)^(.*?)\nstream\r?\n(.*)\nendstream$")
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_RANGE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
# What a page's content does that matters here: a font, some text, the begin and the end of marked content.
_STEP = re.compile(
    rb"(?s)/(?P<font>\w+) [\d.]+ Tf|"
    rb"(?P<text>\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))|/\w+<<(?P<marked>[^>]*)>>\s*BDC|(?P<end>EMC)"
    rb"|(?P<plain>/\w+\s+BMC)|/Artifact\s*<<.*?>>\s*BDC"
)


@dataclass(frozen=True)
class Tagged:
    """One element of the structure: its tag, and what is in it."""

    tag: str
    parts: tuple[str | Tagged, ...]

    @property
    def words(self) -> str:
        return "".join(part if isinstance(part, str) else part.words for part in self.parts)

    def all(self) -> Iterator[Tagged]:
        """The element and all below it, in reading order."""
        yield self
        for part in self.parts:
            if isinstance(part, Tagged):
                yield from part.all()


class Pdf:
    """A file whose objects are written out one by one."""

    def __init__(self, content: bytes) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(content)}
        self._read: dict[int, dict[int, str]] = {}  # pages whose words were asked for

    @property
    def catalog(self) -> str:
        """The object that says what the file is as a whole."""
        return next(body for body in self._objects.values() if b"/Type/Catalog" in body).decode("latin-1")

    @property
    def metadata(self) -> str:
        """What it says of itself in XML."""
        body = next(body for body in self._objects.values() if b"/Type/Metadata" in body)
        return self._stream(body).decode()

    @property
    def pages(self) -> list[int]:
        return [number for number, body in self._objects.items() if b"/Type/Page/" in body]

    @cached_property
    def document(self) -> Tagged:
        root = next(body for body in self._objects.values() if b"/Type/StructTreeRoot" in body)
        return self._element(int(_one(rb"/K\[(\d+) 0 R\]", root)))

    def words(self, tag: str) -> list[str]:
        """What stands under a tag, in reading order."""
        return [each.words for each in self.document.all() if each.tag == tag]

    def _element(self, number: int) -> Tagged:
        body = self._objects[number]
        page = re.search(rb"/Pg (\d+) 0 R", body)
        marks = self._words_of(int(page.group(1))) if page else {}
        parts = (
            self._element(each.number) if isinstance(each, Kid) else marks.get(each, "")
            for each in self._kids(body)
        )
        return Tagged(_one(rb"/S/(\w+)", body).decode(), tuple(parts))

    def _kids(self, body: bytes) -> Iterator[Kid | int]:
        found = re.search(rb"/K(\[(?:[^\[\]<]|<<[^>]*>>)*\]| ?\d+(?: 0 R)?)", body)
        for number, reference in re.findall(rb"(\d+)( 0 R)?(?!\d)", found.group(1)) if found else ():
            if reference and b"/StructElem" not in self._objects[int(number)]:
                continue  # an annotation, or the page of a mark
            yield Kid(int(number)) if reference else int(number)

    def _words_of(self, page: int) -> dict[int, str]:
        if page not in self._read:
            self._read[page] = self._marked(page)
        return self._read[page]

    def _marked(self, page: int) -> dict[int, str]:
        """The words of a page by the number of their mark."""
        fonts = self._fonts(self._objects[page])
        content = self._stream(self._objects[int(_one(rb"/Contents (\d+) 0 R", self._objects[page]))])
        found: dict[int, str] = {}
        open_marks: list[int | None] = []
        font = b""
        for step in _STEP.finditer(content):
            if step["font"]:
                font = step["font"]
            elif step["end"]:
                open_marks.pop()
            elif step["text"]:
                mark = next((each for each in reversed(open_marks) if each is not None), None)
                if mark is not None:
                    found[mark] = found.get(mark, "") + _read(step["text"], fonts[font])
            else:
                numbered = re.search(rb"/MCID (\d+)", step["marked"] or b"")
                open_marks.append(int(numbered.group(1)) if numbered else None)
        return found

    def _fonts(self, page: bytes) -> dict[bytes, dict[int, str]]:
        inherited = self._objects[int(_one(rb"/Resources (\d+) 0 R", page))]
        listed = re.search(rb"/Font<<([^>]*)>>", inherited)
        found = {}
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", listed.group(1) if listed else b""):
            unicode = int(_one(rb"/ToUnicode (\d+) 0 R", self._objects[int(number)]))
            found[name] = _letters(self._stream(self._objects[unicode]))
        return found

    def _stream(self, body: bytes) -> bytes:
        held = _STREAM.match(body)
        assert held is not None
        return zlib.decompress(held.group(2)) if b"/FlateDecode" in held.group(1) else held.group(2)


@dataclass(frozen=True)
class Kid:
    """An element within an element."""

    number: int


def _one(pattern: bytes, body: bytes) -> bytes:
    found = re.search(pattern, body)
    assert found is not None, pattern
    return found.group(1)


def _letters(cmap: bytes) -> dict[int, str]:
    """Which letters a sign of a font stands for."""
    found = {}
    for block in re.findall(rb"(?s)beginbfchar(.*?)endbfchar", cmap):
        found |= {
            int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in _PAIR.findall(block)
        }
    for block in re.findall(rb"(?s)beginbfrange(.*?)endbfrange", cmap):
        for first, last, to in _RANGE.findall(block):
            span = range(int(first, 16), int(last, 16) + 1)
            found |= {code: chr(int(to, 16) + code - span.start) for code in span}
    return found


def _read(string: bytes, letters: dict[int, str]) -> str:
    plain = re.sub(
        rb"(?s)\\([0-7]{1,3}|.)",
        lambda sign: (
            _ESCAPES.get(sign.group(1))
            or (bytes([int(sign.group(1), 8)]) if sign.group(1).isdigit() else sign.group(1))
        ),
        string[1:-1],
    )
    codes = [plain[at] * 256 + plain[at + 1] for at in range(0, len(plain) - 1, 2)]
    return "".join(letters.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes)
