"""One installed release as pages and the API read it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from zaragoza.engine import literal, quote
from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Language, Text
from zaragoza.publish.defined import completed
from zaragoza.publish.manifest import PUBLISHED
from zaragoza.publish.restored import restored_monitor
from zaragoza.publish.view import Sheet, headline_groups, sheets
from zaragoza.web.definitions import catalogue
from zaragoza.web.geometry import kept as geometry
from zaragoza.web.releases import shelf

_PART = "-"  # between a breakdown and its category, in addresses


@dataclass(frozen=True)
class Edition:
    """A release in the site's folder.

    Attributes:
        series: id of its monitor.
        release: its own id.
    """

    series: str
    release: str

    @property
    def folder(self) -> Path:
        """The release's own files, as they were published."""
        return releases_folder() / self.series / self.release

    @property
    def made(self) -> Path:
        """What the site made of it: its charts."""
        return made_folder() / self.series / self.release

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the release says of itself; what an early one leaves open is as the catalogue states it today."""
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        if found["format"] != PUBLISHED:
            return found
        indicators = {row["indicator"] for row in self._distinct("indicator")}
        return completed(found, indicators, self._names(), catalogue())

    @cached_property
    def published(self) -> bool:
        """Whether it holds figures that others have published, of many places."""
        return bool(self.manifest["format"] == PUBLISHED)

    @cached_property
    def monitor(self) -> Monitor:
        """The public part of its monitor."""
        return restored_monitor(self.manifest)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions of the indicators with figures, by id."""
        there = {row["indicator"] for row in self._distinct("indicator")}
        return {each.id: each for each in self.monitor.indicators if each.id in there}

    @cached_property
    def classifications(self) -> Mapping[str, Classification]:
        """Those that figures are broken down by, by id."""
        held = {name for breakdown in self.monitor.breakdowns for name in breakdown.by}
        return {each.id: each for each in self.monitor.classifications if each.id in held}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the observations that break them down."""
        return tuple(name for name in self._names() if name in self.classifications)

    @property
    def title(self) -> Text:
        """Of the monitor."""
        return self.monitor.title

    @property
    def made_at(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(self.manifest["created_at"])

    @property
    def period(self) -> str:
        """That an office's release is about."""
        return str(self.manifest["period"])

    @property
    def source_kind(self) -> str:
        """`survey` or `register`."""
        return str(self.monitor.source.kind)

    @property
    def synthetic(self) -> bool:
        """Whether its people do not exist."""
        return self.monitor.synthetic

    @property
    def places(self) -> tuple[str, ...]:
        """Places with figures, as addresses name them: countries, the union last, and parts of the country."""
        return (*self.countries, *(key for name in self.place_columns for key in self._parts(name)))

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries with figures, the union last."""
        there = {row["geo"] for row in self._distinct("geo")}
        union = self.manifest.get("union")
        return (*sorted(there - {union}), *((union,) if union in there else ()))

    @property
    def place_columns(self) -> tuple[str, ...]:
        """The breakdowns whose categories are places: by their rules, or because it is known where they lie."""
        if self.published:
            return ()
        drawn = geometry.columns(self.series)
        return tuple(name for name in self.columns if name in self._by_place or name in drawn)

    @cached_property
    def _by_place(self) -> frozenset[str]:
        return frozenset(name for name, each in self.classifications.items() if each.of_places)

    def _parts(self, column: str) -> tuple[str, ...]:
        """Places that are categories of a breakdown."""
        return tuple(f"{column}{_PART}{code}" for code in self.classifications[column].codes)

    def part(self, place: str) -> tuple[str, str] | None:
        """Breakdown and category of a place that is a part of the country."""
        column, _, code = place.partition(_PART)
        return (column, code) if code and column in self.place_columns else None

    def groups_beside(self, column: str | None) -> tuple[Classification, ...]:
        """Classifications of groups whose tables hold a breakdown by places; all where none does, or for None."""
        groups = tuple(each for each in self.classifications.values() if each.groups)
        tables = [set(each.by) for each in self.monitor.breakdowns]
        crossed = tuple(each for each in groups if any({each.id, column} <= by for by in tables))
        return crossed or groups

    def groups_at(self, place: str) -> tuple[Classification, ...]:
        """Those that a place has figures of."""
        part = self.part(place)
        return self.groups_beside(part[0] if part else None)

    def headline(self, place: str) -> Classification | None:
        """The groups of the overview of a place."""
        return next(iter(self.groups_at(place)), None) if self.part(place) else headline_groups(self.monitor)

    def alike(self, place: str) -> int:
        """How many places of its kind have figures: parts of the country, or countries."""
        found = self.part(place)
        return len(self.classifications[found[0]].codes) if found else len(self.countries)

    def part_name(self, place: str, language: Language) -> str | None:
        """The name of such a place: that of its outline, or the title of the category."""
        found = self.part(place)
        if found is None:
            return None
        column, code = found
        kept = geometry.geometry(self.series, column)
        own = kept.names.get(code) if kept else None
        return own or self.classifications[column].label(code)[language]

    @property
    def states(self) -> bool:
        """Whether it holds what policy documents state."""
        return "stated.en.csv" in self.manifest["files"]

    @property
    def rates(self) -> bool:
        """Whether its places are rated, by a rule that is known."""
        return self.has("ratings") and self.manifest["rule"] is not None

    @property
    def compares(self) -> bool:
        """Whether it has places, and groups in them to compare."""
        return len(self.places) > 1 and any(each.groups for each in self.classifications.values())

    @property
    def files(self) -> tuple[str, ...]:
        """Its data files and the manifest; its own pages are those of the site."""
        data = (name for name in self.manifest["files"] if "/" not in name and not name.endswith(".html"))
        return ("manifest.json", *data)

    @cached_property
    def front_place(self) -> str:
        """The place that a page shows unless another is chosen: the country, or the union of countries."""
        known = self.monitor.country in self.countries or not self.countries
        return self.monitor.country if known else self.countries[0]

    def periods(self, indicator: str, place: str) -> tuple[str, ...]:
        """Periods for which a level is shown there, the earliest first; all there are where none is."""
        held, values = _held(self._at(place))
        sql = (
            f"SELECT period, count(value) FROM {{table}} WHERE indicator = ? AND statistic = ? AND {held}"  # noqa: S608 - names of columns
            " GROUP BY period ORDER BY period"
        )
        found = shelf.query(self.table("observations"), sql, (indicator, LEVEL, *values)).rows()
        shown = [str(period) for period, number in found if number]
        return tuple(shown or [str(period) for period, _ in found])

    def sheet(self, indicator: str, place: str, period: str) -> Sheet | None:
        """What a page shows of an indicator for one place and period; None where there is nothing."""
        monitor = self._monitor_of(place, period)
        rows = self._own(place, {"indicator": indicator, "period": period})
        found = sheets(rows, monitor, self.columns)
        return found[0] if found else None

    def levels(self, place: str, column: str | None) -> list[tuple[str, str, str, float, str]]:
        """Indicator, period, code, level and status of everybody and of each group, where a level is shown."""
        where = {name: TOTAL for name in self.columns if name != column}
        held, values = _held(where | {name: at for name, at in self._at(place).items() if name != column})
        code = quote(column) if column in self.columns else literal(TOTAL)
        sql = (
            f"SELECT indicator, period, {code}, value, reason FROM {{table}} WHERE statistic = ? AND {held}"  # noqa: S608 - names of columns
            " AND value IS NOT NULL ORDER BY indicator, period"
        )
        return shelf.query(self.table("observations"), sql, (LEVEL, *values)).rows()

    def sheets(self, place: str) -> tuple[Sheet, ...]:
        """What pages show of every indicator for a place, each of its latest period, in the order of the release.

        Where all is hidden it is shown why.
        """
        held, values = _held(self._at(place))
        sql = (
            "SELECT indicator, coalesce(max(period) FILTER (value IS NOT NULL), max(period))"  # noqa: S608 - names of columns
            f" FROM {{table}} WHERE statistic = ? AND {held} GROUP BY indicator"
        )
        latest = dict(shelf.query(self.table("observations"), sql, (LEVEL, *values)).rows())
        found: dict[str, Sheet] = {}
        for period in sorted(set(latest.values())):
            rows = self._own(place, {"period": period})
            for sheet in sheets(rows, self._monitor_of(place, period), self.columns):
                if latest.get(sheet.indicator.id) == period:
                    found[sheet.indicator.id] = sheet
        return tuple(found[name] for name in self.indicators if name in found)

    def table(self, name: str) -> Path:
        """The Parquet file of one of its tables: observations, ratings, trends, distances."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Whether the release has that table."""
        return f"{name}.parquet" in self.manifest["files"]

    def series_of(self, indicator: str, place: str, statistic: str) -> list[dict[str, Any]]:
        """Figures of all periods of one indicator and place, of single groups and of everybody."""
        where = {"indicator": indicator, "statistic": statistic, "adjustment": None}
        rows = self._own(place, where, ("period",)).to_pylist()
        return [row for row in rows if sum(row[column] != TOTAL for column in self.columns) <= 1]

    def _at(self, place: str) -> dict[str, str]:
        """Where the rows of a place are, by column."""
        part = self.part(place)
        return {"geo": self.monitor.country, part[0]: part[1]} if part else {"geo": place}

    def _own(self, place: str, where: Mapping[str, object], order: Sequence[str] = ()) -> Any:
        """Rows of a place; of a part of the country as if it were one, with its total in the place of its code."""
        part = self.part(place)
        told = {part[0]: TOTAL} if part else None
        return shelf.select(self.table("observations"), {**self._at(place), **where}, order, told)

    def _names(self) -> Sequence[str]:
        none = shelf.query(self.table("observations"), "SELECT * FROM {table} LIMIT 0").arrow()
        found: list[str] = none.column_names
        return found

    def _distinct(self, column: str) -> list[dict[str, Any]]:
        sql = f"SELECT DISTINCT {column} FROM {{table}}"  # noqa: S608 - a name of ours
        found: list[dict[str, Any]] = shelf.query(self.table("observations"), sql).arrow().to_pylist()
        return found

    def _monitor_of(self, place: str, period: str) -> Monitor:
        return restored_monitor(self.manifest, place, period) if self.published else self.monitor


def _held(where: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Columns that have these values, as a condition and its parameters."""
    return " AND ".join(f"{quote(column)} = ?" for column in where), tuple(where.values())


def releases_folder() -> Path:
    """Where the site keeps releases, a folder a monitor."""
    return Path(settings.DATA) / "releases"


def made_folder() -> Path:
    """Where the site keeps what it makes of them."""
    return Path(settings.DATA) / "made"


@lru_cache(maxsize=64)
def edition(series: str, release: str) -> Edition:
    """An installed release; kept, as it never changes."""
    return Edition(series, release)
