"""What every address of the API has in common: open to pages of any origin, for reading only, within a limit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from zaragoza.web.api import limit
from zaragoza.web.api.refusal import RequestError, fault
from zaragoza.web.reading import writes

_READING = ("GET", "HEAD", "OPTIONS")
_DAY = "86400"
View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer", bound=HttpResponseBase)


def opened(view: View) -> View:
    """The view behind the door."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **values: object) -> HttpResponseBase:
        try:
            response = _passed(request, view, *args, **values)
        except RequestError as refused:
            response = refused.answer
        return opened_to_all(response)

    return csrf_exempt(writes(answered))  # it refuses other methods itself, with a reason


def opened_to_all(response: Answer) -> Answer:
    """The answer with what lets pages of any origin read it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Accept"])
    return response


def _passed(request: HttpRequest, view: View, *args: object, **values: object) -> HttpResponseBase:
    # These addresses have no languages: where nothing is, nobody is led to a page in one.
    setattr(request, "urlconf", "zaragoza.web.api.urls")  # noqa: B010 - Django reads it, its types do not know it
    if request.method not in _READING:
        response = _refusal("method", "GET", "another", "Ask with GET: the API is for reading.", 405)
        response["Allow"] = ", ".join(_READING)
        return response
    if request.method == "OPTIONS":
        return _preflight()
    seconds = limit.wait(request, settings.API_REQUESTS_A_MINUTE)
    if seconds:
        expected = f"at most {settings.API_REQUESTS_A_MINUTE} requests a minute of one address"
        response = _refusal("requests", expected, "more", f"Ask again in {seconds} seconds.", 429)
        response["Retry-After"] = str(seconds)
        return response
    try:
        request.GET  # noqa: B018 - read here, because it cannot be where there is too much of it
    except TooManyFieldsSent:
        return _refusal("parameters", "at most 100", "more", "Ask for less at once.", 400)
    asked, request.method = request.method, "GET"  # of HEAD the server leaves the content out
    try:
        return view(request, *args, **values)
    finally:
        request.method = asked


def _refusal(field: str, expected: str, found: str, way_out: str, status: int) -> HttpResponse:
    return RequestError(fault(field, expected, found, way_out), HTTPStatus(status)).answer


def _preflight() -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(_READING)
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = _DAY
    return response
