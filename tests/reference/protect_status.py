"""The status of a figure on its own in plain Python, slow and obvious: part of the twin of `zaragoza.protect`.

Figures are dictionaries. Written from docs/methods/protection.md; shares no code with the stage.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from zaragoza.model.disclosure import Policy

Row = Mapping[str, object]
SEVERITY = {
    "published": 0,
    "unreliable": 1,
    "not_measured": 3,
    "too_uncertain": 4,
    "secondary": 5,
    "dominance": 6,
    "too_few": 7,
}
SHOWN = ("published", "unreliable")


def judge(row: Row, kind: str, policy: Policy) -> str:
    """The status of a figure on its own."""
    level = row["statistic"] == "level"
    if row["n"] == 0 if level else row["value"] is None:
        return "not_measured"
    if level and (broken := revealing([dict(row) | {"kind": kind}], policy)) is not None:
        return broken
    missing = 1 - row["n"] / row["n_domain"] - 1e-12 if level else 0
    if row["value"] is None or missing > policy.hidden_missing:
        return "too_uncertain"
    by_chance = "published" if policy.full_count else judge_error(row, policy)
    return "unreliable" if by_chance == "published" and missing > policy.unreliable_missing else by_chance


def judge_error(row: Row, policy: Policy) -> str:
    """The status of a sample's figure by its error."""
    if row["standard_error"] is None:
        return "too_uncertain"
    dfs = [row[k] for k in ("degrees_of_freedom", "domain_degrees_of_freedom") if row[k] is not None]
    warned = any(df < policy.reliable_degrees_of_freedom for df in dfs)
    if row["statistic"] == "level":
        variation = variation_of(row)
        if variation >= policy.hidden_cv:
            return "too_uncertain"
        warned = warned or variation >= policy.unreliable_cv or row["n"] < policy.reliable_count
    return "unreliable" if warned else "published"


def variation_of(row: Row) -> float:
    if row["standard_error"] == 0:
        return 0.0
    return math.inf if row["value"] == 0 else row["standard_error"] / abs(row["value"])


def total(held: Iterable[Row], field: str) -> float:
    return sum(r[field] or 0 for r in held)


def revealing(held: Sequence[Row], policy: Policy) -> str | None:
    """The primary rule that figures, taken together, break."""
    n = total(held, "n")
    if n == 0:
        return None
    few, dominance = n < policy.min_count, False
    if any(r["kind"] == "share" for r in held):
        positive = total(held, "n_numerator")
        classes = (positive, n - positive)
        few = few or (policy.numerator_counts and any(0 < c < policy.min_count for c in classes))
        few = few or min(classes) <= policy.all_but
    elif any(r["largest"] is not None for r in held):
        amounts = sorted((amount for r in held for amount in r["largest"] or ()), reverse=True)
        whole = total(held, "contributions")
        rest = whole - sum(amounts[: policy.dominance_coalition + 1])
        dominance = rest < policy.dominance_share * amounts[0] or amounts[0] == 0
        if policy.largest_share is not None:
            top = sum(amounts[: policy.largest_contributors])
            dominance = dominance or top > policy.largest_share * whole
    return "too_few" if few else "dominance" if dominance else None
