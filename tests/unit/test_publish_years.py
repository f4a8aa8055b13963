"""Charts over time and of places: bands, breaks, shades and words, from figures written by hand."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.made_up import INDICATORS
from zaragoza.model.observation import STATUS
from zaragoza.model.period import Period
from zaragoza.publish import plots_maps, plots_years
from zaragoza.publish.charts import Area, Key, Outline, Shades, Tile, area_map, style, tile_map
from zaragoza.publish.charts.shades import contrast, ink
from zaragoza.publish.charts.svg import HATCHED
from zaragoza.publish.plots_maps import Placed
from zaragoza.publish.plots_years import Series, years_chart
from zaragoza.publish.view import Figure

SVG = "{http://www.w3.org/2000/svg}"
RATE = INDICATORS[0]
SQUARE = Outline("M30 30l100 0 0 100-100 0z", 80, 80, 100)


def figure(value: float | None, reason: str = "published", wide: float | None = 0.02) -> Figure:
    known = value is not None and wide is not None
    low, high = (value - wide, value + wide) if known else (None, None)  # type: ignore[operator]  # both are numbers
    return Figure(value=value, low=low, high=high, n=100, status=STATUS[reason])


def series(*figures: Figure, breaks: tuple[str, ...] = (), first: int = 2018) -> Series:
    named = {str(first + number): each for number, each in enumerate(figures)}
    return Series(label="Born abroad", role="group", position=0, figures=named, breaks=frozenset(breaks))


def drawn(*many: Series) -> ET.Element:
    chart = years_chart(many, RATE, "en", "title", "years", gaps=False)
    assert chart is not None
    return ET.fromstring(chart.svg())  # noqa: S314 - our own


def bands(root: ET.Element) -> list[list[tuple[float, float]]]:
    """The corners of every band."""
    paths = [each.get("d", "") for each in root.iter(f"{SVG}path") if each.get("fill-opacity")]
    return [
        [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+)[ ,](-?[\d.]+)", path)] for path in paths
    ]  # type: ignore[misc]  # pairs


def words(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_the_band_is_the_interval_around_the_line() -> None:
    """Its corners are the ends of the intervals: twice as many as figures, as far apart as the intervals are wide."""
    root = drawn(series(figure(0.6), figure(0.62), figure(0.7)))
    (band,) = bands(root)
    assert len(band) == 6
    upper, lower = band[:3], band[:2:-1]
    heights = [low[1] - high[1] for high, low in zip(upper, lower, strict=True)]
    assert [x for x, _ in upper] == [x for x, _ in lower]
    assert max(heights) - min(heights) <= 1, "all intervals are four points wide"
    dots = [each.get("transform", "") for each in root.iter(f"{SVG}path") if each.get("transform")]
    points = [float(re.findall(r"[\d.]+", place)[0]) for place in dots]
    assert [round(x) for x in points] == [round(x) for x, _ in upper], "years are at the same places"


def test_a_break_parts_line_and_band() -> None:
    root = drawn(series(figure(0.6), figure(0.62), figure(0.5), figure(0.52), breaks=("2020",)))
    assert len(bands(root)) == 2
    assert words(root).count("break") == 1
    (mark,) = [line for line in root.iter(f"{SVG}line") if line.get("stroke") == style.NEUTRAL]
    x = float(re.findall(r"[\d.]+", mark.get("transform", ""))[0])
    ends, starts = bands(root)[0][1][0], bands(root)[1][0][0]
    assert x == pytest.approx((ends + starts) / 2, abs=0.6)


def test_the_flag_of_a_figure_is_a_break_as_well() -> None:
    assert len(bands(drawn(series(figure(0.6), figure(0.62), figure(0.5, "break"), figure(0.5))))) == 2


def test_where_an_interval_is_not_known_there_is_no_band() -> None:
    root = drawn(series(figure(0.6), figure(0.61), figure(0.62, wide=None), figure(0.6)))
    assert [len(band) for band in bands(root)] == [4]


def test_hidden_years_are_told_not_drawn() -> None:
    chart = years_chart(
        [series(figure(0.6), figure(None, "too_few"), figure(0.6))], RATE, "nl", "t", "y", gaps=False
    )
    assert chart is not None
    assert "2019: niet getoond: te weinig mensen" in chart.description
    assert not any("2019" in tip for tip in chart.tips)
    assert not bands(ET.fromstring(chart.svg())), "nothing is drawn across it"  # noqa: S314 - our own


def test_quarters_stand_in_their_order() -> None:
    named = {"2022-Q4": figure(0.6), "2023-Q1": figure(0.61), "2023-Q2": figure(0.62)}
    root = drawn(replace(series(), figures=named))
    assert [word for word in words(root) if word.startswith("20")] == list(named)


@pytest.mark.parametrize(
    ("code", "start"),
    [("2023", 2023), ("2023-S2", 2023.5), ("2023-Q2", 2023.25), ("2023-07", 2023.5), ("2023-01", 2023)],
)
def test_when_a_period_begins(code: str, start: float) -> None:
    assert Period(code).start == start


def test_finding_over_time_goes_back_to_the_last_break() -> None:
    found = plots_years.years_finding(
        [series(figure(0.5), figure(0.6), figure(0.7), breaks=("2019",))], RATE, "en", gaps=False
    )
    assert found == ("Born abroad: 60.0% in 2019, 70.0% in 2020.",)


# Maps.


def placed(code: str, value: float | None, wide: float | None = 0.01) -> Placed:
    of = figure(value, "published" if value is not None else "too_few", wide)
    return Placed(code=code, name=f"Place {code}", figure=of, outline=SQUARE)


@pytest.mark.parametrize(
    ("wide", "ending"),
    [(0.01, "70.0%"), (0.2, "their intervals overlap"), (None, "how sure that is, is not known")],
)
def test_the_range_says_how_sure_it_is(wide: float | None, ending: str) -> None:
    told = plots_maps.range_words(
        [placed("A", 0.7, wide), placed("B", 0.5, wide), placed("C", None)], RATE, "en", gaps=False
    )
    assert told.startswith("Lowest in Place B: 50.0%; highest in Place A: 70.0%")
    assert told.endswith(ending)


@given(st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=1, max_size=30))
def test_gaps_are_white_at_zero_and_of_two_hues(values: list[float]) -> None:
    shades = Shades.of(values, gaps=True)
    assert shades.fill(0.0) == "#fff"
    assert shades.edges[0] == pytest.approx(-shades.edges[-1])
    for value in values:
        assert shades.edges[0] <= value <= shades.edges[-1] + 1e-12
        red, blue = int(shades.fill(value)[1:3], 16), int(shades.fill(value)[-2:], 16)
        assert shades.fill(value) == "#fff" or (red > blue) == (value < 0)


@given(st.lists(st.floats(0, 1).map(lambda value: round(value, 6)), min_size=1, max_size=30))
def test_higher_levels_are_never_paler(values: list[float]) -> None:
    shades = Shades.of(values)
    white = [contrast(shades.fill(value), "#fff") for value in sorted(values)]
    assert all(before <= after for before, after in pairwise(white))
    assert all(low < high for low, high in pairwise(shades.edges)) or len(set(values)) == 1


def test_words_on_every_shade_can_be_read() -> None:
    """WCAG 1.4.3: 4.5 to 1."""
    for shades in (Shades.of([0, 1]), Shades.of([0.1, 0.2, 0.7]), Shades.of([-1, 1], gaps=True)):
        for fill in shades.fills:
            assert contrast(fill, ink(fill)) >= 4.5, fill


def test_contrast_is_that_of_the_guideline() -> None:
    """Black on white is 21; #767676 on white the least grey that passes (4.54, as WCAG's own tools say)."""
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def area(value: float | None, tip: str, *long: str) -> Area:
    return Area(outline=SQUARE, tip=tip, words=long, value=value)


