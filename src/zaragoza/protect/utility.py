"""Methods of protection compared on the same tables: what each hides, what it changes, what a reader can still bound.

For the custodian, who chooses. Only numbers of whole indicators are made here, none of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pyarrow as pa

from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown
from zaragoza.model.definitions import NO_DEFINITIONS, Definitions
from zaragoza.model.disclosure import PERTURBED_KINDS, Method, Noise, Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, STATUS
from zaragoza.protect import protect
from zaragoza.protect.feasible import feasible
from zaragoza.protect.figures import Bools, Floats, Ints, breakdown_columns, counts, read_figures
from zaragoza.protect.lines import Lines, column_lines, joined, spread
from zaragoza.protect.ptable import make_ptable
from zaragoza.protect.quantities import Quantity
from zaragoza.protect.rounding import intruder_interval, round_controlled

CONTROLLED = "controlled_rounding"
_NOT_OURS = ("not_measured", "confidential")  # nobody is protected by the one; the other is a source's own
HIDING = tuple(reason for reason, status in STATUS.items() if not status.shown and reason not in _NOT_OURS)
_MOST_CELLS = 2000  # beyond them an integer programme of one table takes too long for a comparison
_MOST_INTERVALS = 100  # hidden cells whose interval is worked out; they are taken evenly over the table
COLUMNS: dict[str, pa.DataType] = {
    "indicator": pa.string(),
    "method": pa.string(),
    "levels": pa.int64(),
    **{f"hidden_{reason}": pa.int64() for reason in HIDING},
    "levels_kept": pa.float64(),
    "persons_kept": pa.float64(),
    "mean_change": pa.float64(),
    "largest_change": pa.float64(),
    "hellinger": pa.float64(),
    "interval_width": pa.float64(),
    "levels_missed": pa.string(),
    "adds_up": pa.bool_(),
}


@dataclass(frozen=True)
class _Outcome:
    """What a method makes of the levels of one indicator, in their order.

    Attributes:
        shown: the numbers of persons that are published, NaN where hidden or gone.
        hidden: by reason.
        width: mean width of what a reader knows of a number of persons; NaN where it is not worked out.
    """

    shown: Floats
    hidden: Mapping[str, int]
    width: float
    adds_up: bool


def compare_methods(
    estimates: pa.Table,
    policy: Policy,
    noise: Noise,
    indicators: Mapping[str, Indicator],
    breakdowns: Iterable[Breakdown],
    definitions: Definitions = NO_DEFINITIONS,
) -> pa.Table:
    """One row an indicator and method, with COLUMNS; none of a method that refuses the tables.

    `mean_change`, `largest_change` and `hellinger` compare published with true numbers of persons where these are
    shown; the Hellinger distance is that of the roots, sqrt(sum (sqrt(a) - sqrt(z))^2 / 2) / sqrt(sum a).
    Under cell keys no largest change is told: it is D, or near it. `levels_missed` tells of how many hidden sums, by
    table, suppression could not reach the protection level.
    `interval_width` is what a reader can still not tell: of hidden cells under suppression (by linear programming over
    the lines, at most 100 cells), of all cells under rounding. Under cell keys no bound follows from what is public.

    Args:
        estimates: levels and gaps with the sums of record keys, of kinds that noise can protect.
        policy: the custodian's limits; its method is left aside.
        noise: parameters of the cell key method.
        indicators: by id.
        breakdowns: the tables.
        definitions: of their categories.
    """
    tables = tuple(breakdowns)
    ptable = make_ptable(noise)
    levels = estimates.filter(pa.compute.equal(estimates["statistic"], "level"))
    rows: list[dict[str, object]] = []
    done = {}
    for method in get_args(Method):
        with suppress(DisclosureError):  # the others are what the custodian needs then
            done[method] = protect(
                estimates,
                replace(policy, method=method),
                indicators,
                tables,
                definitions=definitions,
                ptable=ptable,
            )
    published = {method: _by_key(each.observations) for method, each in done.items()}
    log = done["suppression"].log if "suppression" in done else ()
    missed = {str(entry["indicator"]): _missed(entry) for entry in log}
    for name in dict.fromkeys(levels["indicator"].to_pylist()):
        own = levels.filter(pa.compute.equal(levels["indicator"], name))
        n, lines = counts(own, "n"), _lines(own)
        outcomes: dict[str, _Outcome | None] = {
            method: _published(own, published[method], n, lines, method, policy) for method in published
        }
        outcomes[CONTROLLED] = _controlled(n, lines, policy.rounding_base)
        rows += [
            _row(name, method, n, found)
            | {"levels_missed": missed.get(name) if method == "suppression" else None}
            for method, found in outcomes.items()
            if found is not None
        ]
    return pa.table(
        {column: pa.array([row[column] for row in rows], kind) for column, kind in COLUMNS.items()}
    )


def comparable(indicator: Indicator) -> bool:
    """Whether all methods can protect it."""
    alone = indicator.plausible == 1 and not indicator.over_years
    return alone and indicator.measure.kind in PERTURBED_KINDS


def _missed(entry: Mapping[str, object]) -> str:
    """By table, hidden sums of which the protection level was not reached; 0 where all were."""
    found = entry.get("levels_missed")
    return ", ".join(f"{by}: {count}" for by, count in found.items()) if isinstance(found, Mapping) else "0"


def _keys(table: pa.Table, columns: Iterable[str]) -> list[tuple[object, ...]]:
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def _by_key(observations: pa.Table) -> dict[tuple[object, ...], tuple[object, str]]:
    """Number of persons and reason of every level."""
    levels = observations.filter(pa.compute.equal(observations["statistic"], "level"))
    place = levels.column_names.index("statistic")
    keys = _keys(levels, levels.column_names[:place])
    pairs = zip(levels["n"].to_pylist(), levels["reason"].to_pylist(), strict=True)
    return dict(zip(keys, pairs, strict=True))


def _lines(levels: pa.Table) -> Lines:
    """The lines of the table of persons of one indicator; cells are its rows."""
    figures = read_figures(levels, breakdown_columns(levels))
    return joined([spread(kind, figures.row_of) for kind in column_lines(figures)])


def _published(
    levels: pa.Table,
    published: Mapping[tuple[object, ...], tuple[object, str]],
    n: Ints,
    lines: Lines,
    method: Method,
    policy: Policy,
) -> _Outcome:
    found = [published.get(key) for key in _keys(levels, (*KEY_FIELDS, *breakdown_columns(levels)))]
    shown = np.array(
        [np.nan if each is None or each[0] is None else each[0] for each in found], dtype=np.float64
    )
    shown[[each is None for each in found]] = 0.0  # a cell that is gone says nobody
    reasons = [each[1] for each in found if each is not None]
    hidden = {reason: reasons.count(reason) for reason in HIDING}
    width = np.nan
    if method == "suppression":
        width = _width_of_hidden(n, lines, np.isnan(shown))
    elif method == "rounding":
        low, high = intruder_interval(np.nan_to_num(shown).astype(np.int64), policy.rounding_base)
        width = float(np.mean(high - low))
    return _Outcome(shown, hidden, width, method == "suppression")


def _controlled(n: Ints, lines: Lines, base: int) -> _Outcome | None:
    """None where the table is too large for an integer programme, or cannot be rounded."""
    if len(n) > _MOST_CELLS:
        return None
    try:
        found = round_controlled(n, lines, base)
    except DisclosureError:
        return None
    low, high = intruder_interval(found.values, base, found.steps)
    return _Outcome(
        found.values.astype(np.float64), dict.fromkeys(HIDING, 0), float(np.mean(high - low)), adds_up=True
    )


def _width_of_hidden(n: Ints, lines: Lines, hidden: Bools) -> float:
    """How wide the bounds of hidden numbers of persons are, given all lines and shown numbers."""
    cells = np.flatnonzero(hidden)
    if not len(cells):
        return np.nan
    chosen = cells[:: max(1, len(cells) // _MOST_INTERVALS)]
    wanted = np.zeros(len(n), dtype=np.bool_)
    wanted[chosen] = True
    largest = np.full(len(n), max(float(n.max()), 1.0))
    counted = Quantity("n", n.astype(np.float64), np.zeros(len(n)), np.full(len(n), np.inf), largest)
    known = feasible(lines, counted, hidden, wanted)
    return float(np.mean(known.high[chosen] - known.low[chosen]))


def _row(name: str, method: str, n: Ints, found: _Outcome) -> dict[str, object]:
    seen = ~np.isnan(found.shown)
    change = np.abs(found.shown[seen] - n[seen])
    roots = np.sqrt(found.shown[seen]) - np.sqrt(n[seen])
    everyone = float(n[seen].sum())
    return {
        "indicator": name,
        "method": method,
        "levels": len(n),
        **{f"hidden_{reason}": number for reason, number in found.hidden.items()},
        "levels_kept": float(seen.mean()) if len(n) else None,
        "persons_kept": everyone / float(n.sum()) if n.sum() else None,
        "mean_change": float(change.mean()) if len(change) else None,
        "largest_change": float(change.max()) if len(change) and method != "cell_key" else None,
        "hellinger": float(np.sqrt(np.sum(roots**2) / 2 / everyone)) if everyone else None,
        "interval_width": found.width if np.isfinite(found.width) else None,
        "adds_up": found.adds_up,
    }
