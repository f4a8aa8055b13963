"""What the command line shows: tables of figures, faults and progress; never a value of a person's record."""

from __future__ import annotations

import math
import shlex
import threading
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from zaragoza.catalogue.listing import COMPUTED, NEEDS, data_needed, status
from zaragoza.compare.revisions import Revisions
from zaragoza.errors import Fault
from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import STATUS
from zaragoza.model.text import Language, Text
from zaragoza.model.vintage import Vintage

if TYPE_CHECKING:
    from zaragoza.audit import Audit
    from zaragoza.protect import Coarser
    from zaragoza.publish import Release

_PATIENCE = 2.0  # seconds before a bar is shown
_MOST_CHANGES = 30
_MOST = 12  # indicators of a release at the terminal; its pages hold all
_SIGNS = {
    "unreliable": "u",
    "too_few": "·",
    "dominance": "·",
    "secondary": "·",
    "too_uncertain": "·",
    "confidential": "·",
    "not_measured": ":",
}

_HEADINGS = (
    Text("area", "thema"),
    Text("id", "id"),
    Text("indicator", "indicator"),
    Text("status", "status"),
    Text("OECD", "OESO"),
    Text("made of, or needs", "gemaakt van, of nodig"),
)
_STATUS = {COMPUTED: Text("computed", "berekend"), NEEDS: Text("needs data", "mist gegevens")}
_COUNTED = (Text("indicators", "indicatoren"), Text("computed", "berekend"))


def show_faults(console: Console, faults: tuple[Fault, ...]) -> None:
    """One block a fault: where and what, what was expected and found, the way out."""
    for fault in faults:
        console.print(f"[bold]{escape(fault.where)}[/]: {escape(fault.field)}")
        console.print(f"  expected {escape(fault.expected)}; found {escape(fault.found)}", highlight=False)
        console.print(f"  [dim]{escape(fault.way_out)}[/]", highlight=False)
    console.print(f"{len(faults)} fault{'s' if len(faults) != 1 else ''}", style="bold red", highlight=False)


