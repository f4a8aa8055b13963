"""Which fund may pay: worked by hand on small funds, and never more said than a document says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zaragoza.model.funding import Fund, Rule, Use
from zaragoza.model.plan import Passage
from zaragoza.model.text import Text
from zaragoza.web.pages.guide import OTHER, Asked, Reason, advise, reasons

UNION = frozenset({"NL", "BE", "FI"})
YEAR = 2026
SOURCE = Passage(document="AP21", section="5.II", find="some words of it")


def _text(words: str) -> Text:
    return Text(words, f"{words} (nl)")


def _use(area: str, what: str) -> Use:
    return Use(area=area, what=_text(what), source=SOURCE)


def _rule(who: str, applicants: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Rule:
    return Rule(who=_text(who), source=SOURCE, applicants=applicants, groups=groups)


# A fund like AMIF: for migrants, never for citizens of the union with a migrant background (footnote 53 of AP21).
ASYLUM = Fund(
    id="FUND-A",
    title=_text("Asylum fund"),
    kind=_text("EU fund"),
    role="direct",
    period=_text("2021-2027"),
    until=2027,
    uses=(_use("language", "Language programmes"), _use("housing", "Mixed housing")),
    eligible=(_rule("migrants", groups=("migrants",)),),
    exclusions=(_rule("citizens", groups=("eu_citizens_with_migrant_background",)),),
)
REFORMS = Fund(
    id="FUND-R",
    title=_text("Support for reforms"),
    kind=_text("EU instrument"),
    role="direct",
    uses=(_use("governance", "Reforms"),),
    eligible=(_rule("Member States, at their request", applicants=("member_states",)),),
)
REGIONS = Fund(
    id="FUND-D",
    title=_text("Regional fund"),
    kind=_text("EU fund"),
    role="direct",
    uses=(_use("cross_cutting", "Inclusion through infrastructure"),),
)
ABROAD = Fund(
    id="FUND-E", title=_text("Facility"), kind=_text("EU facility"), role="external", places=("TR",)
)
PARTNERS = Fund(id="FUND-P", title=_text("External plan"), kind=_text("EU instrument"), role="external")
OVER = replace(REGIONS, id="FUND-O", period=_text("2007-2013"), until=2013)
FRAME = Fund(id="FUND-F", title=_text("Framework"), kind=_text("budget framework"), role="frame")
ALL = (ASYLUM, REFORMS, REGIONS, ABROAD, PARTNERS, OVER, FRAME)


def _why(fund: Fund, **asked: str) -> list[tuple[str | None, str, str]]:
    found = reasons(fund, Asked(**asked), UNION, YEAR)
    return [(each.question, each.side, each.because) for each in found]


@pytest.mark.parametrize(
    ("fund", "question", "answer", "side", "because"),
    [
        (ASYLUM, "whom", "migrants", "for", "named"),
        (ASYLUM, "whom", "eu_citizens_with_migrant_background", "against", "excluded"),
        (ASYLUM, "whom", "refugees", "open", "names_others"),
        (REGIONS, "whom", "migrants", "open", "not_stated"),
        (REFORMS, "who", "member_states", "for", "named"),
        (REFORMS, "who", OTHER, "open", "names_others"),
        (
            ASYLUM,
            "who",
            "member_states",
            "open",
            "not_stated",
        ),  # its rules are about people, not about applicants
        (ABROAD, "where", "TR", "for", "pays_there"),
        (ABROAD, "where", "NL", "against", "pays_elsewhere"),
        (ABROAD, "where", OTHER, "against", "pays_elsewhere"),
        (PARTNERS, "where", "NL", "against", "partner_countries"),
        (PARTNERS, "where", "TR", "open", "not_stated"),
        (ASYLUM, "where", "NL", "open", "not_stated"),
        (ASYLUM, "what", "language", "for", "pays_for"),
        (ASYLUM, "what", "health", "open", "pays_for_other"),
        (REGIONS, "what", "health", "for", "pays_for_all"),
        (ABROAD, "what", "health", "open", "not_stated"),
    ],
)
def test_the_reason_is_what_the_document_says(
    fund: Fund, question: str, answer: str, side: str, because: str
) -> None:
    assert _why(fund, **{question: answer}) == [(question, side, because)]


def test_a_fund_of_the_past_and_a_framework_pay_nobody_now() -> None:
    assert _why(OVER) == [(None, "against", "over")]
    assert _why(FRAME) == [(None, "against", "frame")]
    assert _why(replace(OVER, until=YEAR)) == []  # its last year is not over


def test_reasons_have_the_words_of_the_document_and_where_they_stand() -> None:
    (reason,) = reasons(ASYLUM, Asked(what="language"), UNION, YEAR)
    assert reason == Reason("what", "for", "pays_for", (_text("Language programmes"),), (SOURCE,))
    (others,) = reasons(REFORMS, Asked(who=OTHER), UNION, YEAR)
    assert others.words == (_text("Member States, at their request"),)


def test_an_exclusion_outweighs_a_rule_that_names_the_same_people() -> None:
    both = replace(ASYLUM, exclusions=(_rule("some migrants", groups=("migrants",)),))
    assert [side for _, side, _ in _why(both, whom="migrants")] == ["against", "for"]
    found = advise([both], Asked(whom="migrants", what="language"), UNION, YEAR)
    assert [each.fund.id for each in found["may_not"]] == ["FUND-A"]


def test_each_fund_stands_under_one_verdict() -> None:
    asked = Asked(who="local_authorities", where="NL", whom="migrants", what="language")
    found = {
        verdict: [each.fund.id for each in held] for verdict, held in advise(ALL, asked, UNION, YEAR).items()
    }
    assert found == {
        "may": ["FUND-A", "FUND-D"],
        "open": ["FUND-R"],  # it names Member States and other uses, and shuts nobody out
        "may_not": ["FUND-E", "FUND-P", "FUND-O", "FUND-F"],
    }


def test_what_has_more_for_it_comes_first() -> None:
    asked = Asked(whom="migrants", what="language")
    found = advise([REGIONS, ASYLUM], asked, UNION, YEAR)
    assert [each.fund.id for each in found["may"]] == ["FUND-A", "FUND-D"]


def test_citizens_with_a_migrant_background_are_led_past_the_fund_that_shuts_them_out() -> None:
    asked = Asked(whom="eu_citizens_with_migrant_background", what="language")
    found = advise(ALL, asked, UNION, YEAR)
    assert "FUND-A" in [each.fund.id for each in found["may_not"]]
    assert [each.fund.id for each in found["may"]] == ["FUND-D"]


def test_a_fund_that_names_other_uses_is_not_said_to_pay() -> None:
    found = advise([ASYLUM], Asked(whom="migrants", what="health"), UNION, YEAR)
    assert [each.fund.id for each in found["open"]] == ["FUND-A"]


def test_the_next_question_is_the_first_without_an_answer() -> None:
    assert Asked().next == "who"
    assert Asked(who=OTHER, whom="migrants").next == "where"
    assert Asked(who=OTHER, where="NL", whom="migrants", what="health").next is None
