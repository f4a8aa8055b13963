"""Which fund may pay for what, for whom: what documents say for and against each, and what they leave open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from zaragoza.model.funding import Fund, Rule, Use
from zaragoza.model.plan import Passage
from zaragoza.model.text import Text

Question = Literal["who", "where", "whom", "what"]
QUESTIONS: tuple[Question, ...] = ("who", "where", "whom", "what")
OTHER = "other"  # an answer: somebody, somewhere or people that no fund names
GENERAL = "cross_cutting"  # the area of what is paid in all of them

Side = Literal["for", "against", "open"]
Because = Literal[
    "named", "names_others", "excluded", "pays_there", "pays_elsewhere", "partner_countries",
    "pays_for", "pays_for_all", "pays_for_other", "not_stated", "frame", "over",
]  # fmt: skip
Verdict = Literal["may", "open", "may_not"]
VERDICTS: tuple[Verdict, ...] = ("may", "open", "may_not")


@dataclass(frozen=True)
class Asked:
    """What a reader has answered; None where he has not.

    Attributes:
        who: an organisation that wants to apply.
        where: code of the country where the money would be spent.
        whom: people who should gain by it, a term of the documents.
        what: policy area of what is to be paid.
    """

    who: str | None = None
    where: str | None = None
    whom: str | None = None
    what: str | None = None

    @property
    def next(self) -> Question | None:
        """The first question without an answer."""
        return next((each for each in QUESTIONS if getattr(self, each) is None), None)


@dataclass(frozen=True)
class Reason:
    """One thing that documents say, or leave open, of a fund and an answer.

    Attributes:
        question: that it answers; None for what holds of the fund whatever was asked.
        words: of the document, in our paraphrase; none where it says nothing.
    """

    question: Question | None
    side: Side
    because: Because
    words: tuple[Text, ...] = ()
    sources: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Advice:
    """A fund with its reasons."""

    fund: Fund
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        """Against it once a document speaks against it; for it where one says that it pays for what was asked."""
        if any(reason.side == "against" for reason in self.reasons):
            return "may_not"
        uses = [reason for reason in self.reasons if reason.question == "what"]
        return "may" if any(reason.side == "for" for reason in uses or self.reasons) else "open"

    @property
    def weight(self) -> int:
        """How much speaks for it: a use of its own more than one in all areas."""
        named = sum(reason.side == "for" for reason in self.reasons)
        return 2 * named - any(reason.because == "pays_for_all" for reason in self.reasons)


def advise(
    funds: Iterable[Fund], asked: Asked, union: Collection[str], year: int
) -> dict[Verdict, list[Advice]]:
    """Every fund under what documents say of it.

    Args:
        funds: in their order; of those that may pay the ones for which more speaks come first.
        asked: the answers.
        union: codes of the countries of the European Union.
        year: in which somebody asks.
    """
    found: dict[Verdict, list[Advice]] = {verdict: [] for verdict in VERDICTS}
    for fund in funds:
        advice = Advice(fund, reasons(fund, asked, union, year))
        found[advice.verdict].append(advice)
    found["may"].sort(key=lambda advice: -advice.weight)
    return found


def reasons(fund: Fund, asked: Asked, union: Collection[str], year: int) -> tuple[Reason, ...]:
    """What speaks for a fund, against it, and what no document states."""
    found = [_fund(fund, year)]
    if asked.who is not None:
        found += _rules(fund, "who", asked.who, lambda rule: rule.applicants)
    if asked.where is not None:
        found.append(_place(fund, asked.where, union))
    if asked.whom is not None:
        found += _rules(fund, "whom", asked.whom, lambda rule: rule.groups)
    if asked.what is not None:
        found.append(_uses(fund, asked.what))
    return tuple(reason for reason in found if reason is not None)


def _fund(fund: Fund, year: int) -> Reason | None:
    """What holds of it whatever was asked."""
    if fund.role == "frame":
        return Reason(None, "against", "frame", (fund.kind,))
    if fund.until is not None and fund.until < year and fund.period is not None:
        return Reason(None, "against", "over", (fund.period,))
    return None


def _rules(
    fund: Fund, question: Question, answer: str, about: Callable[[Rule], Sequence[str]]
) -> list[Reason]:
    """Who may apply, or who gains: exclusions first; that others are named does not shut anybody out."""
    excluded = [rule for rule in fund.exclusions if answer in about(rule)]
    named = [rule for rule in fund.eligible if answer in about(rule)]
    others = [rule for rule in fund.eligible if about(rule)]
    found = [_told(question, "against", "excluded", excluded)] if excluded else []
    if named:
        return [*found, _told(question, "for", "named", named)]
    if found:
        return found
    return [
        _told(question, "open", "names_others", others) if others else Reason(question, "open", "not_stated")
    ]


def _place(fund: Fund, place: str, union: Collection[str]) -> Reason:
    if place in fund.places:
        return Reason("where", "for", "pays_there")
    if fund.places:
        return Reason("where", "against", "pays_elsewhere")
    if fund.role == "external" and place in union:
        return Reason("where", "against", "partner_countries")
    return Reason("where", "open", "not_stated")


def _uses(fund: Fund, area: str) -> Reason:
    """A use that a document does not name is not shut out by it: its lists are of examples."""
    meant = [use for use in fund.uses if use.area == area]
    general = [use for use in fund.uses if use.area == GENERAL]
    if meant:
        return _paid("for", "pays_for", meant)
    if general:
        return _paid("for", "pays_for_all", general)
    return _paid("open", "pays_for_other" if fund.uses else "not_stated", fund.uses)


def _paid(side: Side, because: Because, uses: Sequence[Use]) -> Reason:
    return Reason("what", side, because, tuple(use.what for use in uses), tuple(use.source for use in uses))


def _told(question: Question, side: Side, because: Because, rules: Sequence[Rule]) -> Reason:
    return Reason(
        question, side, because, tuple(rule.who for rule in rules), tuple(rule.source for rule in rules)
    )
