"""The command line: zaragoza init | check | run | audit | indicators | demo | bench."""

from __future__ import annotations

import json
import os
import shlex
import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from zaragoza.errors import DefinitionError, ZaragozaError, exit_code

app = typer.Typer(
    name="zaragoza",
    help="Monitors the integration of migrants: from an office's files to protected figures with their error.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks would show values of variables
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)
_STAGES = 6
_WIDE = 200
_UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h


class Task(StrEnum):
    """What `bench` measures."""

    indicators = "indicators"
    distribution = "distribution"
    bootstrap = "bootstrap"
    adjusted = "adjusted"


class Format(StrEnum):
    """How a list is written."""

    table = "table"
    json = "json"


class Language(StrEnum):
    """In which language people read it."""

    en = "en"
    nl = "nl"


Folder = Annotated[Path, typer.Argument(help="Folder of the monitor (holds monitor.toml).")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make the monitor in.")],
    files: Annotated[list[Path], typer.Argument(help="CSV, Parquet, SPSS, Stata or SAS files; also .gz.")],
    answers: Annotated[Path | None, typer.Option(help="TOML file with answers to the questions.")] = None,
) -> None:
    """Propose a monitor for files that an office already has: reads them, writes monitor.toml."""
    from zaragoza.catalogue.load import load_catalogue
    from zaragoza.collect.propose import propose, write_monitor
    from zaragoza.collect.questions import Question, read_answers
    from zaragoza.terminal import show_faults

    def ask(question: Question) -> str:
        _err.print(f"[bold]{escape(question.text)}[/]\n[dim]{escape(question.why)}[/]")
        if question.options:
            _err.print(escape(f"  {question.listed}"))
        return str(typer.prompt("  answer", default=question.default or "", err=True))

    given = read_answers(answers) if answers else None
    proposal = propose(folder, files, given, ask if sys.stdin.isatty() else None, load_catalogue())
    path = write_monitor(proposal, folder)
    _say(f"{path}: {len(proposal.matches)} variables recognised, {len(proposal.unused)} columns not used")
    if proposal.faults:
        show_faults(_err, proposal.faults)
        raise typer.Exit(DefinitionError.exit_code)
    _say(f"Read it through, then: zaragoza check {shlex.quote(str(folder))}")


@app.command()
def check(folder: Folder) -> None:
    """Report every fault of the monitor and its files at once; changes nothing."""
    from zaragoza.check import STAGES, all_faults
    from zaragoza.engine import Engine
    from zaragoza.terminal import Stages, show_faults

    with Engine() as engine, Stages(_err, len(STAGES)) as stages:
        faults = all_faults(folder, engine, stages)
    if faults:
        show_faults(_err, faults)
        raise typer.Exit(exit_code(faults))
    _out.print("no faults")


@app.command()
def run(folder: Folder) -> None:
    """Make a release: collect, derive, classify, compute, protect, publish."""
    _run(folder)


def _say(text: str) -> None:
    """A line as it is: paths are neither broken nor read as markup."""
    _out.print(text, markup=False, soft_wrap=True)


def _run(folder: Path) -> None:
    from zaragoza.catalogue.monitor import load_monitor
    from zaragoza.pipeline import run as run_monitor
    from zaragoza.terminal import Stages, release_table

    monitor = load_monitor(folder)
    with Stages(_err, _STAGES) as stages:
        release = run_monitor(monitor, stage=stages)
    _out.print(release_table(release.observations, monitor))
    _say(f"release {release.id}: {release.path}")
    _say(f"page: {release.path / 'index.html'}")


