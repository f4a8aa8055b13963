"""Differences between published figures: a group minus its reference group, place by place and year by year."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compare.rows import breakdown_columns, derived, worst
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.estimate import DIFFERENCE, LEVEL
from zaragoza.model.observation import KEY_FIELDS


def differences(observations: pa.Table, references: Mapping[str, str]) -> pa.Table:
    """Group minus reference group, of levels that others have published.

    No error is stated: the producers publish none, and groups of one sample are not independent. A difference is as
    good as the worse of its two figures, and hidden where one of them is.

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
    beside = levels.filter(pc.equal(levels[name], reference)).select([*others, "value", "reason"])
    pairs = groups.select([*others, name, "value", "reason", "source"]).join(
        beside, others, join_type="inner", right_suffix="_reference"
    )
    said = {
        "statistic": pa.repeat(DIFFERENCE, pairs.num_rows),
        "reference": pa.repeat(reference, pairs.num_rows),
        "value": pc.subtract(pairs["value"], pairs["value_reference"]),
        "reason": worst(pairs["reason"], pairs["reason_reference"]),
        "unit": pairs["unit"],
        "source": pairs["source"],
    }
    made = derived({key: pairs[key] for key in (*KEY_FIELDS, *columns)}, said, pairs.num_rows)
    return made.sort_by([(key, "ascending") for key in (*KEY_FIELDS, *columns)])
