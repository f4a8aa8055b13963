"""What was promised and what became of it: all commitments, by area, actor, course and deadline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from django.http import HttpRequest, HttpResponse

from zaragoza.model.funding import Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.plan import STATUSES, Objective
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages import promised
from zaragoza.web.pages.frame import area_title, language, of_site, page
from zaragoza.web.pages.selection import Choice, chosen
from zaragoza.web.promises.standing import COURSES
from zaragoza.web.promises.state import State, Tracked, counted

Of = Callable[[Tracked], Collection[str]]
DEADLINES = ("passed", "due", "met", "not_a_date", "none")
_FEW = 40  # commitments that are listed without an area having been chosen

# What a reader may choose from lists, and what else an address may ask for.
_CHOSEN: Mapping[str, Of] = {
    "area": lambda each: (each.commitment.area,),
    "course": lambda each: (each.standing.course,),
    "owner": lambda each: each.commitment.owners,
    "plan": lambda each: (each.commitment.plan,),
    "deadline": lambda each: (each.standing.deadline.state,),
    "status": lambda each: (each.standing.status,),
}
_CARRIED: Mapping[str, Of] = {
    "fund": lambda each: each.commitment.funds,
    "objective": lambda each: each.commitment.objectives,
    "group": lambda each: each.commitment.groups,
}


@of_site
def listed(request: HttpRequest) -> HttpResponse:
    """Counts by area under what was chosen, and the commitments themselves of an area or where they are few."""
    found = promised.now()
    shown = list(found.tracked.values())
    carried = _carried(request, found)
    for name, value in carried.items():
        shown = [each for each in shown if value in _of(name, found)(each)]
    choices = []
    for name, of in _CHOSEN.items():
        values = _values(name, found)
        value = chosen(request, name, values, "")
        choices.append(Choice(name, ("", *values), value, _titles(name, values, found)))
        shown = [each for each in shown if not value or value in of(each)]
    asked = {each.name: each.value for each in choices}
    area, plan = asked["area"], found.plans.plans.get(asked["plan"])
    return page(
        request,
        "plan",
        all_counts=found.counts,
        silent_after=found.plans.catalogue.tracking_rule(found.on).silent_after_days,
        counts=counted(shown),
        area=area,
        areas=_areas(shown),
        listed=promised.waiting(shown) if area or len(shown) <= _FEW else None,
        choices=choices,
        positions=found.plans.positions_on(plan) if plan else (),
        carried=carried,
        carried_titles={name: _title(name, value, found) for name, value in carried.items()},
        chosen={name: value for name, value in asked.items() if value} | carried,
        **promised.words(found),
    )


def _of(name: str, found: State) -> Of:
    if name == "indicator":
        return lambda each: [one.id for one in found.plans.indicators_of(each.commitment)]
    return _CARRIED[name]


def _carried(request: HttpRequest, found: State) -> dict[str, str]:
    """What links of other pages ask for, if there is such an entry."""
    known: Mapping[str, Collection[str]] = {
        "indicator": catalogue().indicators,
        "fund": found.plans.funds,
        "objective": found.plans.objectives,
        "group": catalogue().terms,
    }
    asked = {name: request.GET.get(name, "") for name in known}
    return {name: value for name, value in asked.items() if value in known[name]}


def _title(name: str, value: str, found: State) -> str:
    if name == "group":
        return catalogue().terms[value][language()]
    held: Mapping[str, Mapping[str, Indicator | Fund | Objective]] = {
        "indicator": catalogue().indicators,
        "fund": found.plans.funds,
        "objective": found.plans.objectives,
    }
    return held[name][value].title[language()]


def _values(name: str, found: State) -> list[str]:
    """What can be chosen, in the order of reading."""
    told: Mapping[str, Iterable[str]] = {
        "area": catalogue().areas,
        "course": COURSES,
        "owner": found.plans.organisations,
        "plan": found.plans.plans,
        "deadline": DEADLINES,
        "status": STATUSES,
    }
    there = {value for each in found.tracked.values() for value in _CHOSEN[name](each)}
    return [value for value in told[name] if value in there]


def _titles(name: str, values: Iterable[str], found: State) -> dict[str, str]:
    """Courses, deadlines and statuses have their words in the template."""
    told: Mapping[str, Callable[[str], str]] = {
        "area": area_title,
        "owner": lambda value: found.plans.organisations[value].title[language()],
        "plan": lambda value: catalogue().documents[found.plans.plans[value].document].title[language()],
    }
    return {value: told[name](value) for value in values} if name in told else {}


def _areas(shown: Iterable[Tracked]) -> dict[str, list[Tracked]]:
    found: dict[str, list[Tracked]] = {area: [] for area in catalogue().areas}
    for each in shown:
        found[each.commitment.area].append(each)
    return {area: held for area, held in found.items() if held}
