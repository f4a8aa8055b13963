"""Adjusted gaps on a page in a real browser: every figure is that of the release, and what is hidden says why."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.web.adjusted import CONTRIBUTES, SETS, adjusted_monitor, adjusted_observations
from tests.web.definitions import BIRTH, CITIZEN, LOG, QUALITY, SNAPSHOT
from tests.web.made_up import COLUMNS, INDICATORS, NOW
from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.classification import Classification
from zaragoza.model.observation import STATUS
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import publish

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SOME = tuple(one for one in INDICATORS if one.id in ("neet", "overqualification_rate"))
GROUPS: tuple[Classification, ...] = (BIRTH, CITIZEN)
MINUS = "\N{MINUS SIGN}"
TO: dict[Language, str] = {"en": "to", "nl": "tot"}
VERDICTS: dict[Language, tuple[str, str, str]] = {
    "en": ("proportional", "disproportional", "undetermined"),
    "nl": ("evenredig", "onevenredig", "onbepaald"),
}
Row = dict[str, str]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adjusted")
    where = adjusted_monitor(folder, SOME)
    return publish(adjusted_observations(SOME), where, SNAPSHOT, QUALITY, LOG, NOW).path


@pytest.fixture(scope="module")
def rows(release: Path) -> list[Row]:
    with (release / "observations.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def observation(
    rows: list[Row],
    indicator: str,
    groups: Classification,
    code: str,
    statistic: str,
    held: str,
    detail: str = "",
) -> Row:
    """The one row of the release's file for a cell of the table."""
    place = dict.fromkeys(COLUMNS, "_T") | {groups.id: code}
    (found,) = (
        row
        for row in rows
        if (row["indicator"], row["statistic"]) == (indicator, statistic)
        and (row["adjustment"], row["detail"]) == (held, detail)
        and all(row[column] == each for column, each in place.items())
    )
    return found


def signed(text: str, language: Language) -> str:
    """A share of the file in points, as the page must write it."""
    value = f"{float(text) * 100:+.1f}".replace("-", MINUS)
    return value.replace(".", ",") if language == "nl" else value


def written(row: Row, language: Language) -> str:
    status = STATUS[row["reason"]]
    if not row["value"]:
        assert not status.shown
        return status.words[language]
    ends = f" {TO[language]} ".join(signed(row[end], language) for end in ("ci_low", "ci_high"))
    flag = status.words[language] if status.severity else ""
    return " ".join(part for part in (signed(row["value"], language), ends, flag) if part)


def verdict(row: Row, language: Language) -> str:
    """From the published interval and the margin of two points."""
    if not row["value"]:
        return "–"
    low, high = float(row["ci_low"]), float(row["ci_high"])
    proportional, disproportional, undetermined = VERDICTS[language]
    if low >= -0.02 and high <= 0.02:
        return proportional
    return disproportional if low > 0.02 or high < -0.02 else undetermined


def thousands(text: str, language: Language) -> str:
    """A number of persons of the file, as the page must write it."""
    number = f"{round(float(text)):,}" if text else "–"
    return number.replace(",", ".") if language == "nl" else number


def percent(text: str, language: Language) -> str:
    number = f"{float(text) * 100:.1f}%" if text else "–"
    return number.replace(".", ",") if language == "nl" else number


def cells(line: Locator) -> list[str]:
    return [" ".join(text.split()) for text in line.locator("td").all_inner_texts()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_that_of_the_release(
    view: Page, release: Path, rows: list[Row], language: Language
) -> None:
    compared = 0
    for one in SOME:
        view.goto((release / language / f"{one.id}.html").as_uri())
        for groups in GROUPS:
            for place, each in enumerate(SETS):
                section = view.locator(f"#{groups.id.replace('_', '-')}-adjusted-{place}")
                lines = section.locator("tbody tr").all()
                assert len(lines) == len(groups.codes) - 1  # all but the reference group
                for line, code in zip(lines, groups.codes[1:], strict=True):
                    raw = observation(rows, one.id, groups, code, "difference", "")
                    left = observation(rows, one.id, groups, code, "adjusted_gap", each.name)
                    explained = [
                        observation(rows, one.id, groups, code, "explained", each.name, detail)
                        for detail in ("", *CONTRIBUTES[each.name])
                    ]
                    assert line.locator("th").inner_text() == groups.label(code)[language]
                    assert cells(line) == [
                        *(written(row, language) for row in (raw, left, *explained)),
                        verdict(left, language),
                        left["n"] or "–",
                        thousands(left["effective_n"], language),
                        percent(left["coverage"], language),
                    ]
                    compared += 1
    assert compared == len(SOME) * len(GROUPS) * len(SETS) * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_name_every_group_and_say_why_one_is_hidden(
    view: Page, release: Path, language: Language
) -> None:
    view.goto((release / language / "neet.html").as_uri())
    few, other = STATUS["too_few"].words[language], STATUS["secondary"].words[language]
    charts = view.locator("section.adjusted[id^=birth-group] svg.chart").all()
    assert len(charts) == 2 * len(SETS)
    for chart in charts:
        words, description = chart.locator("text").all_text_contents(), chart.locator("desc").text_content()
        for code in BIRTH.codes[1:]:
            assert BIRTH.label(code)[language] in words
            assert BIRTH.label(code)[language] in (description or "")
        assert few in words
        assert few in (description or "")
    view.goto((release / language / "overqualification_rate.html").as_uri())
    for chart in view.locator("#birth-group-adjusted-0 svg.chart").all():
        # the words may go over two lines, of which the second is indented
        assert other in " ".join(" ".join(chart.locator("text").all_text_contents()).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_set_is_named_and_no_measure_of_discrimination(
    view: Page, release: Path, language: Language
) -> None:
    view.goto((release / language / "overqualification_rate.html").as_uri())
    sections = view.locator("section.adjusted")
    assert sections.count() == len(SETS) * len(GROUPS)
    for section in sections.all():
        assert CAVEAT[language] in section.inner_text()
        held = section.locator("h3").inner_text().split(": ")[1]
        assert held in section.locator("caption").inner_text()
    apart = [APART[language] in section.inner_text() for section in sections.all()]
    assert apart == [False, True] * len(GROUPS)  # those apart stand last
