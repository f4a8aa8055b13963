"""Each letter goes by itself: what a server refuses touches no other one, and what is given up is known to editors."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, run_tasks
from tests.contributions.pages import browser, read, words
from tests.contributions.removed import accepted, down
from tests.contributions.smtp import Server, server, through
from tests.contributions.steps import sent
from tests.support import closed_port
from zaragoza.web.contributions import clock, letters, members, notices, personal, removal, services
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.contributions.words import titled
from zaragoza.web.promises.models import Commitment, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings: Settings) -> Iterator[Server]:
    """Letters go to a server, as they do on a real site."""
    with server() as found:
        through(settings, found.port)
        yield found


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port on which no server is, and nobody else gets it meanwhile."""
    with closed_port() as port:
        yield port


def work(times: int = 1) -> None:
    """What the worker of a site does until nothing is ready, and again after the next tries are due."""
    for _ in range(times):
        DBTaskResult.objects.filter(task_path=notices.write.module_path).update(run_after=timezone.now())
        Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="of-this-test",
            excluded_queue_names=[],
        ).run()


def only_letters() -> None:
    """Without what was queued to set the scene."""
    DBTaskResult.objects.all().delete()


def waits() -> list[list[object]]:
    """Letters that are tried again: part, to whom and how often they were tried."""
    again = DBTaskResult.objects.filter(status="READY", task_path=notices.write.module_path)
    return [each.args_kwargs["args"][3:] for each in again]


