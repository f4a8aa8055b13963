"""The page of measured figures that `make verify`, or a proof that is run alone, leaves behind."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

_HEAD = """\
# Verification

What Zaragoza promises and unit tests cannot show, measured. `make verify` runs all proofs and writes this page; a proof
that is run alone with `ZARAGOZA_VERIFICATION=docs/verification.md` writes its own rows anew. Do not edit it by hand. A
bar is what must hold: if a proof misses it, this page stays as it was.

{machine}

| what | bar | figure | measured | command |
|---|---|---|---|---|
"""
_ROW = re.compile(r"^\| (?!what \|)(.+) \|$", re.MULTILINE)
_BETWEEN = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Figure:
    """One measured result.

    Attributes:
        name: what was measured, in words.
        figure: the result with its unit.
        command: what a reader runs to see it.
        bar: what must hold, where something must.
        measured: on which day.
    """

    name: str
    figure: str
    command: str
    bar: str = ""
    measured: str = field(default_factory=lambda: date.today().isoformat())


def machine() -> str:
    """The machine and the versions that a figure depends on, in one paragraph."""
    system = f"{platform.system()} on {_processor()}, {os.cpu_count()} cores, {_memory()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "numpy", "pyarrow"))
    made = f"Zaragoza {version('zaragoza')}, Python {platform.python_version()}, {packages}"
    return f"The last ones were measured with {made}\non {system}."


def page(figures: Iterable[Figure], machine: str) -> str:
    """The page in Markdown, one row a figure in the order in which they came."""
    rows = (
        f"| {_cell(f.name)} | {_cell(f.bar)} | {_cell(f.figure)} | {f.measured} | `{_cell(f.command)}` |\n"
        for f in figures
    )
    return _HEAD.format(machine=machine) + "".join(rows)


def read(text: str) -> list[Figure]:
    """The figures of a page."""
    rows = [[cell.replace("\\|", "|").strip() for cell in _BETWEEN.split(row)] for row in _ROW.findall(text)]
    return [
        Figure(name, figure, command.strip("`"), bar, measured)
        for name, bar, figure, measured, command in rows
    ]


def write(figures: Sequence[Figure], path: Path) -> None:
    """Puts the page in place in one move; rows of commands that were not run stay as they were."""
    before = read(path.read_text(encoding="utf-8")) if path.exists() else []
    again = {figure.command for figure in figures}
    kept = [figure for figure in before if figure.command not in again]
    aside = path.with_name(path.name + ".new")
    aside.write_text(page([*kept, *figures], machine()), encoding="utf-8")
    aside.replace(path)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GiB memory"
