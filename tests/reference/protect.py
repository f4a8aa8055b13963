"""Protection in plain Python, slow and obvious: the twin of `zaragoza.protect`.

Its parts: the status of a figure on its own, lines of figures that add up, what follows of hidden ones. Written from
docs/methods/protection.md; shares no code with the stage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.reference.protect_data import TOTAL
from tests.reference.protect_deduce import Rule, System
from tests.reference.protect_lines import Coordinate, column_lines, link_lines, restrict
from tests.reference.protect_status import DIVIDED, SEVERITY, SHOWN, Row, judge, revealing, total
from zaragoza.model.disclosure import Policy


def protect(
    rows: Sequence[Row],
    policy: Policy,
    kinds: Mapping[str, str],
    columns: Sequence[str],
    found: Sequence[str],
) -> tuple[list[str], list[str]]:
    """The reason of every row, and the indicators of which something follows.

    Which figures are hidden for the sake of others is a choice, so it is taken from what was found. Whether that was
    enough is checked.
    """
    kinds = {name: kind_of(name, kind, rows) for name, kind in kinds.items()}
    places = [(str(r["period"]), str(r["geo"]), *(str(r[c]) for c in columns)) for r in rows]
    levels = {
        (str(r["indicator"]), at): dict(r) | {"kind": kinds[str(r["indicator"])], "place": number}
        for number, (r, at) in enumerate(zip(rows, places, strict=True))
        if r["statistic"] == "level"
    }
    reasons = [judge(r, kinds[str(r["indicator"])], policy) for r in rows]
    base = references(rows, places, columns, levels)
    kinds_of_lines = column_lines({at for _, at in levels}, columns) + link_lines(levels, columns)
    few = {key for key, r in levels.items() if 0 < r["n"] < policy.min_count}
    sensitive = {key for key, r in levels.items() if reasons[r["place"]] in ("too_few", "dominance")}
    for r in levels.values():
        if reasons[r["place"]] in SHOWN and found[r["place"]] == "secondary":
            reasons[r["place"]] = "secondary"
    hidden = {key for key, r in levels.items() if reasons[r["place"]] not in SHOWN}

    def safe(members: Sequence[str], secret: set, rule: Rule, quantities: list) -> bool:
        own = {at: r for (name, at), r in levels.items() if name == members[0] and r["n"] > 0}
        system = System(
            cells=own,
            lines=[restrict(line, own) for kind in kinds_of_lines for line in kind],
            sensitive={at for at in own if (members[0], at) in secret},
            rule=rule,
            quantities=quantities,
        )
        return system.safe({at for at in own if all((m, at) in hidden for m in members if (m, at) in levels)})

    least = {
        key: (1.0, policy.min_count - 1.0) if key in few else (policy.min_count, math.inf) for key in levels
    }
    unsafe = [
        members[0]
        for members in alike(levels, with_numerators=False)
        if not safe(
            members,
            few,
            lambda held: 0 < total(held, "n") < policy.min_count,
            [persons(levels, members[0], least)],
        )
    ]
    unsafe += [
        members[0]
        for members in alike(levels, with_numerators=True)
        if not safe(
            members,
            sensitive,
            lambda held: revealing(held, policy) is not None,
            published(levels, members[0], policy, reasons),
        )
    ]
    return [inherit(number, reasons, rows, places, levels, base) for number in range(len(rows))], unsafe


def kind_of(name: str, kind: str, rows: Sequence[Row]) -> str:
    """Of a mean or total in which all count 1 or 0, that it is a share in effect."""
    own = [r for r in rows if r["indicator"] == name and r["statistic"] == "level" and r["n"]]
    binary = kind in ("mean", "total") and own and all(r["n_numerator"] is not None for r in own)
    return f"binary_{kind}" if binary else kind


def references(rows, places, columns, levels) -> dict[int, list[tuple[str, Coordinate]]]:
    """For every derived row, the levels of its reference category."""
    codes = {c: {at[i + 2] for at in places} for i, c in enumerate(columns)}
    found = {}
    for number, (row, at) in enumerate(zip(rows, places, strict=True)):
        if row["statistic"] == "level":
            continue
        found[number] = []
        for i, c in enumerate(columns):
            if at[i + 2] not in (TOTAL, row["reference"]) and row["reference"] in codes[c]:
                other = (str(row["indicator"]), (*at[: i + 2], str(row["reference"]), *at[i + 3 :]))
                if other in levels:
                    found[number].append(other)
    return found


def inherit(number, reasons, rows, places, levels, base) -> str:
    """A derived figure's status: the worst of its own and its levels'."""
    row = rows[number]
    if row["statistic"] == "level":
        return reasons[number]
    made_of = [(str(row["indicator"]), places[number]), *base[number]]
    all_reasons = [reasons[number], *(reasons[levels[key]["place"]] for key in made_of if key in levels)]
    return max(all_reasons, key=SEVERITY.__getitem__)


def alike(levels, *, with_numerators: bool) -> list[list[str]]:
    """Indicators with the same n in every cell, and the same numerators or complements."""
    groups: dict[object, list[str]] = {}
    for name in sorted({name for name, _ in levels}):
        own = {at: r for (indicator, at), r in levels.items() if indicator == name}
        n = frozenset((at, r["n"]) for at, r in own.items() if r["n"])
        key: object = n
        if with_numerators:
            positive = frozenset((at, r["n_numerator"]) for at, r in own.items() if r["n"])
            others = frozenset((at, r["n"] - (r["n_numerator"] or 0)) for at, r in own.items() if r["n"])
            share = any(r["kind"] in DIVIDED for r in own.values())
            key = (n, frozenset((positive, others))) if share else (n, name)
        groups.setdefault(key, []).append(name)
    return list(groups.values())


Quantity = tuple[dict[Coordinate, float | None], dict[Coordinate, tuple[float, float]]]


def persons(levels, name: str, bounds) -> Quantity:
    own = {at: r for (indicator, at), r in levels.items() if indicator == name and r["n"] > 0}
    return {at: float(r["n"]) for at, r in own.items()}, {at: bounds[name, at] for at in own}


def published(levels, name: str, policy: Policy, reasons: Sequence[str]) -> list[Quantity]:
    """What a reader knows of shown cells, and the bounds of hidden ones."""
    own = {at: r for (indicator, at), r in levels.items() if indicator == name and r["n"] > 0}
    bounds = {}
    for at, r in own.items():
        few = reasons[r["place"]] == "too_few"
        of_class = (policy.numerator_counts or policy.all_but >= 0) and r["kind"] in DIVIDED
        by_n = few and not of_class
        bounds[at] = (1.0 if few else float(policy.min_count), policy.min_count - 1.0 if by_n else math.inf)
    tops = {at: numerator(r) for at, r in own.items()}
    least = -math.inf if any(t is not None and t < 0 for t in tops.values()) else 0.0
    rest = {
        at: r["n_hat"] - tops[at] if r["kind"] in DIVIDED and tops[at] is not None else None
        for at, r in own.items()
    }
    above_zero = dict.fromkeys(own, (0.0, math.inf))
    return [
        ({at: float(r["n"]) for at, r in own.items()}, bounds),
        ({at: r["n_hat"] for at, r in own.items()}, above_zero),
        (tops, dict.fromkeys(own, (least, math.inf))),
        (rest, above_zero),
    ]


def numerator(row: Row) -> float | None:
    if row["value"] is None or row["kind"] == "ratio":
        return None
    return row["value"] if row["kind"] in ("total", "binary_total") else row["value"] * row["n_hat"]
