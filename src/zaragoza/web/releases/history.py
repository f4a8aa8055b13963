"""Releases of one monitor that follow one another: a period each, and whether two of them can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from zaragoza.model.period import Period
from zaragoza.model.text import Text
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed

_DEFINED = Text("the definition changed", "de definitie is veranderd")
_GROUPED = Text("the groups are formed otherwise", "de groepen zijn anders ingedeeld")
_COLLECTED = Text("the source is of another kind", "de bron is van een andere soort")

Point = tuple[float, float]


def history(of: Edition) -> tuple[Edition, ...]:
    """For each period the release that was the latest when this one came out; for its own period this one.

    What came out later is left out, so that a page of a release stays what it was. Published figures have all their
    periods in one release.

    Returns:
        By period, the earliest first.
    """
    if of.published:
        return (of,)
    before = Installed.objects.filter(series=of.series, made_at__lt=of.made_at).order_by("made_at")
    found = {one.period: one for one in (edition(each.series_id, each.release) for each in before)}
    found[of.period] = of
    return tuple(found[period] for period in sorted(found, key=lambda period: Period(period).start))


def breaks(editions: tuple[Edition, ...], indicator: str, column: str) -> Mapping[str, tuple[str, Text]]:
    """Periods from which on an indicator by these groups cannot be compared, with the period before, and why."""
    there = [each for each in editions if indicator in each.indicators and column in each.columns]
    found = {}
    for before, after in pairwise(there):
        why = _broken(before, after, indicator, column)
        if why is not None:
            found[after.period] = (before.period, why)
    return found


def lines(of: Edition, place: str, column: str | None) -> dict[str, dict[str, list[Point]]]:
    """Time and level of everybody and of each group, by indicator and code, as far back as they can be compared."""
    editions = history(of)
    found: dict[str, dict[str, list[Point]]] = {}
    broken: dict[str, Mapping[str, tuple[str, Text]]] = {}
    for each in editions:
        for name, period, code, value, reason in each.levels(place, column):
            if name not in broken:
                broken[name] = breaks(editions, name, column) if column else {}
            line = found.setdefault(name, {}).setdefault(code, [])
            if reason == "break" or period in broken[name]:
                line.clear()
            line.append((Period(period).start, value))
    return found


def _broken(before: Edition, after: Edition, indicator: str, column: str) -> Text | None:
    """What the later release says of the earlier period; else what differs between their definitions."""
    told = {year["period"]: year["break"] for year in after.manifest["earlier"]}
    if told.get(before.period):
        return Text(**told[before.period])
    one, other = before.indicators[indicator], after.indicators[indicator]
    if (one.kind, one.unit, one.measure, one.numerator_variables) != (
        other.kind,
        other.unit,
        other.measure,
        other.numerator_variables,
    ):
        return _DEFINED
    if before.source_kind != after.source_kind:
        return _COLLECTED
    return _GROUPED if _rules(before, column) != _rules(after, column) else None


def _rules(of: Edition, column: str) -> tuple[object, ...]:
    classification = of.classifications[column]
    return classification.reference, tuple((each.code, each.when) for each in classification.categories)
