"""Lines of figures that add up, in plain Python: part of the twin of `zaragoza.protect`.

A coordinate is the tuple (period, geo, categories...), a line is a list of (coordinate, side). Written from
docs/methods/protection.md; shares no code with the stage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from tests.reference.protect_data import TOTAL
from tests.reference.protect_status import Row

Coordinate = tuple[str, ...]
Line = list[tuple[Coordinate, int]]


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


def restrict(line: Line, cells: Mapping[Coordinate, Row]) -> Line:
    return [entry for entry in line if entry[0] in cells]
