"""The scoreboard: places by indicators, each with its category and how sure that is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.web.pages.frame import of_release, page
from zaragoza.web.releases.edition import Edition


@of_release
def scoreboard(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The heat map of a release that has ratings."""
    if not edition.has("ratings"):
        raise Http404
    return page(request, "scoreboard", edition)
