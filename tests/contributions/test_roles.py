"""The table of rights, against a second one written as sentences: who may do what with which contribution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from zaragoza.web.contributions.roles import (
    ACTIONS,
    NOBODY,
    OF_THE_SITE,
    RIGHTS,
    ROLES,
    SITE,
    Account,
    Action,
    Actor,
    Organised,
    concern,
    may,
)
from zaragoza.web.contributions.states import NAMES, Name

ME, SOMEBODY, ANOTHER = 1, 2, 3
OURS, THEIRS = "our-city", "their-city"
COMMITMENT = "P1-1"
FIRST = UUID(int=1)


@dataclass(frozen=True)
class Made:
    """A contribution, as far as rights ask."""

    state: Name = "submitted"
    author_id: int | None = SOMEBODY
    organisation: str | None = THEIRS
    commitment: str | None = COMMITMENT
    mark: str = ""
    taken_by_id: int | None = None
    unowned: bool = True
    deciders: frozenset[int] = frozenset()
    repliers: frozenset[int] = frozenset()
    id: UUID = FIRST


def actor(*roles: str, organisation: str | None = None, owns: str = "") -> Actor:
    return Actor(ME, frozenset({"reader", *roles}), organisation, frozenset({owns} if owns else ()))  # type: ignore[arg-type]


MINE = Made(author_id=ME, organisation=None)
COLLEAGUES = Made(organisation=OURS)
STRANGERS = Made()
TAKEN = Made(state="in_review", taken_by_id=ME)
TAKEN_BY_ANOTHER = Made(state="in_review", taken_by_id=ANOTHER)
READER = actor()
CONTRIBUTOR = actor("contributor", organisation=OURS)
MANAGER = actor("contributor", "manager", organisation=OURS)
REVIEWER = actor("reviewer")
EDITOR = actor("editor")
ADMINISTRATOR = actor("administrator")
PEOPLE = {
    "nobody": NOBODY,
    "reader": READER,
    "contributor": CONTRIBUTOR,
    "manager": MANAGER,
    "reviewer": REVIEWER,
    "editor": EDITOR,
    "administrator": ADMINISTRATOR,
}
OF_REVIEW: tuple[Action, ...] = ("accept", "ask", "return", "reject")
OF_REMOVAL: tuple[Action, ...] = ("keep", "take_down", "judge_wrong")
OF_THE_AUTHOR: tuple[Action, ...] = ("edit", "submit", "confirm")


def who(action: Action, thing: object) -> set[str]:
    return {name for name, each in PEOPLE.items() if may(each, action, thing)}  # type: ignore[arg-type]


def test_everybody_may_contribute() -> None:
    assert who("draft", None) == set(PEOPLE)


def test_only_authors_change_and_send_in_what_is_theirs() -> None:
    for action in OF_THE_AUTHOR:
        assert who(action, STRANGERS) == who(action, COLLEAGUES) == set()
        assert who(action, MINE) == set(PEOPLE) - {"nobody"}


@pytest.mark.parametrize("now", [READER, CONTRIBUTOR])
def test_who_no_longer_speaks_for_an_organisation_sends_nothing_in_for_it(now: Actor) -> None:
    left = Made(state="draft", author_id=ME, organisation=THEIRS)
    assert not may(now, "submit", left)
    assert may(now, "withdraw", left)
    assert may(replace(now, organisation=THEIRS), "submit", left)


def test_authors_and_the_managers_of_their_organisation_withdraw() -> None:
    assert who("withdraw", STRANGERS) == set()
    assert who("withdraw", COLLEAGUES) == {"manager"}
    assert who("withdraw", MINE) == set(PEOPLE) - {"nobody"}


@pytest.mark.parametrize("state", NAMES)
def test_who_reads_what_others_contribute(state: Name) -> None:
    """Drafts by author and organisation, what was accepted by all, the rest by reviewers and editors too."""
    strangers, colleagues = replace(STRANGERS, state=state), replace(COLLEAGUES, state=state)
    site = {"reviewer", "editor", "administrator"}
    if state in ("accepted", "removal_asked"):
        assert who("read", strangers) == who("read_words", strangers) == set(PEOPLE)
    elif state == "taken_down":
        assert who("read", strangers) == set(PEOPLE)
        assert who("read_words", strangers) == site
        assert who("read_words", colleagues) == site | {"contributor", "manager"}
    elif state in ("draft", "unconfirmed", "withdrawn"):
        assert who("read", strangers) == set()
        assert who("read", colleagues) == {"contributor", "manager"}
    else:
        assert who("read", strangers) == site
        assert who("read", colleagues) == site | {"contributor", "manager"}


def test_words_are_read_by_who_reads_the_page_until_it_is_taken_down() -> None:
    for state in set(NAMES) - {"taken_down"}:
        for thing in (STRANGERS, COLLEAGUES, MINE):
            assert who("read", replace(thing, state=state)) == who("read_words", replace(thing, state=state))
    assert "nobody" not in who("read_words", replace(MINE, state="taken_down"))
    assert "reader" in who("read_words", replace(MINE, state="taken_down"))


def test_authors_and_managers_ask_to_take_down_and_editors_do() -> None:
    assert who("ask_removal", STRANGERS) == set()
    assert who("ask_removal", COLLEAGUES) == {"manager"}
    assert who("ask_removal", MINE) == set(PEOPLE) - {"nobody"}
    for action in OF_REMOVAL:
        assert who(action, STRANGERS) == {"editor"}
        assert who(action, MINE) == set()
        assert not may(actor("editor", "contributor", organisation=OURS), action, COLLEAGUES)


@pytest.mark.parametrize("role", ["reviewer", "editor"])
def test_nobody_decides_about_what_their_organisation_has_promised(role: str) -> None:
    """Evidence against one's own promise is as much one's own matter as one's own evidence."""
    owner = actor(role, "contributor", organisation=OURS, owns=COMMITMENT)
    for action in ("take", *OF_REVIEW, *OF_REMOVAL):
        assert not may(owner, action, TAKEN), action
        another = replace(TAKEN, commitment="P1-2")
        assert may(owner, action, another) == (role == "editor" or action not in OF_REMOVAL), action
    assert may(owner, "reply", TAKEN)
    assert may(owner, "put_back", TAKEN)  # who became an owner since can hand it on


