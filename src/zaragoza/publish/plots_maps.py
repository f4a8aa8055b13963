"""From figures of places to maps: tiles of Europe's countries, or an office's own areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers, wording
from zaragoza.publish.charts import Area, Chart, Key, Outline, Tile, area_map, tile_map
from zaragoza.publish.plots import AXES, GAPS
from zaragoza.publish.view import Figure

_HIDDEN = Text("not shown: the table says why", "niet getoond: de tabel zegt waarom")
_RANGE = Text(
    "Lowest in {low}: {least}; highest in {high}: {most}",
    "Het laagst in {low}: {least}; het hoogst in {high}: {most}",
)

_OVERLAP = Text("their intervals overlap", "hun intervallen overlappen")
_NOT_SURE = Text("how sure that is, is not known", "hoe zeker dat is, is niet bekend")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The figure of one place.

    Attributes:
        figure: a level or a gap; None where there is none.
        outline: where the place lies, for a map of outlines.
    """

    code: str
    name: str
    figure: Figure | None
    outline: Outline | None = None

    @property
    def value(self) -> float | None:
        """None where none is shown."""
        return self.figure.value if self.figure else None


def range_words(places: Sequence[Placed], indicator: Indicator, language: Language, *, gaps: bool) -> str:
    """Between which places the figures lie, and how sure that is; nothing where fewer than two are shown."""
    shown = [
        (each.name, each.figure, each.value) for each in places if each.figure and each.value is not None
    ]
    if len(shown) < 2:
        return ""
    write = partial(numbers.signed_size if gaps else numbers.level, unit=indicator.unit, language=language)
    low, lowest, least = min(shown, key=lambda each: each[2])
    high, highest, most = max(shown, key=lambda each: each[2])
    told = _RANGE[language].format(low=low, least=write(least), high=high, most=write(most))
    if lowest.high is None or highest.low is None:
        return f"{told}; {_NOT_SURE[language]}"
    return f"{told}; {_OVERLAP[language]}" if lowest.high >= highest.low else told


def tiles(
    places: Sequence[Placed], indicator: Indicator, language: Language, title: str, id: str, *, gaps: bool
) -> str:
    """The countries of Europe as tiles, or nothing where these are other places."""
    told = [
        Tile(
            code=each.code,
            name=each.name,
            words=_short(each, indicator, language, gaps=gaps),
            tip=_told(each, indicator, language, gaps=gaps),
            value=each.value,
        )
        for each in places
    ]
    return tile_map(
        told, title=title, description=" ".join(f"{each.tip}." for each in told), id=id, gaps=gaps
    )


def areas(
    places: Sequence[Placed],
    height: int,
    indicator: Indicator,
    language: Language,
    title: str,
    id: str,
    *,
    gaps: bool,
) -> Chart | None:
    """Places by their outlines, or nothing where none is shown.

    Args:
        places: those without an outline are left out.
        height: of all outlines.
        indicator: whose figures these are.
        language: of the words.
        title: accessible name.
        id: prefix of the ids, unique on the page.
        gaps: whether these are gaps.
    """
    drawn = [
        Area(
            outline=each.outline,
            tip=_told(each, indicator, language, gaps=gaps),
            words=_fitting(each, indicator, language, gaps=gaps),
            value=each.value,
        )
        for each in places
        if each.outline is not None
    ]
    if not any(each.value is not None for each in drawn):
        return None
    unit = (GAPS if gaps else AXES)[indicator.unit][language]
    key = Key(
        tick=partial(numbers.tick, unit=indicator.unit, language=language, gap=gaps),
        title=f"{indicator.title[language]} ({unit})",
        hidden=_HIDDEN[language],
        lower=f"← {wording.side(-1, language)}" if gaps else "",
        higher=f"{wording.side(1, language)} →" if gaps else "",
    )
    description = " ".join(f"{each.tip}." for each in drawn)
    return area_map(drawn, height, key, title=title, description=description, id=id)


def _told(place: Placed, indicator: Indicator, language: Language, *, gaps: bool) -> str:
    if place.figure is None:
        return f"{place.name}: –"
    words = wording.difference if gaps else wording.level
    return f"{place.name}: {words(place.figure, indicator.unit, language)}"


def _short(place: Placed, indicator: Indicator, language: Language, *, gaps: bool) -> str:
    if place.value is None:
        return "–"
    return (numbers.signed if gaps else numbers.level)(place.value, indicator.unit, language)


def _fitting(place: Placed, indicator: Indicator, language: Language, *, gaps: bool) -> tuple[str, ...]:
    """The value; in a small area of a gap its sign alone, so that it is not told by colour only."""
    if place.value is None:
        return ()
    words = _short(place, indicator, language, gaps=gaps)
    return (words, words[0]) if gaps and not words[0].isdigit() else (words,)
