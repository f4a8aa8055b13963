"""What a manifest says of the rules and definitions that a release was made by: all that a reader has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from zaragoza.model.classification import Category, Classification
from zaragoza.model.definitions import Definitions
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.rating import RatingRule
from zaragoza.model.text import LANGUAGES, Text

_DATES = ("next_review", "since")
RULES = frozenset(
    (
        "minimum_count", "minimum_count_of_numerator", "minimum_count_of_households", "waivers", "group_disclosure",
        "full_cells", "dominance", "secondary_suppression", "reliability", "missing_answers",
    )
)  # fmt: skip


NOISE = frozenset(
    ("cell_key", "rounding", "untouched_total", "minimum_base")
)  # rules by which counts are changed


def public_policy(manifest: Mapping[str, Any]) -> Policy:
    """The part of the policy that is public: the method and its base, the minimum count, and which rules are used."""
    protection = manifest["protection"]
    rules = set(protection["rules"])
    return Policy(
        full_count="missing_answers" in rules,
        min_count=int(protection["min_count"]),
        numerator_counts="minimum_count_of_numerator" in rules,
        household_counts="minimum_count_of_households" in rules,
        all_but=0 if "group_disclosure" in rules else -1,
        full_share=1.0 if "full_cells" in rules else None,
        dominance_share=Policy.dominance_share if "dominance" in rules else 0.0,  # its own number is secret
        method=protection.get("method", "suppression"),
        rounding_base=protection.get("rounding_base") or Policy.rounding_base,
        untouched_total="untouched_total" in rules,
    )


def other_rules(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Rules under which shown numbers need not be those of the table, so that they do not add up."""
    return tuple(rule for rule in manifest["protection"]["rules"] if rule not in RULES)


def published_indicators(manifest: Mapping[str, Any]) -> dict[str, Indicator]:
    """The definitions of a release, by id."""
    known = {field.name for field in fields(Indicator) if field.init}
    found = {}
    for given in manifest["indicators"]:
        values = {name: _value(name, value) for name, value in given.items() if name in known}
        found[values["id"]] = Indicator(**values)
    return found


def published_definitions(manifest: Mapping[str, Any]) -> Definitions:
    """What a release tells of its categories; early ones do not tell how variables were derived."""
    return Definitions(published_classifications(manifest), manifest.get("derived", {}))


def published_classifications(manifest: Mapping[str, Any]) -> tuple[Classification, ...]:
    """The classifications behind the breakdown columns of a release, bound."""
    return tuple(map(_classification, manifest["classifications"]))


def _classification(given: Mapping[str, Any]) -> Classification:
    categories = tuple(
        Category(code=each["code"], title=Text(**each["title"]), when=each["when"])
        for each in given.get("categories", ())
    )
    return Classification(
        id=given["id"],
        title=Text(**given["title"]),
        source=given["source"],
        categories=categories,
        reference=given.get("reference"),
        groups=given.get("groups", False),
        note=Text(**given["note"]) if given.get("note") else None,
        column=given.get("column"),
    )


def published_rule(manifest: Mapping[str, Any]) -> RatingRule:
    """The rule by which places are rated in a release of published figures."""
    known = {field.name for field in fields(RatingRule)}
    values = {name: _value(name, value) for name, value in manifest["rule"].items() if name in known}
    for name in ("categories", "colours"):  # JSON has texts for keys
        values[name] = {int(code): _value("", value) for code, value in manifest["rule"][name].items()}
    return RatingRule(**values)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == set(LANGUAGES):
        return Text(**value)
    if name in _DATES:
        return date.fromisoformat(value)
    return tuple(_value("", each) for each in value) if isinstance(value, list) else value