def show_unexpected(console: Console, error: Exception) -> None:
    """An error that is nobody's but ours: its kind and place, never its message, which could hold a value."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    console.print(f"unexpected {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}")
    console.print(
        "Please report it. ZARAGOZA_DEBUG=1 shows the whole trace, which may hold values of your data."
    )


_BY = {
    "n": "its number of people is known",
    "n_hat": "its number of people in the population is known",
    "numerator": "its numerator is known",
    "complement": "all but its numerator is known",
    "amount": "its sum is bounded more narrowly than its largest contributions allow",
    "derived": "a gap, ratio or change beside a level gives it away",
    "adjusted": "it is a part of an adjusted gap that is shown",
    "release": "another release shows it",
    "difference": "it is what this group has more than one that lies in it",
    "shown": "it is shown, and the policy forbids it",
}


def show_audit(console: Console, found: Audit) -> None:
    """What can be worked out, with the bounds that an intruder has, and the verdict."""
    table = Table(title_justify="left", title=f"What an intruder can work out from {found.release}")
    for heading in ("indicator", "figure", "how", "at least", "at most", "asked between"):
        table.add_column(heading, overflow="fold", justify="left" if heading in _TEXTS else "right")
    for one in found.exposures:
        bounds = (_bound(value) for value in (one.low, one.high, one.demand))
        table.add_row(escape(one.indicator), escape(one.place), _BY[one.by], *bounds)
    if found.exposures:
        console.print(table)
    if certified := sum(found.certified.values()):
        console.print(f"{certified} hidden quantities can be this or that, by {_means(found.certified)}")
    console.print(f"judged by a minimum count of {found.min_count}" + _beside(found.earlier))
    for doubt in found.doubts:
        console.print(f"cannot tell: {escape(doubt)}")
    console.print(f"[bold]{_VERDICT[found.verdict.name]}[/]")


_TEXTS = ("indicator", "figure", "how")
_VERDICT = {"safe": "safe", "unsafe": "unsafe", "unclear": "cannot tell"}


def _bound(value: float) -> str:
    if math.isnan(value):
        return ""
    return "no bound" if math.isinf(value) else f"{round(value, 6) + 0.0:,.6g}"


def _means(certified: Mapping[str, int]) -> str:
    words = {"witness": "tables that many share", "programme": "programmes of their own"}
    return ", ".join(f"{words[name]} ({count})" for name, count in certified.items())


def _beside(earlier: Sequence[str]) -> str:
    return ", beside " + ", ".join(map(escape, earlier)) if earlier else ""


class Stages:
    """A progress bar over the stages of a run, shown when the run takes longer than a moment.

    Args:
        console: where it is shown; nothing is shown where output is no terminal.
        total: number of stages.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total)
        self._timer = threading.Timer(_PATIENCE, self._progress.start)
        self._timer.daemon = True

    def __enter__(self) -> Stages:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()  # it may be just starting the bar
        self._progress.stop()

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Says that a stage is at work, and counts it when it is done."""
        self._progress.update(self._task, description=name)
        yield
        self._progress.advance(self._task)


def indicators_table(indicators: Sequence[Indicator], areas: Mapping[str, Text], language: Language) -> Table:
    """Indicators with what they are computed from, one section an area.

    Args:
        indicators: in the order of the areas.
        areas: titles of the policy areas.
        language: of titles and headings.
    """
    table = Table(title_justify="left", caption_justify="left")
    for heading in _HEADINGS:
        table.add_column(heading[language], overflow="fold")
    for number, one in enumerate(indicators):
        if number and one.area != indicators[number - 1].area:
            table.add_section()
        cells = (
            areas[one.area][language],
            one.id,
            one.title[language],
            _STATUS[status(one)][language],
            ", ".join(one.oecd),
            ", ".join(data_needed(one, language)),
        )
        table.add_row(*map(escape, cells))
    computed = sum(one.computed for one in indicators)
    table.caption = f"{len(indicators)} {_COUNTED[0][language]}, {computed} {_COUNTED[1][language]}"
    return table


def release_table(observations: pa.Table, monitor: Monitor) -> Table:
    """Levels by the first group classification, with the gaps to the reference group.

    Of a release with many indicators a selection from all areas; the caption counts the others.

    Args:
        observations: of a release.
        monitor: what it was made from.
    """
    groups = next((c for c in monitor.classifications if c.groups and c.reference), None)
    table = Table(
        title=escape(f"{monitor.title.en}, {monitor.period}"), title_justify="left", title_style="bold"
    )
    table.add_column("indicator", overflow="fold")
    if groups is None:
        table.add_column("total", justify="right")
    for code in groups.codes if groups else ():
        heading = escape(groups.label(code).en) if groups else code
        table.add_column(
            heading + (" (reference)" if groups and code == groups.reference else ""), justify="right"
        )
    rows = _overall(observations, groups)
    chosen = _selection(monitor.indicators)
    for indicator in chosen:
        scale = (100.0, 1) if indicator.unit == "proportion" else (1.0, 0)
        if groups is None:
            cells = [_level(rows.get((indicator.id, TOTAL, LEVEL)), *scale)]
        else:
            cells = [
                _level(rows.get((indicator.id, code, LEVEL)), *scale)
                + _gap(rows.get((indicator.id, code, DIFFERENCE)), *scale)
                for code in groups.codes
            ]
        table.add_row(escape(indicator.title.en), *cells)
    left_out = f"{len(chosen)} of {len(monitor.indicators)} indicators, all of them on the page\n"
    table.caption = (left_out if len(chosen) < len(monitor.indicators) else "") + (
        f"gap to the reference group with its {monitor.confidence * 100:g} % interval; "
        "u less reliable, · not shown, : not measured"
    )
    table.caption_justify = "left"
    return table


def sparse_line(found: Coarser) -> str:
    """What to do about a table of which most is hidden."""
    table, instead = found.table, found.instead
    way_out = (
        "no margin by one of its columns does better: use broader categories or fewer indicators"
        if instead is None
        else f"the table by {_columns(instead.by)} hides {instead.hidden} of {instead.figures}: "
        "publish that in its place, or use broader categories"
    )
    return (
        f"too sparse: the table by {_columns(table.by)} hides {table.hidden} of {table.figures} figures "
        f"to protect people; {way_out}"
    )


def lines_on_protection(release: Release, monitor: Monitor) -> Iterator[str]:
    """What the custodian should look at before a release is handed out."""
    from zaragoza.protect import coarser

    yield from map(sparse_line, coarser(release.observations, monitor.breakdowns))
    log = release.manifest["protection"]["log"]
    for entry in log:
        for by, count in entry.get("levels_missed", {}).items():
            yield (
                f"less uncertain than asked: {count} hidden sums of {entry['indicator']} by {by}; "
                "what would have to be hidden beside them is shown by an earlier release, or was not found"
            )
    if any(entry.get("attacked") is False for entry in log):
        audit = shlex.join(["zaragoza", "audit", str(release.path), "--monitor", str(monitor.folder)])
        yield (
            "not attacked: there are too many figures changed by noise to look in every run for true counts that "
            f"follow from them; before you hand it out: {audit}"
        )


def _columns(by: Sequence[str]) -> str:
    return " x ".join(by)


def vintage_line(path: Path, vintage: Vintage, *, new: bool, offline: bool) -> str:
    """What was fetched, where it lies, and whether it differs from what was there."""
    kind = "as it stood" if offline else "new" if new else "unchanged"
    updated = f", updated by the source {vintage.updated}" if vintage.updated else ""
    return f"{path}: {vintage.query}: {vintage.rows:,} figures, {kind}, fetched {vintage.fetched_at}{updated}"


def revisions_line(revisions: Revisions) -> str:
    """How much changed between two vintages."""
    return (
        f"{revisions.common:,} figures in both: {revisions.revised:,} revised, {revisions.flagged:,} with other flags; "
        f"{revisions.new:,} new, {revisions.dropped:,} dropped; "
        f"mean revision {_plain(revisions.mean)}, mean absolute {_plain(revisions.mean_absolute)}"
    )


def revisions_table(revisions: Revisions) -> Table:
    """The changes between two vintages, the largest first; all of them are in the JSON."""
    rows = revisions.changes.to_pylist()
    keys = [name for name in revisions.changes.column_names if not name.endswith(("_before", "_after"))][:-2]
    shown = sorted(rows, key=lambda row: -abs(row["difference"] or 0.0))[:_MOST_CHANGES]
    table = Table(caption_justify="left")
    if len(rows) > len(shown):
        table.caption = f"{len(rows) - len(shown):,} more; --format json shows all"
    for heading in (*keys, "change", "before", "after", "difference"):
        table.add_column(heading, justify="right" if heading in ("before", "after", "difference") else "left")
    for row in shown:
        sides = (_figure(row, "before"), _figure(row, "after"))
        table.add_row(*(escape(row[key]) for key in keys), row["change"], *sides, _plain(row["difference"]))
    return table


def _figure(row: Mapping[str, Any], side: str) -> str:
    """A value with its flags."""
    said = _plain(row[f"value_{side}"]) or row[f"text_{side}"] or ""
    flags = " ".join(flag for name in ("flag", "conf_flag") if (flag := row[f"{name}_{side}"]))
    return escape(f"{said} {flags}".strip())


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _selection(indicators: Sequence[Indicator]) -> list[Indicator]:
    """All where they are few; else the first of each area, then the second, and so on, in their own order."""
    in_area = Counter[str]()
    turns: list[tuple[int, int]] = []
    for one in indicators:
        turns.append((in_area[one.area], len(turns)))
        in_area[one.area] += 1
    return [indicators[place] for place in sorted(place for _, place in sorted(turns)[:_MOST])]


_Row = dict[str, object]


def _overall(observations: pa.Table, groups: Classification | None) -> dict[tuple[str, str, str], _Row]:
    """Rows that are broken down by nothing else, by indicator, group and statistic."""
    breakdowns = observations.column_names[3 : observations.column_names.index("statistic")]
    others = [name for name in breakdowns if groups is None or name != groups.id]
    found = {}
    for row in observations.to_pylist():
        if all(row[name] == TOTAL for name in others):
            code = row[groups.id] if groups else TOTAL
            found[row["indicator"], code, row["statistic"]] = row
    return found


def _level(row: _Row | None, scale: float, digits: int) -> str:
    if row is None:
        return ":"
    value, sign = row["value"], _SIGNS.get(str(row["reason"]), "")
    if not isinstance(value, float) or not STATUS[str(row["reason"])].shown:
        return sign or ":"
    return f"{value * scale:,.{digits}f}{sign}"


def _gap(row: _Row | None, scale: float, digits: int) -> str:
    if row is None or not isinstance(row["value"], float):
        return ""
    low, high = row["ci_low"], row["ci_high"]
    interval = ""
    if isinstance(low, float) and isinstance(high, float):
        interval = f" ({low * scale:+,.{digits}f} to {high * scale:+,.{digits}f})"
    return f"\n{row['value'] * scale:+,.{digits}f}{interval}"
