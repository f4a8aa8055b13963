"""Differences between published figures: a group minus its reference group, place by place and year by year."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compare.rows import breakdown_columns, derived, worst
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.observation import ERRORS_FROM, FLAG, KEY_FIELDS

_READ = ("value", "standard_error", "reason", FLAG, ERRORS_FROM)


def differences(observations: pa.Table, references: Mapping[str, str]) -> pa.Table:
    """Group minus reference group, of levels that others have published.

    A difference has an error where both figures have one; groups are different people, so their errors are taken as
    independent. It is as good as the worse of its two figures, hidden where one of them is, and has the flags of both,
    and the origins of both errors where those are told (`ERRORS_FROM`).

    Args:
        observations: of `model.observation`; only levels are read.
        references: breakdown -> its reference group.

    Returns:
        Observations with the statistic `difference`: a row a group that has a reference figure of the same indicator,
        period, place and other breakdowns. Totals and unknown people are no groups.
    """
    levels = observations.filter(pc.equal(observations["statistic"], LEVEL))
    parts = [_of_breakdown(levels, name, reference) for name, reference in references.items()]
    return pa.concat_tables([levels.slice(0, 0), *parts])


def _of_breakdown(levels: pa.Table, name: str, reference: str) -> pa.Table:
    columns = breakdown_columns(levels)
    others = [*KEY_FIELDS, *(one for one in columns if one != name), "unit"]
    read = [name for name in _READ if name in levels.column_names]
    groups = levels.filter(pc.invert(pc.is_in(levels[name], pa.array([TOTAL, UNKNOWN, reference]))))
    beside = levels.filter(pc.equal(levels[name], reference)).select([*others, *read])
    pairs = groups.select([*others, name, *read, "source"]).join(
        beside, others, join_type="inner", right_suffix="_reference"
    )
    said = {
        "statistic": pa.repeat(DIFFERENCE, pairs.num_rows),
        "reference": pa.repeat(reference, pairs.num_rows),
        "value": pc.subtract(pairs["value"], pairs["value_reference"]),
        "standard_error": _error(pairs["standard_error"], pairs["standard_error_reference"]),
        "reason": worst(pairs["reason"], pairs["reason_reference"]),
        "unit": pairs["unit"],
        "source": pairs["source"],
        FLAG: _both(pairs[FLAG], pairs[f"{FLAG}_reference"]),
    }
    made = derived({key: pairs[key] for key in (*KEY_FIELDS, *columns)}, said, pairs.num_rows)
    if ERRORS_FROM in read:
        both = _origins(pairs[ERRORS_FROM], pairs[f"{ERRORS_FROM}_reference"])
        made = made.append_column(ERRORS_FROM, both)
    return made.sort_by([(key, "ascending") for key in (*KEY_FIELDS, *columns)])


def _error(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.sqrt(pc.add(pc.multiply(first, first), pc.multiply(second, second)))


def _both(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.Array:
    """The letters of two flags, each once."""
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    return pa.array(["".join(sorted({*(one or ""), *(other or "")})) for one, other in pairs], pa.string())


def _origins(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.Array:
    """The origins of two errors, each once; NULL where one of the errors is not known."""
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    words = [" ".join(sorted({one, other})) if one and other else None for one, other in pairs]
    return pa.array(words, pa.string())