@app.command()
def audit(
    release: Annotated[Path, typer.Argument(help="Folder of the release.")],
    earlier: Annotated[
        list[Path] | None, typer.Argument(help="Folders of other releases that an intruder has as well.")
    ] = None,
    monitor: Annotated[
        Path | None,
        typer.Option(help="Folder of its monitor: judge by the whole policy and the true numbers."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
) -> None:
    """Attack a release: what can be worked out of what it hides. Exit 0 safe, 2 unsafe, 3 cannot tell."""
    from zaragoza.audit import as_record
    from zaragoza.audit import audit as audit_releases
    from zaragoza.terminal import Stages, show_audit

    with Stages(_err, 1) as stages, stages("attack"):
        found = audit_releases(release, earlier or (), monitor)
    if form is Format.json:
        _say(json.dumps(as_record(found), ensure_ascii=False, indent=1))
    else:
        show_audit(_out, found)
    raise typer.Exit(found.verdict)


@app.command()
def indicators(
    more: Annotated[
        list[str] | None, typer.Argument(metavar="VAR", help="Further variables of --needs.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
    area: Annotated[str | None, typer.Option(help="Only those of a policy area.")] = None,
    needs: Annotated[
        list[str] | None,
        typer.Option(metavar="VAR...", help="Only what these variables, and what they give, are enough for."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the titles.")] = Language.en,
) -> None:
    """List the indicators of the catalogue: what is computed, and what data the others need."""
    from zaragoza.catalogue import load_catalogue
    from zaragoza.catalogue.listing import as_record, listed
    from zaragoza.terminal import indicators_table

    if more and not needs:
        raise typer.BadParameter("variables stand after --needs", param_hint="VAR")
    catalogue = load_catalogue()
    found = listed(catalogue, area, [*needs, *(more or ())] if needs else None)
    if form is Format.json:
        records = [as_record(one, language.value) for one in found]
        _say(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        # into a file or another command nothing needs to be folded
        out = _out if _out.is_terminal else Console(highlight=False, width=_WIDE)
        out.print(indicators_table(found, catalogue.areas, language.value))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make; an older demonstration in it is replaced.")],
    size: Annotated[int, typer.Option(help="Inhabitants of the made-up country.", min=20_000)] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same country.")] = 2023,
) -> None:
    """Make up a country, and run a monitor of a survey of it and one of registers."""
    from zaragoza.demo import make_demo
    from zaragoza.terminal import Stages

    with Stages(_err, 1) as stages, stages("make up"):
        monitors = make_demo(folder, size, seed)
    for monitor in monitors:
        _run(monitor)


@app.command()
def bench(
    task: Annotated[Task, typer.Option(help="What is measured.")] = Task.indicators,
    households: Annotated[
        int | None, typer.Option(min=100, help="Sampling units of the made-up file; by default the task's.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Rounds of each contender; the median counts.")] = 3,
    peer: Annotated[bool, typer.Option(help="Also run the survey package svy, where installed.")] = False,
) -> None:
    """Show what estimation costs, as ratios in one run."""
    from zaragoza.bench import TASKS
    from zaragoza.bench import bench as measure

    costs = measure(households, task=task.value, rounds=rounds, peer=peer)
    title = f"{TASKS[task.value].title}, {costs[0].persons:,} persons"
    table = Table(title=title, title_justify="left")
    for heading in ("", "seconds", f"times the {costs[0].contender}", "peak MB"):
        table.add_column(heading, justify="right" if heading else "left")
    for cost in costs:
        ratio = cost.seconds / costs[0].seconds
        table.add_row(cost.contender, f"{cost.seconds:.2f}", f"{ratio:.1f}", str(cost.memory))
    _out.print(table)


def main() -> None:
    """Runs the command line; the exit code says what kind of fault it was."""
    from zaragoza.terminal import show_faults

    try:
        app(standalone_mode=True)
    except ZaragozaError as error:
        show_faults(_err, error.faults)
        sys.exit(exit_code(error.faults))
    except Exception as error:  # its message could hold a value of a record: only its kind is shown
        if os.environ.get("ZARAGOZA_DEBUG"):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        _err.print(f"unexpected {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}")
        _err.print(
            "Please report it. ZARAGOZA_DEBUG=1 shows the whole trace, which may hold values of your data."
        )
        sys.exit(_UNEXPECTED)


if __name__ == "__main__":
    main()
