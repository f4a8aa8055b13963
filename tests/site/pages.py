"""Addresses of the pages of the made-up releases: every kind of page, with what a reader can choose."""

from __future__ import annotations

# Words after the language; `{office}` is series and release of an office's latest, `{regions}` of one with places.
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
    "{regions}/",
    "{regions}/indicators/",
    "{regions}/indicators/employment_rate/?tab=years",
    "{regions}/indicators/employment_rate/?tab=places",
    "{regions}/indicators/employment_rate/?tab=places&show=difference",
    "{regions}/indicators/employment_rate/?place=region-R1",
    "{regions}/places/",
    "{regions}/places/region-R2/",
    "{regions}/compare/?place=region-R1&place=region-R3",
    "{office}/areas/",
    "{union}/areas/employment/",
    "{union}/plan/AG11-REC-01/",
    "{office}/plan/review/?at=2024-12-31",
    "{office}/plan/review/?at=2024-12-31&since=2011-01-01",
    "plan/",
    "plan/?area=housing&course=silent",
    "plan/?area=migration",
    "plan/?plan=AP21",
    "practices/",
    "funds/",
    "funds/?who=other&where=NL&whom=eu_citizens_with_migrant_background&what=language",
    "funds/FUND-AMIF/",
    "countries/monitoring/",
    "countries/monitoring/FI/",
    "glossary/",
    "references/",
    "about/",
    "search/?q=employment",
    "releases/",
)


def pages(language: str, **releases: str) -> list[str]:
    """The paths of all pages in a language."""
    return [f"/{language}/{page.format(**releases)}" for page in PAGES]
