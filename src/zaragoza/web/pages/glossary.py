"""What words of the field mean in the documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zaragoza.web.pages import promised
from zaragoza.web.pages.frame import language, of_site, page


@of_site
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term with its definition, and where that stands."""
    found = promised.now()
    terms = sorted(found.plans.glossary.values(), key=lambda each: each.title[language()].casefold())
    return page(request, "glossary", listed=terms, **promised.words(found))
