"""Addresses. Whatever quotes a number names its release; what does not redirects to the latest."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from zaragoza.web.accounts import urls as accounts
from zaragoza.web.assets import asset
from zaragoza.web.contributions.files import attachment
from zaragoza.web.pages import (
    about,
    account,
    areas,
    commitment,
    compare,
    contribute,
    contributions,
    documents,
    feed,
    front,
    funds,
    glossary,
    home,
    indicators,
    monitoring,
    organisations,
    places,
    plan,
    practices,
    references,
    review,
    scoreboard,
    search,
)

_release: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("indicators/", indicators.listed, name="indicators"),
    path("indicators/<slug:indicator>/", indicators.one, name="indicator"),
    path("indicators/<slug:indicator>/picture.png", indicators.picture, name="picture"),
    path("places/", places.listed, name="places"),
    path("places/<path:place>/", places.one, name="place"),  # an office's codes may hold a slash
    path("areas/", areas.listed, name="areas"),
    path("areas/<slug:area>/", areas.one, name="area"),
    path("plan/review/", review.review, name="review"),
    path("plan/review.pdf", review.as_file, name="review_pdf"),
    path("plan/<slug:commitment>/", commitment.one, name="commitment"),
    path("scoreboard/", scoreboard.scoreboard, name="scoreboard"),
    path("compare/", compare.compare, name="compare"),
    path("documents/", documents.stated, name="documents"),
    path("methods/", about.methods, name="methods"),
    path("data/", about.data, name="data"),
    path("data/<path:file>", about.file, name="file"),
]
_pages: list[URLPattern | URLResolver] = [
    path("", front.latest, name="front"),
    path("about/", about.about, name="about"),
    path("plan/", plan.listed, name="plan"),
    path("plan/<slug:commitment>/contribute/", contribute.choose, name="contribute"),
    path("plan/<slug:commitment>/contribute/<slug:kind>/", contribute.fill_in, name="contribute_to"),
    path("practices/", practices.practices, name="practices"),
    path("practices/contribute/", contribute.fill_in, {"kind": "practice"}, name="contribute_practice"),
    path("funds/", funds.listed, name="funds"),
    path("funds/contribute/", contribute.fill_in, {"kind": "call"}, name="contribute_call"),
    path("funds/<slug:fund>/", funds.one, name="fund"),
    path("countries/monitoring/", monitoring.matrix, name="monitoring"),
    path("countries/monitoring/<slug:place>/", monitoring.country, name="country"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("references/", references.references, name="references"),
    path("search/", search.search, name="search"),
    path("feed/", feed.feed, name="feed"),
    path("contributions/", contributions.own, name="contributions"),
    path("contributions/sent/", contribute.sent, name="contribution_sent"),
    path("contributions/review/", contributions.to_review, name="contributions_to_review"),
    path("contributions/<uuid:id>/", contributions.one, name="contribution"),
    path("contributions/<uuid:id>/link/", contribute.link, name="contribution_link"),
    path("contributions/link/sent/", contribute.link_sent, name="contribution_link_sent"),
    path("contributions/<uuid:id>/edit/", contributions.edit, name="contribution_edit"),
    path("organisations/", organisations.listed, name="organisations"),
    path("organisations/<slug:organisation>/", organisations.one, name="organisation"),
    path("account/", account.own, name="account"),
    path("account/my-data/", account.exported, name="account_exported"),
    path("account/erase/", account.erase, name="account_erase"),
    path("account/roles/", account.people, name="people"),
    *accounts.in_languages,
    path("releases/", front.releases, name="releases"),
    path("releases/<slug:series>/latest/", front.latest),
    path("releases/<slug:series>/latest/<path:rest>", front.latest),
    path("releases/<slug:series>/<slug:release>/", include(_release)),
    path("<path:rest>", front.latest, name="latest"),
]
handler404 = "zaragoza.web.pages.front.missing"
handler429 = "zaragoza.web.pages.taking_part.too_often"  # asked for by allauth
urlpatterns = [
    path("api/", include("zaragoza.web.api.urls")),
    path("assets/<slug:digest>/<str:name>", asset, name="asset"),
    path("attachments/<uuid:contribution>/<int:id>/<str:name>", attachment, name="attachment"),
    *accounts.without_language,
    *i18n_patterns(*_pages),
]
