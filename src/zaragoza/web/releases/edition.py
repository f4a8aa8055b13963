"""One installed release as pages and the API read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Text
from zaragoza.publish.manifest import PUBLISHED
from zaragoza.publish.restored import restored_monitor
from zaragoza.publish.view import Sheet, sheets
from zaragoza.web.releases import shelf


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
        """What the release says of itself."""
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        return found

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
        none = shelf.query(self.table("observations"), "SELECT * FROM {table} LIMIT 0").arrow()
        return tuple(name for name in none.column_names if name in self.classifications)

    @property
    def title(self) -> Text:
        """Of the monitor."""
        return self.monitor.title

    @property
    def made_at(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(self.manifest["created_at"])

    @property
    def synthetic(self) -> bool:
        """Whether its people do not exist."""
        return self.monitor.synthetic

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Codes of the places with figures, the union last."""
        there = {row["geo"] for row in self._distinct("geo")}
        union = self.manifest.get("union")
        return (*sorted(there - {union}), *((union,) if union in there else ()))

    @property
    def states(self) -> bool:
        """Whether it holds what policy documents state."""
        return "stated.en.csv" in self.manifest["files"]

    @property
    def rates(self) -> bool:
        """Whether its places are rated."""
        return self.has("ratings")

    @property
    def compares(self) -> bool:
        """Whether it has places to compare."""
        return len(self.places) > 1

    @property
    def files(self) -> tuple[str, ...]:
        """Its data files and the manifest; its own pages are those of the site."""
        data = (name for name in self.manifest["files"] if "/" not in name and not name.endswith(".html"))
        return ("manifest.json", *data)

    @cached_property
    def front_place(self) -> str:
        """The place that a page shows unless another is chosen: the country, or the union of countries."""
        known = self.monitor.country in self.places or not self.places
        return self.monitor.country if known else self.places[0]

    def periods(self, indicator: str, place: str) -> tuple[str, ...]:
        """Periods for which a level is published there, the earliest first."""
        sql = (
            "SELECT DISTINCT period FROM {table} WHERE indicator = ? AND geo = ? AND statistic = ?"
            " AND value IS NOT NULL ORDER BY period"
        )
        found = shelf.query(self.table("observations"), sql, (indicator, place, LEVEL)).rows()
        return tuple(str(period) for (period,) in found)

    def sheet(self, indicator: str, place: str, period: str) -> Sheet | None:
        """What a page shows of an indicator for one place and period; None where there is nothing."""
        monitor = self._monitor_of(place, period)
        where = {"indicator": indicator, "geo": place, "period": period}
        found = sheets(shelf.select(self.table("observations"), where), monitor, self.columns)
        return found[0] if found else None

    def lines(self, place: str) -> dict[str, list[tuple[float, float]]]:
        """Year and level of everybody, by indicator with yearly figures; what cannot be compared is left out."""
        held = " AND ".join(f'"{name}" = ?' for name in self.columns) or "TRUE"
        sql = (
            f"SELECT indicator, period, value, reason FROM {{table}} WHERE geo = ? AND statistic = ? AND {held}"  # noqa: S608 - names of columns
            " AND value IS NOT NULL AND period NOT LIKE '%-%' ORDER BY indicator, period"
        )
        values = (place, LEVEL, *(TOTAL for _ in self.columns))
        found: dict[str, list[tuple[float, float]]] = {}
        for indicator, period, value, reason in shelf.query(self.table("observations"), sql, values).rows():
            line = found.setdefault(indicator, [])
            if reason == "break":
                line.clear()
            line.append((float(period), value))
        return found

    def sheets(self, place: str) -> tuple[Sheet, ...]:
        """What pages show of every indicator for a place, each of its latest period, in the order of the release."""
        sql = (
            "SELECT indicator, max(period) FROM {table} WHERE geo = ? AND statistic = ? AND value IS NOT NULL"
            " GROUP BY indicator"
        )
        latest = dict(shelf.query(self.table("observations"), sql, (place, LEVEL)).rows())
        found: dict[str, Sheet] = {}
        for period in sorted(set(latest.values())):
            rows = shelf.select(self.table("observations"), {"geo": place, "period": period})
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
        where = {"indicator": indicator, "geo": place, "statistic": statistic, "adjustment": None}
        rows = shelf.rows(self.table("observations"), where, ("period",))
        return [row for row in rows if sum(row[column] != TOTAL for column in self.columns) <= 1]

    def _distinct(self, column: str) -> list[dict[str, Any]]:
        sql = f"SELECT DISTINCT {column} FROM {{table}}"  # noqa: S608 - a name of ours
        found: list[dict[str, Any]] = shelf.query(self.table("observations"), sql).arrow().to_pylist()
        return found

    def _monitor_of(self, place: str, period: str) -> Monitor:
        return restored_monitor(self.manifest, place, period) if self.published else self.monitor


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
