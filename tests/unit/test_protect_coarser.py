"""Tables that are too sparse, by counting what is hidden in a table worked out by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown
from zaragoza.model.observation import OBSERVATION_FIELDS
from zaragoza.protect import coarser
from zaragoza.protect.coarser import refuse_sparse
from zaragoza.terminal import sparse_line

BOTH = Breakdown(("group", "age"))


def observations(**hidden: str) -> pa.Table:
    """Two groups by two ages with all margins; by cell, as `A_old`, the reason why it is not shown."""
    rows = []
    for group in ("A", "B", "_T"):
        for age in ("young", "old", "_T"):
            reason = hidden.get(f"{group}_{age}".replace("_T", "all"), "published")
            fields = dict.fromkeys(name for name, _ in OBSERVATION_FIELDS)
            rows.append(
                fields
                | {"indicator": "x", "period": "2023", "geo": "NL", "group": group, "age": age}
                | {"statistic": "level", "reason": reason}
            )
    return pa.Table.from_pylist(rows)


SPARSE = {"A_old": "too_few", "B_old": "secondary", "A_young": "dominance"}


def test_half_hidden_is_not_sparse():
    assert coarser(observations(A_old="too_few", B_old="secondary"), [BOTH]) == ()


def test_the_margin_that_shows_most_is_proposed():
    (found,) = coarser(observations(**SPARSE, A_all="secondary"), [BOTH])
    assert (found.table.by, found.table.figures, found.table.hidden) == (("group", "age"), 4, 3)
    assert (found.instead.by, found.instead.figures, found.instead.hidden) == (("age",), 2, 0)
    assert sparse_line(found) == (
        "too sparse: the table by group x age hides 3 of 4 figures to protect people; the table by age hides 0 of 2: "
        "publish that in its place, or use broader categories"
    )


def test_no_margin_may_do_better():
    gone = {f"{one}_all": "too_few" for one in ("A", "B")} | {
        f"all_{one}": "too_few" for one in ("young", "old")
    }
    (found,) = coarser(observations(**SPARSE, **gone), [BOTH])
    assert found.instead is None
    assert "no margin by one of its columns does better" in sparse_line(found)


def test_a_large_sparse_table_is_refused_with_the_margin_that_can_be_protected():
    # Of the 4 cells 3 are about too few people; of the groups one, of the ages none.
    table = observations(**SPARSE, A_all="too_few")
    few = np.array([reason != "published" for reason in table["reason"].to_pylist()])
    with pytest.raises(DisclosureError) as refused:
        refuse_sparse(table, ("group", "age"), few, [BOTH], most=3)
    (fault,) = refused.value.faults
    assert (fault.field, fault.found) == ("breakdowns, group x age", "3 of 4")
    assert "Publish the table by age, of which 0 of 2 are" in fault.way_out


def test_a_small_sparse_table_is_not_refused():
    table = observations(**SPARSE)
    refuse_sparse(table, ("group", "age"), np.ones(len(table), dtype=bool), [BOTH])


def test_what_nobody_is_behind_or_is_uncertain_does_not_count():
    uncertain = {
        "A_old": "too_uncertain",
        "B_old": "not_measured",
        "A_young": "too_uncertain",
        "B_young": "too_few",
    }
    assert coarser(observations(**uncertain), [BOTH]) == ()
