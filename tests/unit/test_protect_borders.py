"""Two geographies of one year: those who moved from the one to the other are a figure that nobody published."""

from __future__ import annotations

from dataclasses import replace

from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import REGISTER, found, published
from zaragoza.protect import Overlap, protect
from zaragoza.protect.nested import near_links


def borders(moved: int, income: float | None = None) -> tuple[Case, Case, Case]:
    """Two towns by sex, before and after some people of the first became inhabitants of the second; and both.

    Where everybody has an income there is an indicator more, the sum of it.
    """
    parts = [("A", "A", 400, 0.4), ("A", "B", moved, 0.5), ("B", "B", 300, 0.6)]
    blocks = [
        Block({"old": old, "new": new, "sex": sex}, n + (sex == "F"), round((n + (sex == "F")) * rate))
        for old, new, n, rate in parts
        for sex in "FM"
        if n
    ]
    given, kinds = {"x": blocks}, {"x": "share"}
    if income is not None:
        given["income"] = [replace(each, positive=0, amounts=(income,) * each.n) for each in blocks]
        kinds["income"] = "total"
    whole = case(given, [("old", "sex"), ("new", "sex")], kinds)
    return case(given, [("old", "sex")], kinds), case(given, [("new", "sex")], kinds), whole


MAP = Overlap("old", "new", frozenset({("A", "A"), ("A", "B"), ("B", "B")}))


def test_two_geographies_leave_those_who_moved():
    before, after, whole = borders(3)
    for table in (published(before, {}), published(after, {})):
        assert found(before, table) == ()
    # The new A lies in the old one, and the old B in the new, and each pair differs by the same few.
    exposed = found(before, published(after, {}), published(before, {}))
    assert {e.by for e in exposed} == {"difference"}
    assert {(e.key["old"], e.key["new"]) for e in exposed} == {("A", TOTAL), (TOTAL, "B")}
    observations = protect(
        whole.estimates, REGISTER, whole.indicators, whole.breakdowns, overlaps=[MAP]
    ).observations
    assert found(whole, observations) == ()
    hidden = [r for r in observations.to_pylist() if r["reason"] == "secondary"]
    assert hidden


def test_sums_of_large_amounts_do_not_hide_those_who_moved():
    # Beside 140 thousand million euros three people are no rounding.
    before, after, _ = borders(3, income=1e8)
    exposed = found(before, published(after, {}), published(before, {}))
    assert {(e.key["old"], e.key["new"]) for e in exposed if e.indicator == "x"} == {
        ("A", TOTAL),
        (TOTAL, "B"),
    }


def test_geographies_that_many_moved_between_are_both_shown():
    _, _, whole = borders(50)
    observations = protect(
        whole.estimates, REGISTER, whole.indicators, whole.breakdowns, overlaps=[MAP]
    ).observations
    assert set(observations["reason"].to_pylist()) == {"published"}


def test_a_map_of_who_lies_in_whom():
    links = {(link.left, link.left_codes, link.right, link.right_codes) for link in near_links([MAP])}
    assert links == {("old", ("B",), "new", ("B",)), ("new", ("A",), "old", ("A",))}
