"""The files of contributions as downloads, for whoever may read the contribution; a browser never shows or runs one."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from zaragoza.web.contributions import attachments, services
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.refusal import NotAllowedError


@require_safe
def attachment(request: HttpRequest, contribution: UUID, id: int, name: str) -> FileResponse:
    """One file; what somebody may not read, and what is not there, is refused alike."""
    try:
        found = services.read(who(request.user, request.GET.get("key", "")), contribution)
    except NotAllowedError:
        raise PermissionDenied from None
    file = found.attachments.filter(pk=id, name=name).first()
    if file is None or not attachments.path(file.sha256).is_file():
        raise PermissionDenied
    response = FileResponse(
        attachments.path(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type=attachments.TYPES[file.kind],
    )
    response["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    response["Cache-Control"] = "private, no-cache"
    return response
