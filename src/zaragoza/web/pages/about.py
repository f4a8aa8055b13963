"""Can I trust and reuse this: methods, data, about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.observation import STATUS
from zaragoza.publish.defined import NOT_STATED
from zaragoza.publish.words import RULES
from zaragoza.publish.words_published import published_words
from zaragoza.web.pages.frame import collected, language, of_release, page
from zaragoza.web.pages.ratings import rule_of
from zaragoza.web.releases import shelf
from zaragoza.web.releases.edition import Edition

_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
}


@of_release
def methods(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Sources, errors, protection, quality, groups and indicators of a release."""
    special = _of_published(edition) if edition.published else _of_office(edition)
    return page(
        request,
        "methods_published" if edition.published else "methods",
        edition,
        hidden=_hidden(edition),
        classifications=edition.classifications.values(),
        **special,
    )


@of_release
def data(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Files to take away, and how to quote them."""
    files = [(name, (edition.folder / name).stat().st_size) for name in edition.files]
    return page(request, "data", edition, files=files, address=request.build_absolute_uri())


@of_release
def file(request: HttpRequest, edition: Edition, file: str) -> HttpResponseBase:
    """One of the files of the release, as it was published."""
    if file not in edition.files:
        raise Http404
    path = edition.folder / file
    name = f"{edition.series}-{edition.release}-{file}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = _TYPES[path.suffix]
    return response


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who makes this, for whom, and how accessible it is."""
    return page(request, "about")


def _of_office(edition: Edition) -> Mapping[str, Any]:
    return {
        "q": edition.manifest["quality"],
        "collected_on": collected(edition),
        "rules": [RULES[name][language()] for name in edition.manifest["protection"]["rules"]],
        "adjustments": edition.manifest["adjustments"],
        "caveat": CAVEAT[language()],
        "apart": APART[language()],
    }


def _of_published(edition: Edition) -> Mapping[str, Any]:
    return {
        "p": published_words(language()),
        "rule": rule_of(edition),
        "sources": edition.manifest["sources"],
        "errors": edition.manifest["errors"],
        "not_stated": edition.manifest[NOT_STATED],
    }


def _hidden(edition: Edition) -> list[tuple[str, int]]:
    """How many figures are not shown, by reason."""
    sql = "SELECT reason, count(*) FROM {table} WHERE value IS NULL GROUP BY reason"
    counted = dict(shelf.query(edition.table("observations"), sql).rows())
    return [(status.words[language()], counted[name]) for name, status in STATUS.items() if name in counted]
