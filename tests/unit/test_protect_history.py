"""Releases one after the other: what they tell together is found, and protection knows what was shown before."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.protect_data import Block, Case, case
from tests.unit.attacked import FEW, REGISTER, found, published
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import Policy
from zaragoza.protect import protect


def groups(cells: Mapping[str, int], column: str = "g") -> Case:
    return case({"x": [Block({column: g}, n, n // 2) for g, n in cells.items()]}, [(column,)])


SIZES = {"A": 90, "B": 5, "C": 60, "D": 80}


@pytest.mark.parametrize(
    ("first", "second", "by"),
    [
        (
            {("x", "B"): "too_few", ("x", "C"): "secondary"},
            {("x", "B"): "too_few", ("x", "D"): "secondary"},
            {"n"},
        ),
        (
            {("x", "B"): "too_few", ("x", "C"): "secondary"},
            {("x", "B"): "too_few", ("x", "C"): "secondary"},
            set(),
        ),
        ({("x", "B"): "too_few", ("x", "C"): "secondary"}, {("x", "C"): "secondary"}, {"release"}),
    ],
)
def test_two_releases_together(first, second, by):
    made = groups(SIZES)
    exposed = found(made, published(made, second), published(made, first))
    assert {e.by for e in exposed} & {"n", "release"} == by
    for table in (published(made, first), published(made, {("x", "B"): "too_few", ("x", "D"): "secondary"})):
        assert found(made, table) == ()


def test_other_data_of_the_same_year_are_no_second_look():
    # A correction: everybody counted anew. What the first hid does not follow from the second's lines.
    made, anew = groups(SIZES), groups({"A": 93, "B": 4, "C": 66, "D": 85})
    first = published(made, {("x", "B"): "too_few", ("x", "C"): "secondary"})
    second = published(anew, {("x", "B"): "too_few", ("x", "D"): "secondary"})
    assert found(made, second, first) == ()


def test_protection_keeps_to_what_an_earlier_release_shows():
    # It showed D and hid C, so that hiding D beside B now would be no use.
    made = groups(SIZES)
    earlier = published(made, {("x", "B"): "too_few", ("x", "A"): "secondary"})
    history = [(earlier, REGISTER, made.indicators)]
    observations = protect(
        made.estimates, REGISTER, made.indicators, made.breakdowns, history=history
    ).observations
    assert found(made, observations, earlier) == ()


def test_what_an_earlier_release_shows_is_not_hidden_again():
    # Alone, C is the cheapest beside B. An earlier release showed C and D, so that A it must be, and nothing else.
    made = groups(SIZES)
    alone = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
    earlier = published(made, {("x", "B"): "too_few", ("x", "A"): "secondary"})
    after = protect(
        made.estimates,
        REGISTER,
        made.indicators,
        made.breakdowns,
        history=[(earlier, REGISTER, made.indicators)],
    ).observations
    for observations, hidden in ((alone, "C"), (after, "A")):
        reasons = {row["g"]: row["reason"] for row in observations.to_pylist()}
        assert {g for g, reason in reasons.items() if reason == "secondary"} == {hidden}
        assert reasons["B"] == "too_few"


def test_what_an_earlier_release_showed_of_other_data_may_be_hidden():
    made, anew = groups(SIZES), groups({"A": 93, "B": 4, "C": 66, "D": 85})
    earlier = published(anew, {("x", "B"): "too_few", ("x", "A"): "secondary"})
    after = protect(
        made.estimates,
        REGISTER,
        made.indicators,
        made.breakdowns,
        history=[(earlier, REGISTER, anew.indicators)],
    ).observations
    assert {r["g"] for r in after.to_pylist() if r["reason"] == "secondary"} == {"C"}


@FEW
@given(st.integers(0, 10**6))
def test_beside_an_earlier_release_the_cheapest_set_is_hidden(seed):
    # One line: what the earlier release shows is known; of the rest the cheapest set that leaves B enough company.
    draw = random.Random(seed)  # noqa: S311 - made-up data
    count = draw.randint(3, 5)
    sizes = {"B": draw.randint(2, 9)} | dict(
        zip([f"g{i}" for i in range(count)], draw.sample(range(10, 60), count), strict=True)
    )
    made = groups(sizes)
    others = [g for g in sizes if g != "B"]
    hid = draw.sample(others, draw.randint(1, 2))
    earlier = published(made, {("x", "B"): "too_few", **{("x", g): "secondary" for g in hid}})
    policy = replace(REGISTER, cost="value", numerator_counts=False)
    found_set = {
        row["g"]
        for row in protect(
            made.estimates,
            policy,
            made.indicators,
            made.breakdowns,
            history=[(earlier, policy, made.indicators)],
        ).observations.to_pylist()
        if row["reason"] == "secondary"
    }
    # All that may be hidden are those in `hid`; any one of them, of 10 people at least, leaves B open.
    assert found_set == {min(hid, key=sizes.__getitem__)}


def test_a_release_that_reveals_what_an_earlier_one_hid_is_refused():
    made = groups({**SIZES, "B": 15})
    earlier = published(made, {("x", "B"): "too_few", ("x", "C"): "secondary"})
    strict = Policy(full_count=True, min_count=20)
    with pytest.raises(DisclosureError) as error:
        protect(
            made.estimates,
            Policy(full_count=True, min_count=10),
            made.indicators,
            made.breakdowns,
            history=[(earlier, strict, made.indicators)],
        )
    (fault,) = error.value.faults
    assert (fault.field, fault.found) == ("x, 2023, NL, g B", "an earlier release that shows it")
    assert "15" not in str(error.value)
