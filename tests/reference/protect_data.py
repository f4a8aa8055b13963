"""Made-up estimates for the tests of protection: persons counted in plain Python, with all margins and gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import pyarrow as pa

from zaragoza.compute.result import arrow_type
from zaragoza.model.classification import Breakdown
from zaragoza.model.estimate import ESTIMATE_FIELDS, EVIDENCE_FIELDS
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text

TOTAL = "_T"
LARGEST = 10  # contributions of a level, as many as any policy looks at


@dataclass(frozen=True)
class Block:
    """Persons that agree in all categories; `amounts` are given for indicators of amounts only."""

    categories: Mapping[str, str]
    n: int
    positive: int = 0
    weight: float = 1.0
    missing: int = 0
    amounts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Case:
    """What `protect` is asked."""

    estimates: pa.Table
    indicators: dict[str, Indicator]
    breakdowns: tuple[Breakdown, ...] = field(default_factory=tuple)


def at(period: str = "2023", **categories: str) -> frozenset[tuple[str, str]]:
    """Where a figure of a case lies, as relationships name it."""
    return frozenset({("period", period), ("geo", "NL"), *categories.items()})


def indicator(name: str, kind: str = "share") -> Indicator:
    words = Text("made up", "verzonnen")
    return Indicator(
        id=name,
        area="employment",
        kind=kind,
        title=words,
        definition=words,
        of="answer",
        over="1" if kind == "ratio" else None,
        source="a test",
        direction="neutral",
        unit="proportion" if kind == "share" else "euro",
    )


def case(
    blocks: Mapping[str, Sequence[Block]],
    breakdowns: Sequence[tuple[str, ...]],
    kinds: Mapping[str, str] | None = None,
    reference: Mapping[str, str] | None = None,
    period: str = "2023",
) -> Case:
    """Estimates of every indicator over all subsets of the breakdowns, in the shape of `compute`.

    Args:
        blocks: by indicator, its persons.
        breakdowns: the columns crossed.
        kinds: of indicators; `share` if not named.
        reference: by group column, the reference category of its gaps.
    """
    kinds = dict(kinds or {})
    columns = list(dict.fromkeys(name for by in breakdowns for name in by))
    rows: list[dict[str, object]] = []
    for name, persons in blocks.items():
        done: list[frozenset[str]] = []
        for by in (subset for b in breakdowns for subset in subsets(b)):
            if frozenset(by) in done:
                continue
            done.append(frozenset(by))
            kind = kinds.get(name, "share")
            levels = {
                key: level_row(kind, [b for b in persons if tuple(b.categories[c] for c in by) == key])
                for key in dict.fromkeys(tuple(b.categories[c] for c in by) for b in persons)
            }
            found = list(levels.items())
            for column, base in (reference or {}).items():
                if column in by:
                    found += gap_rows(levels, by.index(column), base)
            for key, row in found:
                categories = dict.fromkeys(columns, TOTAL) | dict(zip(by, key, strict=True))
                rows.append({"indicator": name, "period": period, "geo": "NL"} | categories | row)
    return Case(
        table(rows, columns),
        {name: indicator(name, kinds.get(name, "share")) for name in blocks},
        tuple(Breakdown(by) for by in breakdowns),
    )


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pa.Table:
    texts = [(name, "string") for name in ("indicator", "period", "geo", *columns)]
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], arrow_type(kind))
            for name, kind in (*texts, *ESTIMATE_FIELDS, *EVIDENCE_FIELDS)
        }
    )


def subsets(by: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (chosen for size in range(len(by) + 1) for chosen in combinations(by, size))


def level_row(kind: str, blocks: Sequence[Block]) -> dict[str, object]:
    """A level with a simple standard error, and its evidence."""
    n = sum(b.n for b in blocks)
    n_hat = sum(b.n * b.weight for b in blocks)
    amounts = sorted((a for b in blocks for a in b.amounts), reverse=True)
    row: dict[str, object] = {"n": n, "n_hat": n_hat, "n_domain": n + sum(b.missing for b in blocks)}
    if kind == "share":
        top, below = sum(b.positive * b.weight for b in blocks), n_hat
        value = top / below if below else None
        row |= {"n_numerator": sum(b.positive for b in blocks)}
        error = math.sqrt(value * (1 - value) / n) if n and value is not None and 0 <= value <= 1 else None
    else:
        top, below = sum(a * b.weight for b in blocks for a in b.amounts), n_hat
        value = (top if kind == "total" else top / below) if n else None
        if n and len(amounts) == n and set(amounts) <= {0.0, 1.0}:
            row |= {"n_numerator": int(sum(amounts))}  # as `compute` does where nobody counts anything else
        row |= {"largest": [*amounts, *[0.0] * LARGEST][:LARGEST]}
        row |= {"contributions": sum(abs(a) * b.weight for b in blocks for a in b.amounts)}
        error = None if value is None else _error(blocks, kind, top / below)
    row |= {"numerator": top, "denominator": below, "value": value, "standard_error": error}
    return row | _interval(value, error) | {"statistic": "level", "reason": None if n else "no_members"}


def _error(blocks: Sequence[Block], kind: str, mean: float) -> float:
    """Of amounts, about as `compute` has it: of a mean they are around it, of a total around nothing."""
    of, size = (0.0, 1.0) if kind == "total" else (mean, sum(b.n * b.weight for b in blocks))
    return math.sqrt(sum((b.weight * (a - of)) ** 2 for b in blocks for a in b.amounts)) / size


def gap_rows(
    levels: Mapping[tuple[str, ...], Mapping[str, object]], place: int, base: str
) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    """Differences and ratios of every group to the reference group, errors as if the groups were independent."""
    found = []
    for key, row in levels.items():
        if key[place] == base:
            continue
        other = levels.get((*key[:place], base, *key[place + 1 :]), {})
        own, reference = row["value"], other.get("value")
        both = own is not None and reference is not None
        error = math.hypot(row["standard_error"], other["standard_error"]) if both else None
        shared = {"reference": base, "n": row["n"], "n_hat": row["n_hat"], "standard_error": error}
        difference = own - reference if both else None
        ratio = own / reference if both and reference else None
        found.append(
            (key, {"statistic": "difference", "value": difference} | shared | _interval(difference, error))
        )
        found.append((key, {"statistic": "ratio", "value": ratio} | shared | _interval(ratio, error)))
    return found


def _interval(value: float | None, error: float | None) -> dict[str, object]:
    known = value is not None and error is not None
    return {
        "ci_low": value - 2 * error if known else None,
        "ci_high": value + 2 * error if known else None,
        "degrees_of_freedom": 100.0,
        "domain_degrees_of_freedom": 100.0,
    }
