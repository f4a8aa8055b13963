"""Addresses of the pages of the made-up releases: every kind of page, with what a reader can choose."""

from __future__ import annotations

# Words after the language; `{office}` is series and release of the office's latest.
PAGES = (
    "{office}/",
    "{office}/indicators/",
    "{office}/indicators/neet/",
    "{office}/indicators/neet/?tab=comparable",
    "{office}/methods/",
    "{office}/data/",
    "{union}/",
    "{union}/indicators/",
    "{union}/indicators/employment_rate/?place=NL",
    "{union}/indicators/employment_rate/?tab=years&place=NL",
    "{union}/indicators/employment_rate/?tab=years&place=NL&show=difference",
    "{union}/indicators/employment_rate/?tab=places",
    "{union}/places/",
    "{union}/places/NL/",
    "{union}/scoreboard/",
    "{union}/compare/?place=NL&place=BE",
    "{union}/methods/",
    "{union}/documents/",
    "{office}/areas/",
    "{union}/areas/employment/",
    "{union}/plan/AG11-REC-01/",
    "{office}/plan/review/?at=2024-12-31",
    "plan/",
    "plan/?area=housing&course=silent",
    "plan/?area=migration",
    "practices/",
    "funds/",
    "funds/?who=other&where=NL&whom=eu_citizens_with_migrant_background&what=language",
    "funds/FUND-AMIF/",
    "countries/monitoring/",
    "countries/monitoring/FI/",
    "glossary/",
    "about/",
    "search/?q=employment",
    "releases/",
)


def pages(language: str, office: str, union: str) -> list[str]:
    """The paths of all pages in a language."""
    return [f"/{language}/{page.format(office=office, union=union)}" for page in PAGES]
