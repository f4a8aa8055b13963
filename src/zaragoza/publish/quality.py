"""The quality report as it is published: no count of a few people, and nothing from which one would follow.

The report counts persons, so the minimum count of the policy holds for it as for a figure. The number of rows of the
whole is public; valid, missing and not listed answers add up to it.

Who gave no country of birth is a category of the tables by country of birth, and how many have a year of arrival is how
many came from abroad. Such counts are figures that `protect` never saw. So they are shown only of variables that are
read by what is measured, and by no category.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from zaragoza.catalogue.monitor_scope import ingredients, needs
from zaragoza.model.monitor import Monitor
from zaragoza.model.snapshot import ItemQuality, LeftOut, SourceQuality
from zaragoza.model.text import Language, Text

_COUNTS = ("duplicates", "weights_zero", "weights_negative", "weights_missing")
_FEWER = Text("Fewer than {limit} rows", "Minder dan {limit} rijen")
_SOME = Text("Rows", "Rijen")
_ROWS = Text("{rows} rows", "{rows} rijen")
_LEFT_OUT = Text(
    "{rows} of {file} without a {join} in the file that lists the persons: left out.",
    "{rows} van {file} zonder {join} in het bestand met de personen: weggelaten.",
)


def countable(monitor: Monitor) -> frozenset[str]:
    """The variables of which the report may count the answers: of measures, and of no category of the tables."""
    variables = {each.id: each for each in monitor.variables}
    columns = {name for breakdown in monitor.breakdowns for name in breakdown.by}
    categories = {
        name
        for each in monitor.classifications
        if each.id in columns
        for name in ({each.column} if each.column else each.expression.variables)
    }
    measured = {name for indicator in monitor.indicators for name in needs(indicator)}
    return ingredients(measured, variables) - ingredients({*categories, *columns}, variables)


def publishable(
    quality: SourceQuality, rows: Mapping[str, int], min_count: int, counted: Collection[str]
) -> SourceQuality:
    """The report without counts of fewer people than may be shown, and without what would give them away.

    Args:
        quality: exact.
        rows: of each file, by its name.
        min_count: the smallest count that may be shown; 0 may be, nobody is in it.
        counted: variables of which numbers of answers may be shown, as `countable` tells.
    """
    counts = {name: getattr(quality, name) for name in _COUNTS}
    few = tuple(name for name, count in counts.items() if _is_few(count, min_count))
    hidden: dict[str, Any] = dict.fromkeys(
        name for name, count in counts.items() if _gives_away(count, quality.rows, min_count)
    )
    left_out = tuple(_left_out(each, rows.get(each.file), min_count) for each in quality.left_out)
    return replace(
        quality,
        **hidden,
        items=tuple(_item(item, min_count, counted=item.variable in counted) for item in quality.items),
        left_out=left_out,
        notes=(*(_sentence(each, min_count) for each in left_out), *quality.notes),
        few=few,
    )


def _is_few(count: int | None, limit: int) -> bool:
    return count is not None and 0 < count < limit


def _gives_away(count: int | None, whole: int | None, limit: int) -> bool:
    """Whether a count or what is left of the whole is of a few."""
    rest = None if whole is None or count is None else whole - count
    return _is_few(count, limit) or _is_few(rest, limit)


def _item(item: ItemQuality, limit: int, *, counted: bool) -> ItemQuality:
    counts = {"valid": item.valid, "missing": item.missing, "out_of_list": item.out_of_list}
    known = {name: count for name, count in counts.items() if count}
    few = tuple(name for name, count in known.items() if count < limit)
    if not few and (counted or len(known) < 2):  # where all answers are of one kind, they tell no category
        return item
    hidden = set(few) if counted else set(known)
    for name in sorted(known, key=lambda name: known[name]):
        # the rest of the rows is known: what is hidden must be two counts, and together not of a few
        if len(hidden) < 2 or sum(known[each] for each in hidden) < limit:
            hidden.add(name)
    rates = ("missing_rate", "missing_rate_weighted") if "valid" in hidden else ()
    changes: dict[str, Any] = dict.fromkeys((*hidden, *rates))
    return replace(item, few=few, **changes)


def _left_out(each: LeftOut, rows: int | None, limit: int) -> LeftOut:
    hidden = _gives_away(each.rows, rows, limit)
    return replace(each, rows=None, few=_is_few(each.rows, limit)) if hidden else each


def _sentence(each: LeftOut, limit: int) -> Text:
    amount = _ROWS if each.rows is not None else _FEWER if each.few else _SOME

    def words(language: Language) -> str:
        said = amount[language].format(limit=limit, rows=each.rows)
        return _LEFT_OUT[language].format(rows=said, file=each.file, join=each.join)

    return Text(words("en"), words("nl"))