def test_who_asked_the_owner_does_not_reply_in_its_place() -> None:
    assert may(EDITOR, "reply", replace(STRANGERS, deciders=frozenset({ANOTHER})))
    assert not may(EDITOR, "reply", replace(STRANGERS, deciders=frozenset({ME})))


def test_the_owner_of_a_commitment_reads_what_it_is_asked_about() -> None:
    owner = actor("contributor", organisation=OURS, owns=COMMITMENT)
    assert may(owner, "read", replace(STRANGERS, state="waiting"))
    assert not may(owner, "read", replace(STRANGERS, state="waiting", commitment="P1-2"))
    assert not may(owner, "read", replace(STRANGERS, state="in_review"))


def test_reviewers_take_what_is_not_theirs_nor_their_organisations() -> None:
    assert who("take", STRANGERS) == {"reviewer", "editor"}
    assert who("take", MINE) == set()
    ours = actor("reviewer", "contributor", organisation=OURS)
    assert not may(ours, "take", COLLEAGUES)
    assert may(ours, "take", STRANGERS)


@pytest.mark.parametrize("role", ["reviewer", "editor"])
def test_what_was_sent_in_from_an_address_of_ones_own_is_ones_own(role: str) -> None:
    mine = replace(STRANGERS, author_id=None, organisation=None, mark="mine")
    known = replace(actor(role), marks=frozenset({"mine", "mine too"}))
    for action in ("take", "reply", *OF_REVIEW, *OF_REMOVAL):
        assert not may(known, action, replace(mine, taken_by_id=ME))
    assert may(known, "take", replace(mine, mark="yours"))
    assert may(known, "take", replace(mine, mark=""))


@pytest.mark.parametrize("role", ["reviewer", "editor"])
def test_who_has_replied_decides_nothing_about_it(role: str) -> None:
    """They have taken a side. They may reply again, and hand on what they have taken before.

    An editor may take it down, as that does not wait for a second one: but not because it would be wrong.
    """
    replied = replace(TAKEN, repliers=frozenset({ME, ANOTHER}))
    for action in ("take", *OF_REVIEW, *OF_REMOVAL):
        assert may(actor(role), action, replied) == (role == "editor" and action == "take_down"), action
        by_another = replace(TAKEN, repliers=frozenset({ANOTHER}))
        assert may(actor(role), action, by_another) == (role == "editor" or action not in OF_REMOVAL), action
    assert may(actor(role), "put_back", replied)
    assert may(actor(role), "reply", replied) == (role == "editor")


def test_why_something_concerns_somebody() -> None:
    """The first reason that there is; nobody else has one."""
    owner = actor("editor", "contributor", organisation=OURS, owns=COMMITMENT)
    replied = replace(COLLEAGUES, repliers=frozenset({ME}))
    assert concern(owner, replace(replied, author_id=ME)) == "own"
    assert concern(owner, replied) == "organisation"
    assert concern(owner, replace(replied, organisation=THEIRS)) == "promise"
    assert concern(EDITOR, replied) == "replied"
    assert concern(EDITOR, COLLEAGUES) is None


