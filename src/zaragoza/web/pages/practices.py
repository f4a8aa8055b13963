"""What works: practices that documents hold up as examples, and how well their effect is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.http import HttpRequest, HttpResponse

from zaragoza.model.practice import GRADES, Practice
from zaragoza.web.contributions import queues
from zaragoza.web.definitions import plans
from zaragoza.web.pages import entry_history, promised
from zaragoza.web.pages.frame import area_title, language, of_site, page, place_name
from zaragoza.web.pages.front import latest_editions
from zaragoza.web.pages.selection import Choice, chosen
from zaragoza.web.promises.withdrawn import withdrawn

_CHOICES: Mapping[str, Callable[[Practice], Collection[str]]] = {
    "area": lambda each: (each.area,),
    "place": lambda each: (each.geo,) if each.geo else (),
    "grade": lambda each: (each.grade,),
}


@of_site
def practices(request: HttpRequest) -> HttpResponse:
    """All practices, or those of an area, a country or a grade of evidence."""
    found = promised.now()
    shown = list(found.plans.practices.values())
    choices = []
    for name, of in _CHOICES.items():
        values = sorted({value for each in found.plans.practices.values() for value in of(each)})
        value = chosen(request, name, values, "")
        choices.append(Choice(name, ("", *values), value, _titles(name, values)))
        shown = [each for each in shown if not value or value in of(each)]
    shown.sort(key=lambda each: (-GRADES.index(each.grade), each.title[language()]))
    return page(
        request,
        "practices",
        practices=shown,
        all_practices=len(found.plans.practices),
        added=len(found.plans.practices.keys() - plans().practices.keys()),
        choices=choices,
        indicators_of=found.plans.indicators_of,
        anywhere={name for each in latest_editions() for name in each.indicators},
        tracked=found.tracked,
        changes=entry_history.of_kind("practice"),
        added_by=queues.published_as("practice"),
        withdrawn=list(withdrawn("practice").values()),
        **promised.words(found),
    )


def _titles(name: str, values: Collection[str]) -> dict[str, str]:
    """Grades have their words in the template."""
    told: Mapping[str, Callable[[str], str]] = {"area": area_title, "place": place_name}
    return {value: told[name](value) for value in values} if name in told else {}
