"""What is refused before a page looks at it, and what every answer says to the reader's browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from zaragoza.errors import Fault
from zaragoza.model.text import LANGUAGES
from zaragoza.web.api.door import opened_to_all
from zaragoza.web.api.refusal import RequestError, fault
from zaragoza.web.contributions import attachments
from zaragoza.web.pages.frame import page

Answer = Callable[[HttpRequest], HttpResponseBase]

LONGEST = 2000  # characters of an address with its query; no selection of a page needs half of it
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_CLIMBS = re.compile(r"(^|/)\.{1,2}(/|$)")
_API = "/api/"
_WITH_FILES = re.compile(
    rf"/({'|'.join(LANGUAGES)})/contributions/[0-9a-f-]{{36}}/$"
)  # pages to which people add some
_TAKEN_OFF, _AT_ONCE = 64 * 1024**2, 64 * 1024  # bytes
_LONG = fault("address", f"at most {LONGEST} characters", "more", "Ask for less at once.")
_LARGE = fault("content", "nothing, or a few words", "too much", "Send less: addresses are for reading.")
_UNCLEAN = fault("address", "no dots for folders and no control characters", "some", "Leave them out.")
_UNCLEAN_QUERY = fault("query", "no control characters", "some", "Leave them out.")
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
    plain = unquote(unquote(request.path_info))  # twice: servers before this one may have decoded it once
    for wrong, status, refusal in (
        (len(request.path_info) + len(asked) > LONGEST, HTTPStatus.REQUEST_URI_TOO_LONG, _LONG),
        (_size(request) > _most(request), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _LARGE),
        (_CONTROL.search(plain) or _CLIMBS.search(plain), HTTPStatus.BAD_REQUEST, _UNCLEAN),
        (_CONTROL.search(unquote(asked)), HTTPStatus.BAD_REQUEST, _UNCLEAN_QUERY),
    ):
        if wrong:
            with_file = (
                refusal is _LARGE and request.method == "POST" and _WITH_FILES.match(request.path_info)
            )
            return _too_large(request) if with_file else _refusal(request, status, refusal)
    return None


def _too_large(request: HttpRequest) -> HttpResponse:
    """On a page, in words: a browser shows it only where all that it sends was taken, up to what is worth that."""
    left = min(_size(request), _TAKEN_OFF)
    with suppress(OSError):  # whoever sends it may have gone
        while left > 0 and (taken := request.read(min(left, _AT_ONCE))):
            left -= len(taken)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    with translation.override(request.path_info[1:3]):
        faults = attachments.too_large().faults
        return page(request, "refused", status=status, faults=faults, wait=0, lost=None, next=None)


def _most(request: HttpRequest) -> int:
    """Bytes; forms with files may have more, which is read only by a view that takes them."""
    files = request.method == "POST" and request.META.get("CONTENT_TYPE", "").startswith(
        "multipart/form-data"
    )
    return int(settings.UPLOAD_BYTES if files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0


def _refusal(request: HttpRequest, status: HTTPStatus, refusal: Fault) -> HttpResponse:
    """In the form in which the address refuses everything else: the API by its own, pages in a line of text."""
    if request.path_info.startswith(_API):
        return opened_to_all(RequestError(refusal, status).answer)
    text = f"{refusal.field}: expected {refusal.expected}, found {refusal.found}. {refusal.way_out}\n"
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
