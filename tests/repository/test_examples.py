"""The examples of the documentation do what the page says."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
import yaml

from tests.repository.files import ending, name, text
from tests.support import ROOT
from zaragoza import cli
from zaragoza.catalogue import load_catalogue, load_plans

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (?:\.venv/bin/)?zaragoza ([a-z]+)(.*)$", re.MULTILINE)


def blocks(path: Path, language: str) -> list[str]:
    """The code of a page in one language, in order."""
    return [textwrap.dedent(code) for _, marked, code in _BLOCK.findall(text(path)) if marked == language]


def pages(language: str) -> list[Path]:
    return [path for path in ending(".md") if blocks(path, language)]


def survey(path: Path) -> None:
    """A made-up survey file in standard variables: 600 persons in 4 strata of 5 primary sampling units."""
    rng = np.random.default_rng(20)
    n = 600
    group = rng.choice(["NAT", "EU27_2020_FOR", "NEU27_2020_FOR"], n, p=[0.7, 0.1, 0.2])
    works = rng.random(n) < np.where(group == "NAT", 0.78, 0.62)
    table = {
        "person": np.arange(n),
        "stratum": np.repeat(["north", "east", "south", "west"], n // 4),
        "psu": np.repeat(np.arange(20), n // 20),
        "weight": rng.uniform(800, 1200, n),
        "age": rng.integers(16, 75, n),
        "sex": rng.choice(["F", "M"], n),
        "birth_group": group,
        "activity": np.where(works, "employed", rng.choice(["unemployed", "student", "retired"], n)),
        "education": rng.choice(["ED0-2", "ED3_4", "ED5-8"], n),
        "national": group == "NAT",
        "years_since_naturalisation": rng.integers(0, 20, n),
        "equivalised_income": rng.lognormal(10, 0.5, n),
    }
    pq.write_table(pa.table(table), path)


@pytest.mark.parametrize("page", pages("python"), ids=name)
def test_python_of(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("survey", "survey2022", "survey2023"):
        survey(tmp_path / f"{file}.parquet")
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {}
    for number, code in enumerate(blocks(page, "python"), 1):
        exec(compile(code, f"{name(page)}, block {number}", "exec"), space)  # noqa: S102  our own pages


def test_the_readme_shows_five_lines_of_python() -> None:
    (code,) = blocks(ROOT / "README.md", "python")
    assert "estimate(" in code
    assert len([line for line in code.splitlines() if line.strip()]) <= 6


@pytest.mark.parametrize("page", pages("console"), ids=name)
def test_commands_of(page: Path) -> None:
    commands = typer.main.get_command(cli.app).commands
    for code in blocks(page, "console"):
        for verb, rest in _COMMAND.findall(code):
            assert verb in commands
            known = {option for parameter in commands[verb].params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known


@pytest.mark.parametrize("page", pages("toml"), ids=name)
def test_toml_of(page: Path) -> None:
    assert all(tomllib.loads(code) for code in blocks(page, "toml"))


@pytest.mark.parametrize("kind", ["indicator", "classification"])
def test_an_office_can_copy_the_definitions_shown(kind: str, tmp_path: Path) -> None:
    code, *_ = blocks(
        ROOT / "docs" / "howto" / f"own-{kind}.md", "yaml"
    )  # others show what may stand beside it
    folder = tmp_path / f"{kind}s"
    folder.mkdir()
    (folder / "own.yaml").write_text(code, encoding="utf-8")
    found = getattr(load_catalogue(tmp_path), f"{kind}s")
    assert {entry["id"] for entry in yaml.safe_load(code)} <= found.keys()


def test_an_office_can_copy_the_plans_shown(tmp_path: Path) -> None:
    for code in blocks(ROOT / "docs" / "howto" / "own-plan.md", "yaml"):
        path = tmp_path / code.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    plans = load_plans(tmp_path / "catalogue")
    (mine,) = plans.commitments_owned(plans.organisations["city"])
    assert mine in plans.commitments_about(plans.catalogue.indicators["employment_rate"])
