"""The definitions that a release of published figures holds; those of early releases are completed by today's."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.classification import Category, Classification
from zaragoza.model.text import LANGUAGES
from zaragoza.publish.manifest import definition, written
from zaragoza.publish.published_view import FOREIGN, FOREIGN_GROUPS

NOT_STATED = "not_stated"  # of a manifest as it is read: which of these it lacked
DEFINITIONS, RULE, ERRORS = "indicators", "rule", "errors"


def definitions(
    indicators: Collection[str], columns: Sequence[str], references: Mapping[str, str], catalogue: Catalogue
) -> dict[str, Any]:
    """Definitions of the indicators and groups with figures, and in which tables these are.

    Args:
        indicators: ids of those with figures.
        columns: of the observations.
        references: breakdown -> its reference group.
        catalogue: that defines them.
    """
    known = [name for name in columns if name in catalogue.classifications]
    groups = [name for name in known if name in references]
    there = [one for one in catalogue.indicators.values() if one.id in indicators]
    used = {one.area for one in there}
    return {
        "areas": {
            name: {language: title[language] for language in LANGUAGES}
            for name, title in catalogue.areas.items()
            if name in used
        },
        "indicators": [definition(one) for one in there],
        "classifications": [definition(_classification(name, references, catalogue)) for name in known],
        "breakdowns": [[name, other] for name in groups for other in known if other not in groups],
    }


def completed(
    manifest: Mapping[str, Any], indicators: Collection[str], columns: Sequence[str], catalogue: Catalogue
) -> dict[str, Any]:
    """A manifest of published figures with what it does not state as the catalogue states it today.

    The first releases held no definitions, no word on errors, and no rule or only its name; `not_stated` tells
    which. A rule that nobody names stays away.

    Args:
        manifest: as it was published.
        indicators: ids of those with figures.
        columns: of the observations.
        catalogue: of today.
    """
    lacking = [name for name in (DEFINITIONS, ERRORS) if name not in manifest]
    found: dict[str, Any] = {ERRORS: None} | dict(manifest)
    if DEFINITIONS in lacking:
        references = {
            name: str(each.reference)
            for name, each in catalogue.classifications.items()
            if each.groups and each.reference
        }
        found |= _as_read(definitions(indicators, columns, references, catalogue))
    rule = manifest.get(RULE, {})
    if "categories" not in rule:
        lacking.append(RULE)
        known = catalogue.rating_rules.get(rule.get("id", ""))
        found[RULE] = _as_read(definition(known)) | rule if known else None
    return found | {NOT_STATED: lacking}


def _as_read(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(content))
    return found


def _classification(name: str, references: Mapping[str, str], catalogue: Catalogue) -> Classification:
    """As it is compared, with the group of all foreigners where producers give it."""
    found = replace(catalogue.classifications[name], reference=references.get(name))
    if name not in FOREIGN_GROUPS:
        return found
    foreign = Category(FOREIGN, FOREIGN_GROUPS[name], "")
    return replace(found, categories=(*found.categories, foreign))
