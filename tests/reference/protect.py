"""Protection in plain Python, slow and obvious: the twin of `zaragoza.protect`.

Figures are dictionaries, a coordinate is the tuple (period, geo, categories...), a line is a list of (coordinate,
side). Written from docs/methods/protection.md; shares no code with the stage.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from zaragoza.model.disclosure import Policy

Row = Mapping[str, object]
Coordinate = tuple[str, ...]
Line = list[tuple[Coordinate, int]]
Rule = Callable[[list[Row]], bool]

TOTAL = "_T"
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
        dominance = min(classes) <= policy.all_but
    elif any(r["largest"] is not None for r in held):
        amounts = sorted((r[k] or 0.0 for r in held for k in ("largest", "second_largest")), reverse=True)
        rest = total(held, "contributions") - amounts[0] - amounts[1]
        dominance = rest < policy.dominance_share * amounts[0] or amounts[0] == 0
    return "too_few" if few else "dominance" if dominance else None


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


def column_lines(coordinates: set[Coordinate], columns: Sequence[str]) -> list[list[Line]]:
    """One kind for each column: everything else equal, the total on the right."""
    kinds = []
    for column in range(2, len(columns) + 2):
        lines: dict[Coordinate, Line] = {}
        for at in sorted(coordinates):
            rest = (*at[:column], "", *at[column + 1 :])
            lines.setdefault(rest, []).append((at, -1 if at[column] == TOTAL else 1))
        kinds.append([line for line in lines.values() if {side for _, side in line} == {1, -1}])
    return kinds


def link_lines(levels, columns: Sequence[str]) -> list[list[Line]]:
    """One kind for each pair of smallest sets of categories of two columns that hold the same people."""
    kinds = []
    coordinates = sorted({at for _, at in levels})
    for left, right in combinations(range(2, len(columns) + 2), 2):
        sides: tuple[dict, dict] = ({}, {})  # by context, by category: the coordinate
        for at in coordinates:
            one, other = at[left] != TOTAL, at[right] != TOTAL
            if one == other:
                continue
            context = tuple("" if i in (left, right) else code for i, code in enumerate(at))
            code = at[left] if one else at[right]
            sides[0 if one else 1].setdefault(context, {})[code] = at
        contexts = sorted(set(sides[0]) & set(sides[1]))
        names = sorted({name for name, _ in levels})
        vectors = [
            {
                code: [
                    numbers(levels.get((name, sides[s][context].get(code))))
                    for context in contexts
                    for name in names
                ]
                for code in sorted({code for context in contexts for code in sides[s][context]})
            }
            for s in (0, 1)
        ]
        for codes, others in same_people(*vectors):
            lines = []
            for context in contexts:
                line = [(at, 1) for code, at in sides[0][context].items() if code in codes]
                line += [(at, -1) for code, at in sides[1][context].items() if code in others]
                if {side for _, side in line} == {1, -1}:
                    lines.append(line)
            kinds.append(lines)
    return kinds


def numbers(row: Row | None) -> tuple[float, ...]:
    if row is None:
        return (0, 0, 0, 0.0, 0.0)
    positive = row["n_numerator"] if row["kind"] == "share" else 0
    return (row["n"], positive or 0, row["n_domain"], row["n_hat"] or 0.0, row["numerator"] or 0.0)


def same_people(left: dict, right: dict) -> list[tuple[set[str], set[str]]]:
    def sets(side):
        side = {code: v for code, v in side.items() if any(any(x[:3]) for x in v)}
        members = list(side)
        for chosen in range(1, 2 ** len(members)):
            codes = [m for i, m in enumerate(members) if chosen >> i & 1]
            sums = [
                tuple(map(sum, zip(*cells, strict=True)))
                for cells in zip(*(side[c] for c in codes), strict=True)
            ]
            yield chosen, len(codes) == len(members), set(codes), sums

    found: list[tuple[set[str], set[str]]] = []
    others = list(sets(right))
    for _, everybody, codes, sums in sorted(sets(left), key=lambda s: (len(s[2]), s[0])):
        if everybody or any(smaller <= codes for smaller, _ in found):
            continue
        for _, _, other_codes, other_sums in others:
            if all(
                a[:3] == b[:3] and all(map(math.isclose, a[3:], b[3:]))
                for a, b in zip(sums, other_sums, strict=True)
            ):
                found.append((codes, other_codes))
                break
    return found


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
            share = any(r["kind"] == "share" for r in own.values())
            key = (n, frozenset((positive, others))) if share else (n, name)
        groups.setdefault(key, []).append(name)
    return list(groups.values())


def restrict(line: Line, cells: Mapping[Coordinate, Row]) -> Line:
    return [entry for entry in line if entry[0] in cells]


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
        by_n = few and not (policy.numerator_counts and r["kind"] == "share")
        bounds[at] = (1.0 if few else float(policy.min_count), policy.min_count - 1.0 if by_n else math.inf)
    tops = {at: numerator(r) for at, r in own.items()}
    least = -math.inf if any(t is not None and t < 0 for t in tops.values()) else 0.0
    rest = {
        at: r["n_hat"] - tops[at] if r["kind"] == "share" and tops[at] is not None else None
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
    return row["value"] if row["kind"] == "total" else row["value"] * row["n_hat"]


class System:
    """The additive tables of one indicator, or of several that are hidden together."""

    def __init__(self, cells, lines, sensitive, rule, quantities) -> None:
        self.cells = cells
        self.lines = [line for line in lines if line]
        self.sensitive = sensitive
        self.rule = rule
        self.quantities = quantities

    def safe(self, hidden: set[Coordinate]) -> bool:
        unknown = hidden - fixed(self.lines, hidden)
        if not self.sensitive <= unknown:
            return False
        for line in self.lines:
            left = [(at, side) for at, side in line if at in unknown]
            if len({side for _, side in left}) == 1 and self.rule([self.cells[at] for at, _ in left]):
                return False
        return not any(self.pinned(unknown, *quantity) for quantity in self.quantities)

    def pinned(self, unknown: set[Coordinate], values: dict, bounds: dict) -> set[Coordinate]:
        """Sensitive cells that lie between bounds that are one number."""
        before = {
            at: bounds[at] if at in unknown or values[at] is None else (values[at], values[at])
            for at in self.cells
        }
        scale = max([1.0, *(abs(v) for v in values.values() if v is not None)])
        after, alone = tighten(self.lines, before, scale), tighten(self.lines, dict(bounds), scale)
        return {
            at
            for at in unknown & self.sensitive
            if after[at][1] - after[at][0] <= 2e-9 * scale < alone[at][1] - alone[at][0]
        }


def fixed(lines: Sequence[Line], unknown: set[Coordinate]) -> set[Coordinate]:
    """Unknowns that the equations determine: in the reduced echelon form their row has nothing else."""
    names = sorted(unknown)
    column = {at: i for i, at in enumerate(names)}
    pivots: dict[int, dict[int, Fraction]] = {}
    for line in lines:
        rest = {column[at]: Fraction(side) for at, side in line if at in column}
        for known, done in pivots.items():
            if known in rest:
                rest = plus(rest, done, -rest[known])
        if not rest:
            continue
        pivot = min(rest)
        new = {i: v / rest[pivot] for i, v in rest.items()}
        pivots = {p: plus(r, new, -r[pivot]) if pivot in r else r for p, r in pivots.items()}
        pivots[pivot] = new
    return {names[pivot] for pivot, row in pivots.items() if len(row) == 1}


def plus(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    sums = dict(row)
    for i, v in other.items():
        sums[i] = sums.get(i, Fraction(0)) + times * v
    return {i: v for i, v in sums.items() if v}


def tighten(lines: Sequence[Line], bounds: dict, scale: float) -> dict:
    """Intervals passed on along the lines, all lines at once, at most 30 times."""
    for _ in range(30):
        after = dict(bounds)
        for line in lines:
            for at, side in line:
                least = most = 0.0  # of the sum of the other terms, on the left
                for other, its_side in line:
                    if other != at:
                        low, high = bounds[other]
                        least += low if its_side > 0 else -high
                        most += high if its_side > 0 else -low
                low, high = (-most, -least) if side > 0 else (least, most)
                after[at] = (max(after[at][0], low), min(after[at][1], high))
        after = {at: gained(bounds[at], after[at], 1e-9 * scale) for at in after}
        if after == bounds:
            break
        bounds = after
    return bounds


def gained(old: tuple[float, float], new: tuple[float, float], slack: float) -> tuple[float, float]:
    """The new bounds where they gain more than rounding."""
    low = new[0] if new[0] > old[0] + slack else old[0]
    high = new[1] if new[1] < old[1] - slack else old[1]
    return ((low + high) / 2,) * 2 if low > high else (low, high)