def test_a_refusal_touches_no_other_letter(
    smtp: Server, anna: Actor, rita: Actor, edith: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused for good: never asked for again. Refused for now: it alone is asked for again."""
    only_letters()
    smtp.refuses = {"rita": 550, "edith": 450}
    sent(anna)
    work(3)
    assert smtp.got == ["anna@people.example"]
    assert smtp.asked.count("rita@people.example") == 1
    assert smtp.asked.count("edith@people.example") == 3
    assert waits() == [["next", edith.id, 3]]
    smtp.refuses = {}
    work(2)
    assert sorted(smtp.got) == ["anna@people.example", "edith@people.example"]
    assert "a letter is given up: its address is refused (550)" in caplog.text
    assert "@" not in caplog.text


@pytest.mark.parametrize(("code", "again"), [(554, False), (451, True)])
def test_a_letter_whose_content_is_refused(smtp: Server, anna: Actor, code: int, again: bool) -> None:
    only_letters()
    smtp.content = code
    sent(anna)
    work(2)
    assert smtp.asked == ["anna@people.example"] * (2 if again else 1)
    assert bool(waits()) == again


def test_no_server_is_asked_again_ever_later_for_five_days(
    anna: Actor, settings: Settings, nobody: int, caplog: pytest.LogCaptureFixture
) -> None:
    through(settings, nobody)
    only_letters()
    id = sent(anna)
    notices.tell.call(str(id), "submitted", 1)
    only = DBTaskResult.objects.filter(task_path=notices.write.module_path)
    waited, given_up = timedelta(), ""
    args = only.get().args_kwargs["args"]
    while not given_up:
        only.delete()
        before = timezone.now()
        try:
            assert not notices.write.call(*args)
            again = only.get()
            waited += again.run_after - before
            args = again.args_kwargs["args"]
        except letters.UndeliveredError as error:
            given_up = str(error)
    assert "ConnectionRefusedError" in given_up
    assert timedelta(days=4.5) < waited < timedelta(days=5.5)
    assert not only.exists()
    assert "given up" in caplog.text


def test_who_runs_the_site_sees_what_was_given_up(
    smtp: Server, anna: Actor, rita: Actor, edith: Actor, make: Make
) -> None:
    """Editors and administrators, on the page of the queue; never an address, nor what they may not read."""
    make("ada", "administrator")
    only_letters()
    smtp.refuses = {"anna": 550, "jan": 550}
    id = sent(anna)
    hidden = services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )
    work()
    told = "2 letters were given up"
    for name in ("edith", "ada"):
        page = browser(name).get("/en/contributions/review/")
        assert told in words(page)
        links = read(page).xpath("//h2[@id='undelivered']/following-sibling::ul//a/@href")
        assert links == [f"/en/contributions/{id}/"]
        assert str(hidden.pk) not in page.content.decode()
        assert "jan@" not in page.content.decode()
    assert "given up" not in words(browser("rita").get("/en/contributions/review/"))
    DBTaskResult.objects.failed().update(finished_at=timezone.now() - timedelta(days=31))
    clock.forget()
    assert "given up" not in words(browser("edith").get("/en/contributions/review/"))


def test_nothing_about_it_where_all_arrived(smtp: Server, anna: Actor, edith: Actor) -> None:
    sent(anna)
    work()
    assert "did not arrive" not in words(browser("edith").get("/en/contributions/review/"))


def test_who_has_nothing_to_do_with_it_any_more_gets_none(anna: Actor, rita: Actor, edith: Actor) -> None:
    """Between two tries somebody may lose a role, or the whole account."""
    only_letters()
    id = str(sent(anna))
    members.revoke(Actor(roles=frozenset({"administrator"})), person("rita"), "reviewer")
    personal.erase(edith, person("edith"))
    assert not notices.write.call(id, "submitted", 1, "next", rita.id, 1)
    assert not notices.write.call(id, "submitted", 1, "next", edith.id, 1)
    assert mail.outbox == []


def test_letters_name_the_commitment_or_the_practice(make: Make, rita: Actor) -> None:
    """And what somebody without an account wrote only once their address is confirmed."""
    practice = {
        "title_en": "Buy\n this now", "title_nl": "Koop dit", "text_en": "Text.", "text_nl": "Tekst.",
        "place": "Utrecht",
    }  # fmt: skip
    made = notices.Contribution(
        kind="practice", content=practice, state="unconfirmed", lane="open", language="nl"
    )
    made.contact = "jan@people.example"
    to = letters.Recipient("jan@people.example", "nl")
    first = notices._letter(made, to, "author")
    assert "Koop" not in first.subject + first.body
    made.state = "submitted"
    assert (
        notices._letter(made, to, "author").subject
        == "Uw bijdrage is ontvangen (Praktijkvoorbeeld: Koop dit)"
    )
    in_english = notices._letter(made, letters.Recipient("rita@people.example", "en", 1), "next")
    assert in_english.subject == "A contribution waits for review (Practice: Buy this now)"
    assert in_english.message()["Subject"] == in_english.subject


def test_what_is_withdrawn_keeps_its_title_in_letters(loaded: None) -> None:
    Commitment.objects.filter(pk=COMMITMENT).update(withdrawn_at=timezone.now())
    Revision.objects.update(value="anew")
    made = notices.Contribution(kind="evidence", commitment=COMMITMENT, content={}, state="submitted")
    assert titled(made, "en") == "Evidence: Promise P1-1"
    made.commitment = "P9-9"
    assert titled(made, "en") == "Evidence: P9-9"


# Letters that lie in the site's folder.


@pytest.fixture
def in_folder(settings: Settings, folder: Path) -> Path:
    settings.EMAIL_BACKEND = "zaragoza.web.letterbox.Letterbox"
    return folder / "mail"


def addresses(place: Path) -> set[str]:
    return {each for path in place.iterdir() for each in letters._addresses(path.read_bytes())}


def test_letters_in_the_folder_go_with_the_account(
    in_folder: Path, anna: Actor, rita: Actor, django_capture_on_commit_callbacks: object
) -> None:
    """Those of the site and those of accounts; whose address ends alike keeps theirs."""
    only_letters()
    sent(anna)
    services.draft(
        NOBODY, "evidence", EVIDENCE, language="nl", commitment=COMMITMENT, contact="joanna@people.example"
    )
    run_tasks()
    Client().post("/nl/account/password/reset/", {"email": "anna@people.example"})
    before = list(in_folder.iterdir())
    own = [path for path in before if b"To: anna@people.example" in path.read_bytes()]
    assert len(own) >= 2
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # a fixture has no type
        personal.erase(anna, person("anna"))
    assert {"rita@people.example", "joanna@people.example"} <= addresses(in_folder)
    assert "anna@people.example" not in addresses(in_folder)
    assert len(list(in_folder.iterdir())) == len(before) - len(own)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # a fixture has no type
        personal.erase_contact(Actor(roles=frozenset({"administrator"})), "Joanna@people.example")
    assert "joanna@people.example" not in addresses(in_folder)


def test_letters_of_one_second_lie_apart(in_folder: Path) -> None:
    """A connection for each, as the site opens them: one lies where the one before it lay in memory."""
    to = [f"{number}@people.example" for number in range(20)]
    for each in to:
        mail.EmailMessage("x", "x", None, [each]).send()
    assert sorted(message_from_bytes(path.read_bytes())["To"] for path in in_folder.iterdir()) == sorted(to)


@pytest.mark.parametrize("ground", ["personal_data", "wrong"])
def test_letters_in_the_folder_go_with_what_they_tell_of(
    in_folder: Path,
    anna: Actor,
    rita: Actor,
    edith: Actor,
    ground: str,
    django_capture_on_commit_callbacks: object,
) -> None:
    """Where nothing is kept of it; those about others stay."""
    id, other = accepted(anna, rita, "practice"), accepted(anna, rita)
    removal.ask_removal(anna, id, "It names Jan.")
    run_tasks()
    told = [path.read_bytes().decode() for path in in_folder.iterdir()]
    assert any(f"/contributions/{id}/" in each and "Homes first" in each for each in told)
    assert any(f"/contributions/{other}/" in each for each in told)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # a fixture has no type
        down(edith, id, ground)
    kept = [path.read_bytes().decode() for path in in_folder.iterdir()]
    stay = [each for each in told if f"/contributions/{id}/" not in each]
    assert sorted(kept) == sorted(stay if ground == "personal_data" else told)


def test_addresses_are_found_however_they_are_written(in_folder: Path) -> None:
    """An address of another alphabet goes over the wire in another form (RFC 5891), and words may be encoded."""
    in_folder.mkdir()
    for name, body in (("one", "Für anna@büro.example."), ("two", "Not for you: anne@büro.example")):
        (in_folder / name).write_bytes(
            mail.EmailMessage("Über", body, None, ["lise@people.example"]).message().as_bytes()
        )
    mail.EmailMessage("x", "x", None, ["anna@büro.example"]).send()
    assert len(list(in_folder.iterdir())) == 3
    letters.take_away(["anna@büro.example"])
    assert [path.name for path in in_folder.iterdir()] == ["two"]


def test_a_letter_of_one_long_word_is_soon_looked_at(in_folder: Path) -> None:
    """As a reason may be one: where each sign of it led through all behind it, this took a quarter of a minute."""
    in_folder.mkdir()
    (in_folder / "long").write_bytes(b"To: anna@people.example\n\n" + b"a" * 60_000)
    begun = time.process_time()
    letters.take_away(["anna@people.example"])
    assert time.process_time() - begun < 5
    assert not list(in_folder.iterdir())


def test_a_letter_that_somebody_else_takes_away_meanwhile_is_in_nobodys_way(
    in_folder: Path, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are erased at once, or one while the site tidies up."""
    id = sent(anna)
    run_tasks()
    seen = sorted(in_folder.iterdir())
    gone = in_folder / "gone"
    monkeypatch.setattr(letters, "kept", lambda: iter([gone, *seen]))
    clock.forget()
    letters.take_away_about(id)
    assert [path for path in seen if path.exists() and str(id) in path.read_text(encoding="utf-8")] == []
    letters.take_away(["anna@people.example"])
    assert [path for path in seen if path.exists()] == []


def test_letters_in_the_folder_are_kept_for_thirty_days(in_folder: Path, anna: Actor) -> None:
    sent(anna)
    run_tasks()
    first, *others = sorted(in_folder.iterdir())
    os.utime(first, ((timezone.now() - timedelta(days=31)).timestamp(),) * 2)
    clock.forget()
    assert sorted(in_folder.iterdir()) == others
