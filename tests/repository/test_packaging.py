"""What people install: the wheel holds every data file, and the locked requirements fit pyproject.toml."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from uv import find_uv_bin

import zaragoza
from tests.repository.files import name, text, tracked
from tests.support import ROOT
from tools.licences import allowed

PROJECT = tomllib.loads(text(ROOT / "pyproject.toml"))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(path: Path) -> dict[str, set[Version]]:
    """Name -> pinned versions (more than one where Pythons need different ones)."""
    found: dict[str, set[Version]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text(path), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    return found


def unmet(wanted: list[str], path: Path) -> list[str]:
    """Requirements for which the file has no version, or one outside the bounds."""
    pinned = pins(path)
    faults = []
    for line in wanted:
        requirement = Requirement(line)
        versions = pinned.get(canonicalize_name(requirement.name), set())
        if not versions or not all(version in requirement.specifier for version in versions):
            faults.append(line)
    return faults


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    command = [
        find_uv_bin(),
        "build",
        "--wheel",
        "--offline",
        "--quiet",
        "--out-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = {name(path).removeprefix("src/") for path in tracked() if name(path).startswith("src/")}
    assert any(file.endswith(".yaml") for file in files)
    assert files - packed == set()
    assert any(file.endswith("licenses/LICENSE") for file in packed)


@pytest.mark.parametrize("path", REQUIREMENTS, ids=name)
def test_requirements_hold_no_address_and_pin_everything_by_hash(path: Path) -> None:
    lines = [line for line in text(path).splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if "://" in line or re.match(r"\s*(-i|-f|--[a-gi-z])", line)] == []
    starts = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    assert starts
    for index in starts:
        assert re.match(r"[\w.-]+==\S+", lines[index]), lines[index]
        assert "--hash=sha256:" in lines[index + 1], lines[index]


def test_every_dependency_is_locked() -> None:
    groups = PROJECT["dependency-groups"]
    development = [line for group in ("test", "check", "docs") for line in groups[group]]
    assert unmet(PROJECT["project"]["dependencies"], ROOT / "requirements" / "run.txt") == []
    assert unmet(development, ROOT / "requirements" / "develop.txt") == []


def test_tests_run_on_the_versions_that_people_get() -> None:
    run, develop = pins(ROOT / "requirements" / "run.txt"), pins(ROOT / "requirements" / "develop.txt")
    assert {package: versions for package, versions in run.items() if develop.get(package) != versions} == {}


def test_the_installer_holds_the_build_backend() -> None:
    # uv builds the package by itself, without a download, only while its version lies within these bounds
    (backend,) = (Requirement(line) for line in PROJECT["build-system"]["requires"])
    (version,) = pins(ROOT / "requirements" / "bootstrap.txt")["uv"]
    assert backend.name == "uv_build"
    assert version in backend.specifier


def test_the_supported_pythons_are_said_alike_everywhere() -> None:
    bounds = SpecifierSet(PROJECT["project"]["requires-python"])
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    lowest = min(named, key=Version)
    assert all(version in bounds for version in named)
    assert "3.10" not in bounds
    assert PROJECT["tool"]["mypy"]["python_version"] == lowest
    assert PROJECT["tool"]["ruff"]["target-version"] == "py" + lowest.replace(".", "")


def test_the_version_is_said_alike_everywhere() -> None:
    assert zaragoza.__version__ == PROJECT["project"]["version"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (Apache-2.0 OR AGPL-3.0-only)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("", False),
    ],
)
def test_licences(expression: str, expected: bool) -> None:
    assert allowed(expression) is expected


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "zaragoza", "indicators", "--area", "funding", "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert {one["area"] for one in json.loads(done.stdout)} == {"funding"}
    wrong = subprocess.run([*command[:4], "--area", "fundin"], check=False, capture_output=True, text=True)
    assert wrong.returncode == 3
    assert "Did you mean `funding`?" in wrong.stderr
