"""What changed since the release before: how many figures, and of which indicators."""

from __future__ import annotations

from dataclasses import dataclass

from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed

_KEY = ("indicator", "period", "geo", "statistic")


@dataclass(frozen=True)
class Changes:
    """Levels and gaps of two releases.

    Attributes:
        before: id of the earlier one.
        changed: shown in both, with another value.
        shown, hidden: shown in this one alone, in the earlier one alone.
        indicators: ids of those with a figure that changed or came or went, the most touched first.
    """

    before: str
    changed: int
    shown: int
    hidden: int
    indicators: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether a figure differs."""
        return bool(self.changed or self.shown or self.hidden)


def changes(now: Edition) -> Changes | None:
    """Against the release that was installed of the same monitor before this one; None where there is none."""
    before = _before(now)
    if before is None:
        return None
    columns = [name for name in now.columns if name in before.columns]
    key = ", ".join(f'"{name}"' for name in (*_KEY, *columns))
    sql = (
        "SELECT indicator, count(*) FILTER (newer.value <> older.value),"  # noqa: S608 - names of the releases' columns
        " count(*) FILTER (newer.value IS NOT NULL AND older.value IS NULL),"
        " count(*) FILTER (newer.value IS NULL AND older.value IS NOT NULL)"
        f" FROM (SELECT {key}, value FROM {{table}} WHERE {_plain(now, columns)}) newer"
        f" FULL JOIN (SELECT {key}, value FROM {{other}} WHERE {_plain(before, columns)}) older USING ({key})"
        " GROUP BY indicator"
    )
    held = (LEVEL, DIFFERENCE, LEVEL, DIFFERENCE)
    found = shelf.query(now.table("observations"), sql, held, before.table("observations")).rows()
    touched = sorted((row for row in found if any(row[1:])), key=lambda row: (-sum(row[1:]), row[0]))
    return Changes(
        before=before.release,
        changed=sum(row[1] for row in found),
        shown=sum(row[2] for row in found),
        hidden=sum(row[3] for row in found),
        indicators=tuple(row[0] for row in touched if row[0] in now.indicators),
    )


def _plain(of: Edition, columns: list[str]) -> str:
    """Levels and gaps that are not adjusted, of everybody in every breakdown that the other release lacks."""
    lacking = "".join(f" AND \"{name}\" = '_T'" for name in of.columns if name not in columns)
    return f"statistic IN (?, ?) AND adjustment IS NULL{lacking}"


def _before(now: Edition) -> Edition | None:
    """The one of the same monitor that was published last before it."""
    older = Installed.objects.filter(series=now.series, made_at__lt=now.made_at).order_by("-made_at").first()
    return None if older is None else edition(older.series_id, older.release)
