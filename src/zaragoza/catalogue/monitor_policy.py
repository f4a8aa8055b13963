"""The protection of a monitor: the office's own limits, below the product's only with a written reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, get_args

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import METHODS, Cost, Policy, SourceKind
from zaragoza.model.estimate import HOUSEHOLD, WAIVER
from zaragoza.model.indicator import Indicator

# Smallest sensible values.
_COUNTS = {"min_count": 1, "reliable_count": 1, "all_but": 0, "k_anonymity": 1, "l_diversity": 1}
_RECORDS = ("quasi_identifiers", "sensitive")  # columns of a file of records
_PARTS = ("dominance_share", "unreliable_missing", "hidden_missing")  # from 0 to 1
_SOME = ("dominance_prior", "largest_share", "full_share")  # more than nothing, to 1
_LEAST = 0.01
# How many of the largest contributors a rule looks at, or sets against the largest, at most.
_CONTRIBUTORS = {"largest_contributors": 10, "dominance_coalition": 9}
# Who knows them knows how near a contribution lies to a hidden sum: no message repeats them (methods/06 section 1).
_SECRET = frozenset(("dominance_share", *_SOME, *_CONTRIBUTORS))
_AMOUNTS = ("unreliable_cv", "hidden_cv", "reliable_degrees_of_freedom")
_PERTURBATION = ("method", "rounding_base")
# Rules that are used or not, and the variable that each needs.
_FLAGS = {"numerator_counts": None, "household_counts": HOUSEHOLD, "waivers": WAIVER, "untouched_total": None}
POLICY_KEYS = (
    *_COUNTS, *_FLAGS, *_PARTS, *_SOME, *_CONTRIBUTORS, *_AMOUNTS, *_PERTURBATION, *_RECORDS,
    "by_definition", "cost", "reason",
)  # fmt: skip
_LARGEST_BASE = 100
# A smaller number (or false) of these shows more about persons.
_GUARDS = ("min_count", "all_but", "numerator_counts", "dominance_share", "k_anonymity", "l_diversity")


def read_policy(reader: Reader, kind: SourceKind, catalogue: Catalogue) -> tuple[Policy, str]:
    """The protection and the reason given for it; a guard that is lowered without one keeps its default.

    Args:
        reader: monitor.toml; faults are noted in it.
        kind: survey or register; each has its own limits.
        catalogue: holds these.
    """
    reader.table("protection", known=POLICY_KEYS)
    reason = reader.string("protection", "reason") or ""
    standard = catalogue.protection[kind].policy
    given = _given(reader)
    if not reason:
        for name in [name for name in _GUARDS if name in given and given[name] < getattr(standard, name)]:
            _lowered(reader, name, getattr(standard, name), given.pop(name), kind)
    return replace(standard, **given), reason


def check_rules(
    reader: Reader, policy: Policy, named: Collection[str], indicators: Iterable[Indicator]
) -> None:
    """Notes rules that the source, or an indicator, cannot be judged by.

    Args:
        reader: monitor.toml; faults are noted in it.
        policy: as it was read.
        named: variables that are mapped.
        indicators: of the monitor.
    """
    for name, variable in _FLAGS.items():
        if variable and getattr(policy, name) and variable not in named:
            expected = f"the variable `{variable}`, which this rule reads"
            reader.fault(
                ("protection", name), expected, "no column for it", f"Map one to it, or drop `{name}`."
            )
    for indicator in indicators:
        if policy.household_counts and indicator.over_years:
            expected = f"indicators of one period, whose households are counted, not `{indicator.id}`"
            way_out = "Take it off the list, or drop `household_counts`."
            reader.fault(("monitor", "indicators"), expected, f"a {indicator.kind}", way_out)


def _given(reader: Reader) -> dict[str, Any]:
    values: dict[str, Any] = {name: reader.flag("protection", name) for name in _FLAGS}
    values["cost"] = reader.choice(get_args(Cost), "protection", "cost")
    values["method"] = reader.choice(METHODS, "protection", "method")
    base = reader.number(2, _LARGEST_BASE, "protection", "rounding_base", whole=True)
    values["rounding_base"] = None if base is None else int(base)
    for name, low in _COUNTS.items():
        count = reader.number(low, float("inf"), "protection", name, whole=True)
        values[name] = None if count is None else int(count)
    for name in _PARTS:
        values[name] = reader.number(0, 1, "protection", name, secret=name in _SECRET)
    for name in _SOME:
        values[name] = reader.number(_LEAST, 1, "protection", name, secret=name in _SECRET)
    for name, most in _CONTRIBUTORS.items():
        contributors = reader.number(1, most, "protection", name, whole=True, secret=name in _SECRET)
        values[name] = None if contributors is None else int(contributors)
    values["by_definition"] = _pairs(reader)
    for name in _RECORDS:
        values[name] = reader.strings("protection", name)
    for name in _AMOUNTS:
        values[name] = reader.number(0, float("inf"), "protection", name)
    return {name: value for name, value in values.items() if value is not None}


def _pairs(reader: Reader) -> tuple[tuple[str, str], ...] | None:
    path, value = ("protection", "by_definition"), reader.get("protection", "by_definition")
    if value is None:
        return None
    named = {name for by in reader.get("breakdowns") or () for name in by.get("by", ())}
    pairs = [tuple(each) for each in value if isinstance(each, list)] if isinstance(value, list) else []
    if not pairs or any(len(pair) != 2 or not set(pair) <= named for pair in pairs):
        expected = "a list of pairs of columns of the breakdowns"
        way_out = 'Write it like `by_definition = [["birth_group", "generation"]]`.'
        reader.fault(path, expected, "something else", way_out)
        return None
    return tuple((str(left), str(right)) for left, right in pairs)


def _lowered(reader: Reader, name: str, standard: object, found: object, kind: SourceKind) -> None:
    words = str(standard).lower()
    expected = f"at least {words} for a {kind}" if name == "min_count" else f"{words} or stricter"
    told = "another number" if name in _SECRET else str(found).lower()
    reader.fault(
        ("protection", name),
        f"{expected}, or a written reason",
        f"{told} without a reason",
        'Write `reason = "..."` in [protection], who decided it and why, or raise the number.',
        DisclosureError,
    )
