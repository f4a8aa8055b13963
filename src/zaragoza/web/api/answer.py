"""How every address answers: with what is made, unless the asker has it already."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from zaragoza.web.api import schemas

REFUSED = dict.fromkeys((400, 404, 406, 413, 414, 429), schemas.Refusal)


def answer(request: HttpRequest, tag: str, media: str, made: Callable[[], bytes]) -> HttpResponseBase:
    """What is made, unless the asker has it already."""
    response = get_conditional_response(request, etag=tag) or HttpResponse(
        made(), content_type=f"{media}; charset=utf-8" if media.startswith("text/") else media
    )
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"  # may be kept, but the latest is asked for again
    return response


def following(request: HttpRequest, **named: str) -> str:
    """The address of the next page: what was asked, with these parameters in it."""
    asked = {name: request.GET.getlist(name) for name in request.GET} | {n: [v] for n, v in named.items()}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked, doseq=True)}")
