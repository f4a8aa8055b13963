"""The command line: `zaragoza --help` lists its commands."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from zaragoza.errors import DefinitionError, ZaragozaError, exit_code

if TYPE_CHECKING:
    from zaragoza.model.published_monitor import PublishedMonitor

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
_PUBLISHED_STAGES = 3
_WIDE = 200
_DEMO = Path("demo")  # where `make demo` puts it
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


class Producer(StrEnum):
    """Whose published figures are fetched."""

    eurostat = "eurostat"
    statline = "statline"
    oecd = "oecd"
    pxweb = "pxweb"
    unhcr = "unhcr"


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
    from zaragoza.catalogue.published_monitor import is_published, load_published_monitor
    from zaragoza.check import STAGES, all_faults
    from zaragoza.engine import Engine
    from zaragoza.published_pipeline import published_faults
    from zaragoza.terminal import Stages, show_faults

    if is_published(folder):
        faults = published_faults(load_published_monitor(folder))
    else:
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
    from zaragoza.catalogue.published_monitor import is_published, load_published_monitor
    from zaragoza.pipeline import run as run_monitor
    from zaragoza.terminal import Stages, lines_on_protection, release_table

    if is_published(folder):
        _run_published(load_published_monitor(folder))
        return
    monitor = load_monitor(folder)
    with Stages(_err, _STAGES) as stages:
        release = run_monitor(monitor, stage=stages)
    _out.print(release_table(release.observations, monitor))
    for line in lines_on_protection(release, monitor):
        _say(line)
    _say(f"release {release.id}: {release.path}")
    _say(f"page: {release.path / 'index.html'}")


def _run_published(monitor: PublishedMonitor) -> None:
    from zaragoza.published_pipeline import run_published
    from zaragoza.terminal import Stages

    with Stages(_err, _PUBLISHED_STAGES) as stages:
        path = run_published(monitor, stage=stages)
    counted = json.loads((path / "manifest.json").read_text(encoding="utf-8"))["rows"]
    _say(", ".join(f"{name} {number:,}" for name, number in counted.items()))
    _say(f"release {path.name}: {path}")
    _say(f"page: {path / 'index.html'}")


@app.command()
def documents(
    folder: Annotated[Path, typer.Argument(help="Folder to make the release in.")],
) -> None:
    """Make a release of the figures and targets that policy documents state; needs no data and no network."""
    from zaragoza.published_pipeline import documents_monitor

    _run_published(documents_monitor(folder))


@app.command()
def serve(
    releases: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RELEASE_DIR...", help="Folders of releases, or that hold some."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen at; 0: any.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 is every one.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1)] = 2,
    data: Annotated[
        Path | None, typer.Option(help="The site's own folder, by default zaragoza-site.")
    ] = None,
) -> None:
    """Show releases as a site. Without any: the demonstration's, and what policy documents state."""
    from zaragoza.demo import at_hand, demo_areas
    from zaragoza.web import server

    with server.listen(host, port) as listener:
        own = server.open_folder(data)
        folders = releases or at_hand(own, _DEMO)
        server.take_in(folders)
        for areas in filter(None, map(demo_areas, folders)):
            server.take_in_areas(**asdict(areas))
        server.serve(listener, workers=workers)


@app.command("compare-protection")
def compare_protection(
    folder: Folder,
    to: Annotated[
        Path | None, typer.Option(help="Folder for the page and table; by default the monitor's.")
    ] = None,
) -> None:
    """Compare methods of protection on a monitor's tables, for its custodian; publishes nothing."""
    from zaragoza.catalogue.monitor import load_monitor
    from zaragoza.pipeline import compare_protection as compare_methods
    from zaragoza.publish.comparison import write_comparison
    from zaragoza.terminal import Stages

    monitor = load_monitor(folder)
    with Stages(_err, _STAGES) as stages:
        table = compare_methods(monitor, stage=stages)
    titles = {indicator.id: indicator.title for indicator in monitor.indicators}
    for path in write_comparison(table, to or folder / "protection", titles):
        _say(str(path))


