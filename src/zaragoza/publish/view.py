"""What the pages show of a release: sections of rows of figures, before any language or format.

Pages are functions of published observations only; nothing here can see a hidden number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pyarrow as pa

from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import NOT_APPLICABLE, TOTAL, UNKNOWN, Classification
from zaragoza.model.estimate import ADJUSTED_GAP, CHANGE, DIFFERENCE, EXPLAINED, INTERACTION, LEVEL, RATIO
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import STATUS, Status
from zaragoza.model.text import Text

Role = Literal["reference", "group", "other"]
# Rows of one table, and of all tables of a page; what is longer is left to the data files: a page stays below 300 KB.
LONGEST, LONGEST_PAGE = 120, 450
_BY = Text("by", "naar")
_AND = Text("and", "en")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One observation. A hidden one holds a status and no number.

    Attributes:
        coverage, effective_n, obstacle: of an adjusted gap, as in model/estimate and model/observation.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int | None
    status: Status
    coverage: float | None = None
    effective_n: float | None = None
    obstacle: str | None = None

    @property
    def has_interval(self) -> bool:
        """Whether its error is known."""
        return self.low is not None and self.high is not None

    @property
    def direction(self) -> int:
        """Of a gap: 1 clearly higher, -1 clearly lower, 0 no clear difference (the interval holds zero)."""
        if self.low is None or self.high is None:
            return 0
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True, kw_only=True)
class AdjustedGap:
    """What a set of characteristics that are held equal makes of a gap.

    Attributes:
        gap: what remains between comparable people.
        explained: what goes with the characteristics; the two add up to the raw gap.
        interaction: what goes with both at once, where the method tells it; then all three add up to the raw gap.
        contributions: to the explained part, by characteristic, where the method tells them.
    """

    gap: Figure
    explained: Figure | None
    interaction: Figure | None = None
    contributions: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of one category.

    Attributes:
        position: its place among the groups that are compared.
        changes: from each earlier year of the monitor.
        adjusted: the gap for each set of the monitor; None where the set has no figure here.
    """

    code: str
    label: Text
    role: Role
    position: int
    level: Figure
    gap: Figure | None
    ratio: Figure | None
    changes: tuple[Figure | None, ...] = ()
    adjusted: tuple[AdjustedGap | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows with the other classifications held equal, named by their categories; None where there are none.

    Attributes:
        held: the category of each of the other classifications.
    """

    heading: Text | None
    rows: tuple[Row, ...]
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table of an indicator.

    Attributes:
        columns: the classifications that are crossed.
        along: the one that the rows follow.
        reference: label of the reference group, where there are gaps.
        blocks: empty where the table is too long for a page; `length` counts its rows all the same.
    """

    columns: tuple[str, ...]
    title: Text
    along: Classification
    reference: Text | None
    blocks: tuple[Block, ...]
    length: int

    @property
    def key(self) -> str:
        """Its name in addresses and ids on the page."""
        return "-".join(column.replace("_", "-") for column in self.columns)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def compared(self) -> tuple[Row, ...]:
        """The groups that are compared with the reference group, without total and unknown."""
        return tuple(row for row in self.rows if row.role == "group" and row.gap is not None)

    @property
    def charted(self) -> bool:
        """Whether it is drawn: a single classification of groups with at least one level shown."""
        return (
            self.along.groups and len(self.columns) == 1 and any(r.level.value is not None for r in self.rows)
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything that a page shows of one indicator.

    Attributes:
        total: the level of everybody, where there is one; `changes`: its change from each earlier year.
        absent: breakdowns that the source's variables do not allow for this indicator.
        figures: number of observations of the indicator; `hidden`: of those not shown, by status.
    """

    indicator: Indicator
    total: Figure | None
    sections: tuple[Section, ...]
    absent: tuple[Text, ...]
    figures: int
    hidden: tuple[tuple[Status, int], ...]
    changes: tuple[Figure | None, ...] = ()

    def section(self, column: str | None) -> Section | None:
        """The table of one classification by itself."""
        return next((s for s in self.sections if column is not None and s.columns == (column,)), None)


_Key = tuple[str, tuple[str, ...]]  # statistic, category of each breakdown column


def sheets(observations: pa.Table, monitor: Monitor, columns: Sequence[str]) -> tuple[Sheet, ...]:
    """A sheet for each indicator with observations, for the monitor's period and country.

    Args:
        observations: checked and in order.
        monitor: definitions.
        columns: the breakdown columns of the observations.
    """
    found: dict[str, dict[_Key, Figure]] = {}
    counted: dict[str, list[Status]] = {}
    for row in observations.to_pylist():
        if row["period"] != str(monitor.period) or row["geo"] != monitor.country:
            continue
        statistic = _change(row["reference"]) if row["statistic"] == CHANGE else row["statistic"]
        if row["adjustment"] is not None:
            statistic = _of_set(statistic, row["adjustment"], row["detail"])
        key = (statistic, tuple(row[column] for column in columns))
        found.setdefault(row["indicator"], {})[key] = figure_of(row)
        counted.setdefault(row["indicator"], []).append(STATUS[row["reason"]])
    return tuple(
        _sheet(indicator, found[indicator.id], counted[indicator.id], monitor, columns)
        for indicator in monitor.indicators
        if indicator.id in found
    )


def headline_groups(monitor: Monitor) -> Classification | None:
    """The first classification of groups among the breakdowns: the one of the overview."""
    named = (monitor.classification(name) for breakdown in monitor.breakdowns for name in breakdown.by)
    return next((classification for classification in named if classification.groups), None)


def category_order(classification: Classification) -> tuple[str, ...]:
    """Codes in the order of people's reading: total, the categories, not applicable, unknown last."""
    return (TOTAL, *classification.codes, NOT_APPLICABLE, UNKNOWN)


def _change(earlier: str) -> str:
    return f"{CHANGE} {earlier}"


def _of_set(statistic: str, adjustment: str, detail: str | None = None) -> str:
    return f"{statistic} {adjustment} {detail or ''}"


def _adjusted(
    figures: Mapping[_Key, Figure], codes: tuple[str, ...], monitor: Monitor
) -> tuple[AdjustedGap | None, ...]:
    def of(each: Adjustment) -> AdjustedGap | None:
        gap = figures.get((_of_set(ADJUSTED_GAP, each.name), codes))
        explained = figures.get((_of_set(EXPLAINED, each.name), codes))
        contributions = {
            name: figures[key]
            for name in each.covariates
            if (key := (_of_set(EXPLAINED, each.name, name), codes)) in figures
        }
        interaction = figures.get((_of_set(INTERACTION, each.name), codes))
        if gap is None:
            return None
        return AdjustedGap(gap=gap, explained=explained, interaction=interaction, contributions=contributions)

    return tuple(of(each) for each in monitor.adjustments)


def _changes(
    figures: Mapping[_Key, Figure], codes: tuple[str, ...], monitor: Monitor
) -> tuple[Figure | None, ...]:
    return tuple(figures.get((_change(str(year.period)), codes)) for year in monitor.earlier)


def figure_of(row: Mapping[str, Any]) -> Figure:
    """The figure of a row of observations."""
    return Figure(
        value=row["value"],
        low=row["ci_low"],
        high=row["ci_high"],
        n=row["n"],
        status=STATUS[row["reason"]],
        coverage=row["coverage"],
        effective_n=row["effective_n"],
        obstacle=row["obstacle"],
    )


def _sheet(
    indicator: Indicator,
    figures: Mapping[_Key, Figure],
    statuses: Sequence[Status],
    monitor: Monitor,
    columns: Sequence[str],
) -> Sheet:
    tables = [_section(by, figures, monitor, columns) for by in _tables(monitor)]
    sections = tuple(_fitting([section for section in tables if section is not None]))
    made = {section.columns for section in sections}
    hidden = {status: statuses.count(status) for status in STATUS.values() if not status.shown}
    return Sheet(
        indicator=indicator,
        total=figures.get((LEVEL, (TOTAL,) * len(columns))),
        sections=sections,
        absent=tuple(
            _title(by, monitor)
            for by in dict.fromkeys(breakdown.by for breakdown in monitor.breakdowns if breakdown.by)
            if by not in made
        ),
        figures=len(statuses),
        hidden=tuple((status, number) for status, number in hidden.items() if number),
        changes=_changes(figures, (TOTAL,) * len(columns), monitor),
    )


def _fitting(sections: Sequence[Section]) -> Iterator[Section]:
    rows = 0
    for section in sections:
        fits = section.length <= LONGEST and rows + section.length <= LONGEST_PAGE
        rows += section.length if fits else 0
        yield section if fits else replace(section, blocks=())


def _tables(monitor: Monitor) -> tuple[tuple[str, ...], ...]:
    """The tables of a page: every breakdown, its single classifications and its crossings with groups."""

    def grouped(by: tuple[str, ...]) -> bool:
        return any(monitor.classification(name).groups for name in by)

    chosen: dict[tuple[str, ...], None] = {}
    for breakdown in monitor.breakdowns:
        for length in range(1, len(breakdown.by) + 1):
            for by in itertools.combinations(breakdown.by, length):
                if length == 1 or by == breakdown.by or grouped(by):
                    chosen[by] = None
    return tuple(sorted(chosen, key=lambda by: (len(by), not grouped(by))))


def _title(by: Sequence[str], monitor: Monitor) -> Text:
    titles = [monitor.classification(name).title for name in by]
    if len(titles) == 1:
        return titles[0]
    first, *others = titles

    def words(language: Literal["en", "nl"]) -> str:
        return f" {_AND[language]} ".join(_inside(title[language]) for title in others)

    return Text(
        f"{first.en}, {_BY.en} {words('en')}",
        f"{first.nl}, {_BY.nl} {words('nl')}",
    )


def _inside(title: str) -> str:
    """A title as it stands inside a sentence: without its capital, unless it is an abbreviation."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or len(title) == 1 else title


def _section(
    by: tuple[str, ...], figures: Mapping[_Key, Figure], monitor: Monitor, columns: Sequence[str]
) -> Section | None:
    if not set(by) <= set(columns):
        return None
    classifications = [monitor.classification(name) for name in by]
    along = next((c for c in classifications if c.groups), classifications[-1])
    others = [c for c in classifications if c is not along]
    blocks = []
    for codes in itertools.product(*(category_order(c)[1:] for c in others)):
        held = {c.id: code for c, code in zip(others, codes, strict=True)}
        rows = tuple(_rows(along, held, figures, monitor, columns))
        if any(row.code != TOTAL for row in rows):
            heading = _joined([c.label(code) for c, code in zip(others, codes, strict=True)])
            blocks.append(Block(heading=heading, rows=rows, held=held))
    length = sum(len(block.rows) for block in blocks)
    if not length:
        return None
    has_gaps = any(row.gap is not None for block in blocks for row in block.rows)
    return Section(
        columns=by,
        title=_title(by, monitor),
        along=along,
        reference=along.label(along.reference) if has_gaps and along.reference else None,
        blocks=tuple(blocks),
        length=length,
    )


def _joined(labels: Sequence[Text]) -> Text | None:
    if not labels:
        return None
    return Text(", ".join(label.en for label in labels), ", ".join(label.nl for label in labels))


def _rows(
    along: Classification,
    held: Mapping[str, str],
    figures: Mapping[_Key, Figure],
    monitor: Monitor,
    columns: Iterable[str],
) -> Iterator[Row]:
    position = itertools.count()
    for code in category_order(along):
        place = {**held, along.id: code}
        codes = tuple(place.get(column, TOTAL) for column in columns)
        level = figures.get((LEVEL, codes))
        role = _role(along, code)
        where = next(position) if role == "group" else 0  # counted for absent groups too: colours stay put
        if level is not None:
            yield Row(
                code=code,
                label=along.label(code),
                role=role,
                position=where,
                level=level,
                gap=figures.get((DIFFERENCE, codes)),
                ratio=figures.get((RATIO, codes)),
                changes=_changes(figures, codes, monitor),
                adjusted=_adjusted(figures, codes, monitor),
            )


def _role(along: Classification, code: str) -> Role:
    if code in (TOTAL, UNKNOWN, NOT_APPLICABLE):
        return "other"
    return "reference" if code == along.reference else "group"