KEY = Key(tick="{:.2f}".format, title="Rate", hidden="not shown")


def test_a_hidden_area_is_hatched_and_says_why() -> None:
    areas = [area(0.1, "A: 10%", "10%"), area(None, "B: not shown: too few <people>")]
    root = ET.fromstring(area_map(areas, 200, KEY, title="t", description="d", id="map").svg())  # noqa: S314 - our own
    hatched = [each for each in root.iter(f"{SVG}path") if each.get("fill") == HATCHED]
    assert [each.findtext(f"{SVG}title") for each in hatched] == [None, "B: not shown: too few <people>"]
    assert "not shown" in words(root), "the key has it"
    assert root.find(f".//{SVG}pattern[@id='hatched']") is not None
    shown = area_map(areas[:1], 200, KEY, title="t", description="d", id="map").svg()
    assert "hatched" not in shown


def test_the_longest_words_that_fit_are_written_into_an_area() -> None:
    small = replace(SQUARE, room=30.0)
    areas = [
        replace(area(0.1, "A", "+12.3 points", "+"), outline=small),
        replace(area(-0.1, "B", "−12.3", "−"), outline=replace(SQUARE, room=5.0)),
    ]
    key = replace(KEY, lower="← lower", higher="higher →")
    root = ET.fromstring(area_map(areas, 200, key, title="t", description="d", id="map").svg())  # noqa: S314 - our own
    assert "+" in words(root)
    assert not {"+12.3 points", "−12.3", "−"} & set(words(root))


def test_tiles_are_shaded_as_the_maps_are() -> None:
    values = {"NL": -0.2, "BE": 0.0, "DE": 0.2}
    tiles = [
        Tile(code=code, name=code, words=f"{value:+.0%}", tip=f"{code}: {value:+.0%}", value=value)
        for code, value in values.items()
    ]
    root = ET.fromstring(tile_map(tiles, title="t", description="d", id="map", gaps=True))  # noqa: S314 - our own
    groups = {group.findtext(f"{SVG}title"): group.find(f"{SVG}rect") for group in root.iter(f"{SVG}g")}
    fills = {tip: square.get("fill") for tip, square in groups.items() if square is not None}
    assert fills["BE: +0%"] == "#fff"
    assert len(set(fills.values())) == 3
