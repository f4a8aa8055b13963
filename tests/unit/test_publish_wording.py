"""Honest sentences: what a figure says depends on its interval and its status (design of the site, decision 17)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.definitions import BIRTH, EU, NON_EU
from tests.web.made_up import indicator
from zaragoza.model.classification import UNKNOWN
from zaragoza.model.observation import STATUS
from zaragoza.model.text import Text
from zaragoza.publish import wording
from zaragoza.publish.view import Block, Figure, Row, Section, Sheet

NBSP = "\N{NO-BREAK SPACE}"
HIDDEN = [status for status in STATUS.values() if not status.shown]


def figure(value: float | None, low: float | None = None, high: float | None = None, reason="published"):
    return Figure(value=value, low=low, high=high, n=None, status=STATUS[reason])


def row(code: str, gap: Figure | None, position: int = 0) -> Row:
    return Row(
        code=code,
        label=BIRTH.label(code),
        role="group" if code in (EU, NON_EU) else "other",
        position=position,
        level=figure(0.5, 0.4, 0.6),
        gap=gap,
        ratio=None,
    )


def section(*rows: Row) -> Section:
    return Section(
        columns=("birth_group",),
        title=BIRTH.title,
        along=BIRTH,
        reference=Text("Native-born", "Hier geboren"),
        blocks=(Block(heading=None, rows=rows),),
        length=len(rows),
    )


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("value", "low", "high", "en", "nl"),
    [
        (
            -0.123,
            -0.145,
            -0.101,
            "12.3 points lower (10.1 to 14.5)",
            "12,3 procentpunt lager (10,1 tot 14,5)",
        ),
        (0.042, 0.01, 0.074, "4.2 points higher (1.0 to 7.4)", "4,2 procentpunt hoger (1,0 tot 7,4)"),
        (
            -0.012,
            -0.05,
            0.026,
            "no clear difference (−5.0 to +2.6)",
            "geen duidelijk verschil (−5,0 tot +2,6)",
        ),
        (0.02, 0.0, 0.04, "no clear difference (0.0 to +4.0)", "geen duidelijk verschil (0,0 tot +4,0)"),
    ],
)
def test_difference(value: float, low: float, high: float, en: str, nl: str) -> None:
    assert plain(wording.difference(figure(value, low, high), "proportion", "en")) == en
    assert plain(wording.difference(figure(value, low, high), "proportion", "nl")) == nl


def test_a_gap_without_a_known_error_is_not_called_clear() -> None:
    words = wording.difference(figure(-0.1), "proportion", "en")
    assert words == "10.0 points lower; its uncertainty is not known"
    assert figure(-0.1).direction == 0


@pytest.mark.parametrize("status", HIDDEN, ids=lambda status: status.reason)
def test_hidden_figures_say_why_and_show_no_digit(status) -> None:
    hidden = figure(None, reason=status.reason)
    for language in ("en", "nl"):
        for words in (
            wording.level(hidden, "proportion", language),
            wording.difference(hidden, "proportion", language),
            wording.ratio(hidden, language),
        ):
            assert words == status.words[language]
            assert not any(sign.isdigit() for sign in words)


def test_unreliable_figures_carry_the_word() -> None:
    shaky = figure(0.281, 0.19, 0.37, "unreliable")
    assert plain(wording.level(shaky, "proportion", "en")) == "28.1% (19.0 to 37.0%), less reliable"
    assert wording.difference(shaky, "proportion", "nl").endswith(", minder betrouwbaar")


def test_finding_names_up_to_three_groups() -> None:
    found = wording.gap_finding(
        section(row(EU, figure(None, reason="too_few")), row(NON_EU, figure(-0.1, -0.12, -0.08))),
        "proportion",
        "en",
    )
    assert found == (
        "Compared with “Native-born”, “Born in another EU country”: not shown (too few people); "
        "“Born outside the EU”: 10.0 points lower."
    )


def test_finding_counts_more_than_three_groups() -> None:
    gaps = (
        figure(-0.1, -0.12, -0.08),
        figure(-0.2, -0.22, -0.18),
        figure(0.1, 0.08, 0.12),
        figure(0.0, -0.1, 0.1),
        figure(None, reason="secondary"),
    )
    rows = [replace(row(EU, gap), code=str(number)) for number, gap in enumerate(gaps)]
    found = wording.gap_finding(section(*rows), "proportion", "en")
    assert found == (
        "Compared with “Native-born”, lower for 2 groups, higher for 1 group, "
        "no clear difference for 1 group, not shown for 1 group."
    )


def test_unknown_and_total_are_never_a_finding() -> None:
    assert wording.gap_finding(section(row(UNKNOWN, figure(-0.3, -0.4, -0.2))), "proportion", "en") == ""


def test_balance_follows_the_direction_of_each_indicator() -> None:
    lower, higher = figure(-0.1, -0.12, -0.08), figure(0.1, 0.08, 0.12)
    cases = (
        ("higher_is_better", lower),  # less favourable
        ("lower_is_better", higher),  # less favourable
        ("lower_is_better", lower),  # more favourable
        ("higher_is_better", figure(0.01, -0.1, 0.1)),  # no clear difference
        ("higher_is_better", figure(None, reason="too_few")),
        ("neutral", lower),  # not counted
    )
    sheets = [
        Sheet(
            indicator=indicator(f"i{number}", "employment", "One", "Een", direction=direction),
            total=None,
            sections=(section(row(NON_EU, gap)),),
            absent=(),
            figures=1,
            hidden=(),
        )
        for number, (direction, gap) in enumerate(cases)
    ]
    (balance,) = wording.balances(sheets, "birth_group")
    assert (balance.less, balance.more, balance.unclear, balance.hidden) == (2, 1, 1, 1)
    assert balance.sentence(Text("Native-born", "Hier geboren"), "en") == (
        "less favourable than “Native-born” on 2 of 4 indicators, more favourable on 1, "
        "no clear difference on 1, not shown on 1."
    )
    assert balance.sentence(Text("Native-born", "Hier geboren"), "nl") == (
        "op 2 van 4 indicatoren minder gunstig dan “Hier geboren”, op 1 gunstiger, "
        "op 1 geen duidelijk verschil, op 1 niet getoond."
    )


def test_headline_counts_one_group_over_indicators() -> None:
    gaps = [
        figure(-0.1, -0.12, -0.08),
        figure(0.1, 0.08, 0.12),
        figure(0.0, -0.1, 0.1),
        figure(0.0, -0.1, 0.1),
    ]
    label = Text("Born outside the EU", "Buiten de EU geboren")
    assert wording.headline(label, gaps, "en") == (
        "Born outside the EU: lower on 1, higher on 1, no clear difference on 2"
    )
    assert wording.headline(label, gaps, "nl") == (
        "Buiten de EU geboren: op 1 lager, op 1 hoger, op 2 geen duidelijk verschil"
    )
