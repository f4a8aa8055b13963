"""Sessions and limits, each apart: what a session begins and ends with, and how often who may try what."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.site.test_accounts import EMAIL, PASSWORD, account, code, counted_anew, log_in, logged_in
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.models import SiteRole

__all__ = ["counted_anew"]

pytestmark = pytest.mark.django_db
ANOTHER = f"{PASSWORD} staple"
OWN = "/en/account/email/"
SET_UP = "/en/account/second-factor/totp/activate/"


def copied(browser: Client) -> Client:
    """Somebody who has the cookie of another."""
    other = Client()
    other.cookies["session"] = browser.cookies["session"].value
    return other


def answers(browser: Client) -> bool:
    """Whether the page of one's own account is shown."""
    return browser.get(OWN).status_code == 200


@pytest.fixture
def browser(db: None) -> Client:
    """Somebody who is logged in."""
    account()
    made = Client()
    log_in(made)
    assert answers(made)
    return made


# Sessions.


def test_a_session_from_before_log_in_is_of_no_use(db: None) -> None:
    """Whoever has put a cookie of theirs into somebody's browser is not logged in by it (session fixation)."""
    account()
    victim = Client()
    victim.session.save()  # begun by the attacker
    attacker = copied(victim)
    log_in(victim)
    assert answers(victim)
    assert not answers(attacker)
    assert victim.cookies["session"].value != attacker.cookies["session"].value


def test_log_out_ends_it_at_the_site(browser: Client) -> None:
    """Not in the browser alone: a copy of the cookie is of no use."""
    copy = copied(browser)
    assert answers(copy)
    browser.post("/en/account/logout/")
    assert not answers(copy)
    assert not Session.objects.exists()


def test_log_out_is_no_link(browser: Client) -> None:
    """Another site cannot log anybody out by a picture."""
    browser.get("/en/account/logout/")
    assert answers(browser)


def test_its_age_counts_at_the_site(browser: Client) -> None:
    """However long the browser keeps the cookie: twelve hours after the log-in it has ended."""
    (row,) = Session.objects.all()
    assert timedelta(hours=11, minutes=59) < row.expire_date - timezone.now() <= timedelta(hours=12)
    browser.get(OWN)
    row.refresh_from_db()
    ends = row.expire_date
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not answers(browser)
    assert ends <= timezone.now() + timedelta(hours=12)


def test_a_forged_cookie_opens_nothing(browser: Client) -> None:
    for value in ("", "x", "a" * 32, "' OR 1=1 --", "../../secret.key"):
        other = Client()
        other.cookies["session"] = value
        assert not answers(other), value


def test_a_new_password_by_letter_ends_all_sessions(browser: Client) -> None:
    Client().post("/en/account/password/reset/", {"email": EMAIL})
    (link,) = set(re.findall(r"http://testserver(/\S+password/reset/key/\S+)", mail.outbox[-1].body))
    new = Client()
    form = new.get(link)["Location"]
    assert new.post(form, {"password1": ANOTHER, "password2": ANOTHER}).status_code == 302
    assert not answers(browser)
    log_in(new, password=ANOTHER)
    assert answers(new)
    again = Client().get(link)
    assert again.status_code == 200  # the link was of use once
    assert b"password1" not in again.content


def test_who_is_shut_out_is_out_at_once(browser: Client) -> None:
    EmailAddress.objects.get().user.__class__.objects.update(is_active=False)
    assert not answers(browser)


def test_a_changed_password_keeps_only_the_session_that_changed_it(browser: Client) -> None:
    other = Client()
    log_in(other)
    before = copied(browser)
    form = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    browser.post("/en/account/password/change/", form)
    assert answers(browser)
    assert not answers(other)
    assert not answers(before)  # the session has another key since


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_a_second_factor_ends_sessions_that_never_showed_it(
    browser: Client, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever had the password, or the cookie, before it was set up does not decide by it; others stay logged in."""
    monkeypatch.setattr(transaction, "on_commit", lambda call: call())  # a test commits nothing
    account("other@people.example")
    stranger, thief, before = Client(), Client(), copied(browser)
    log_in(stranger, "other@people.example")
    log_in(thief)
    browser.post("/en/account/reauthenticate/", {"password": PASSWORD})
    if role:
        SiteRole.objects.create(person=Person.objects.get(email=EMAIL), role=role)
    page = browser.get(SET_UP)
    assert browser.post(SET_UP, {"code": code(page.context["form"].secret)}).status_code == 302
    assert [answers(each) for each in (browser, stranger, thief, before)] == [True, True, False, False]
    log_in(thief)
    assert not answers(thief)  # it is asked for by now


def test_pages_of_an_account_are_kept_nowhere(browser: Client) -> None:
    assert {"no-store", "private"} <= set(re.split(r",\s*", browser.get(OWN)["Cache-Control"]))


def test_a_code_is_of_use_once(db: None) -> None:
    """Whoever has looked over somebody's shoulder comes too late (RFC 6238, 5.2)."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    Authenticator.objects.create(user=account(), type="totp", data={"secret": secret})
    now, told = code(secret), []
    for _ in range(2):
        browser = Client()
        log_in(browser)
        browser.post("/en/account/second-factor/authenticate/", {"code": now})
        told.append(answers(browser))
    assert told == [True, False]


# Limits: the same thing so often, and then once more.


def sign_up(number: int) -> Any:
    form = {"email": f"n{number}@people.example", "password1": PASSWORD, "password2": PASSWORD}
    return Client().post("/en/account/signup/", form)


def reset(number: int) -> Any:
    return Client().post("/en/account/password/reset/", {"email": f"n{number}@people.example"})


def reset_one(number: int) -> Any:
    return Client(REMOTE_ADDR=f"203.0.113.{number}").post("/en/account/password/reset/", {"email": EMAIL})


LIMITS: dict[str, tuple[Callable[[int], Any], int]] = {
    "accounts made from one place": (sign_up, 20),
    "letters asked for from one place": (reset, 20),
    "letters to one address, from anywhere": (reset_one, 5),
}


@pytest.mark.parametrize("what", LIMITS)
def test_how_often_in_a_minute(what: str) -> None:
    ask, most = LIMITS[what]
    assert {ask(number).status_code for number in range(most)} == {302}
    refused = ask(most)
    assert refused.status_code == 429
    assert b'<html lang="en"' in refused.content


def test_one_place_does_not_shut_out_another(db: None) -> None:
    for number in range(21):
        sign_up(number)
    form = {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD}
    assert Client(REMOTE_ADDR="203.0.113.7").post("/en/account/signup/", form).status_code == 302


def test_who_holds_a_session_cannot_guess_its_password(browser: Client) -> None:
    form = {"oldpassword": "wrong", "password1": ANOTHER, "password2": ANOTHER}
    told = [browser.post("/en/account/password/change/", form).status_code for _ in range(6)]
    assert told == [200] * 5 + [429]
    told = [browser.post("/en/account/reauthenticate/", {"password": "wrong"}).status_code for _ in range(11)]
    assert 429 in told


def test_after_a_while_one_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes after five wrong passwords; a minute before, not."""
    account()
    for _ in range(5):
        log_in(Client(), password="wrong")  # noqa: S106
    now = timezone.now().timestamp()
    for minutes, open_ in ((4, False), (5.1, True)):
        monkeypatch.setattr("time.time", lambda then=now + 60 * minutes: then)
        late = Client()
        log_in(late)
        assert logged_in(late) == open_, minutes
