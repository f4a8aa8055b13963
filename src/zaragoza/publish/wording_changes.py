"""Sentences about change from an earlier year: how large, how sure, and whether the years can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zaragoza.model.indicator import Unit
from zaragoza.model.monitor import Earlier
from zaragoza.model.period import Period
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers
from zaragoza.publish.view import Figure

_NO_CLEAR = Text("no clear change", "geen duidelijke verandering")
_NOT_SURE = Text("its uncertainty is not known", "de onzekerheid is niet bekend")


def change(figure: Figure, unit: Unit, language: Language, since: Earlier | None = None) -> str:
    """A change as a phrase: `+1.2 points since 2022 (−0.3 to +2.7), no clear change`, or why it is not shown.

    Args:
        figure: of the change.
        unit: of the indicator.
        language: of the words.
        since: the earlier year, where it is not said elsewhere.
    """
    if figure.value is None:
        return figure.status.words[language]
    words = numbers.signed_size(figure.value, unit, language)
    if since is not None:
        words += f" {since_words(since, language)}"
    if figure.low is None or figure.high is None:
        words += f"; {_NOT_SURE[language]}"
    else:
        words += f" ({numbers.signed_interval(figure.low, figure.high, unit, language)})"
        words += "" if figure.direction else f", {_NO_CLEAR[language]}"
    return words if not figure.status.doubtful else f"{words}, {figure.status.words[language]}"


def since_words(earlier: Earlier, language: Language) -> str:
    """`since 2022`."""
    return f"{Text('since', 'sinds')[language]} {numbers.period(earlier.period, language)}"


def findings(
    changes: Sequence[Figure | None], earlier: Sequence[Earlier], unit: Unit, language: Language
) -> Iterator[str]:
    """What the changes of everybody say, a sentence for each earlier year with one."""
    for figure, year in zip(changes, earlier, strict=False):
        if figure is not None and figure.value is not None:
            yield change(figure, unit, language, year) + "."


def not_comparable(later: Period, before: Period, why: Text, language: Language) -> str:
    """Why two periods that follow one another are not comparable, as a sentence."""
    words = Text("{later} is not comparable with {before}", "{later} is niet vergelijkbaar met {before}")
    told = {"later": numbers.period(later, language), "before": numbers.period(before, language)}
    return f"{words[language].format(**told)}: {why[language].rstrip('.')}."


def breaks(earlier: Sequence[Earlier], language: Language) -> Iterator[str]:
    """Why years are not comparable, a sentence for each of them."""
    start = Text("Not comparable with", "Niet vergelijkbaar met")
    for year in earlier:
        if year.broken is not None:
            why = year.broken[language].rstrip(".")
            yield f"{start[language]} {numbers.period(year.period, language)}: {why}."
