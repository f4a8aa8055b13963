"""Who pays for what: four questions that lead to funds, and each fund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse

from zaragoza.catalogue import Plans
from zaragoza.model.funding import Fund
from zaragoza.publish import numbers
from zaragoza.publish.stated import QUALIFIERS
from zaragoza.web.contributions import queues
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import entry_history, no_longer, promised
from zaragoza.web.pages.frame import area_title, language, of_site, page, place_name
from zaragoza.web.pages.guide import GENERAL, OTHER, QUESTIONS, VERDICTS, Asked, Question, advise
from zaragoza.web.pages.selection import chosen
from zaragoza.web.promises.state import today
from zaragoza.web.promises.withdrawn import withdrawn

_UNION = "eu27_2020"


@of_site
def listed(request: HttpRequest) -> HttpResponse:
    """Funds under what documents say of them, after the answers in the address."""
    found = promised.now()
    funds = list(found.plans.funds.values())
    answers = _answers(funds, found.plans)
    asked = Asked(**{each: chosen(request, each, list(answers[each]), "") or None for each in QUESTIONS})
    given = {each: getattr(asked, each) for each in QUESTIONS if getattr(asked, each) is not None}
    return page(
        request,
        "funds",
        asked=asked,
        given=given,
        answers=answers,
        advised=advise(funds, asked, union(), today().year),
        verdicts=VERDICTS,
        OTHER=OTHER,
        without=lambda question: {name: value for name, value in given.items() if name != question},
        **promised.words(found),
    )


@of_site
def one(request: HttpRequest, fund: str) -> HttpResponse:
    """One fund: for whom, for what, how much, and which commitments it is to pay for."""
    found = promised.now()
    if fund not in found.plans.funds:
        return no_longer.stated(request, "fund", fund)
    known = found.plans.funds[fund]
    return page(
        request,
        "fund",
        fund=known,
        qualifiers=QUALIFIERS,
        plain=partial(numbers.plain, language=language()),
        over=known.until is not None and known.until < today().year,
        calls=found.plans.calls_of(known),
        added_by=queues.published_as("call"),
        withdrawn=[each for each in withdrawn("call").values() if each.entry.fund == fund],
        today=today(),
        changes=entry_history.of_entry("fund", fund),
        paid=promised.waiting(found.tracked[each.id] for each in found.plans.commitments_of(known)),
        **promised.words(found),
    )


def union() -> tuple[str, ...]:
    """Codes of the countries of the European Union."""
    return catalogue().country_sets[_UNION]


def _answers(funds: Iterable[Fund], known: Plans) -> Mapping[Question, Mapping[str, str]]:
    """What can be answered to each question, with its words: what funds name, and that it is something else."""
    rules = [rule for fund in funds for rule in (*fund.eligible, *fund.exclusions)]
    who = [name for name in known.organisations if any(name in rule.applicants for rule in rules)]
    groups = [name for name in catalogue().terms if any(name in rule.groups for rule in rules)]
    abroad = {place for fund in funds for place in fund.places if place not in union()}
    areas = [
        name
        for name in catalogue().areas
        if name != GENERAL and any(use.area == name for fund in funds for use in fund.uses)
    ]
    where = sorted((*union(), *abroad), key=place_name)
    return {
        "who": {name: known.organisations[name].title[language()] for name in who} | {OTHER: ""},
        "where": {code: place_name(code) for code in where} | {OTHER: ""},
        "whom": {name: catalogue().terms[name][language()] for name in groups} | {OTHER: ""},
        "what": {name: area_title(name) for name in areas},
    }
