"""Sentences about figures that are made of several periods: from which files and dates, and whom they leave out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Earlier, Monitor
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers

_NUMERATOR = Text(
    "Numerator: persons of {period}, with ages and durations on {date} ({files}).",
    "Teller: personen van {period}, met leeftijden en duren op {date} ({files}).",
)
_DENOMINATOR = Text(
    "Denominator: persons of the period before, {period}, on {date} ({files}); the tables give their number.",
    "Noemer: personen van de periode ervoor, {period}, op {date} ({files}); de tabellen geven hun aantal.",
)
_OTHERS = Text(
    "The numerator may hold people who are not in the denominator, so that a figure can exceed 100%.",
    "In de teller kunnen mensen staan die niet in de noemer zijn, zodat een cijfer boven 100% kan komen.",
)
_SHOWN_BY = Text(
    "In breakdowns the numerator is shown by {other}, the denominator by {variable}.",
    "In uitsplitsingen staat de teller naar {other}, de noemer naar {variable}.",
)
_FOLLOWED = Text(
    "Follows the same persons in the files of {years}. Who is not found in all the years that count is left out.",
    "Volgt dezelfde personen in de bestanden van {years}. Wie niet in alle jaren is gevonden die tellen, valt weg.",
)


def sources(indicator: Indicator, monitor: Monitor, language: Language) -> tuple[str, ...]:
    """What an indicator of several periods is made from; nothing for one of a single period.

    Args:
        indicator: one of the monitor's.
        monitor: knows the periods and their files.
        language: of the sentences.
    """
    if indicator.kind == "two_source_ratio" and monitor.before is not None:
        return tuple(_two_sources(indicator, monitor, monitor.before, language))
    if indicator.kind == "panel":
        years = (*(earlier.monitor for earlier in monitor.earlier), monitor)
        named = (f"{numbers.period(year.period, language)} ({_files(year)})" for year in years)
        return (_FOLLOWED[language].format(years=", ".join(named)),)
    return ()


def _two_sources(
    indicator: Indicator, monitor: Monitor, before: Earlier, language: Language
) -> Iterator[str]:
    for sentence, year in ((_NUMERATOR, monitor), (_DENOMINATOR, before.monitor)):
        at = numbers.date(datetime.combine(year.reference_date, time()), language)
        yield sentence[language].format(
            period=numbers.period(year.period, language), date=at, files=_files(year)
        )
    yield _OTHERS[language]
    titles = {variable.id: variable.title[language] for variable in monitor.variables}
    first = {other: name for name, other in reversed(list(indicator.numerator_variables.items()))}
    for other, name in first.items():
        yield _SHOWN_BY[language].format(other=titles[other].lower(), variable=titles[name].lower())


def _files(monitor: Monitor) -> str:
    return ", ".join(Path(name).name for name in monitor.source.files)
