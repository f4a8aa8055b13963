"""Addresses of the API; all stand behind the same door, also those where nothing is."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, include, path, reverse

from zaragoza.web.api.door import opened
from zaragoza.web.api.refusal import RequestError, fault
from zaragoza.web.api.v1 import api


def root(request: HttpRequest) -> HttpResponse:
    """To the page that explains the API."""
    return HttpResponseRedirect(reverse("api-v1:openapi-view"))


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that does not exist."""
    known = ", ".join(reverse(f"api-v1:{each.name}") for each in _patterns if each.name)
    refused = RequestError(
        fault("address", f"one of {known}", "another", "Ask one of them."), HTTPStatus.NOT_FOUND
    )
    return refused.answer


def _behind_the_door(pattern: URLPattern) -> URLPattern:
    view = root if pattern.name == "api-root" else pattern.callback
    return path(str(pattern.pattern), opened(view), name=pattern.name or "")


_given, _application, _namespace = api.urls
_patterns = [_behind_the_door(each) for each in _given if isinstance(each, URLPattern)]
urlpatterns = [
    path("v1/", include((_patterns, _application), namespace=_namespace)),
    path("<path:rest>", opened(nothing)),
    path("", opened(nothing), {"rest": ""}),
]
