"""Rules for every file: size, form, and words that have no place in it."""

from __future__ import annotations

import re

import pytest

from tests.repository.files import ending, name, text, tracked, written

LINES = 400  # a longer one hides a noun or a stage
MEGABYTES = 2

# Written as patterns that do not match themselves, so that this file needs no exception.
UNWANTED = {
    "a path of one machine": r"(?<![\w.])/(wor[k]|roo[t]|far[m]|opt/pyp[i])\b/?",
    "the address of a registry": r"pyp[i]\.org|pythonhosted[.]org|npmjs[.](org|com)|deb[.]debian[.]org",
    # the header of HTTP that says which program asks is no such word
    "words about who or what wrote it": r"(?<!user-)\b(sub)?agen[t]s?\b|\bth[e] CEO\b|\blanguage mode[l]|\bLL[M]s?\b"
    r"|\bCLAUD[E]\b|\b(this|previous|next|earlier|last) sessio[n]s?\b",
    "work left for later": r"\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b|raise NotImplemented[E]rror",
}
# The field has its own words (GLOSSARY); these are other trades' names for them.
FOREIGN_WORDS = r"\b(metric[s]?|KP[I]s?|data ?point[s]?|maskin[g])\b"
OF_A_FORMAT = {("src/zaragoza/web/api/jsonstat.py", "metri" + "c")}  # JSON-stat's own name of a role


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(UNWANTED[what], re.IGNORECASE)
    found = [
        f"{name(path)}:{number}: {match[0]}"
        for path in written()
        if name(path) != "LICENSE"
        for number, line in enumerate(text(path).splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert found == []


def test_code_and_definitions_use_the_words_of_the_field() -> None:
    pattern = re.compile(FOREIGN_WORDS, re.IGNORECASE)
    found = [
        f"{name(path)}:{number}: {match[0]}"
        for path in ending(".py", ".yaml", ".html", ".md", under="src/") + ending(".md", under="docs/")
        for number, line in enumerate(text(path).splitlines(), 1)
        if (match := pattern.search(line)) and (name(path), match[0]) not in OF_A_FORMAT
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["src/", "tools/", "docs/", "tests/"])
def test_code_files_fit_in_one_head(folder: str) -> None:
    sizes = {name(path): len(text(path).splitlines()) for path in ending(".py", under=folder)}
    assert sizes
    assert {path: lines for path, lines in sizes.items() if lines > LINES} == {}


def test_no_file_is_large() -> None:
    sizes = {name(path): path.stat().st_size for path in tracked()}
    assert {path: size for path, size in sizes.items() if size > MEGABYTES * 2**20} == {}


def test_text_files_end_with_one_line_end_and_hold_no_stray_space() -> None:
    faults = []
    for path in ending(".py", ".md", ".toml", ".yaml", ".sh", ".html", ".css") + ending(
        ".txt", under="requirements/"
    ):
        content = path.read_bytes()
        if content and (not content.endswith(b"\n") or content.endswith(b"\n\n")):
            faults.append(f"{name(path)}: end of file")
        if b"\r" in content or b"\t" in content:
            faults.append(f"{name(path)}: tab or carriage return")
        faults += [
            f"{name(path)}:{number}: space at the end of the line"
            for number, line in enumerate(content.split(b"\n"), 1)
            if line.endswith(b" ")
        ]
    assert faults == []


def test_file_names_are_the_same_on_every_system() -> None:
    names = [name(path) for path in tracked()]
    assert [n for n in names if not re.fullmatch(r"[A-Za-z0-9._/-]+", n)] == []
    assert len({n.lower() for n in names}) == len(names)
