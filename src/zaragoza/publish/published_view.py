"""What the pages show of a release of published figures: boards of places, before any language or format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUS, Status
from zaragoza.model.published_monitor import PublishedMonitor
from zaragoza.model.target import Target
from zaragoza.model.text import Text

Row = Mapping[str, Any]
FOREIGN = "FOR"
FOREIGN_GROUPS = {
    "birth_group": Text("Born abroad", "In het buitenland geboren"),
    "citizen_group": Text("Foreign citizens", "Buitenlandse nationaliteit"),
}
_EVERYBODY = Text("Everybody", "Iedereen")


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far a figure is from a target; `reached` is None where no side is meant."""

    value: float
    reached: bool | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place on a board.

    Attributes:
        rating: a row of `model.rating`.
        trend: of `model.trend`; empty where the figures are not yearly.
        distances: to each target of the board; None where it has none of this figure.
        status: what is said beside the figure; None where nothing is.
    """

    rating: Row
    trend: Row
    distances: tuple[Distance | None, ...]
    status: Status | None

    @property
    def geo(self) -> str:
        """Its code."""
        return str(self.rating["geo"])


@dataclass(frozen=True, kw_only=True)
class Board:
    """The places of one figure: an indicator, a group, its level or its gap.

    Attributes:
        column: the breakdown that the group is of; None for everybody.
        code: of the group.
        places: those that are compared.
        union: that of the union, if it has a figure.
        undecided: part of the places of which the category is not sure; None where no error is known.
        hidden: places of which the figure is not shown, each with the reason.
    """

    indicator: Indicator
    column: str | None
    code: str
    group: Text
    reference: Text | None
    statistic: str
    period: str
    places: tuple[Place, ...]
    union: Place | None
    targets: tuple[Target, ...]
    undecided: float | None
    hidden: tuple[tuple[str, Status], ...]

    @property
    def key(self) -> str:
        """Its name in addresses on a page."""
        return f"{self.column or 'all'}-{self.code}-{self.statistic}".lower().replace("_", "-")

    @property
    def kind(self) -> tuple[str | None, str, str]:
        """What boards of several indicators have in common."""
        return (self.column, self.code, self.statistic)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The boards of one indicator."""

    indicator: Indicator
    boards: tuple[Board, ...]


def sheets(
    observations: pa.Table,
    ratings: pa.Table,
    trends: pa.Table,
    distances: pa.Table,
    monitor: PublishedMonitor,
    catalogue: Catalogue,
) -> tuple[Sheet, ...]:
    """A sheet for each indicator with ratings, in the order of the catalogue: both sexes, one breakdown at a time.

    Args:
        observations: of the release; they tell the status of each figure.
        ratings: of the release; those among peers and of one sex are left to its files.
        trends: of the release.
        distances: of the release.
        monitor: with its places and references.
        catalogue: with indicators, classifications and targets.
    """
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in ratings.filter(
        pc.and_(pc.equal(ratings["peers"], TOTAL), pc.equal(ratings["sex"], TOTAL))
    ).to_pylist():
        if TOTAL in (row["birth_group"], row["citizen_group"]):
            found.setdefault(_key(row), []).append(row)
    context = _Context(
        monitor,
        catalogue,
        {(*_key(row), row["geo"]): row for row in trends.to_pylist()},
        {
            (*_key({**row, "statistic": LEVEL}), row["geo"], row["period"], row["target"]): row
            for row in distances.to_pylist()
        },
        _statuses(observations),
    )
    made: dict[str, list[Board]] = {}
    for key, rows in found.items():
        made.setdefault(key[0], []).append(context.board(rows))
    return tuple(
        Sheet(indicator=one, boards=tuple(sorted(made[one.id], key=_order(catalogue))))
        for one in catalogue.indicators.values()
        if one.id in made
    )


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator", "birth_group", "citizen_group", "sex", "statistic"))


def _statuses(observations: pa.Table) -> Mapping[tuple[str, ...], Mapping[str, Status]]:
    """By figure and period, the status of each place of which more is to be said than the figure."""
    plain = pa.array([each.reason for each in STATUS.values() if each.shown and not each.doubtful])
    found: dict[tuple[str, ...], dict[str, Status]] = {}
    for row in observations.filter(pc.invert(pc.is_in(observations["reason"], plain))).to_pylist():
        found.setdefault((*_key(row), row["period"]), {})[row["geo"]] = STATUS[row["reason"]]
    return found


def _order(catalogue: Catalogue) -> Any:
    """Levels before gaps; everybody, then groups by birth, then by citizenship, each in the order of its list."""

    def order(board: Board) -> tuple[int, int, int]:
        columns = (None, *FOREIGN_GROUPS)
        codes = (*catalogue.classifications[board.column].codes, FOREIGN) if board.column else (TOTAL,)
        return int(board.statistic == DIFFERENCE), columns.index(board.column), codes.index(board.code)

    return order


@dataclass(frozen=True)
class _Context:
    monitor: PublishedMonitor
    catalogue: Catalogue
    trends: Mapping[tuple[str, ...], Row]
    distances: Mapping[tuple[str, ...], Row]
    statuses: Mapping[tuple[str, ...], Mapping[str, Status]]

    def board(self, rows: Sequence[Row]) -> Board:
        first = rows[0]
        column = next((name for name in FOREIGN_GROUPS if first[name] != TOTAL), None)
        code = first[column] if column else TOTAL
        indicator = self.catalogue.indicators[first["indicator"]]
        targets = tuple(self._targets(rows)) if first["statistic"] == LEVEL else ()
        places = {row["geo"]: self._place(row, targets) for row in rows}
        union = places.pop(self.monitor.union, None)
        return Board(
            indicator=indicator,
            column=column,
            code=code,
            group=self._label(column, code),
            reference=self._label(column, first["reference"]) if first["reference"] else None,
            statistic=first["statistic"],
            period=first["period"],
            places=tuple(places.values()),
            union=union,
            targets=targets,
            undecided=first["undecided"],
            hidden=tuple(
                (geo, status)
                for geo, status in self._said(first).items()
                if not status.shown and geo in self.monitor.places
            ),
        )

    def _said(self, row: Row) -> Mapping[str, Status]:
        """By place, what is said beside the figures of a board."""
        return self.statuses.get((*_key(row), row["period"]), {})

    def _label(self, column: str | None, code: str) -> Text:
        if column is None:
            return _EVERYBODY
        return (
            FOREIGN_GROUPS[column] if code == FOREIGN else self.catalogue.classifications[column].label(code)
        )

    def _targets(self, rows: Sequence[Row]) -> Iterator[Target]:
        for target in self.catalogue.targets.values():
            if any((*_key(row), row["geo"], row["period"], target.id) in self.distances for row in rows):
                yield target

    def _place(self, row: Row, targets: Sequence[Target]) -> Place:
        where = (*_key(row), row["geo"])
        found = (self.distances.get((*where, row["period"], target.id)) for target in targets)
        return Place(
            rating=row,
            trend=self.trends.get(where, {}),
            distances=tuple(
                None if one is None else Distance(value=one["distance"], reached=one["reached"])
                for one in found
            ),
            status=self._said(row).get(row["geo"]),
        )
