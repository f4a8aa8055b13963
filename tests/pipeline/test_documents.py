"""Figures that are built in: a release of what policy documents state, without data and without a network."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zaragoza.catalogue import load_catalogue
from zaragoza.cli import app

PAGES = ("index", "documents", "sources")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def refused(*_: object) -> None:
        raise AssertionError("asked the network")

    folder = tmp_path_factory.mktemp("documents")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refused)
        result = CliRunner().invoke(app, ["documents", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (made,) = (folder / "releases").glob("*-r1")
    return made


def test_every_figure_and_target_is_there(release: Path) -> None:
    with (release / "stated.en.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    catalogue = load_catalogue()
    assert set(rows) == {*catalogue.published_values, *catalogue.targets}
    first = rows["emp_rate_5"]  # COM(2020) 609, section 8: about 60 %, nationals about 74 %
    assert (first["text"], first["value"], first["reference_value"]) == ("about 60 %", "0.6", "0.74")
    assert (first["group"], first["year"], first["reference"]) == (
        "third-country nationals",
        "2019",
        "COM(2020) 609, 8",
    )
    assert rows["emp_gap_1"]["text"] == "\N{MINUS SIGN}10 percentage points"


def test_the_release_is_whole(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "zaragoza-published/1"
    there = {str(path.relative_to(release)) for path in release.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    assert {f"{language}/{page}.html" for language in ("en", "nl") for page in PAGES} < there
    for file, checksum in manifest["files"].items():
        assert hashlib.sha256((release / file).read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize(
    ("language", "of_whom"), [("en", "third-country nationals"), ("nl", "onderdanen van derde landen")]
)
def test_its_pages_tell_what_it_holds_and_no_more(release: Path, language: str, of_whom: str) -> None:
    """The overview counts figures and targets by area, and links to files that have rows only."""
    pages = {page: (release / language / f"{page}.html").read_text(encoding="utf-8") for page in PAGES}
    catalogue = load_catalogue()
    assert of_whom in pages["documents"]
    counted = [
        int(number)
        for number in re.findall(r"(\d+) (?:figures?|targets?|cijfers?|doel(?:en)?)\b", pages["index"])
    ]
    assert sum(counted) == len(catalogue.published_values) + len(catalogue.targets)
    areas = re.findall(r'href="documents.html#(\w+)"', pages["index"])
    assert areas == re.findall(r'<h2 id="(\w+)">', pages["documents"])
    assert all(document.title[language] in pages["sources"] for document in catalogue.documents.values())
    for page in pages.values():
        assert "observations" not in page
        assert f"../stated.{language}.csv" in page
        assert 'id="method"' not in page  # nothing is rated
