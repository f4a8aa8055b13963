"""The papers around the code: licence, changes, decisions, glossary, commands."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import zaragoza
from tests.repository.files import ending, name, text
from tests.support import ROOT
from zaragoza import cli
from zaragoza.errors import ZaragozaError

ADR = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_licence_is_the_eupl() -> None:
    words = text(ROOT / "LICENSE")
    assert words.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert len(re.findall(r"^\d+\.[A-Z]", words, re.MULTILINE)) == 15  # its articles
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in words


def test_changelog_tells_changed_numbers_apart() -> None:
    words = text(ROOT / "CHANGELOG.md")
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## (\[?Unreleased\]?|{re.escape(version)})", words, re.MULTILINE)
    releases = re.split(r"^## ", words, flags=re.MULTILINE)[1:]
    assert all("### Numbers that change" in release for release in releases)


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in ADR] == [f"{number:04d}" for number in range(1, len(ADR) + 1)]


@pytest.mark.parametrize("path", ADR, ids=lambda path: path.stem)
def test_decision(path: Path) -> None:
    words = text(path)
    assert words.startswith(f"# {path.name[:4]} ")
    headings = re.findall(r"^## (.+)$", words, re.MULTILINE)
    assert headings[:3] == ["Context", "Decision", "Consequences"]


def test_glossary_is_in_order_and_has_both_languages() -> None:
    tables = re.findall(
        r"^\| term \| Dutch \|.*\n\|[-|]+\n((?:\|.*\n)+)", text(ROOT / "GLOSSARY.md"), re.MULTILINE
    )
    rows = [[line.strip("| ").split(" | ") for line in table.splitlines()] for table in tables]
    assert sum(map(len, rows)) > 80
    for table in rows:
        assert [row for row in table if len(row) != 3 or not all(cell.strip() for cell in row)] == []
        terms = [row[0].casefold() for row in table]
        assert terms == sorted(set(terms))


def test_public_names_are_in_the_reference() -> None:
    page = text(ROOT / "docs" / "reference" / "api.md")
    named = set(re.findall(r"zaragoza\.(\w+)", page))
    assert [
        public for public in zaragoza.__all__ if not public.startswith("__") and public not in named
    ] == []


def test_exit_codes_are_those_of_the_errors() -> None:
    page = text(ROOT / "docs" / "reference" / "command-line.md")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    own = [kind for kind in ZaragozaError.__subclasses__() if kind.__module__ == ZaragozaError.__module__]
    kinds = {kind.exit_code for kind in own}  # a fault of a request ends no command
    assert len(kinds) == 6
    assert kinds == told - {0, 2, cli._UNEXPECTED}  # done, typer's own, unforeseen


def test_targets_that_the_papers_name_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text(ROOT / "Makefile"), re.MULTILINE))
    papers = [path for path in ending(".md") if name(path) != "docs/verification.md"]
    named = {
        target for path in papers for target in re.findall(r"(?:^|`)make ([a-z-]+)", text(path), re.MULTILINE)
    }
    assert {"demo", "test", "check"} <= named
    assert named <= targets


def test_make_help_lists_the_targets() -> None:
    run = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)
    listed = set(re.findall(r"^make ([a-z-]+)", run.stdout, re.MULTILINE))
    assert {"demo", "test", "check", "verify", "docs", "format", "requirements", "clean", "help"} <= listed


@pytest.mark.parametrize(
    ("answer", "said"),
    [(None, "is not there"), ("exit 1", "Zaragoza needs Python 3.11 or later")],
    ids=["no python", "old python"],
)
def test_set_up_says_which_python_is_missing(tmp_path: Path, answer: str | None, said: str) -> None:
    python = tmp_path / "python3"
    if answer:
        python.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\n{answer}\n')
        python.chmod(0o755)
    command = ["sh", "tools/setup.sh", "environment", str(python), str(tmp_path / "venv")]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    assert said in run.stderr
    assert not (tmp_path / "venv").exists()


def test_ci_runs_what_people_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.findall(r"^make .*?(\w+)$", text(script), re.MULTILINE) == ["check", "audit", "test"]
