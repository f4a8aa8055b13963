"""Figures that their own definition gives away are no secret; others that look like them are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reference.protect_data import Block, at, case
from tests.unit.attacked import published
from zaragoza.model.classification import Category, Classification
from zaragoza.model.definitions import Definitions
from zaragoza.model.disclosure import Policy
from zaragoza.model.text import Text
from zaragoza.protect import Relationships, attack, breaches, protect, told_by_definitions
from zaragoza.protect.evidence import read_evidence
from zaragoza.protect.figures import read_figures
from zaragoza.protect.tables import _alike

WORDS = Text("made up", "verzonnen")
CERTAIN = Policy(hidden_cv=1e9, unreliable_cv=1e9, reliable_count=0)


def classification(name: str, **rules: str) -> Classification:
    categories = tuple(Category(code, WORDS, when) for code, when in rules.items())
    return Classification(id=name, title=WORDS, source="a test", categories=categories)


AGE = classification("age", young="years < 65", old="years >= 65")
GROUP = classification("group", A="origin = 'A'", B="origin = 'B'")


def reasons(
    blocks: list[Block],
    of: str,
    classifications: tuple[Classification, ...] = (AGE, GROUP),
    kind: str = "share",
) -> dict[tuple[str, str], str]:
    """Group and age -> reason, of a share or total by both."""
    given = case({"x": blocks}, [("group", "age")], {"x": kind})
    indicators = {"x": replace(given.indicators["x"], of=of)}
    found = protect(
        given.estimates, CERTAIN, indicators, given.breakdowns, definitions=Definitions(classifications)
    )
    return {(row["group"], row["age"]): row["reason"] for row in found.observations.to_pylist()}


def people(**n: tuple[int, int]) -> list[Block]:
    """By group and age, as `A_old`: people, and how many are in the class."""
    return [
        Block(dict(zip(("group", "age"), key.split("_"), strict=True)), *counts) for key, counts in n.items()
    ]


OLD = people(A_young=(60, 0), A_old=(50, 50), B_young=(70, 0), B_old=(40, 40))


def test_of_people_aged_65_and_over_all_are_that_old():
    assert set(reasons(OLD, "years >= 65").values()) == {"published"}


def test_a_reader_of_the_definitions_knows_it_without_the_data():
    given = case({"x": OLD}, [("group", "age")])
    indicators = {"x": replace(given.indicators["x"], of="years >= 65")}
    ages = {at(age=age) for age in ("young", "old")}
    both = {at(group=group, age=age) for group in ("A", "B") for age in ("young", "old")}
    # A total with people in both classes is a secret as any other; who is hidden for dominance may be nobody.
    perhaps = {("x", "A"): "secondary", ("x", "A", "old"): "dominance"}
    group_a = {at(group="A")}
    for reasons_, totals, unclear in (
        ({}, set(), 0),
        ({("x", "A"): "secondary"}, set(), 0),
        (perhaps, group_a, 1),
    ):
        told = told_by_definitions(published(given, reasons_), indicators, Definitions((AGE, GROUP)))
        sides = [{("x", where) for where in ages | both if ("age", age) in where} for age in ("young", "old")]
        assert [told[0].nobody, told[0].everybody] == sides
        assert (told[0].defined, told[1]) == ({("x", where) for where in ages | both | totals}, unclear)
    # Group B has young people alone.
    given = case({"x": OLD[:3]}, [("group", "age")])
    told = told_by_definitions(
        published(given, {("x", "B"): "secondary"}), indicators, Definitions((AGE, GROUP))
    )
    assert ("x", at(group="B")) in told[0].defined
    assert ("x", at(group="A")) not in told[0].defined
    assert told[1] == 0
    told = told_by_definitions(published(given, {}), indicators, Definitions((GROUP,)))
    assert told == (Relationships(defined=frozenset()), 0)


def test_the_same_numbers_of_something_else_are_a_secret():
    found = reasons(OLD, "pension > 0")
    assert {at for at, reason in found.items() if reason == "too_few"} == {
        (group, age) for group in ("A", "B", "_T") for age in ("young", "old")
    }


def test_without_the_classification_nothing_is_known():
    assert reasons(OLD, "years >= 65", ())["A", "old"] == "too_few"


def test_a_category_that_the_class_divides_gives_nothing_away():
    # Aged 60 and over: of those below 65 some are. That in group B none is, no definition tells, and the other figures
    # of its lines protect it.
    mixed = people(A_young=(60, 30), A_old=(50, 50), B_young=(70, 0), B_old=(40, 40))
    found = reasons(mixed, "years >= 60")
    assert found["B", "young"] == "too_few"
    assert {found[group, "old"] for group in ("A", "B", "_T")} <= {"published", "secondary"}


def test_that_nobody_is_in_a_class_which_the_category_divides_is_a_secret():
    # Below 65 one may be 60 or over: that none of these is, no definition tells.
    found = reasons(OLD, "years >= 60")
    assert {found[group, "young"] for group in ("A", "B", "_T")} == {"too_few"}


def test_a_category_that_does_not_read_the_variable_tells_nothing():
    # Adults are divided by citizenship, children are not: that all children are foreign is a secret of the children.
    rules = {
        "young": "years < 18",
        "old": "years >= 18 AND citizen = 'NL'",
        "other": "years >= 18 AND citizen <> 'NL'",
    }
    made = people(
        A_young=(60, 0), A_old=(50, 50), A_other=(40, 0), B_young=(70, 0), B_old=(40, 40), B_other=(45, 0)
    )
    found = reasons(made, "citizen = 'NL'", (classification("age", **rules), GROUP))
    assert {found[group, "young"] for group in ("A", "B", "_T")} == {"too_few"}
    assert {found[group, "other"] for group in ("A", "B", "_T")} <= {"published", "secondary"}


def test_a_secret_is_protected_although_an_indicator_with_the_same_numbers_has_none():
    # What the first of two shares with the same numbers tells is no secret; the other is protected by itself.
    blocks = [Block({"age": age}, n, k) for age, n, k in (("young", 60, 0), ("old", 50, 50), ("mid", 70, 30))]
    given = case({"x": blocks, "y": blocks}, [("age",)])
    rules = {"young": "years < 50", "mid": "years < 65", "old": "years >= 65"}
    indicators = {
        "x": replace(given.indicators["x"], of="years >= 60"),
        "y": replace(given.indicators["y"], of="pension > 0"),
    }
    figures = read_figures(given.estimates, ["age"])
    classes = (classification("age", **rules),)
    evidence = read_evidence(given.estimates, figures, indicators, Definitions(classes))
    assert [len(each) for each in _alike(figures, evidence, numerators=True)] == [1, 1]
    assert [
        len(each) for each in _alike(figures, replace(evidence, defined=~evidence.share), numerators=True)
    ] == [2]


def test_an_audit_with_the_monitor_knows_the_definitions_too():
    given = case({"x": OLD}, [("group", "age")])
    indicators = {"x": replace(given.indicators["x"], of="years >= 65")}
    classes = (AGE, GROUP)
    found = protect(given.estimates, CERTAIN, indicators, given.breakdowns, definitions=Definitions(classes))
    assert not breaches(found.observations, given.estimates, CERTAIN, indicators, Definitions(classes))
    assert breaches(found.observations, given.estimates, CERTAIN, indicators)


def test_a_category_of_too_few_people_tells_nothing():
    few = people(A_young=(60, 30), A_old=(9, 9), B_young=(70, 20), B_old=(8, 8))
    assert reasons(few, "years >= 65")["_T", "old"] == "too_few"


def test_a_group_that_consists_of_such_people_alone():
    # Nobody in group B is 65, as the table by age shows: that none of it is in the class follows.
    young = people(A_young=(60, 0), A_old=(50, 50), B_young=(70, 0))
    assert reasons(young, "years >= 65")["B", "_T"] == "published"


# How many are 65 or over: the same people as numbers of a total.
COUNTED = [replace(each, amounts=(1.0,) * each.positive + (0.0,) * (each.n - each.positive)) for each in OLD]
SENIORS = "CASE WHEN years >= 65 THEN 1 WHEN years IS NOT NULL THEN 0 END"


def test_a_total_that_is_0_by_definition_is_no_secret_and_hides_nothing():
    assert set(reasons(COUNTED, SENIORS, kind="total").values()) == {"published"}


def test_a_total_of_something_else_that_nobody_counts_in_or_everybody_is_a_secret():
    # Everybody of 65 and over counts, nobody else does: as of a share, either is a secret. Who is 65 has reached 60.
    for of, classes, ages in (
        ("pension", (AGE, GROUP), {"young", "old"}),
        (SENIORS, (GROUP,), {"young", "old"}),
        (SENIORS.replace("65", "60"), (AGE,), {"young"}),
    ):
        found = reasons(COUNTED, of, classes, kind="total")
        assert {at for at, reason in found.items() if reason == "too_few"} == {
            (group, age) for group in ("A", "B", "_T") for age in ages
        }


def test_a_group_whose_total_is_0_since_none_of_its_people_can_count():
    # Nobody in group B is 65, as the table by age shows; of whose numbers are 0 by chance nothing is known.
    young = [each for each in COUNTED if each.categories != {"group": "B", "age": "old"}]
    assert set(reasons(young, SENIORS, kind="total").values()) == {"published"}
    assert reasons(young, "pension", kind="total")["B", "_T"] == "too_few"


def test_audits_agree_on_totals_that_are_0_by_definition():
    given = case({"x": COUNTED}, [("group", "age")], {"x": "total"})
    indicators = {"x": replace(given.indicators["x"], of=SENIORS)}
    found = protect(
        given.estimates, CERTAIN, indicators, given.breakdowns, definitions=Definitions((AGE, GROUP))
    )
    assert not breaches(found.observations, given.estimates, CERTAIN, indicators, Definitions((AGE, GROUP)))
    shown = breaches(found.observations, given.estimates, CERTAIN, indicators)
    both = {(group, age) for group in ("A", "B", "_T") for age in ("young", "old")}
    assert {(one.key["group"], one.key["age"]) for one in shown} == both
    # Without the monitor: of amounts there are no classes that a hidden total could leave open.
    hidden = published(given, {("x", "A"): "secondary", ("x", "B", "old"): "secondary"})
    told, unclear = told_by_definitions(hidden, indicators, Definitions((AGE, GROUP)))
    assert ("x", at(age="young")) in told.nobody
    assert ("x", at(age="old")) in told.everybody
    assert unclear == 0
    assert not attack([(found.observations, CERTAIN, indicators)]).exposures


# Of group A four are young. That is hidden, as is how many are old; all ages together are shown.
FOUR = people(
    A_young=(4, 0), A_old=(50, 50), A_older=(60, 60), B_young=(70, 0), B_old=(40, 40), B_older=(45, 45)
)
OLDER = classification("age", young="years < 65", old="years < 75", older="years >= 75")
BESIDE = {("x", *group, age): "secondary" for group in (["A"], ["B"], []) for age in ("young", "old")}


def followed(kind: str, weight: float, classes: tuple[Classification, ...]) -> set[tuple[str, float, float]]:
    """What an attack finds of group A's young: quantity and bounds."""
    blocks = [
        replace(each, weight=weight, amounts=(1.0,) * each.positive + (0.0,) * (each.n - each.positive))
        for each in FOUR
    ]
    given = case({"x": blocks}, [("group", "age")], {"x": kind})
    of = {"share": "years >= 65", "total": SENIORS, "mean": SENIORS}[kind]
    indicators = {"x": replace(given.indicators["x"], of=of)}
    table = published(given, BESIDE | {("x", "A", "young"): "too_few"})
    known, _ = told_by_definitions(table, indicators, Definitions(classes))
    exposed = attack([(table, CERTAIN, indicators)], replace(known, of_data=False)).exposures
    assert {(one.key["group"], one.key["age"]) for one in exposed} <= {("A", "young")}
    return {(one.by, round(one.low, 6), round(one.high, 6)) for one in exposed}


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
def test_hidden_people_follow_from_who_must_be_in_the_class(kind):
    # 110 of 114 are in the class: all but the young.
    assert followed(kind, 1.0, (OLDER,)) == {("n", 4, 4), ("n_hat", 4, 4)}
    assert followed(kind, 1.0, ()) == set()