@pytest.mark.parametrize("action", OF_REVIEW)
def test_only_who_has_taken_it_decides_and_never_on_own(action: Action) -> None:
    assert who(action, TAKEN) == {"reviewer", "editor"}
    assert who(action, STRANGERS) == who(action, TAKEN_BY_ANOTHER) == set()
    assert who(action, replace(TAKEN, author_id=ME)) == set()
    ours = actor("reviewer", "contributor", organisation=OURS)
    assert not may(ours, action, replace(TAKEN, organisation=OURS))
    assert may(ours, action, TAKEN)


def test_reviewers_put_back_what_they_have_and_editors_what_anybody_has() -> None:
    assert who("put_back", TAKEN) == {"reviewer", "editor"}
    assert who("put_back", TAKEN_BY_ANOTHER) == {"editor"}


def test_the_owner_replies_and_without_one_the_editors() -> None:
    owner = actor("contributor", organisation=OURS, owns=COMMITMENT)
    assert may(owner, "reply", STRANGERS)
    assert not may(owner, "reply", replace(STRANGERS, commitment="P1-2", unowned=False))
    assert who("reply", STRANGERS) == {"editor"}
    assert who("reply", replace(STRANGERS, unowned=False)) == set()
    assert not may(actor("editor"), "reply", MINE)


def test_only_the_site_lets_time_pass() -> None:
    for action in ("lower", "lapse"):
        assert who(action, TAKEN) == set()
        assert may(SITE, action, TAKEN)
    assert {action for action in ACTIONS if may(SITE, action, TAKEN)} == {
        "lower",
        "lapse",
        "put_back",
        "grant",
    }


def test_organisations() -> None:
    assert who("see_members", Organised(OURS)) == {"contributor", "manager", "editor", "administrator"}
    assert who("see_members", Organised(THEIRS)) == {"editor", "administrator"}
    assert who("change_members", Organised(OURS)) == {"manager", "administrator"}
    assert who("change_members", Organised(THEIRS)) == {"administrator"}
    assert who("change_members", Organised(None)) == {"administrator"}
    assert who("register", None) == who("assign_owner", None) == {"editor", "administrator"}


def test_the_site() -> None:
    assert who("see_queue", None) == {"reviewer", "editor", "administrator"}
    assert who("see_history", None) == {"editor", "administrator"}
    assert who("grant", None) == {"administrator"}


def test_accounts() -> None:
    assert who("export_person", Account(ME)) == set(PEOPLE) - {"nobody"}
    assert who("export_person", Account(SOMEBODY)) == set()
    assert who("leave", Account(ME)) == {"contributor", "manager"}
    assert who("leave", Account(SOMEBODY)) == set()
    assert who("erase_person", Account(ME)) == set(PEOPLE) - {"nobody"}
    assert who("erase_person", Account(SOMEBODY)) == {"administrator"}


def test_a_letter_opens_one_contribution_for_what_its_author_may_do() -> None:
    letters = replace(STRANGERS, author_id=None, organisation=None)
    holder = Actor(holds=letters.id)
    about_it = set(ACTIONS) - {"export_person", "erase_person", "leave"}
    allowed = {action for action in about_it if may(holder, action, letters)}
    open_to_all = {action for action in ACTIONS if may(NOBODY, action, letters)}
    assert allowed - open_to_all == {
        "read", "read_words", "edit", "submit", "confirm", "withdraw", "ask_removal",
    }  # fmt: skip
    assert not any(may(holder, action, replace(letters, id=UUID(int=2))) for action in allowed - open_to_all)


def test_nobody_owns_what_nobody_wrote() -> None:
    """A contribution without an author, or an erased one, is not that of somebody without an account."""
    orphan = replace(STRANGERS, author_id=None, organisation=None, state="draft")
    for action in ("read", "edit", "submit", "withdraw"):
        assert not may(NOBODY, action, orphan)
        assert not may(READER, action, orphan)


def test_every_action_has_rights_and_every_right_a_role() -> None:
    assert set(RIGHTS) == set(ACTIONS)
    for action in ACTIONS:
        assert RIGHTS[action]
        assert set(RIGHTS[action]) <= set(ROLES)


def test_roles_of_the_site_need_a_second_factor() -> None:
    # these are the roles of SiteRole, and whoever has one is led to the page where a second factor is set up
    assert set(OF_THE_SITE) == {"reviewer", "editor", "administrator"}
