"""Differences between published figures: a group minus its reference group, place by place and year by year."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compare.rows import breakdown_columns, derived, worst
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.observation import FLAG, KEY_FIELDS

_READ = ("value", "standard_error", "reason", FLAG)


def differences(observations: pa.Table, references: Mapping[str, str]) -> pa.Table:
    """Group minus reference group, of levels that others have published.

    A difference has an error where both figures have one; groups are different people, so their errors are taken as
    independent. It is as good as the worse of its two figures, hidden where one of them is, and has the flags of both.

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
    groups = levels.filter(pc.invert(pc.is_in(levels[name], pa.array([TOTAL, UNKNOWN, reference]))))
    beside = levels.filter(pc.equal(levels[name], reference)).select([*others, *_READ])
    pairs = groups.select([*others, name, *_READ, "source"]).join(
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
    return made.sort_by([(key, "ascending") for key in (*KEY_FIELDS, *columns)])


def _error(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.sqrt(pc.add(pc.multiply(first, first), pc.multiply(second, second)))


def _both(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.Array:
    """The letters of two flags, each once."""
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    return pa.array(["".join(sorted({*(one or ""), *(other or "")})) for one, other in pairs], pa.string())
