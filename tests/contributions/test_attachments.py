"""Files are what their name says, whole and without anything that runs; else they are refused."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from zaragoza.web.contributions.attachments import MOST_BYTES, keep, kept, looked_at, path
from zaragoza.web.contributions.refusal import UnfitError


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"trailer<</Size 1>>\n%%EOF\n"


def png(*extra: tuple[bytes, bytes]) -> bytes:
    """One grey pixel, with further chunks before the end."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x80")),
        *extra,
        (b"IEND", b""),
    ]
    parts = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg() -> bytes:
    """Segments as ITU T.81 has them; what it shows matters to nobody here."""
    header = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + header + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" + b"\xff\xd9"


SCRIPT = b"7 0 <</S/JavaScript/JS(app.alert\\(1\\))>>"
HARMLESS = b"7 0 <</Type/Catalog/Pages 2 0 R>>"


def packed(objects: bytes, told: bytes = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>") -> bytes:
    """A stream of objects (ISO 32000-1, 7.5.7)."""
    return b"6 0 obj" + told + b"stream\r\n" + zlib.compress(objects) + b"\nendstream endobj\n"


CSV = b"place;share\nUtrecht;12,5\nZwolle;-3\n"
GOOD = {"a.pdf": pdf(), "b.png": png(), "c.jpg": jpeg(), "d.JPEG": jpeg(), "e.csv": CSV}


def zipped() -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("x.exe", "MZ")
        return out.getvalue()


BAD = {
    "an executable named .pdf": ("a.pdf", b"MZ\x90\x00" + b"\0" * 100),
    "an ELF file named .png": ("a.png", b"\x7fELF" + b"\0" * 100),
    "a page named .csv": ("a.csv", b"a,b\n<html><script>alert(1)</script>,1\n"),
    "a drawing with a script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "a drawing named .png": ("a.png", b"<svg><script/></svg>"),
    "a shell script named .csv": ("a.csv", b"#!/bin/sh\na,b\nc,d\n"),
    "a formula": ("a.csv", b"a,b\n=cmd|' /C calc'!A0,1\n"),
    "a quoted formula": ("a.csv", b'a,b\n"=HYPERLINK(""http://evil.example"")",1\n'),
    "a formula with another sign": ("a.csv", b"a,b\n@SUM(1),1\n"),
    "a formula after a minus": ("a.csv", b"a,b\n-cmd|' /C calc'!A0,1\n"),
    "a formula after a lone carriage return": ("a.csv", b"a,b\r=1+1,2\r"),
    "a formula behind spaces": ("a.csv", b"a,b\n x, \t =1+1\n"),
    "a formula by wide signs": ("a.csv", "a,b\n＝1+1,2\n".encode()),
    "a formula behind another delimiter": ("a.csv", b"a,b\nx;=1+1,1\n"),
    "a PDF that is a table too": ("a.csv", pdf(b"a,b\nc,d\n")),
    "rows of other lengths": ("a.csv", b"a,b\n1\n"),
    "words, not a table": ("a.csv", b"only words\nand more\n"),
    "control characters": ("a.csv", b"a,b\n\x1b[2J,1\n"),
    "not UTF-8": ("a.csv", b"a,b\n\xff\xfe,1\n"),
    "a PDF with a script": ("a.pdf", pdf(b"2 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj\n")),
    "a PDF with a hidden script": ("a.pdf", pdf(b"2 0 obj<</S/J#61vaScript>>endobj\n")),
    "a PDF that starts a programme": ("a.pdf", pdf(b"2 0 obj<</S/Launch>>endobj\n")),
    "a PDF with a file in it": ("a.pdf", pdf(b"2 0 obj<</Type/EmbeddedFile>>endobj\n")),
    "a PDF with a form of XFA": ("a.pdf", pdf(b"2 0 obj<</XFA 3 0 R>>endobj\n")),
    "a PDF with a file without a type": ("a.pdf", pdf(b"2 0 obj<</EF<</F 3 0 R>>>>endobj\n")),
    "a PDF with a script among packed objects": ("a.pdf", pdf(packed(SCRIPT))),
    "a PDF with a script behind harmless packed objects": ("a.pdf", pdf(packed(HARMLESS) + packed(SCRIPT))),
    "a PDF with a script in a stream behind a comment": ("a.pdf", pdf(b"% stream\n" + packed(SCRIPT))),
    "a PDF with a script in packed objects of a hidden name": (
        "a.pdf",
        pdf(packed(SCRIPT, b"<</Type/Obj#53tm/Filter/FlateDecode/Note(stream\n)>>")),
    ),
    "a PDF with objects that are packed twice": ("a.pdf", pdf(packed(zlib.compress(SCRIPT)))),
    "a PDF with encrypted objects": ("a.pdf", pdf(packed(HARMLESS).replace(b"x\x9c", b"\x00\x01"))),
    "a PDF with more objects than may be": ("a.pdf", pdf(packed(HARMLESS + b" " * 65 * 1024**2))),
    "a PDF and an archive": ("a.pdf", pdf() + zipped()),
    "a page, then a PDF": ("a.pdf", b"<script>alert(1)</script>" + pdf()),
    "half a PDF": ("a.pdf", pdf()[:-8]),
    "a picture and an archive": ("a.png", png() + zipped()),
    "half a picture": ("a.png", png()[:-5]),
    "a picture that was altered": ("a.png", png().replace(b"IDAT", b"IDAX")),
    "half a photograph": ("a.jpg", jpeg()[:-2]),
    "a photograph and a page": ("a.jpg", jpeg() + b"<script>"),
    "a picture with the name of another kind": ("a.pdf", png()),
    "no ending": ("pdf", pdf()),
    "two endings": ("a.pdf.exe", pdf()),
    "nothing": ("a.csv", b""),
    "more than may be": ("a.csv", CSV * (MOST_BYTES // len(CSV) + 1)),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_added(name: str) -> None:
    found = looked_at(name, GOOD[name])
    assert found.content == GOOD[name]
    assert found.name.endswith(f".{found.kind}")


def test_a_large_picture_in_a_pdf_is_not_taken_for_a_script() -> None:
    """Of 5 MB of chance one in four holds `/JS` somewhere, without a letter behind it."""
    rng = random.Random(1)  # noqa: S311 - bytes of a picture, not secrets
    for _ in range(4):
        picture = rng.randbytes(4 * 1024**2) + b"/JS " + rng.randbytes(1000)
        streamed = b"2 0 obj<</Subtype/Image>>stream\n" + picture + b"\nendstream endobj\n"
        looked_at("a.pdf", pdf(streamed + packed(HARMLESS)))


@pytest.mark.parametrize("sign", [b"\n", b"\t", b"\r", b" ", b'"\t', b",+\t", b"<", b"< ", b"'", b",\n"])
def test_a_table_of_nothing_but_one_sign_is_soon_looked_at(sign: bytes) -> None:
    """However many there are: where each led through all behind it, these took three quarters of a minute."""
    begun = time.process_time()
    with suppress(UnfitError):
        looked_at("a.csv", b"a,b\nc,d\n" + sign * 60_000)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("what", BAD)
def test_what_is_refused(what: str) -> None:
    with pytest.raises(UnfitError):
        looked_at(*BAD[what])


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\reports\\2024.csv", "2024.csv"),
        ('a"; filename="x.exe\r\nSet-Cookie: a.csv', "a-filename-x-exe-Set-Cookie-a.csv"),
        ("\u202egpj.csv", "gpj.csv"),
        ("..csv", "file.csv"),
        ("é" * 300 + ".csv", "file.csv"),
    ],
)
def test_names_are_safe_in_an_address_and_a_header(name: str, kept_as: str) -> None:
    assert looked_at(name, CSV).name == kept_as


@given(st.binary(max_size=200), st.sampled_from(["a.pdf", "a.png", "a.jpg"]))
def test_bytes_of_chance_are_refused_not_stumbled_over(content: bytes, name: str) -> None:
    with pytest.raises(UnfitError):
        looked_at(name, content)


@given(st.sampled_from(sorted(GOOD)), st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_altered_files_are_never_stumbled_over(name: str, at: int, put: bytes) -> None:
    content = GOOD[name][:at] + put + GOOD[name][at:]
    with suppress(UnfitError):
        assert looked_at(name, content).content == content


def test_bytes_are_kept_under_their_digest_once(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    file = looked_at("a.pdf", pdf())
    keep(file)
    keep(file)
    (only,) = kept()
    assert only == path(file.sha256)
    assert only.read_bytes() == pdf()
    assert only.stat().st_mode & 0o777 == 0o600  # nobody runs it, and nobody else reads it
    assert only.is_relative_to(tmp_path / "attachments")
