"""Every link in the Markdown files leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.repository.files import ending, name, text
from tests.support import ROOT

_CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#+ (.+?)\s*$", re.MULTILINE)
_NAMED = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_OUTSIDE = re.compile(r"[a-z]+:")


def links(path: Path) -> list[str]:
    """What a page links to, code left out."""
    return _LINK.findall(_CODE.sub("", text(path)))


def anchors(path: Path) -> set[str]:
    """The places in a page that a link can name: headings as GitHub and MyST slug them, and named places."""
    words = text(path)
    slugs = {
        re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", re.sub(r"[`*]", "", heading).lower()))
        for heading in _HEADING.findall(words)
    }
    return slugs | set(_NAMED.findall(words))


def is_broken(page: Path, link: str) -> bool:
    target, _, anchor = link.partition("#")
    path = (page.parent / target).resolve() if target else page
    if not path.exists():
        return ROOT / "docs" / "reference" / "generated" not in path.parents  # made by the docs build
    return bool(anchor) and path.suffix == ".md" and anchor not in anchors(path)


@pytest.mark.parametrize("page", ending(".md"), ids=name)
def test_links_of(page: Path) -> None:
    inside = [link for link in links(page) if not _OUTSIDE.match(link)]
    assert [link for link in inside if is_broken(page, link)] == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A heading\n[a](page.md#a-heading) [b](gone.md) [c](#nowhere) `[d](code.md)`\n")
    assert [link for link in links(page) if is_broken(page, link)] == ["gone.md", "#nowhere"]
