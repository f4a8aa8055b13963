"""Which documents all of this rests on, and what they cite."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.http import HttpRequest, HttpResponse

from zaragoza.publish import numbers
from zaragoza.web.pages import entry_history, promised
from zaragoza.web.pages.frame import language, of_site, page


@of_site
def references(request: HttpRequest) -> HttpResponse:
    """The policy documents with what they promise, then every act, communication and study that they cite."""
    found = promised.now()
    return page(
        request,
        "references",
        plans={each.document: each for each in found.plans.plans.values()},
        promises=Counter(each.plan.id for each in found.tracked.values()),
        cited=found.plans.references.values(),
        dated=_dated,
        changes=entry_history.of_kind("plan"),
        **promised.words(found),
    )


def _dated(stated: str) -> str:
    """A day in words; a month or a year as the document has it."""
    try:
        return numbers.date(date.fromisoformat(stated), language())
    except ValueError:
        return stated
