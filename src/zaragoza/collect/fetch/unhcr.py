"""Asks the UNHCR Refugee Data Finder, page by page. Source: UNHCR, population statistics API."""

from __future__ import annotations

import json
from urllib.parse import quote

from zaragoza.collect.attempts import attempt
from zaragoza.collect.fetch.asking import Asking, holds_figures
from zaragoza.collect.fetch.session import too_large
from zaragoza.collect.published.refusal import broken
from zaragoza.model.vintage import Query

_ROWS = 1000  # of a page
_MOST_PAGES = 10_000
_COUNTRIES = ("coo", "coa")  # of origin, of asylum


def ask_unhcr(query: Query, asking: Asking) -> None:
    """Asks for every page of a dataset (asylum-applications, asylum-decisions, population, solutions)."""
    parts = [f"limit={_ROWS}"]
    parts += [f"yearFrom={query.since}"] if query.since else []
    parts += [f"yearTo={query.until}"] if query.until else []
    parts += [f"{quote(name)}={quote(','.join(codes), safe=',')}" for name, codes in query.filters.items()]
    parts += [f"{name}_all=true" for name in _COUNTRIES if name not in query.filters]
    page, pages = 1, 1
    while page <= pages:
        url = f"{asking.base}/{quote(query.dataset)}/?{'&'.join(parts)}&page={page}"
        pages = json.loads(asking.ask(url, check=_page))["maxPages"]
        if pages > _MOST_PAGES:
            raise too_large(url, f"{pages:,} pages")
        page += 1


def _page(content: bytes, url: str) -> None:
    """Refuses what is no page of figures that says how many there are."""
    holds_figures(content, url)
    message = attempt(lambda: json.loads(content), ValueError)
    if not (isinstance(message, dict) and isinstance(message.get("maxPages"), int)):
        raise broken(url, "page of the Refugee Data Finder", "no number of pages")