@pytest.mark.parametrize("kind", ["share", "total", "mean"])
def test_in_a_survey_their_weighted_size_follows(kind):
    assert followed(kind, 2.5, (OLDER,)) == {("n_hat", 10, 10)}
    assert followed(kind, 2.5, ()) == set()


def test_of_people_more_it_is_no_secret_what_the_definition_tells():
    # 25 of group A are no adults. That none of them is in the class is so of all of A, by definition, or by chance.
    blocks = {
        "adults": [Block({"group": "A"}, 100, 0), Block({"group": "B"}, 90, 90)],
        "all": [Block({"group": "A"}, 125, 0), Block({"group": "B"}, 120, 120)],
    }
    given = case(blocks, [("group",)])
    for of, by in (("origin = 'B'", set()), ("pension", {("A", "difference"), ("B", "difference")})):
        indicators = {
            name: replace(given.indicators[name], of=of, among=among)
            for name, among in (("all", None), ("adults", "years >= 15"))
        }
        table = published(given, {})
        known, _ = told_by_definitions(table, indicators, Definitions((GROUP,)))
        exposed = attack([(table, CERTAIN, indicators)], replace(known, of_data=False)).exposures
        assert {(one.key["group"], one.by) for one in exposed if one.key["group"] != "_T"} == by


def test_what_definitions_tell_of_one_year_they_do_not_tell_of_another():
    # The file of 2024 has the years of everybody. That of 2023 had a word for old and young, by which some of group A's
    # old were below 65: four of 50, which is hidden, and follows from the total.
    rules = {"2023": classification("age", young="word = 'young'", old="word = 'old'"), "2024": AGE}
    counts = {"2023": people(A_young=(60, 0), A_old=(50, 46), B_young=(70, 0), B_old=(40, 20)), "2024": OLD}
    hidden = {"2023": {("x", "A", "old"): "too_few"}, "2024": {}}
    releases, known = [], Relationships()
    for year in ("2024", "2023"):
        made = case({"x": counts[year]}, [("group", "age")], period=year)
        indicators = {"x": replace(made.indicators["x"], of="years >= 65")}
        table = published(made, hidden[year])
        told, _ = told_by_definitions(table, indicators, Definitions((rules[year], GROUP)))
        releases.append((table, CERTAIN, indicators))
        known = known.joined(told)
    exposed = attack(releases, replace(known, of_data=False)).exposures
    assert {(one.key["period"], one.by) for one in exposed} >= {("2023", "numerator"), ("2023", "complement")}
