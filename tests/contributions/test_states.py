"""The table of states: total, disjoint, without a dead end, and with somebody who may do each move of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zaragoza.web.contributions.roles import ACTIONS, RIGHTS
from zaragoza.web.contributions.states import (
    LANES,
    MOVES,
    NAMES,
    OUTCOMES,
    PUBLIC,
    REMOVALS,
    STATES,
    Name,
    due,
    following,
    settled,
    start,
)

SETTLED = {"accepted", "rejected", "withdrawn", "taken_down"}
FINAL = SETTLED - {"accepted"}
# By whom each party of the table is, in the table of rights.
ROLES_OF = {
    "author": {"reader"},
    "reviewers": {"reviewer", "editor"},
    "reviewer": {"reviewer", "editor"},
    "owner": {"contributor", "editor"},
    "editors": {"editor"},
}


def reached(begin: Name) -> set[Name]:
    found: set[Name] = set()
    waiting = [begin]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += STATES[state].moves.values()
    return found


def test_every_state_and_move_has_one_next_state_or_none() -> None:
    assert set(STATES) == set(NAMES)
    for state in NAMES:
        assert set(STATES[state].moves) <= set(MOVES)
        for move in MOVES:
            after = following(state, move)
            assert after is None or after in STATES
            assert (after is None) == (move not in STATES[state].moves)


def test_every_state_is_reached_and_every_move_is_somewhere() -> None:
    assert reached(start(account=True)) | reached(start(account=False)) == set(NAMES)
    assert {move for state in STATES.values() for move in state.moves} == set(MOVES)


@pytest.mark.parametrize("state", NAMES)
def test_from_everywhere_an_end_is_reached(state: Name) -> None:
    assert reached(state) & FINAL


@pytest.mark.parametrize("state", NAMES)
def test_somebody_has_a_day_to_keep_until_all_is_settled(state: Name) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert settled(state) == (state in SETTLED)
    assert (not STATES[state].moves) == (state in FINAL)
    for lane in LANES:
        assert (due(state, lane, now) is None) == (state in SETTLED)


@pytest.mark.parametrize("state", NAMES)
def test_somebody_may_do_each_move_and_the_owner_of_the_step_one_that_leads_on(state: Name) -> None:
    row = STATES[state]
    for move in row.moves:
        assert move in ACTIONS
        assert RIGHTS[move], move
    if state not in SETTLED:
        leads_on = {move for move, after in row.moves.items() if after != state}
        own = {move for move in leads_on if ROLES_OF[row.owner] & set(RIGHTS[move])}
        assert own - {"withdraw"}


@pytest.mark.parametrize("state", NAMES)
def test_what_the_site_does_in_time_is_a_move_of_its_own(state: Name) -> None:
    move = STATES[state].in_time
    assert move is None or (move in STATES[state].moves and "site" in RIGHTS[move])


def test_decisions_are_moves_of_review_alone() -> None:
    for state in NAMES:
        assert set(OUTCOMES) & set(STATES[state].moves) == (set(OUTCOMES) if state == "in_review" else set())


def test_what_is_public_goes_only_by_an_editor() -> None:
    """Also where its author asks for it: until then it is public."""
    for state in PUBLIC:
        leaves = {move for move, after in STATES[state].moves.items() if after not in PUBLIC}
        assert leaves == {"take_down"}
    assert [state for state in NAMES if "taken_down" in STATES[state].moves.values()] == sorted(PUBLIC)
    assert [state for state in NAMES if set(REMOVALS) <= set(STATES[state].moves)] == ["removal_asked"]


def test_the_owner_has_fourteen_days_and_the_lane_without_organisation_is_slower() -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert due("waiting", "organisation", now) == due("waiting", "open", now) == now + timedelta(days=14)
    slow, fast = due("submitted", "open", now), due("submitted", "organisation", now)
    assert slow is not None
    assert fast is not None
    assert slow > fast


def test_without_an_account_nothing_is_reviewed_before_its_address_is_confirmed() -> None:
    assert start(account=False) == "unconfirmed"
    assert [move for move, after in STATES["unconfirmed"].moves.items() if after == "submitted"] == [
        "confirm"
    ]
