"""The page of `make verify`: its form, and that only a run in which everything held writes it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.repository.files import text
from tests.support import ROOT
from tests.verify.figures import Figure, machine, page, read, write

_PROOF = """
def test_first(record):
    record("coverage of levels", "0.951", bar="0.94 to 0.96")

def test_second(record):
    record("peak memory", "640 MB", "zaragoza bench")
    assert {held}
"""


def run(folder: Path, held: bool, target: Path) -> int:
    """Runs two proofs in a copy of the folder's set-up, as the Makefile does."""
    (folder / "proofs").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\naddopts = --import-mode=importlib\n")
    conftest = text(ROOT / "tests" / "verify" / "conftest.py")
    (folder / "proofs" / "conftest.py").write_text(conftest)
    (folder / "proofs" / "test_proof.py").write_text(_PROOF.format(held=held))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "slow",
        "-p",
        "no:cacheprovider",
        "proofs",
    ]
    environment = os.environ | {
        "ZARAGOZA_VERIFICATION": str(target),
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # none of them is asked for anything
    }
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True).returncode


def test_figures_are_written_when_every_proof_held(tmp_path: Path) -> None:
    target = tmp_path / "verification.md"
    begun = date.today()
    assert run(tmp_path / "project", True, target) == 0
    rows = re.findall(r"^\| (?!what|-)(.+) \|$", target.read_text(encoding="utf-8"), re.MULTILINE)
    days = {each.isoformat() for each in (begun, date.today())}  # midnight may pass meanwhile
    test = "`pytest -m slow proofs/test_proof.py -k test_first`"
    assert rows in [
        [
            f"coverage of levels | 0.94 to 0.96 | 0.951 | {day} | {test}",
            f"peak memory |  | 640 MB | {day} | `zaragoza bench`",
        ]
        for day in days
    ]


def test_a_proof_that_fails_leaves_the_page_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "verification.md"
    target.write_text("before")
    assert run(tmp_path / "project", False, target) == 1
    assert target.read_text() == "before"


@pytest.mark.parametrize("cell", ["a | b", "a\nb"])
def test_no_text_breaks_the_table(cell: str) -> None:
    last = page([Figure(cell, cell, cell, cell)], "machine").splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", last)) == 6


def test_a_proof_that_is_run_alone_writes_its_own_rows_anew(tmp_path: Path) -> None:
    target = tmp_path / "verification.md"
    old = [
        Figure("a | b", "1", "first", "", "2026-01-02"),
        Figure("`c`: d", "2", "second", "at most `3`", "2026-01-02"),
    ]
    target.write_text(page(old, "machine"), encoding="utf-8")
    assert read(target.read_text(encoding="utf-8")) == old
    new = Figure("d", "4", "second")
    write([new], target)
    assert read(target.read_text(encoding="utf-8")) == [old[0], new]


def test_the_machine_is_named() -> None:
    assert re.search(r"measured with Zaragoza \S+, Python 3\.\d+\.\d+, duckdb", machine())
