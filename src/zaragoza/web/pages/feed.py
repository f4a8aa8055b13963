"""News of releases, as Atom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from zaragoza.web.pages.frame import language
from zaragoza.web.releases.edition import edition
from zaragoza.web.releases.models import Installed

_MOST = 50


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The releases that were installed last."""
    atom = Atom1Feed(
        title=gettext("Releases of this site"),
        link=request.build_absolute_uri(reverse("releases")),
        description="",
        language=language(),
        feed_url=request.build_absolute_uri(),
    )
    for each in Installed.objects.order_by("-activated_at")[:_MOST]:
        shown = edition(each.series_id, each.release)
        address = request.build_absolute_uri(reverse("home", args=(each.series_id, each.release)))
        title = f"{shown.title[language()]}, {each.release}"
        atom.add_item(
            title=title, link=address, description=title, updateddate=each.activated_at, unique_id=address
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
