"""The page of an entry that is no longer stated: at its old address, with what it last said."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from zaragoza.web.pages import entry_history, promised
from zaragoza.web.pages.frame import page
from zaragoza.web.promises.models import ProgressReport
from zaragoza.web.promises.withdrawn import withdrawn
from zaragoza.web.releases.edition import Edition


def stated(request: HttpRequest, kind: str, entry: str, edition: Edition | None = None) -> HttpResponse:
    """What it said last, since when it does not stand, and what was told of it.

    Args:
        request: of its page.
        kind: `commitment` or `fund`.
        entry: its id.
        edition: the release that the page is of, if it is of one.

    Raises:
        Http404: there never was such an entry.
    """
    found = withdrawn(kind).get(entry)
    if found is None:
        raise Http404
    told = ProgressReport.objects.filter(commitment_id=entry, withdrawn_at=None)
    return page(
        request,
        "withdrawn",
        edition,
        one=found,
        reports=list(told) if kind == "commitment" else [],
        changes=entry_history.of_entry(kind, entry),
        **promised.words(promised.now()),
    )
