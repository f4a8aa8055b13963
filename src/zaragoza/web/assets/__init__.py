"""The style and the script of all pages: two files, named by their content, so that readers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_PARTS = {
    "site.css": (("zaragoza.publish", "templates/style.css.jinja"), ("zaragoza.web", "assets/site.css")),
    "site.js": (("zaragoza.web", "assets/site.js"),),
}
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


def address(name: str) -> str:
    """Where a file is served."""
    return reverse("asset", args=(_content(name)[1], name))


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """One of the files; the digest must be that of its content."""
    if name not in _PARTS or digest != _content(name)[1]:
        raise Http404
    return HttpResponse(_content(name)[0], content_type=_TYPES[name.rpartition(".")[2]])


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = b"".join(files(package).joinpath(path).read_bytes() for package, path in _PARTS[name])
    return content, hashlib.sha256(content).hexdigest()[:16]