@app.command()
def audit(
    release: Annotated[Path, typer.Argument(help="Folder of the release, or a file of records.")],
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
    import zaragoza.audit as audits
    from zaragoza.api.microdata import extract_faults
    from zaragoza.terminal import Stages, show_audit, show_faults

    found: audits.Audit | audits.FileAudit
    if release.is_file():
        found = audits.FileAudit(release.name, extract_faults(release, monitor))
    else:
        with Stages(_err, 1) as stages, stages("attack"):
            found = audits.audit(release, earlier or (), monitor)
    if form is Format.json:
        _say(json.dumps(audits.as_record(found), ensure_ascii=False, indent=1))
    elif isinstance(found, audits.FileAudit):
        if found.faults:
            show_faults(_err, found.faults)
        _say(found.verdict.name)
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
def fetch(
    source: Annotated[Producer, typer.Argument(help="Who publishes the figures.")],
    datasets: Annotated[list[str], typer.Argument(metavar="DATASET...", help="Codes of the datasets there.")],
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="DIMENSION=CODE,CODE", help="Only these codes; may be repeated."),
    ] = None,
    since: Annotated[int | None, typer.Option(help="First year.")] = None,
    until: Annotated[int | None, typer.Option(help="Last year.")] = None,
    to: Annotated[Path, typer.Option(help="Folder of the vintages.")] = Path("published"),
    offline: Annotated[bool, typer.Option(help="Do not ask; use the last vintage.")] = False,
    day: Annotated[
        str | None, typer.Option(help="With --offline: as it stood on this day (2025-01-31).")
    ] = None,
    interface: Annotated[str, typer.Option(help="eurostat: sdmx3, sdmx2, jsonstat; statline: v3, v4.")] = "",
    server: Annotated[str | None, typer.Option(help="Address of another service of the same kind.")] = None,
) -> None:
    """Fetch published figures and keep them as a vintage: whole, with time, question and checksum."""
    from zaragoza.collect.fetch import fetch as ask
    from zaragoza.collect.fetch import fetched, question
    from zaragoza.terminal import vintage_line

    for dataset in datasets:
        query = question(source.value, dataset, filters or (), since, until, interface)
        found = fetched(query, to, day) if offline else ask(query, to, server=server)
        _say(vintage_line(found.path, found.vintage, new=found.new, offline=offline))


@app.command()
def revisions(
    earlier: Annotated[
        Path, typer.Argument(help="A vintage or file; or the folder of a dataset, with two days.")
    ],
    later: Annotated[str, typer.Argument(help="The later vintage or file; or the first day.")],
    day: Annotated[str | None, typer.Argument(help="The second day, after the folder of a dataset.")] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
) -> None:
    """Show what changed between two vintages: new, dropped and revised figures, and flags."""
    from zaragoza.collect.fetch import two_vintages
    from zaragoza.compare.revisions import as_record, compare_vintages
    from zaragoza.terminal import revisions_line, revisions_table

    before, after = two_vintages(earlier, later, day)
    keys = (*before.dataset.dimensions, "period")
    changed = compare_vintages(before.dataset.table, after.dataset.table, keys)
    if form is Format.json:
        sides = {"earlier": before, "later": after}
        dates = {name: {"fetched_at": of.fetched_at, "updated": of.updated} for name, of in sides.items()}
        _say(json.dumps(dates | as_record(changed), ensure_ascii=False, indent=1))
    else:
        out = _out if _out.is_terminal else Console(highlight=False, width=_WIDE)
        for side, one in (("earlier", before), ("later", after)):
            _say(f"{side}: fetched {one.fetched_at or 'not known'}, updated {one.updated or 'not known'}")
        _say(revisions_line(changed))
        out.print(revisions_table(changed))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make; an older demonstration in it is replaced.")],
    size: Annotated[int, typer.Option(help="Inhabitants of the made-up country.", min=20_000)] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same country.")] = 2023,
) -> None:
    """Make up a country, and run a monitor of a survey of it and one of registers."""
    from zaragoza.demo import beside, make_demo
    from zaragoza.terminal import Stages

    with Stages(_err, 1) as stages, stages("make up"):
        survey, registers = make_demo(folder, size, seed)
    with beside("run", str(registers), width=_out.width) as process:
        _run(survey)
        told, faults = process.communicate()
    _say(told.rstrip())
    if process.returncode:
        _err.print(faults, markup=False, end="")
        raise typer.Exit(process.returncode)
    called = sys.argv[0] if Path(sys.argv[0]).name == "zaragoza" else "zaragoza"
    _say("Look at it: " + shlex.join([called, "serve", *([] if folder == _DEMO else [str(folder)])]))


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
    from zaragoza.bench import TASKS, costs_table
    from zaragoza.bench import bench as measure

    _out.print(
        costs_table(TASKS[task.value].title, measure(households, task=task.value, rounds=rounds, peer=peer))
    )


def main() -> None:
    """Runs the command line; the exit code says what kind of fault it was."""
    from zaragoza.terminal import show_faults, show_unexpected

    try:
        app(standalone_mode=True)
    except ZaragozaError as error:
        show_faults(_err, error.faults)
        sys.exit(exit_code(error.faults))
    except Exception as error:  # its message could hold a value of a record: only its kind is shown
        if os.environ.get("ZARAGOZA_DEBUG"):
            raise
        show_unexpected(_err, error)
        sys.exit(_UNEXPECTED)
