"""Joins of promises, funds and practices, and an office that adds its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.offices import INDICATOR, office
from tests.unit.plans import COMMITMENT, FUND, PRACTICE
from zaragoza.catalogue import load_catalogue, load_plans
from zaragoza.catalogue.monitor_own import own_catalogue

PLANS = load_plans()
RATE = PLANS.catalogue.indicators["employment_rate"]


def test_the_package_is_read_once() -> None:
    assert load_plans() is load_plans()
    assert load_plans().catalogue is load_catalogue()


def test_what_was_promised_about_an_indicator() -> None:
    """By the documents' code that is among its aliases."""
    found = PLANS.commitments_about(RATE)
    assert {one.id for one in found} >= {"NLF-NAT-02", "AG11-REC-04"}
    assert all({"employment_rate", *RATE.aliases} & set(one.indicators) for one in found)
    assert {one.id for one in PLANS.objectives_about(RATE)} >= {"AP21-EMP-OBJ-03", "AG11-RES-01"}
    assert {one.id for one in PLANS.practices_about(RATE)} >= {"PRAC-NL-VIA"}


def test_the_join_holds_in_both_directions() -> None:
    for indicator in PLANS.catalogue.indicators.values():
        assert all(indicator in PLANS.indicators_of(one) for one in PLANS.commitments_about(indicator))
    pairs = sum(len(PLANS.indicators_of(one)) for one in PLANS.commitments.values())
    assert pairs == sum(len(PLANS.commitments_about(one)) for one in PLANS.catalogue.indicators.values())


def test_indicators_come_in_the_order_of_the_codes_and_once() -> None:
    objective = PLANS.objectives["AP21-EMP-OBJ-03"]  # IND-EMP-RATE, IND-EMP-FEMGAP, IND-EMP-ACTIVITY
    expected = [one.id for code in objective.indicators for one in PLANS.catalogue.answering(code)]
    assert [one.id for one in PLANS.indicators_of(objective)] == list(dict.fromkeys(expected))


def test_what_serves_an_objective_and_who_pays() -> None:
    served = PLANS.commitments_for(PLANS.objectives["AP21-EDU-OBJ-04"])
    assert {"AP21-EDU-COM-05", "AP21-EDU-COM-09", "AP21-EDU-MS-02"} <= {one.id for one in served}
    paid = PLANS.commitments_of(PLANS.funds["FUND-ERASMUS"])
    assert {"AP21-EDU-COM-02", "AP21-EDU-COM-06"} <= {one.id for one in paid}
    assert PLANS.calls_of(PLANS.funds["FUND-ERASMUS"]) == ()


def test_who_owns_what() -> None:
    owners = {name: len(PLANS.commitments_owned(one)) for name, one in PLANS.organisations.items()}
    assert owners == {
        "commission": 180, "member_states": 106, "eu": 33, "parliament_council": 18, "frontex": 11,
        "high_representative": 9, "nl_government": 8, "local_regional_authorities": 5, "eu_institutions": 5,
        "nl_municipalities": 4, "countries_of_origin": 4, "fundamental_rights_agency": 2, "eu_asylum_agency": 2,
        "all_levels_of_governance": 1, "council": 1, "return_coordinator": 1, "joint_research_centre": 1,
        "europol": 1, "civil_society": 0, "social_economic_partners": 0,
    }  # fmt: skip  # counted in the list that was made when the documents were read


def test_practices_positions_and_what_holds_for_a_country() -> None:
    (practice,) = PLANS.practices_of(PLANS.commitments["NLF-NAT-08"])
    assert practice.id == "PRAC-NL-HOUSINGTESTS"
    assert len(PLANS.positions_on(PLANS.plans["AP21"])) == 19
    finland = PLANS.held_by(PLANS.countries_monitoring["CTY-FI"])
    assert finland["CRIT-national_monitoring_policy"] is True
    assert finland["CRIT-target_all_tcn"] is False
    assert finland["CRIT-includes_direct_descendants"] is None


def test_the_reason_where_nothing_measures() -> None:
    practice = PLANS.practices["PRAC-NL-EVENREDIGHEID"]
    assert PLANS.indicators_of(practice) == ()
    assert set(PLANS.not_measured(practice)) == {"IND-GEN-PROPORTION"}


def test_an_office_adds_its_own(tmp_path: Path) -> None:
    folder = office(
        tmp_path,
        **{
            "indicators": INDICATOR,
            "plan/commitments": COMMITMENT.replace("IND-EMP-RATE", "own_rate"),
            "plan/funds": FUND,
            "plan/practices": PRACTICE,
        },
    )
    plans = load_plans(folder)
    own = plans.catalogue.indicators["own_rate"]
    assert [one.id for one in plans.commitments_about(own)] == ["CITY-WORK-01"]
    assert [one.id for one in plans.commitments_of(plans.funds["FUND-CITY"])] == ["CITY-WORK-01"]
    assert [one.id for one in plans.practices_of(plans.commitments["CITY-WORK-01"])] == ["PRAC-CITY"]
    assert len(plans.commitments) == 328
    assert len(load_plans().commitments) == 327


@pytest.mark.parametrize("right", [True, False])
def test_a_monitor_with_plans_of_its_own_has_them_checked(tmp_path: Path, right: bool) -> None:
    text = COMMITMENT if right else COMMITMENT.replace("owners: [member_states]", "owners: [us]")
    office(tmp_path / "catalogue", **{"plan/commitments": text, "plan/funds": FUND})
    found = own_catalogue(tmp_path)
    assert [fault.field for fault in found.faults] == ([] if right else ["CITY-WORK-01.owners.1"])
