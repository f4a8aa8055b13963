"""What the site holds about a person is given to them alone, and taken away whole."""

from __future__ import annotations

import json
import pickle
import zlib
from datetime import datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.db.models import Q
from django.test import Client, TestCase
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, account, person, refreshed, run_tasks
from tests.contributions.steps import begun, decide, now, sent, taken
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import attachments, members, personal, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.models import Contribution, Decision, Event
from zaragoza.web.contributions.refusal import NotAllowedError
from zaragoza.web.contributions.roles import NOBODY, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


def everything() -> str:
    """All that stands in any table, sessions opened."""
    rows: list[Any] = [
        row for model in apps.get_models(include_auto_created=True) for row in model._default_manager.values()
    ]
    rows += [each.get_decoded() for each in Session.objects.all()]
    return json.dumps(rows, default=str).lower()


def test_every_table_is_walked(db: None) -> None:
    """So that a table that comes later is walked as well."""
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(connection.introspection.table_names()) - {"django_migrations"} == known


def lived(make: Make) -> Actor:
    """Somebody who has left traces wherever one can."""
    rita = make("rita", "reviewer", "cities")
    found = person("rita")
    EmailAddress.objects.create(user=found, email="rita.private@people.example", verified=True)
    SocialAccount.objects.create(
        user=found,
        provider="ministry",
        uid="uid-at-the-ministry",
        extra_data={"name": "Name of rita", "email": "rita@people.example"},
    )
    make("mark", "manager", "ministry")
    members.invite(
        Actor(roles=frozenset({"administrator"})), "ministry", "rita.private@people.example", "contributor"
    )
    theo = make("theo", "contributor", "ministry")
    begun(rita)
    sent(rita)
    taken(theo, rita)
    decide(rita, taken(theo, rita))
    browser = Client()
    browser.force_login(found, "allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "email": "rita@people.example"}]
    session.save()
    run_tasks()
    mail.outbox.clear()
    return rita


def test_nothing_is_left_of_who_is_erased(make: Make) -> None:
    rita = lived(make)
    traces = ("rita@people.example", "rita.private@people.example", "name of rita", "uid-at-the-ministry")
    before = everything()
    assert [trace for trace in traces if trace not in before] == []
    counts = (Contribution.objects.count(), Decision.objects.count())
    personal.erase(rita, person("rita"))
    after = everything()
    assert [trace for trace in traces if trace in after] == []
    assert (Contribution.objects.count(), Decision.objects.count()) == counts
    assert not Contribution.objects.filter(author=rita.id).exists()
    assert not Decision.objects.filter(reviewer=rita.id).exists()


def test_nothing_is_left_of_who_was_about_to_log_in(make: Make) -> None:
    """As allauth keeps a log-in through an institution until the address is confirmed: in a session of nobody."""
    make("sam"), make("tom")
    for name in ("sam", "tom"):
        session = Client().session
        told = {"user": {"email": f"{name}@people.example"}}
        session["account_login"] = {"user_pk": "1", "signal_kwargs": {"sociallogin": told}}
        session.save()
    personal.erase(refreshed("sam"), person("sam"))
    assert "sam@people.example" not in everything()
    assert Session.objects.count() == 1


def test_letters_that_wait_are_not_sent_to_who_is_erased(make: Make, anna: Actor, rita: Actor) -> None:
    """And what waits in the queue holds no address."""
    run_tasks()
    mail.outbox.clear()
    decide(rita, taken(anna, rita))
    assert "@people.example" not in json.dumps(
        list(DBTaskResult.objects.values("args_kwargs", "return_value"))
    )
    personal.erase(anna, person("anna"))
    run_tasks()
    assert "anna@people.example" not in {to for letter in mail.outbox for to in letter.to}
    assert "anna@people.example" not in everything()


def test_no_file_of_the_site_holds_an_address(make: Make, tmp_path: Path) -> None:
    """Attempts to log in are counted there, under hashes."""
    place = tmp_path / ".attempts"
    rita = lived(make)
    for path in ("login/", "password/reset/"):
        Client().post(
            f"/en/account/{path}", dict.fromkeys(("login", "password", "email"), "rita@people.example")
        )
    personal.erase(rita, person("rita"))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(place in path.parents for path in files), "nothing was counted"
    for path in files:
        content = path.read_bytes()
        if path.suffix == ".djcache":  # when it ends, then what is kept, compressed
            with path.open("rb") as file:
                pickle.load(file)  # noqa: S301 - our own
                content += zlib.decompress(file.read())
        assert b"rita" not in content + path.name.encode(), path


def test_files_that_were_never_sent_in_go_at_once(anna: Actor) -> None:
    """But for bytes that another contribution has as well."""
    drafts = [begun(anna), begun(anna)]
    for number, id in enumerate(drafts):
        services.attach(anna, id, "own.csv", f"a,b\n{number},2\n".encode())
        services.attach(anna, id, "both.csv", b"a,b\n3,4\n")
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.withdraw(anna, drafts[0])
    left = set(now(drafts[1]).attachments.values_list("sha256", flat=True))
    assert {each.name for each in attachments.kept()} == left
    with TestCase.captureOnCommitCallbacks(execute=True):
        personal.erase(anna, person("anna"))
    assert list(attachments.kept()) == []


def test_what_was_sent_in_stays_and_goes_on(make: Make, anna: Actor, rita: Actor) -> None:
    draft, open_, published = begun(anna), sent(anna), taken(anna, rita)
    decide(rita, published)
    personal.erase(anna, person("anna"))
    assert [now(id).state for id in (draft, open_, published)] == ["withdrawn", "submitted", "accepted"]
    assert (now(draft).content, now(open_).content) == ({}, EVIDENCE)
    assert now(open_).organisation == "cities"
    services.take(rita, open_)
    assert decide(rita, open_).outcome == "accept"


def test_what_a_reviewer_had_taken_can_be_taken_again(make: Make, anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    personal.erase(rita, person("rita"))
    assert now(id).state == "submitted"
    rosa = make("rosa", "reviewer")
    services.take(rosa, id)
    assert decide(rosa, id).outcome == "accept"


def test_administrators_erase_on_request_and_nobody_else(make: Make, anna: Actor, edith: Actor) -> None:
    for other in (edith, make("mark", "manager", "cities"), NOBODY):
        with pytest.raises(NotAllowedError):
            personal.erase(other, person("anna"))
        with pytest.raises(NotAllowedError):
            personal.exported(other, person("anna"))
    personal.erase(make("ada", "administrator"), person("anna"))


def test_the_address_of_who_has_no_account(loaded: None) -> None:
    for name in ("jan", "jan", "piet"):
        services.draft(
            NOBODY,
            "evidence",
            EVIDENCE,
            language="nl",
            commitment=COMMITMENT,
            contact=f"{name}@people.example",
        )
    ada = Actor(roles=frozenset({"administrator"}))
    for other in (NOBODY, Actor(1, frozenset({"reader", "editor"}))):
        with pytest.raises(NotAllowedError):
            personal.erase_contact(other, "jan@people.example")
    assert personal.erase_contact(ada, "Jan@people.example") == 2
    assert personal.erase_contact(ada, "jan@people.example") == 0
    assert set(Contribution.objects.values_list("state", "contact")) == {
        ("withdrawn", ""),
        ("unconfirmed", "piet@people.example"),
    }
    run_tasks()
    assert {to for letter in mail.outbox for to in letter.to} == {"piet@people.example"}
    assert "jan@people.example" not in everything()
    assert "piet@people.example" in everything()


def test_what_an_account_has_sent_in_without_itself(make: Make) -> None:
    """It is told to who has confirmed the address, and goes with that account; not with one that only claims it."""
    zoe, jan = account("zoe@people.example"), account("jan@people.example")
    EmailAddress.objects.create(user=zoe, email="jan@people.example", verified=False)
    for text in ("Sent in.", "Not yet."):
        made = services.draft(
            NOBODY, "evidence", EVIDENCE | {"text": text}, language="nl", commitment=COMMITMENT,
            contact="Jan@people.example",
        )  # fmt: skip
        if text == "Sent in.":
            services.confirm(who(None, token(made.pk)), made.pk)
    told = {each.email: personal.exported(Actor(each.pk), each)["contributions"] for each in (zoe, jan)}
    assert {email: len(each) for email, each in told.items()} == {
        "zoe@people.example": 0,
        "jan@people.example": 2,
    }
    personal.erase(Actor(zoe.pk), zoe)
    assert Contribution.objects.filter(contact="jan@people.example").count() == 2
    personal.erase(Actor(jan.pk), jan)
    assert "jan@people.example" not in everything()
    assert sorted(Contribution.objects.values_list("state", flat=True)) == ["submitted", "withdrawn"]


def test_what_is_exported(anna: Actor, make: Make) -> None:
    make("theo", "contributor", "ministry")
    id = begun(anna)
    services.attach(anna, id, "homes.csv", b"a,b\n1,2\n")
    found = json.loads(json.dumps(personal.exported(anna, person("anna"))))
    assert found["account"]["email"] == "anna@people.example"
    assert found["organisation"] == {"id": "cities", "role": "contributor"}
    (told,) = found["contributions"]
    assert (told["id"], told["content"]) == (str(id), EVIDENCE)
    assert [each["name"] for each in told["attachments"]] == ["homes.csv"]
    assert {"draft", "edit", "join"} <= {each["action"] for each in found["events"]}
    assert "theo" not in json.dumps(found)


# Columns that an export leaves out: numbers of rows, what cannot be read back, secrets, and hashes.
NOT_TOLD = {
    "id", "user_id", "person_id", "author_id", "reviewer_id", "taken_by_id", "password", "is_active", "data",
    "extra_data", "hash", "reviewed_hash", "contact_mark", "base", "organisation_id", "owners", "repliers",
    "reviewer_organisation", "before", "after", "actor", "role",
}  # fmt: skip


def test_all_that_stands_in_rows_about_a_person_is_exported(make: Make) -> None:
    """But for what is named above; and what is by whom, about them."""
    rita = lived(make)
    members.assign(Actor(roles=frozenset({"editor"})), COMMITMENT, "cities")
    rita = refreshed("rita")
    services.reply(rita, Contribution.objects.filter(state="accepted")[0].pk, "We see.", "en")
    exported = personal.exported(rita, person("rita"))
    in_hand = Contribution.objects.filter(taken_by=rita.id).values_list("pk", flat=True)
    assert exported["in_hand"] == [str(each) for each in in_hand] != []
    told = json.dumps(exported, ensure_ascii=False)
    seen = set()
    for model in apps.get_models(include_auto_created=True):
        own = {each.name for each in model._meta.fields if each.related_model is Person} - {"taken_by"}
        own |= {Person: {"pk"}, Event: {"actor", "thing"}}.get(model, set())
        named = reduce(or_, (Q(**{name: rita.id}) for name in own), Q(pk=None))
        for row in model._default_manager.filter(named).values():
            seen.add(model.__name__)
            for column in set(row) - NOT_TOLD:
                value = row[column]
                for each in value.values() if isinstance(value, dict) else [value]:
                    said = each.isoformat() if isinstance(each, datetime) else str(each)
                    assert said in told or each in (None, "", True, False), (model, column, said)
    assert seen >= {
        "Person", "EmailAddress", "SocialAccount", "Authenticator", "Contribution", "Decision", "Reply",
        "Membership", "SiteRole", "Event",
    }  # fmt: skip


def test_nothing_of_others_is_told_or_taken_by_claiming_their_address(
    make: Make, settings: Settings, tmp_path: Path
) -> None:
    """Anybody may write another's address beside their own: until it is confirmed, it is not theirs."""
    make("jan"), make("zoe")
    mark = make("mark", "manager", "cities")
    EmailAddress.objects.create(user=person("jan"), email="zoe@people.example", verified=False)
    members.invite(mark, "cities", "zoe@people.example", "contributor")
    (tmp_path / "mail").mkdir()
    letter = tmp_path / "mail" / "1.log"
    letter.write_text("To: zoe@people.example\n\nYou may join.\n", encoding="utf-8")
    session = Client().session
    session["account_login"] = {"email": "zoe@people.example"}
    session.save()
    told = personal.exported(refreshed("jan"), person("jan"))
    assert told["invitations"] == []
    with TestCase.captureOnCommitCallbacks(execute=True):
        personal.erase(refreshed("jan"), person("jan"))
    assert [each.organisation for each in members.invitations(person("zoe"))] == ["cities"]
    assert letter.is_file()
    assert Session.objects.count() == 1


def test_an_account_without_traces(db: None) -> None:
    found = account("zoe@people.example")
    personal.erase(Actor(found.pk), found)
    assert "zoe@people.example" not in everything()
