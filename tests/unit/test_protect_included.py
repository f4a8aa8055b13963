"""Sets of people that lie in others by definition, and what an attack makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.reference.protect_data import Block, Case, case, indicator
from tests.unit.attacked import REGISTER, found, published
from zaragoza.catalogue import load_catalogue
from zaragoza.model.indicator import Indicator
from zaragoza.protect import protect
from zaragoza.protect.included import included_sets
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, Identity, Included, Item, N

WORKING = "age BETWEEN 20 AND 64"
ACTIVE = "activity IN ('employed', 'unemployed')"
EMPLOYED = ("employed", NUMERATOR)
UNEMPLOYED = ("unemployed", NUMERATOR)


def share(name: str, of: str, among: str) -> Indicator:
    return replace(indicator(name), of=of, among=among)


def labour() -> dict[str, Indicator]:
    """Of 20 to 64 who is employed and who is active; of the active of 15 to 74 who is unemployed."""
    return {
        "employed": share("employed", "activity = 'employed'", WORKING),
        "active": share("active", ACTIVE, WORKING),
        "unemployed": share("unemployed", "activity = 'unemployed'", f"age BETWEEN 15 AND 74 AND {ACTIVE}"),
    }


def people(groups: dict[str, Sequence[int]]) -> Case:
    """By group: employed, unemployed and others of 20 to 64, and unemployed of 15 to 19, all in a register."""

    def blocks(numbers: dict[str, tuple[int, int]]) -> list[Block]:
        return [Block({"group": group}, n, positive) for group, (n, positive) in numbers.items()]

    made = case(
        {
            "employed": blocks({g: (e + u + o, e) for g, (e, u, o, _) in groups.items()}),
            "active": blocks({g: (e + u + o, e + u) for g, (e, u, o, _) in groups.items()}),
            "unemployed": blocks({g: (e + u + y, u + y) for g, (e, u, _, y) in groups.items()}),
        },
        [("group",)],
    )
    return replace(made, indicators=labour())


def test_sets_of_one_population_and_of_a_wider_one():
    same, included = included_sets(labour())
    assert same == (Identity((("active", N_HAT),), ("employed", N_HAT)),)
    whole, class_, rest = ((("unemployed", block),) for block in (N_HAT, NUMERATOR, COMPLEMENT))
    assert set(included) == {
        Included((EMPLOYED,), (("active", NUMERATOR),), figure=True),
        Included((EMPLOYED,), rest, figure=True),
        Included((("active", NUMERATOR),), whole, figure=True),
        Included((("active", NUMERATOR),), (*class_, EMPLOYED)),  # the unemployed of 20 to 64 are unemployed
    }


def test_a_part_of_what_one_set_has_more():
    # Those of whom it is known how long they are unemployed lie in the active less the employed.
    known = labour() | {"long": share("long", "months >= 12", f"{WORKING} AND activity = 'unemployed'")}
    _, included = included_sets({name: known[name] for name in ("employed", "active", "long")})
    assert Included((("long", N_HAT), EMPLOYED), (("active", NUMERATOR),)) in included
    assert Included((("long", N),), (("active", N),), figure=True) not in included  # it is in the class of it


@pytest.mark.parametrize(("among", "figure"), [(WORKING, False), ("age BETWEEN 25 AND 64", True)])
def test_missing_answers_alone_are_no_figure(among: str, figure: bool):
    # Who is employed and did not tell the hours is in no set: what is left is nobody's group.
    hours = share("hours", "hours < 35", f"{among} AND activity = 'employed'")
    _, included = included_sets({"employed": labour()["employed"], "hours": hours})
    assert included == (Included((("hours", N_HAT),), (EMPLOYED,), figure=figure),)


def test_whole_populations_hold_of_who_answered():
    young = share("young", "activity = 'employed'", "age BETWEEN 15 AND 24")
    all_ = replace(indicator("all", "mean"), of="income", among="age >= 15", missing="excluded")
    assert included_sets({"young": young, "all": all_}) == ((), ())  # who has an activity may have no income
    old = replace(all_, of="age")
    _, included = included_sets({"young": young, "all": old})
    assert set(included) == {
        Included((("young", block),), (("all", block),), figure=True) for block in (N, N_HAT)
    }


def test_what_cannot_be_compared_is_not_told():
    odd = share("odd", "activity < 'employed'", WORKING)  # the order of texts
    assert included_sets({"odd": odd, "employed": labour()["employed"]}) == ((), ())


def test_rates_of_the_catalogue():
    known = load_catalogue().indicators
    names = ("employment_rate", "activity_rate", "unemployment_rate", "over_qualification_rate")
    _, included = included_sets({name: known[name] for name in names})
    tertiary = (("over_qualification_rate", N_HAT),)
    assert Included(tertiary, (("employment_rate", NUMERATOR),), figure=True) in included
    employed: Item = ("employment_rate", NUMERATOR)
    assert Included((employed,), (("unemployment_rate", COMPLEMENT),), figure=True) in included


GROUPS = {"A": (81, 4, 19, 0), "B": (800, 60, 240, 12), "C": (700, 50, 200, 0)}


def test_few_people_between_two_shown_classes_are_found_and_hidden():
    made = people(GROUPS)
    hidden = {("unemployed", "A"): "too_few", ("unemployed", "C"): "secondary"}
    exposed = found(made, published(made, hidden), indicators=made.indicators)
    # 85 of 104 are active, 81 employed: 4 are unemployed, as a share of its own would hide
    assert ("A", "difference") in {(one.key["group"], one.by) for one in exposed}
    done = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
    shown = {(r["indicator"], r["group"]) for r in done.to_pylist() if r["value"] is not None}
    assert not {("employed", "A"), ("active", "A")} <= shown
    assert found(made, done, indicators=made.indicators) == ()


def test_a_hidden_class_that_follows_from_two_others_is_found():
    # The unemployed of 15 to 74 are 12 more than those of 20 to 64, all in B: so those of A and C are known.
    made = people({"A": (81, 14, 19, 0), "B": (800, 60, 240, 12), "C": (700, 50, 200, 0)})
    made = replace(made, indicators=labour())
    hidden = {("unemployed", "A"): "too_few", ("unemployed", "C"): "secondary"}
    told = {
        (one.key["group"], one.by): one
        for one in found(made, published(made, hidden), indicators=made.indicators)
    }
    assert told["A", "numerator"].low == pytest.approx(14)
    assert told["A", "numerator"].high == pytest.approx(14)
    done = protect(made.estimates, REGISTER, made.indicators, made.breakdowns).observations
    assert np.isfinite(
        [r["value"] for r in done.to_pylist() if r["group"] == "A" and r["value"] is not None]
    ).any()


def test_numbers_that_contradict_definitions_count_more():
    # Employed of another source: more than are active. Nothing is said of the two, and nothing is refused.
    made = case(
        {
            "employed": [Block({"group": g}, 200, 150) for g in "AB"],
            "active": [Block({"group": g}, 200, 147) for g in "AB"],
        },
        [("group",)],
    )
    known = {name: labour()[name] for name in made.indicators}
    assert found(made, published(made, {}), indicators=known) == ()
