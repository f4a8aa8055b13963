"""What is refused before a page looks at it, and what every answer says to the reader's browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]

LONGEST = 2000  # characters of an address with its query; no selection of a page needs half of it
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_CLIMBS = re.compile(r"(^|/)\.{1,2}(/|$)")
# What no page of the site asks of a browser.
_PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "browsing-topics",
    )
)


def headers(answer: Answer) -> Answer:
    """Middleware around all others: what no setting of Django says."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answered


def limits(answer: Answer) -> Answer:
    """Middleware before all that reads what was asked; answers to HEAD lose their body (RFC 9110, 9.3.2)."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = _refused(request) or answer(request)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            if request.method == "HEAD":
                response.content = b""
        elif isinstance(response, StreamingHttpResponse) and request.method == "HEAD":
            response.streaming_content = ()
        return response

    return answered


def _refused(request: HttpRequest) -> HttpResponse | None:
    asked = request.META.get("QUERY_STRING", "")
    path = request.path_info
    if len(path) + len(asked) > LONGEST:
        return _refusal(HTTPStatus.REQUEST_URI_TOO_LONG, f"An address has at most {LONGEST} characters.")
    if _size(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "What is sent is too large.")
    plain = unquote(unquote(path))  # twice: servers before this one may have decoded it once
    if _CONTROL.search(plain) or _CLIMBS.search(plain):
        return _refusal(
            HTTPStatus.BAD_REQUEST, "An address has no dots for folders and no control characters."
        )
    if _CONTROL.search(unquote(asked)):
        return _refusal(HTTPStatus.BAD_REQUEST, "A query has no control characters.")
    return None


def _size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0


def _refusal(status: HTTPStatus, reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
