"""Promises, money, practices and monitoring: what documents state, joined, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from zaragoza.catalogue.plain import plain
from zaragoza.catalogue.plans import Moving
from zaragoza.model.funding import Fund
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm
from zaragoza.model.plan import STATUSES, Objective
from zaragoza.model.practice import Practice
from zaragoza.model.text import LANGUAGES
from zaragoza.publish import numbers
from zaragoza.web.api import forms
from zaragoza.web.api.answer import REFUSED
from zaragoza.web.api.filters import Filter
from zaragoza.web.api.items import Item, Listing, listed
from zaragoza.web.api.parameters import of_list
from zaragoza.web.definitions import plans as documents
from zaragoza.web.promises.entries import KINDS
from zaragoza.web.promises.standing import COURSES
from zaragoza.web.promises.state import State, Tracked
from zaragoza.web.promises.withdrawn import Withdrawn, withdrawn

router = Router()


def _formed(form: type[Schema], entry: Any, **others: Any) -> Item:
    """An entry with the fields of its form, in their order."""
    held = plain(entry, whole=True) | others
    return {name: held[name] for name in form.model_fields}


def _joined(state: State, entry: Moving) -> Item:
    indicators = [each.id for each in state.plans.indicators_of(entry)]
    return {"indicators": indicators, "document_indicators": list(entry.indicators)}


def _commitment(state: State, tracked: Tracked) -> Item:
    missed = [str(each.id) for each in tracked.standing.missed]
    return _formed(
        forms.Commitment,
        tracked.commitment,
        **_joined(state, tracked.commitment),
        practices=[each.id for each in state.plans.practices_of(tracked.commitment)],
        standing=_formed(forms.Standing, tracked.standing, missed=missed),
        reports=[_formed(forms.Report, each) for each in tracked.reports],
        milestones=[_formed(forms.Milestone, each) for each in tracked.milestones],
    )


def _objective(state: State, entry: Objective) -> Item:
    commitments = [each.id for each in state.plans.commitments_for(entry)]
    return _formed(forms.Objective, entry, **_joined(state, entry), commitments=commitments)


def _practice(state: State, entry: Practice) -> Item:
    ours = entry.id in documents().practices
    return _formed(forms.Practice, entry, **_joined(state, entry), in_catalogue=ours)


def _fund(state: State, entry: Fund) -> Item:
    calls = [_formed(forms.Call, each) for each in state.plans.calls_of(entry)]
    commitments = [each.id for each in state.plans.commitments_of(entry)]
    return _formed(forms.Fund, entry, calls=calls, commitments=commitments)


def _country(state: State, entry: CountryMonitoring) -> Item:
    own = state.plans.catalogue.country_names.get(entry.geo)
    title = {each: own[each] if own else numbers.country(entry.geo, each) for each in LANGUAGES}
    criteria = dict(state.plans.held_by(entry))
    return _formed(forms.CountryMonitoring, entry, title=title, criteria=criteria)


def _criterion(entry: Criterion) -> Item:
    return _formed(forms.Criterion, entry)


def _term(state: State, entry: GlossaryTerm) -> Item:
    words = {language: list(entry.words.get(language, ())) for language in LANGUAGES}
    return _formed(forms.Term, entry, words=words)


def _withdrawn(state: State, of: Withdrawn) -> Item:
    return _formed(
        forms.Withdrawn,
        of.entry,
        kind=of.kind,
        since=of.since.isoformat(),
        version=of.version,
        ground=of.ground,
    )


def _areas_of_fund(state: State, entry: Fund) -> set[str]:
    return {use.area for use in entry.uses}


def _groups_of_fund(state: State, entry: Fund) -> set[str]:
    return {group for rule in entry.eligible for group in rule.groups}


_AREA = Filter(
    "Id of a policy area.", lambda state: state.plans.catalogue.areas, lambda state, each: (each.area,)
)
_PLAN = Filter("Id of a plan.", lambda state: state.plans.plans, lambda state, each: (each.plan,))
_GROUP = Filter(
    "For whom: a term of the documents.",
    lambda state: state.plans.catalogue.terms,
    lambda state, each: each.groups,
)
_GEO = Filter(
    "Code of a country.",
    lambda state: sorted({code for codes in state.plans.catalogue.country_sets.values() for code in codes}),
    lambda state, each: (each.geo,),
)


def _indicator(state: State) -> list[str]:
    """Ours, and the codes of the documents."""
    known = state.plans.catalogue
    return [*known.indicators, *known.document_indicators]


def _answers(state: State, entry: Moving) -> set[str]:
    """What an entry can be asked for by: the codes that it names, and our indicators that answer to them."""
    return {*entry.indicators, *(each.id for each in state.plans.indicators_of(entry))}


_INDICATOR = Filter("Id of an indicator, or its code in the documents (IND-...).", _indicator, _answers)


def _of_commitment(filter: Filter) -> Filter:
    return Filter(
        filter.description, filter.known, lambda state, tracked: filter.of(state, tracked.commitment)
    )


COMMITMENTS = Listing(
    "commitments",
    forms.Commitment,
    lambda state: state.tracked,
    _commitment,
    {
        "area": _of_commitment(_AREA),
        "plan": _of_commitment(_PLAN),
        "owner": Filter(
            "Id of who is to do it.",
            lambda state: state.plans.organisations,
            lambda state, tracked: tracked.commitment.owners,
        ),
        "course": Filter(
            "How it stands.", lambda state: COURSES, lambda state, tracked: (tracked.standing.course,)
        ),
        "status": Filter(
            "On the five-point scale.",
            lambda state: STATUSES,
            lambda state, tracked: (tracked.standing.status,),
        ),
        "fund": Filter(
            "Id of a fund that is to pay.",
            lambda state: state.plans.funds,
            lambda state, tracked: tracked.commitment.funds,
        ),
        "indicator": _of_commitment(_INDICATOR),
        "group": _of_commitment(_GROUP),
    },
)
OBJECTIVES = Listing(
    "objectives",
    forms.Objective,
    lambda state: state.plans.objectives,
    _objective,
    {"area": _AREA, "plan": _PLAN, "indicator": _INDICATOR},
)
FUNDS = Listing(
    "funds",
    forms.Fund,
    lambda state: state.plans.funds,
    _fund,
    {
        "area": Filter(_AREA.description, _AREA.known, _areas_of_fund),
        "group": Filter(_GROUP.description, _GROUP.known, _groups_of_fund),
    },
)
PRACTICES = Listing(
    "practices",
    forms.Practice,
    lambda state: state.plans.practices,
    _practice,
    {"area": _AREA, "geo": _GEO, "indicator": _INDICATOR, "group": _GROUP},
)
COUNTRIES = Listing(
    "countries-monitoring",
    forms.CountryMonitoring,
    lambda state: state.plans.countries_monitoring,
    _country,
    {"geo": _GEO},
    lambda state: {"criteria": [_criterion(each) for each in state.plans.criteria.values()]},
)
GLOSSARY = Listing("glossary", forms.Term, lambda state: state.plans.glossary, _term, {})
WITHDRAWN = Listing(
    "withdrawn",
    forms.Withdrawn,
    lambda state: {name: each for kind in KINDS for name, each in withdrawn(kind).items()},
    _withdrawn,
    {"kind": Filter("Kind of entry.", lambda state: KINDS, lambda state, each: (each.kind,))},
)


@router.get(
    "/commitments", response={200: forms.Commitments} | REFUSED, openapi_extra=of_list(COMMITMENTS.filters)
)
def commitments(request: HttpRequest) -> HttpResponseBase:
    """What was promised, by whom and by when, and what became of it by today."""
    return listed(request, COMMITMENTS)


@router.get(
    "/objectives", response={200: forms.Objectives} | REFUSED, openapi_extra=of_list(OBJECTIVES.filters)
)
def objectives(request: HttpRequest) -> HttpResponseBase:
    """What documents want to reach."""
    return listed(request, OBJECTIVES)


@router.get("/funds", response={200: forms.Funds} | REFUSED, openapi_extra=of_list(FUNDS.filters))
def funds(request: HttpRequest) -> HttpResponseBase:
    """Who pays for what, and for whom."""
    return listed(request, FUNDS)


@router.get("/practices", response={200: forms.Practices} | REFUSED, openapi_extra=of_list(PRACTICES.filters))
def practices(request: HttpRequest) -> HttpResponseBase:
    """What was done somewhere, and how well it is known to work."""
    return listed(request, PRACTICES)


@router.get(
    "/countries/monitoring",
    response={200: forms.CountriesMonitoring} | REFUSED,
    openapi_extra=of_list(COUNTRIES.filters),
)
def countries_monitoring(request: HttpRequest) -> HttpResponseBase:
    """How countries monitor integration."""
    return listed(request, COUNTRIES)


@router.get("/glossary", response={200: forms.Glossary} | REFUSED, openapi_extra=of_list(GLOSSARY.filters))
def glossary(request: HttpRequest) -> HttpResponseBase:
    """The words of the field, as documents use them."""
    return listed(request, GLOSSARY)


@router.get(
    "/withdrawn", response={200: forms.AllWithdrawn} | REFUSED, openapi_extra=of_list(WITHDRAWN.filters)
)
def no_longer_stated(request: HttpRequest) -> HttpResponseBase:
    """What the catalogue no longer has, and what was taken down; none of it is in another list."""
    return listed(request, WITHDRAWN)
