"""Charts: what an SVG must hold so that everybody can read it, with and without eyes, on white and on dark."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaragoza.publish.charts import (
    Axis,
    Band,
    Chart,
    Group,
    Mark,
    chart,
    dot_interval,
    draw_charts,
    dumbbell,
    gap,
    parts,
    style,
)
from zaragoza.publish.charts.sheet import ticks
from zaragoza.publish.charts.spec import Row

SVG = "{http://www.w3.org/2000/svg}"
LEVELS = (
    Mark(
        label="Native-born",
        words="76.2% (75.0 to 77.4%)",
        value=0.762,
        low=0.75,
        high=0.774,
        role="reference",
    ),
    Mark(
        label="Born in the EU", words="75.0%, less reliable", value=0.75, low=0.7, high=0.8, unreliable=True
    ),
    Mark(label="Born <outside> the EU & beyond it", words="62.1%", value=0.621, position=1),
    Mark(label="Unknown", words="not shown: too few people", role="other"),
)
GAPS = (
    Mark(label="Born in the EU", words="no clear difference", value=-0.012, low=-0.05, high=0.02),
    Mark(label="Born outside", words="14.1 points lower", value=-0.141, low=-0.16, high=-0.12, position=1),
)


def axis(**others: object) -> Axis:
    given: dict[str, object] = {"title": "Employment rate (percent)", "tick": "{:.2f}".format, "span": 0.1}
    return Axis(**{**given, **others})  # type: ignore[arg-type]  # any keyword


@pytest.fixture(scope="module")
def levels() -> str:
    return dot_interval(LEVELS, axis(), title="A <finding>", description="All of it.", id="one").svg()


@pytest.fixture(scope="module")
def gaps() -> str:
    return gap(
        GAPS, axis(lower="← lower", higher="higher →"), title="A gap", description="All.", id="two"
    ).svg()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_it_is_an_image_with_a_name_and_a_description(levels: str) -> None:
    root = ET.fromstring(levels)  # noqa: S314 - our own
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert [named[id] for id in root.get("aria-labelledby", "").split()] == ["A <finding>", "All of it."]


def test_every_row_has_its_label_and_its_words(levels: str) -> None:
    found = texts(levels)
    for mark in LEVELS:
        assert mark.words in found
    assert {"Native-born", "Unknown", "Employment rate (percent)"} <= set(found)
    assert "Born <outside> the EU & beyond it"[:18] in " ".join(found)  # over two lines, and escaped


def test_hidden_rows_have_words_but_no_dot_and_no_interval(levels: str) -> None:
    root = ET.fromstring(levels)  # noqa: S314 - our own
    assert len(list(root.iter(f"{SVG}path"))) == 3  # dots of the three shown
    intervals = [line for line in root.iter(f"{SVG}line") if line.get("stroke-width") == "3"]
    assert len(intervals) == 2  # the third has no known error


def test_reference_is_dark_grey_and_unreliable_is_hollow(levels: str) -> None:
    dots = [path.attrib for path in ET.fromstring(levels).iter(f"{SVG}path")]  # noqa: S314 - our own
    assert dots[0]["fill"] == dots[0]["stroke"] == style.REFERENCE
    assert (dots[1]["fill"], dots[1]["stroke"]) == (style.PAPER, style.PALETTE[0])
    assert dots[2]["fill"] == style.PALETTE[1]


def test_dots_stand_where_their_values_are() -> None:
    # ticks at 0.5, 0.6, ..., 1.0 over the axis' width: 0.75 lies in its middle, 0.5 at its start
    marks = [Mark(label=str(x), words="", value=x) for x in (0.5, 0.75, 1.0)]
    svg = dot_interval(marks, axis(), title="t", description="d", id="i").svg()
    left = [float(x) for x in re.findall(r'<path transform="translate\(([\d.]+),', svg)]
    assert left == [style.MARGIN, style.WIDTH / 2, style.WIDTH - style.MARGIN]


def test_only_gaps_have_a_zero_line(levels: str, gaps: str) -> None:
    strong = [line for line in ET.fromstring(gaps).iter(f"{SVG}line") if line.get("stroke-width") == "1.5"]  # noqa: S314
    places = {(line.get("transform") or "").split(",")[0] for line in strong}
    assert len(strong) >= len(GAPS)
    assert len(places) == 1
    assert {"← lower", "higher →"} <= set(texts(gaps))
    assert 'stroke-width="1.5"' not in levels


def test_nothing_comes_from_outside_and_it_is_small(levels: str, gaps: str) -> None:
    for svg in (levels, gaps):
        assert len(svg.encode()) < 20_000
        addresses = re.findall(r'(?:href|src|url\(|@import)[^"]*', svg)
        assert addresses == []
        assert re.findall(r"https?://[^\"']+", svg) == ["http://www.w3.org/2000/svg"]


def test_a_large_chart_stays_small() -> None:
    marks = [
        Mark(label=f"Group {n}", words=f"{n}%", value=n / 40, low=n / 40, high=n / 30, position=n)
        for n in range(12)
    ]
    svg = dot_interval(marks, axis(), title="t", description="d", id="i").svg()
    assert len(svg.encode()) < 20_000
    dots = [path.attrib for path in ET.fromstring(svg).iter(f"{SVG}path")]  # noqa: S314 - our own
    assert len({(dot["d"], dot["fill"]) for dot in dots}) == 12  # no two groups look the same


def test_the_same_input_gives_the_same_bytes(levels: str) -> None:
    again = dot_interval(LEVELS, axis(), title="A <finding>", description="All of it.", id="one")
    assert again.svg() == levels


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("paper", style.PAPERS)
@pytest.mark.parametrize("colour", [*style.PALETTE, style.NEUTRAL])
def test_colours_hold_on_both_papers(colour: str, paper: str) -> None:
    assert contrast(colour, paper) >= 3  # WCAG 1.4.11, graphics


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known near miss of 4.5


@given(
    low=st.floats(-1e6, 1e6, allow_nan=False),
    width=st.floats(1e-3, 1e6),
    beyond=st.booleans(),
)
def test_ticks_are_few_round_and_cover(low: float, width: float, beyond: bool) -> None:
    extent = (min(low, 0.0), max(low + width, 0.0)) if beyond else (low, low + width)
    found = ticks(extent, beyond=beyond)
    step = found[1] - found[0]
    assert 2 <= len(found) <= 6
    assert found[0] <= extent[0] + step * 1e-6
    assert found[-1] >= extent[1] - step * 1e-6
    if beyond:
        assert 0.0 in found
        assert found[0] < 0 < found[-1]


def test_ticks_by_hand() -> None:
    assert ticks((0.6, 0.774)) == (0.6, 0.65, 0.7, 0.75, 0.8)
    assert ticks((-0.16, 0.02), beyond=True) == (-0.2, -0.15, -0.1, -0.05, 0.0, 0.05)
    assert ticks((0.0, 0.1), beyond=True) == (-0.05, 0.0, 0.05, 0.1)


def test_a_small_difference_does_not_fill_the_axis_and_a_share_stays_a_share() -> None:
    marks = [Mark(label="a", words="", value=0.99), Mark(label="b", words="", value=0.991)]
    svg = dot_interval(marks, axis(limits=(0.0, 1.0)), title="t", description="d", id="i").svg()
    written = [float(text) for text in texts(svg) if re.fullmatch(r"[\d.]+", text)]
    assert max(written) == 1.0
    assert min(written) <= 0.9


def baselines(svg: str) -> dict[str, float]:
    found = re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]+)</text>', svg)
    return {words: float(y) for y, words in found}


def test_words_that_do_not_fit_beside_a_label_stand_below_it() -> None:
    long = "no clear difference (−10.5 to +12.5), less reliable"
    marks = [
        Mark(label="Born in another country", words="short", value=0.5),
        Mark(label="Born in a further country", words=long, value=0.6),
    ]
    places = baselines(dot_interval(marks, axis(), title="t", description="d", id="i").svg())
    assert places["short"] == places["Born in another country"]
    assert places[long] == places["Born in a further country"] + style.LINE


def test_words_that_do_not_fit_at_all_go_over_lines() -> None:
    """Of 384 pixels, of which a sign takes 7: at most 54 signs a line."""
    long = "13.9 percentage points higher (5.0 to 22.8), less reliable"
    hidden = "not shown: of too few people is known what they answered when they were asked"
    marks = [Mark(label="Group", words=long, value=0.5), Mark(label="Other", words=hidden)]
    places = baselines(
        dot_interval(marks, axis(title="t" * 50 + " beyond"), title="t", description="d", id="i").svg()
    )
    assert max(map(len, places)) <= 54
    assert " ".join(places).count("less reliable") == 1
    first, second = places["13.9 percentage points higher (5.0 to 22.8), less"], places["reliable"]
    assert (first, second - first) == (places["Group"] + style.LINE, style.LINE)
    assert places["Other"] > second
    assert places["beyond"] == places["t" * 50] + style.LINE


# Ticks at -0.2, -0.1, 0, 0.1, 0.2 over the width between the margins, so that 0.1 is a quarter of it.
QUARTER = (style.WIDTH - 2 * style.MARGIN) / 4
BAND = Band(margin=0.02, words="Grey band: at most 2 points")


def place(value: float) -> float:
    return style.MARGIN + QUARTER * (value + 0.2) * 10


def marked(value: float | None, shape: str = "", **others: object) -> Mark:
    ends = {} if value is None else {"low": value - 0.05, "high": value + 0.05}
    return Mark(label="part", words=f"{value}", value=value, shape=shape, **ends, **others)  # type: ignore[arg-type]  # any keyword


def drawn(*groups: Group) -> ET.Element:
    svg = dumbbell(groups, axis(lower="<", higher=">"), BAND, title="t", description="d", id="i").svg()
    return ET.fromstring(svg)  # noqa: S314 - our own


def dots(root: ET.Element) -> list[tuple[float, float]]:
    found = [re.findall(r"[\d.]+", path.get("transform", "")) for path in root.iter(f"{SVG}path")]
    return [(float(x), float(y)) for x, y in (numbers for numbers in found if len(numbers) == 2)]


def test_a_dumbbell_joins_its_two_figures_and_keeps_both_intervals_apart() -> None:
    root = drawn(Group(label="Group", marks=(marked(-0.15, "circle"), marked(0.1, "diamond"))))
    one, other = dots(root)
    assert (one[0], other[0]) == (pytest.approx(place(-0.15)), pytest.approx(place(0.1)))
    assert other[1] - one[1] == style.STEP  # neither covers the other, even where they are equal
    lines = list(root.iter(f"{SVG}line"))
    (joining,) = (line for line in lines if line.get("stroke-width") == "4")
    assert float(joining.get("x2", 0)) == pytest.approx(abs(other[0] - one[0]), abs=0.01)
    assert abs(float(joining.get("y2", 0))) == style.STEP
    intervals = [line for line in lines if line.get("stroke-width") == "1.5" and line.get("x2", "0") != "0"]
    assert len(intervals) == 2
    shapes = {path.get("d") for path in root.iter(f"{SVG}path") if path.get("transform")}
    assert len(shapes) == 2  # told apart without colour


def areas(root: ET.Element) -> list[tuple[str, float, float]]:
    """Fill, left end and right end of each rectangle."""
    found = []
    for path in root.iter(f"{SVG}path"):
        numbers = re.fullmatch(r"M([\d.]+),[\d.]+h([\d.]+)v.*", path.get("d", ""))
        if numbers:
            left, width = map(float, numbers.groups())
            found.append((path.get("fill", ""), left, left + width))
    return found


def test_the_band_is_that_of_the_margin_and_explained_below_the_axis() -> None:
    root = drawn(Group(label="Group", marks=(marked(-0.15, "circle"), marked(0.1, "diamond"))))
    assert areas(root) == [(style.BAND, pytest.approx(place(-0.02)), pytest.approx(place(0.02)))]
    assert BAND.words in [text.text for text in root.iter(f"{SVG}text")]


def test_hidden_figures_have_words_and_no_point() -> None:
    hidden = Mark(label="left", words="not shown: too few people")
    shown = Group(label="A", marks=(marked(0.1, "circle"), hidden))
    neither = Group(label="B", marks=(hidden, hidden))
    root = drawn(shown, neither)
    assert len(dots(root)) == 1
    assert not [line for line in root.iter(f"{SVG}line") if line.get("stroke-width") == "4"]
    told = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert told.count(hidden.words) == 1  # once for both
    assert any(text.endswith(f"left: {hidden.words}") for text in told)


def test_parts_point_to_their_own_sides_of_zero() -> None:
    marks = (marked(0.05, "circle"), marked(-0.1), marked(0.15))
    told = parts(
        [Group(label="A", marks=marks)], axis(lower="<", higher=">"), title="t", description="d", id="i"
    )
    root = ET.fromstring(told.svg())  # noqa: S314 - our own
    assert areas(root) == [
        (style.PAPER, pytest.approx(place(-0.1)), pytest.approx(place(0.0))),  # hollow: what is explained
        (style.PALETTE[0], pytest.approx(place(0.0)), pytest.approx(place(0.15))),
    ]
    assert len(dots(root)) == 1


def several() -> list[Chart]:
    """Of every kind, on axes of different extent, and one that differs from another in its words alone."""
    pair = (marked(-0.15, "circle"), marked(0.1, "diamond"))
    beside = axis(lower="<", higher=">")
    shared = {"title": "t", "description": "d"}
    return [
        dot_interval(LEVELS, axis(), **shared, id="a"),
        gap(GAPS, beside, **shared, id="b"),
        gap(GAPS, axis(tick="{:.1%}".format, lower="minder & minder", higher=">"), **shared, id="c"),
        dumbbell([Group(label="A", marks=pair)], beside, BAND, **shared, id="d"),
        parts([Group(label="A", marks=(*pair, marked(0.3)))], beside, **shared, id="e"),
        dot_interval([Mark(label="a", words="", value=4e6)], axis(span=2e6), **shared, id="f"),
    ]


def test_charts_drawn_together_are_those_drawn_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    charts = several()
    alone = tuple(each.svg() for each in charts)
    assert len(set(alone)) == len(charts)
    assert draw_charts(charts) == alone
    monkeypatch.setattr(chart, "_AT_ONCE", 2)  # over several sheets
    assert draw_charts([*charts, *reversed(charts)]) == (*alone, *reversed(alone))
    assert draw_charts([]) == ()


def test_equal_drawings_are_drawn_once_whatever_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    convert = chart.convert

    def counted(charts: Sequence[Sequence[Row]]) -> str:
        drawn.append(len(charts))
        return convert(charts)

    monkeypatch.setattr(chart, "convert", counted)
    _, english, dutch, *_ = (ET.fromstring(svg) for svg in draw_charts(several()))  # noqa: S314 - our own
    assert drawn == [5]  # the second and the third differ in words alone
    told = ["".join(element.itertext()) for element in (english, dutch)]
    assert "-0.10" in told[0]
    assert "-10.0%" in told[1]
    assert "minder & minder" in told[1]
