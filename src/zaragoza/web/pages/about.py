"""Can I trust and reuse this: methods, data, about."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from zaragoza.web.pages.frame import of_release, page
from zaragoza.web.releases.edition import Edition

_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
}


@of_release
def methods(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Definitions, groups, protection and quality."""
    return page(request, "methods", edition)


@of_release
def data(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Files to take away, and how to quote them."""
    files = [(name, (edition.folder / name).stat().st_size) for name in _files(edition)]
    return page(request, "data", edition, files=files)


@of_release
def file(request: HttpRequest, edition: Edition, file: str) -> HttpResponseBase:
    """One of the files of the release, as it was published."""
    if file not in _files(edition):
        raise Http404
    path = edition.folder / file
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{edition.series}-{edition.release}-{file}"
    )
    response["Content-Type"] = _TYPES[path.suffix]
    return response


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who makes this, for whom, and how accessible it is."""
    return page(request, "about")


def _files(edition: Edition) -> list[str]:
    """The data files and the manifest; the pages of a release are these pages."""
    return ["manifest.json", *(name for name in edition.manifest["files"] if _is_data(name))]


def _is_data(name: str) -> bool:
    return "/" not in name and any(name.endswith(kind) for kind in _TYPES)
