"""What was public is taken down: who asks, who decides, what is left of it, and where nothing is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import call_command

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, refreshed, run_tasks
from tests.contributions.pages import at, browser, read, words
from tests.contributions.removed import GROUNDS, SAID, accepted, down, standing
from tests.contributions.steps import CSV, decide, now, taken
from zaragoza.web.contributions import attachments, members, personal, queues, removal, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.grounds import ERASED
from zaragoza.web.contributions.models import Attachment, Contribution, Decision, Event
from zaragoza.web.contributions.refusal import NotAllowedError, OutOfOrderError, StaleError, UnfitError
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.promises.models import TakenDown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]
ERASES = {"personal_data": True, "law": True, "wrong": False, "asked": False}


def file_of(id: UUID) -> str:
    file = Attachment.objects.get(contribution=id)
    return f"/attachments/{id}/{file.pk}/{file.name}"


# Who asks, and who decides.


def test_its_author_asks_and_an_editor_decides(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = accepted(anna, rita)
    found = removal.ask_removal(anna, id, "It names my neighbour.")
    assert (found.state, found.asks_removal, found.round) == ("removal_asked", "It names my neighbour.", 2)
    assert found.due_at is not None
    assert (found.due_at - found.moved_at).days == 7
    assert list(queues.to_review(edith)) == [found]
    assert SAID in words(browser().get(at(id)))  # until that is decided
    removal.keep(edith, id, "It names nobody.", "en", now(id).settles)
    assert (now(id).state, now(id).asks_removal, now(id).due_at) == ("accepted", "", None)
    assert list(queues.to_review(edith)) == []
    assert "It names nobody." in words(browser().get(at(id)))
    removal.ask_removal(anna, id, "It does.")
    assert down(edith, id, "asked").round == 3
    assert [each.outcome for each in Decision.objects.all()] == ["accept", "keep", "take_down"]


def test_readers_are_told_since_when_it_is_public_whatever_was_asked(
    anna: Actor, rita: Actor, edith: Actor
) -> None:
    first, second = accepted(anna, rita), accepted(anna, rita)
    before = queues.public(COMMITMENT)
    assert [each.pk for _, each in before] == [second, first]
    assert all(since - each.moved_at < timedelta(minutes=1) for since, each in before)
    removal.ask_removal(anna, first, "It names my neighbour.")
    assert queues.public(COMMITMENT) == before
    removal.keep(edith, first, "It names nobody.", "en", now(first).settles)
    assert queues.public(COMMITMENT) == before
    down(edith, first)
    assert queues.public(COMMITMENT) == before


def test_the_managers_of_its_organisation_ask_and_nobody_else(
    anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    id = accepted(anna, rita)
    for other in (
        NOBODY,
        rita,
        edith,
        make("theo", "manager", "ministry"),
        make("carl", "contributor", "cities"),
    ):
        with pytest.raises(NotAllowedError):
            removal.ask_removal(other, id, "Away with it.")
    assert (
        removal.ask_removal(make("mara", "manager", "cities"), id, "We were wrong.").state == "removal_asked"
    )


def test_who_has_no_account_asks_by_the_key_of_a_letter(rita: Actor, edith: Actor) -> None:
    made = services.draft(
        NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@people.example"
    )
    key = token(made.pk)
    services.confirm(who(None, key), made.pk)
    services.take(rita, made.pk)
    decide(rita, made.pk)
    answer = browser().post(at(made.pk, key), {"step": "ask_removal", "why": "My name is in it."})
    assert (answer.status_code, now(made.pk).state) == (302, "removal_asked")
    run_tasks()
    mail.outbox.clear()
    down(edith, made.pk, "personal_data")
    run_tasks()
    assert [each.to for each in mail.outbox] == [
        ["jan@people.example"]
    ]  # told also where its words are erased


def test_no_editor_decides_on_their_own_or_about_their_promise(
    anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    id = accepted(anna, rita)
    ours, owner = make("ed", "editor", "cities"), make("olga", "editor", "ministry")
    members.assign(edith, COMMITMENT, "ministry")
    for other in (NOBODY, anna, rita, ours, refreshed("olga")):
        with pytest.raises(NotAllowedError):
            down(other, id)
    assert refreshed("olga").owns == {COMMITMENT}
    assert owner.id != edith.id
    down(edith, id)


def test_only_what_is_public_and_once(anna: Actor, rita: Actor, edith: Actor) -> None:
    waits = taken(anna, rita)
    with pytest.raises(OutOfOrderError):
        down(edith, waits)
    with pytest.raises(OutOfOrderError):
        removal.ask_removal(anna, waits, "Away with it.")
    id = accepted(anna, rita)
    with pytest.raises(OutOfOrderError):
        removal.keep(edith, id, "It stands.", "en", now(id).settles)
    down(edith, id)
    for again in (
        lambda: down(edith, id),
        lambda: removal.ask_removal(anna, id, "Away with it."),
        lambda: services.reply(edith, id, "We have seen it.", "en"),
    ):
        with pytest.raises(OutOfOrderError):
            again()
    assert Decision.objects.filter(contribution=id).count() == 2


@pytest.mark.parametrize(
    ("ground", "reason", "field"),
    [
        ("", "So.", "ground"),
        ("because", "So.", "ground"),
        ("law", "  ", "reason"),
        ("law", "a\u202eb", "reason"),
    ],
)
def test_a_ground_of_the_list_and_words(
    anna: Actor, rita: Actor, edith: Actor, ground: str, reason: str, field: str
) -> None:
    id = accepted(anna, rita)
    with pytest.raises(UnfitError) as told:
        down(edith, id, ground, reason)
    assert [fault.field for fault in told.value.faults] == [field]
    assert (now(id).state, standing()) == ("accepted", "limited")


# What is left of it.


@GROUNDS
def test_its_address_says_when_why_and_by_which_role(
    anna: Actor, rita: Actor, edith: Actor, mina: Actor, ground: str
) -> None:
    id = accepted(anna, rita)
    services.reply(mina, id, "The reply of nobody.", "en")
    download = file_of(id)
    down(edith, id, ground, "Said by an editor.")
    page = words(browser().get(at(id)))
    assert "by an editor of this site" in page
    assert "Said by an editor." in page
    for gone in (
        SAID,
        "Annual report",
        "office.example",
        "Limited progress",
        "homes.csv",
        "It is so.",
        "nobody.",
    ):
        assert gone not in page, gone
    assert "Name of edith" not in page
    assert "edith@" not in page
    for asks in (browser(), browser("anna"), browser("rita")):
        answer = asks.get(download)
        assert answer.status_code == 410
        assert "Said by an editor." in answer.content.decode()
        assert b"Utrecht" not in answer.content
    kept = words(browser("anna").get(at(id)))
    assert (SAID in kept) != ERASES[ground]


@GROUNDS
def test_nothing_is_kept_where_nothing_may_be(anna: Actor, rita: Actor, edith: Actor, mina: Actor, ground: str,
                                              django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    id = accepted(anna, rita)
    services.reply(mina, id, "Jan lives there.", "en")
    before = now(id).hash
    with django_capture_on_commit_callbacks(execute=True):
        down(edith, id, ground)
    told = {each.outcome: each.reason for each in Decision.objects.all()}
    erased = ERASES[ground]
    assert now(id).content == ({} if erased else EVIDENCE)
    assert told["accept"] == (ERASED if erased else "It is so.")
    assert told["take_down"] == "It may not be shown."
    assert (now(id).replies.get().text == "Jan lives there.") != erased
    assert (len(list(attachments.kept())) == 0) == erased
    event = Event.objects.get(action="take_down")
    assert (event.before, event.detail["ground"], event.role) == (before, ground, "editor")
    assert (event.after == before) != erased
    assert Decision.objects.get(outcome="take_down").reviewed_hash == before


def test_bytes_that_another_contribution_has_too_stay(anna: Actor, rita: Actor, edith: Actor,
                                                      django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    ids = [accepted(anna, rita) for _ in range(2)]
    kept = file_of(ids[1])
    with django_capture_on_commit_callbacks(execute=True):
        down(edith, ids[0])
    answer = browser().get(kept)
    assert answer.getvalue() == CSV  # type: ignore[attr-defined] # a file that is sent as it is read


def test_what_another_editor_settled_meanwhile_is_read_first(
    anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    """Two editors read the same; one lets it stand. Who asks while one reads asks for the same decision."""
    id, ed = accepted(anna, rita), make("ed", "editor")
    unasked = now(id).settles
    removal.ask_removal(anna, id, "It names my neighbour.")
    read_by_both = now(id).settles
    assert unasked == read_by_both
    removal.keep(edith, id, "It names nobody.", "en", read_by_both)
    for late in (read_by_both, 0, 99):
        with pytest.raises(StaleError):
            removal.take_down(ed, id, "law", "Away with it.", "en", late)
    told = {"step": "take_down", "ground": "law", "reason": "Away with it.", "round": str(read_by_both)}
    answer = browser("ed").post(at(id), told)
    assert (answer.status_code, "Away with it." in answer.content.decode()) == (409, True)  # typed words stay
    removal.ask_removal(anna, id, "It does.")
    with pytest.raises(StaleError):
        removal.keep(ed, id, "It names nobody.", "en", read_by_both)
    assert (now(id).state, standing()) == ("removal_asked", "limited")
    down(ed, id)


def test_a_move_that_fails_takes_nothing_down(
    anna: Actor, rita: Actor, edith: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = accepted(anna, rita)

    def fails(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr(removal, "_erase", fails)
    with pytest.raises(OSError):
        down(edith, id)
    assert (now(id).state, standing(), TakenDown.objects.count()) == ("accepted", "limited", 0)
    assert SAID in words(browser().get(at(id)))


# Letters, and what the site holds about people.


def test_letters(anna: Actor, rita: Actor, edith: Actor, mina: Actor, make: Make) -> None:
    make("olga", "editor", "ministry")
    make("ed", "editor", "cities")
    id = accepted(anna, rita)

    def received() -> set[tuple[str, str]]:
        run_tasks()
        found = {(each.to[0].partition("@")[0], each.subject.partition(" (")[0]) for each in mail.outbox}
        mail.outbox.clear()
        return found

    received()
    removal.ask_removal(anna, id, "It names my neighbour.")
    run_tasks()
    assert not any("neighbour" in each.body for each in mail.outbox)
    assert received() == {
        ("anna", "Your contribution is asked to be taken down"),
        ("edith", "Something is asked to be taken down"),
    }
    removal.keep(edith, id, "It names nobody.", "en", now(id).settles)
    run_tasks()
    assert [("It names nobody." in each.body) for each in mail.outbox] == [True]
    assert received() == {("anna", "Your contribution stays published")}
    down(edith, id, reason="Said by an editor.")
    run_tasks()
    assert all("Said by an editor." in each.body for each in mail.outbox)
    about = "A contribution about your commitment was taken down"
    assert received() == {("anna", "Your contribution was taken down"), ("mina", about), ("olga", about)}


def test_what_the_site_holds_of_it_about_its_author(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = accepted(anna, rita)
    removal.ask_removal(anna, id, "It names my neighbour.")
    asks = [{"contribution": str(id), "why": "It names my neighbour."}]
    assert personal.exported(anna, person("anna"))["asks_removal"] == asks
    down(edith, id, "personal_data")
    held = personal.exported(anna, person("anna"))
    (told,) = held["contributions"]
    assert (told["content"], told["attachments"], held["asks_removal"]) == ({}, [], [])
    personal.erase(anna, person("anna"))
    assert now(id).state == "taken_down"
    call_command("check_history")


def test_what_a_manager_says_of_it_is_not_for_its_author(
    anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    """Whoever asks says why to editors alone; it is theirs, and they are told what was decided."""
    id, mara = accepted(anna, rita), make("mara", "manager", "cities")
    removal.ask_removal(mara, id, "Anna had no leave to tell this.")
    for name, reads in (("edith", True), ("mara", True), ("anna", False), ("rita", False), ("", False)):
        assert ("no leave" in words(browser(name).get(at(id)))) == reads, name
    asks = [{"contribution": str(id), "why": "Anna had no leave to tell this."}]
    assert personal.exported(mara, person("mara"))["asks_removal"] == asks
    assert "no leave" not in str(personal.exported(anna, person("anna")))
    for decides, subject in (
        (
            lambda: removal.keep(edith, id, "It is known.", "en", now(id).settles),
            "Your contribution stays published",
        ),
        (lambda: down(edith, id, "asked", "So be it."), "Your contribution was taken down"),
    ):
        run_tasks()
        mail.outbox.clear()
        decides()
        run_tasks()
        told = {each.to[0].partition("@")[0]: each.subject.partition(" (")[0] for each in mail.outbox}
        assert told == {"anna": subject, "mara": "You asked to take down a contribution"}
        if now(id).state == "accepted":
            removal.ask_removal(mara, id, "Ask her.")
    assert all("So be it." in each.body for each in mail.outbox)


def test_an_erased_editor_stays_an_editor(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = accepted(anna, rita)
    down(edith, id)
    personal.erase(edith, person("edith"))
    assert "by an editor of this site" in words(browser().get(at(id)))


# The pages.


def test_by_forms(anna: Actor, rita: Actor, edith: Actor) -> None:
    id = accepted(anna, rita)
    page = words(browser("anna").get(at(id)))
    assert "Ask to take it down" in page
    assert "Take it down" not in page
    assert browser("anna").post(at(id), {"step": "ask_removal", "why": "It names Piet."}).status_code == 302
    for name, reads in (("edith", True), ("anna", True), ("rita", False), ("", False)):
        assert ("It names Piet." in words(browser(name).get(at(id)))) == reads, name
    queue = words(browser("edith").get("/en/contributions/review/"))
    assert "whoever added it asks to take it down" in queue
    page = read(browser("edith").get(at(id)))
    (round,) = {str(each) for each in page.xpath("//input[@name='round']/@value")}
    told = {"step": "take_down", "ground": "personal_data", "reason": "A name was in it.", "round": round}
    assert browser("edith").post(at(id), told).status_code == 302
    again = browser("edith").post(at(id), told)
    assert again.status_code == 409
    assert "found: taken down." in words(again)
    dutch = browser("edith").post(at(id, language="nl"), told)
    assert "offline gehaald" in dutch.content.decode()
    assert "taken_down." not in words(dutch)
    assert Contribution.objects.get(pk=id).decisions.count() == 2
    dutch = words(browser().get(at(id, language="nl")))
    assert "A name was in it." in dutch
    assert "persoonsgegevens" in dutch


def test_the_organisation_does_not_show_its_reply_to_it(
    anna: Actor, rita: Actor, edith: Actor, mina: Actor
) -> None:
    id = accepted(anna, rita)
    services.reply(mina, id, "We object to Jan.", "en")
    address = "/en/organisations/ministry/"
    assert "We object to Jan." in words(browser("mina").get(address))
    down(edith, id, "wrong")
    assert "We object to Jan." not in words(browser("mina").get(address))
