"""Totals and means in which every person counts 1 or 0 are shares in effect: counted, judged and attacked as shares."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tests.properties.test_reasons import counting
from tests.reference.protect_data import Block, Case, case, indicator
from tests.unit.attacked import REGISTER, published
from tests.unit.test_holdings import BREAKDOWN, GROUPS, cells, persons
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.model.design import Design
from zaragoza.model.disclosure import Policy
from zaragoza.protect import Published, attack, breaches, known_relationships, protect
from zaragoza.protect.figures import read_figures
from zaragoza.protect.quantities import binary_of

OF = {
    "workers": replace(indicator("workers", "total"), of="works", unit="persons"),
    "working": replace(indicator("working", "mean"), of="works"),
    "income": replace(indicator("income", "total"), of="income"),
    "poor": replace(
        indicator("poor", "poverty_rate"), of="income", unit="proportion"
    ),  # is read person by person
}


def computed(rows: list[dict[str, object]], *names: str, household: str | None = None) -> pa.Table:
    with Engine(threads=1) as engine:
        return compute(
            engine.table(pa.Table.from_pylist(rows)), [OF[name] for name in names], GROUPS, [BREAKDOWN],
            design=Design(weight="weight"), period="2023", geo="XZ", options=Options(), household=household,
        )  # fmt: skip


@pytest.mark.parametrize("household", [None, "household"])
@pytest.mark.parametrize(
    "names", [("workers", "working", "income"), ("workers", "working", "income", "poor")]
)
def test_who_counts_1_is_counted_where_nobody_counts_anything_else(names, household):
    rows = persons(3)
    table = computed(rows, *names, household=household)
    levels = [row for row in table.to_pylist() if row["statistic"] == "level"]
    people = cells(rows)
    for row in levels:
        own = people[row["group"], row["sex"]]
        ones = [each for each in own if each["works"] == 1]
        if row["indicator"] in ("workers", "working"):
            assert row["n_numerator"] == len(ones)
            if household:
                assert row["households_numerator"] == len({each["household"] for each in ones})
        elif row["indicator"] == "income":
            assert row["n_numerator"] is None
    figures = read_figures(table, ["group", "sex"])
    assert binary_of(table, figures, OF) == {"workers", "working"}


def test_one_person_who_counts_2_makes_an_amount_of_all():
    rows = persons(3)
    rows[0]["works"] = 2
    table = computed(rows, "workers")
    assert binary_of(table, read_figures(table, ["group", "sex"]), OF) == set()


def register(kind: str, **of: tuple[int, int]) -> Case:
    """People by group, and who counts; beside a share that half of them have, which shows how many there are."""
    whole = [Block({"g": g}, n, n // 2) for g, (n, _) in of.items()]
    return case({"x": [counting(*each, g=g) for g, each in of.items()], "y": whole}, [("g",)], {"x": kind})


def reasons(given: Case, policy: Policy = REGISTER) -> dict[str, str]:
    found = protect(given.estimates, policy, given.indicators, given.breakdowns)
    assert found.binary == {name for name, one in given.indicators.items() if one.kind != "share"}
    return {row["g"]: row["reason"] for row in found.observations.to_pylist() if row["indicator"] == "x"}


@pytest.mark.parametrize("kind", ["total", "mean"])
def test_a_register_needs_enough_who_count_and_enough_who_do_not(kind):
    # 9 of 60 count, 9 of 70 do not; 10 and 10 are enough. Beside a group of either kind another is hidden.
    found = reasons(register(kind, a=(60, 9), b=(70, 61), c=(80, 10), d=(90, 80), e=(200, 100)))
    assert (found["a"], found["b"], found["_T"]) == ("too_few", "too_few", "published")
    assert "too_few" not in {found[group] for group in "cde"}


@pytest.mark.parametrize("kind", ["total", "mean"])
def test_that_everybody_counts_is_a_secret_in_a_survey_too(kind):
    survey = Policy(min_count=20, all_but=0, hidden_cv=1e9)
    found = reasons(register(kind, a=(60, 60), b=(70, 3), c=(80, 40), d=(90, 50)), survey)
    assert found["a"] == "too_few"
    assert found["b"] != "too_few"  # the numerators of surveys need not reach the minimum count


def test_what_the_definition_tells_of_everybody_is_no_secret():
    given = case({"x": [counting(n, n, g=g) for g, n in (("a", 60), ("b", 70))]}, [("g",)], {"x": "total"})
    for of, reason in (("1", "published"), ("answer", "too_few")):
        indicators = {"x": replace(given.indicators["x"], of=of)}
        found = protect(given.estimates, REGISTER, indicators, given.breakdowns).observations
        assert set(found["reason"].to_pylist()) == {reason}


@pytest.mark.parametrize("kind", ["total", "mean"])
def test_who_is_there_by_definition_hides_no_more_than_their_number(kind):
    # 5 people in one cell, and enough in all others: a rectangle protects them, whoever counts 1 by definition.
    numbers = {("a", "k"): 5, ("a", "l"): 30, ("a", "m"): 41, ("b", "k"): 52, ("b", "l"): 63, ("b", "m"): 74}
    numbers |= {("c", "k"): 85, ("c", "l"): 96, ("c", "m"): 107}
    people = [counting(n, n, g=g, h=h) for (g, h), n in numbers.items()]
    given = case({"x": people}, [("g", "h")], {"x": kind})
    indicators = {"x": replace(given.indicators["x"], of="1")}
    found = protect(given.estimates, REGISTER, indicators, given.breakdowns).observations
    hidden = {(row["g"], row["h"]) for row in found.to_pylist() if row["reason"] == "secondary"}
    (g,), (h,) = ({code for code in codes if code not in "ak"} for codes in zip(*hidden, strict=True))
    assert hidden == {("a", h), (g, "k"), (g, h)}
    assert found["reason"].to_pylist().count("too_few") == 1


# All 12 of a count, and all 60 of b: with half of c's 100 they are 122 of 172.
FULL = {"a": (12, 12), "b": (60, 60), "c": (100, 50)}


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
def test_no_more_count_than_there_are(kind):
    given = register(kind, **FULL)
    table = published(given, {("x", "a"): "too_few", ("x", "b"): "too_few"})
    known = known_relationships(given.estimates, given.indicators)
    binary = frozenset() if kind == "share" else frozenset({"x"})
    found = attack([Published(table, REGISTER, given.indicators, binary)], known).exposures
    told = {(each.key["g"], each.by): (round(each.low), round(each.high)) for each in found}
    assert told["a", "numerator"] == (12, 12)
    assert told["b", "numerator"] == (60, 60)
    assert {(each.key["g"], each.by) for each in found if each.by == "numerator"} == {
        ("a", "numerator"), ("b", "numerator"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["total", "mean"])
def test_a_shown_total_that_few_count_in_is_found_with_the_data(kind):
    given = register(kind, a=(60, 4), b=(70, 40), c=(80, 30))
    table = published(given, {})
    exposed = breaches(table, given.estimates, REGISTER, given.indicators)
    assert {(each.key["g"], each.by) for each in exposed} == {("a", "shown")}


def test_an_early_release_is_read_as_it_was_judged():
    # Then `too_few` told that there are few people, and another reason nothing of who counts.
    given = register("total", a=(60, 4), b=(70, 3), c=(80, 30), d=(90, 50))
    table = published(given, {("x", "a"): "secondary", ("x", "b"): "secondary"})
    known = known_relationships(given.estimates, given.indicators)
    assert attack([Published(table, REGISTER, given.indicators)], known).contradictions == 0
