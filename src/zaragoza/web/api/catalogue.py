"""What a release says in words: definitions, groups, what is held equal, statuses, and the values to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.adjustment import CAVEAT
from zaragoza.model.classification import RESERVED, Classification
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import STATUSES
from zaragoza.model.text import Text
from zaragoza.web.api.tables import OBSERVATIONS, RATINGS, dimensions
from zaragoza.web.releases.edition import Edition


def described(edition: Edition, known: Catalogue) -> dict[str, Any]:
    """The catalogue of a release.

    Args:
        edition: the release.
        known: with the titles of policy areas that the release does not name itself.
    """
    there = dimensions(edition, OBSERVATIONS)
    areas = {**known.areas, **edition.monitor.areas}
    return {
        "series": edition.series,
        "release": edition.release,
        "title": _text(edition.title),
        "synthetic": edition.synthetic,
        "indicators": [_indicator(each, areas) for each in edition.indicators.values()],
        "classifications": [_classification(each, there) for each in edition.classifications.values()],
        "adjustments": [
            {
                "name": each["name"],
                "title": each["title"],
                "covariates": each["covariates"],
                "caveat": _text(CAVEAT),
            }
            for each in edition.manifest.get("adjustments", ())
        ],
        "statuses": [
            {
                "reason": each.reason,
                "obs_status": each.obs_status,
                "conf_status": each.conf_status,
                "shown": each.shown,
                "title": _text(each.words),
            }
            for each in STATUSES
        ],
        "dimensions": {
            shape.table: dict(dimensions(edition, shape))
            for shape in (OBSERVATIONS, RATINGS)
            if edition.has(shape.table)
        },
    }


def _indicator(each: Indicator, areas: Mapping[str, Text]) -> dict[str, Any]:
    texts = ("title", "question", "definition", "population", "reference", "not_shown")
    return {
        "id": each.id,
        "area": each.area,
        "area_title": _text(areas.get(each.area)),
        **{name: _text(getattr(each, name)) for name in texts},
        "source": _text(each.source),
        "unit": each.unit,
        "direction": each.direction,
        "ages": each.ages,
        **{name: list(getattr(each, name)) for name in ("aliases", "eurostat", "oecd", "jaf")},
    }


def _classification(each: Classification, there: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    codes = [*each.codes, *(code for code in there.get(each.id, ()) if code not in each.codes)]
    return {
        "id": each.id,
        "title": _text(each.title),
        "note": _text(each.note),
        "source": each.source,
        "groups": each.groups,
        "reference": each.reference,
        "categories": [{"code": code, "title": _text(_label(each, code))} for code in codes],
    }


def _label(each: Classification, code: str) -> Text:
    """A code of an open list is its own title."""
    return each.label(code) if code in (*each.codes, *RESERVED) else Text(code, code)


def _text(text: Text | str | None) -> dict[str, str] | None:
    return asdict(Text(text, text)) if isinstance(text, str) else asdict(text) if text else None
