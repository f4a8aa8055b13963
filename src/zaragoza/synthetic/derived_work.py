"""Work, care and parents' education as the stage `derive` adds them, computed here with Arrow alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic.pupils import CARE

DERIVED_WORK: Final = ("labour_market_slack", "parents_education", "in_early_education")
_SLACK: Final = ("employed", "underemployed", "unemployed", "available", "seeking", "outside")
_LEVELS: Final = ("ED0-2", "ED3_4", "ED5-8")

Columns = Callable[[str], Any]


def derive_work(column: Columns) -> dict[str, Any]:
    """The derived variables of one block's persons.

    Args:
        column: gives a standard variable of all persons as an Arrow array.
    """
    hours = [pc.greater(column(name), 0) for name in CARE]
    return {
        "labour_market_slack": _slack(column),
        "parents_education": _highest(column("mother_education"), column("father_education")),
        "in_early_education": reduce(pc.or_kleene, hours),
    }


def _slack(column: Columns) -> Any:
    """Place between work and no wish to work; Zarland asks everybody of 15 and over what decides it."""

    def holds(answer: Any) -> Any:
        return pc.fill_null(answer, False).to_numpy(zero_copy_only=False)

    activity = column("activity")
    employed, unemployed = (holds(pc.equal(activity, word)) for word in ("employed", "unemployed"))
    available, seeking = holds(column("available_for_work")), holds(column("seeking_work"))
    more = (
        holds(pc.equal(column("working_time"), "part_time")) & holds(column("wants_more_hours")) & available
    )
    place = np.select([employed & more, employed, unemployed, available, seeking], [1, 0, 2, 3, 4], 5)
    asked = activity.is_valid().to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int8), mask=~asked), pa.array(_SLACK))


def _highest(mother: Any, father: Any) -> Any:
    """The higher level of the two; the known one where the other is not."""
    ranks = [pc.index_in(one.cast(pa.string()), pa.array(_LEVELS)) for one in (mother, father)]
    return pa.DictionaryArray.from_arrays(pc.max_element_wise(*ranks).cast(pa.int8()), pa.array(_LEVELS))
