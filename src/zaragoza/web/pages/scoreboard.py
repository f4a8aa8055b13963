"""The scoreboard: places by indicators, each with its category and how sure that is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from zaragoza.model.classification import TOTAL
from zaragoza.web.pages.frame import area_title, language, of_release, page, place_name
from zaragoza.web.pages.ratings import Rating, rated, ratings, rule_of
from zaragoza.web.pages.selection import Choice, chosen
from zaragoza.web.releases.edition import Edition

_NAME = "name"


@of_release
def scoreboard(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The heat map of a release that has ratings."""
    if not edition.rates:
        raise Http404
    kinds = {each.key: each for each in rated(edition)}
    what = kinds[chosen(request, "show", list(kinds), next(iter(kinds)))]
    peers = edition.manifest["rule"]["peers"]
    among = chosen(request, "peers", list(peers), TOTAL)
    rows = [row for row in ratings(edition, what, among) if row["geo"] != edition.manifest["union"]]
    named = {name: area_title(name, edition) for name in {each.area for each in edition.indicators.values()}}
    areas = sorted({edition.indicators[row["indicator"]].area for row in rows}, key=lambda name: named[name])
    area = chosen(request, "area", areas, "")
    shown = [row for row in rows if area in ("", edition.indicators[row["indicator"]].area)]
    columns = [name for name in edition.indicators if any(row["indicator"] == name for row in shown)]
    order = chosen(request, "sort", columns, _NAME)
    board: dict[str, dict[str, Rating]] = {}
    for row in shown:
        board.setdefault(row["geo"], {})[row["indicator"]] = row
    titles = {name: edition.indicators[name].title[language()] for name in columns}
    return page(
        request,
        "scoreboard",
        edition,
        what=what,
        rule=rule_of(edition),
        columns=columns,
        any_known=any(row["probability"] is not None for row in shown),
        board=[(place, board[place]) for place in sorted(board, key=lambda each: _place(each, board, order))],
        choices=[
            Choice("show", tuple(kinds), what.key, {key: each.title(edition) for key, each in kinds.items()}),
            Choice("peers", (TOTAL, *peers), among, _peer_titles(peers)),
            Choice(
                "area",
                ("", *areas),
                area,
                {"": gettext("all areas")} | named,
            ),
            Choice("sort", (_NAME, *columns), order, {_NAME: gettext("name of the place")} | titles),
        ],
    )


def _place(place: str, board: dict[str, dict[str, Rating]], order: str) -> tuple[float, str]:
    """By name, or the best category of an indicator first and unrated places last; equals by name."""
    category = board[place].get(order, {}).get("category")
    return (99.0 if category is None else -category) if order != _NAME else 0.0, place_name(place)


def _peer_titles(peers: dict[str, list[str]]) -> dict[str, str]:
    titles = {TOTAL: gettext("all places")}
    return titles | {name: f"{name} ({', '.join(places)})" for name, places in peers.items()}
