"""Ratings of a release, as pages ask for them: by the figure that is rated, and by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import LEVEL
from zaragoza.model.rating import RatingRule
from zaragoza.publish.rules import published_rule
from zaragoza.publish.view import category_order
from zaragoza.web.pages.frame import language
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition

Rating = Mapping[str, Any]


@dataclass(frozen=True)
class Rated:
    """A figure that places are rated by.

    Attributes:
        column: the breakdown that its group is of; None for everybody.
        code: of the group.
        statistic: its level, or its gap.
    """

    column: str | None
    code: str
    statistic: str

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return ".".join((self.column or "all", self.code, self.statistic))

    def title(self, edition: Edition) -> str:
        """What people read."""
        return f"{group_title(edition, self.column, self.code)}: {statistic_title(self.statistic)}"

    def where(self, edition: Edition) -> dict[str, object]:
        """Its rows in the table of ratings."""
        held: dict[str, object] = dict.fromkeys(edition.columns, TOTAL)
        if self.column is not None:
            held[self.column] = self.code
        return held | {"statistic": self.statistic}


def group_title(edition: Edition, column: str | None, code: str) -> str:
    """The name of a group."""
    if column is None:
        return gettext("Everybody")
    return edition.classifications[column].label(code)[language()]


def statistic_title(statistic: str) -> str:
    """`level` or `gap` in words."""
    return gettext("level") if statistic == LEVEL else gettext("gap")


def rated(edition: Edition) -> tuple[Rated, ...]:
    """All that places are rated by: groups of migrants before everybody, those of most indicators first."""
    columns = ", ".join(f'"{name}"' for name in edition.columns)
    sql = (
        f"SELECT {columns}, statistic, count(DISTINCT indicator) AS number FROM {{table}}"  # noqa: S608 - names of columns
        f" GROUP BY {columns}, statistic"
    )
    found: dict[Rated, int] = {}
    for row in shelf.query(edition.table("ratings"), sql).arrow().to_pylist():
        named = [name for name in edition.columns if row[name] != TOTAL]
        if len(named) <= 1 and not any(not edition.classifications[name].groups for name in named):
            column = named[0] if named else None
            found[Rated(column, row[column] if column else TOTAL, row["statistic"])] = row["number"]
    return tuple(sorted(found, key=lambda each: (each.column is None, -found[each], _order(edition, each))))


def rule_of(edition: Edition) -> RatingRule | None:
    """The rule by which a release of published figures rates; None where an early one does not say."""
    return published_rule(edition.manifest) if edition.manifest["rule"] else None


def ratings(edition: Edition, what: Rated, peers: str = TOTAL) -> Sequence[Rating]:
    """The rows of one figure among these peers."""
    return shelf.rows(edition.table("ratings"), what.where(edition) | {"peers": peers})


def ratings_of(edition: Edition, place: str) -> dict[Rated, Sequence[Rating]]:
    """The ratings of one place among all others, by what is rated."""
    rows = shelf.rows(edition.table("ratings"), {"peers": TOTAL, "geo": place})
    given = [row for row in rows if row["category"] is not None]
    wanted = {each: each.where(edition).items() for each in rated(edition)}
    found: dict[Rated, Sequence[Rating]] = {
        each: [row for row in given if row.items() >= held] for each, held in wanted.items()
    }
    return {each: kept for each, kept in found.items() if kept}


def _order(edition: Edition, each: Rated) -> tuple[int, int, bool]:
    if each.column is None:
        return 0, 0, each.statistic != LEVEL
    codes = category_order(edition.classifications[each.column])
    return edition.columns.index(each.column), -codes.index(each.code), each.statistic != LEVEL
