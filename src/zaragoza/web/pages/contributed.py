"""What pages show of a contribution: what it says, what it would change, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext

from zaragoza.publish import numbers
from zaragoza.web.contributions import states
from zaragoza.web.contributions.apply import lowers, published
from zaragoza.web.contributions.forms import FORMS, Address, Day, Sourced, Words
from zaragoza.web.contributions.models import ABOUT_A_COMMITMENT, Contribution
from zaragoza.web.contributions.roles import RIGHTS, Actor, Concern, concern, may
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages.frame import area_title, language, place_name
from zaragoza.web.promises import models
from zaragoza.web.promises.entries import stated

How = Literal["line", "words", "address"]
NO_STATUS = "no_evidence"


@dataclass(frozen=True)
class Answer:
    """One answer of a form, or one line of a difference.

    Attributes:
        how: it is shown; `words` are Markdown of people.
        before: what is published; None where nothing is compared.
    """

    label: str
    value: str
    how: How = "line"
    before: str | None = None


def asked(
    kind: str,
    data: dict[str, Any] | None = None,
    *,
    initial: dict[str, Any] | None = None,
    commitment: str | None = None,
) -> Sourced:
    """The form of a kind as it is filled in, with lists to choose from where the site knows what there is."""
    form = FORMS[kind](data, initial=initial)
    for name, titles in _lists(commitment, withdrawn_at=None).items():
        if name in form.fields:
            words = sorted(titles.items(), key=lambda each: each[1])
            form.fields[name].widget = forms.Select(choices=[("", "–"), *words])
            form.fields[name].widget.is_required = form.fields[name].required
    for field in form.fields.values():
        if not field.required:
            field.label = gettext("%(label)s (may stay empty)") % {"label": field.label}
    return form


def answers(found: Contribution) -> list[Answer]:
    """What it says, in the order of its form."""
    titles = _lists(found.commitment)
    return [
        _answer(name, field, str(found.content[name]), titles)
        for name, field in FORMS[found.kind].base_fields.items()
        if name in found.content
    ]


def compared(found: Contribution) -> list[Answer]:
    """Beside what readers are shown now; what was accepted beside what they were shown when it was written."""
    if found.kind not in ABOUT_A_COMMITMENT or not found.content or found.state == "taken_down":
        return []
    base = found.base if found.state in states.PUBLIC else published(found.commitment)
    number, _, report = base.partition(" ")
    if found.kind == "correction":
        return [_corrected(found, number)]
    latest = models.ProgressReport.objects.filter(pk=report).first() if report not in ("", "-") else None
    before: Mapping[str, str] = {
        "status": latest.status if latest else NO_STATUS,
        "reported_on": latest.reported_on.isoformat() if latest else "",
        "text": latest.text if latest else "",
    }
    told = FORMS[found.kind].base_fields
    return [
        _with_before(name, told[name], before[name], found.content.get(name, ""))
        for name in ("status", "reported_on", "text")
    ]


def steps(actor: Actor, found: Contribution) -> frozenset[states.Move]:
    """What somebody can do with it now."""
    return frozenset(
        move
        for move in states.MOVES
        if states.following(found.state, move) is not None and may(actor, move, found)
    )


def concerned(actor: Actor, found: Contribution) -> Concern | None:
    """Why somebody who decides on such a thing decides nothing about this one now; None where nothing keeps them."""
    deciding = {"take", *states.OUTCOMES, *states.REMOVALS} & states.STATES[found.state].moves.keys()
    decides = any(actor.roles & RIGHTS[move].keys() for move in deciding)
    return concern(actor, found) if decides else None


def reasons(found: Contribution) -> Iterator[str]:
    """Why a contribution has to be looked at, each as a word that the page explains."""
    if found.state == "removal_asked":
        yield "removal"
        return
    if found.lane == "organisation":
        yield "organisation"
    else:
        yield "no_account" if found.author_id is None else "no_organisation"
    if found.commitment and lowers(found):
        yield "lowers"
    if found.commitment and found.base != published(found.commitment):
        yield "moved_on"
    if found.replies.all():
        yield "replied"
    elif found.round > 1:
        yield "again"


def _lists(commitment: str | None, **of_reports: Any) -> Mapping[str, Mapping[str, str]]:
    """Names of fields that hold the id of something, with the titles of all that there is."""
    shown = language()
    reports = models.ProgressReport.objects.filter(commitment=commitment, **of_reports) if commitment else []
    return {
        "area": {each: area_title(each) for each in catalogue().areas},
        "fund": {name: each.title[shown] for name, each in stated().funds.items()},
        "report": {str(each.pk): _report_title(each) for each in reports},
    }


def _report_title(report: models.ProgressReport) -> str:
    """Its day and what it says, by which readers know it."""
    status = _plain(FORMS["evidence"].base_fields["status"], report.status)
    return f"{numbers.date(report.reported_on, language())}: {status}"


def _answer(name: str, field: forms.Field, value: str, titles: Mapping[str, Mapping[str, str]]) -> Answer:
    label = str(field.label)
    if name == "geo":
        return Answer(label, place_name(value))
    if name in titles:
        return Answer(label, titles[name].get(value, value))
    if isinstance(field, Address):
        return Answer(label, value, "address")
    return Answer(label, _plain(field, value), "words" if isinstance(field, Words) else "line")


def _with_before(name: str, field: forms.Field, before: str, value: str) -> Answer:
    return Answer(
        str(field.label),
        _plain(field, value),
        "words" if isinstance(field, Words) else "line",
        _plain(field, before),
    )


def _plain(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.ChoiceField):
        if value == NO_STATUS:
            return gettext("No evidence")
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type] # of our own, never a callable
    if isinstance(field, Day) and value:
        return numbers.date(date.fromisoformat(value), language())
    return value


def _corrected(found: Contribution, number: str) -> Answer:
    """The part that is said to be wrong, as it is published."""
    part = found.content["part"]
    label = _plain(FORMS["correction"].base_fields["part"], part)
    if part == "report":
        report = models.ProgressReport.objects.filter(
            pk=found.content["report"], commitment=found.commitment
        ).first()
        before = report.text if report else ""
    else:
        version = models.Version.objects.filter(
            kind="commitment", entry=found.commitment, number=number or 0
        ).first()
        before = _words(((version and version.content) or {}).get(part), found.language)
    return Answer(label, found.content["text"], "words", before)


def _words(told: Any, shown: str) -> str:
    """A part of an entry in plain words, in the language of the correction where it has several."""
    if isinstance(told, Mapping):
        if shown in told:
            return str(told[shown])
        return _words(told["words"], shown) if "words" in told else "; ".join(f"{v}" for v in told.values())
    if isinstance(told, list | tuple):
        titles: dict[str, Any] = {**stated().organisations, **stated().funds}
        return ", ".join(titles[each].title[language()] if each in titles else str(each) for each in told)
    return str(told or "")
