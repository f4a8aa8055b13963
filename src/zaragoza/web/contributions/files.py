"""The files of contributions as downloads, for whoever may read the contribution; a browser never shows or runs one."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from zaragoza.web.contributions import attachments, services
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.grounds import ground_words
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.refusal import NotAllowedError


@require_safe
def attachment(request: HttpRequest, contribution: UUID, id: int, name: str) -> HttpResponseBase:
    """One file; what somebody may not read, and what is not there, is refused alike; what was taken down is gone."""
    try:
        found = services.read(who(request.user, request.GET.get("key", "")), contribution)
    except NotAllowedError:
        raise PermissionDenied from None
    if found.state == "taken_down":
        return _gone(found)
    file = found.attachments.filter(pk=id, name=name).first()
    try:
        content = attachments.path(file.sha256).open("rb") if file else None
    except FileNotFoundError:
        content = None
    if file is None or content is None:
        raise PermissionDenied
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=attachments.TYPES[file.kind],
    )
    response["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    response["Cache-Control"] = "private, no-cache"
    return response


def _gone(found: Contribution) -> HttpResponse:
    """Says why, and nothing of what it was."""
    decision = found.decisions.get(outcome="take_down")
    words = gettext("Taken down by an editor of this site: {ground}.").format(
        ground=ground_words()[decision.ground]
    )
    told = HttpResponse(
        f"{words}\n\n{decision.reason}\n", status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8"
    )
    told["Cache-Control"] = "no-cache"
    return told
