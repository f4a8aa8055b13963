"""Letters of accounts: that no server takes one is said on the page, and so many go to an address in a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import Settings

from tests.contributions.conftest import one_day
from tests.contributions.smtp import server, through
from tests.site.test_accounts import EMAIL, PASSWORD, account, counted_anew, log_in, logged_in
from tests.support import closed_port
from zaragoza.web.accounts.adapter import Adapter
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.letters import A_DAY
from zaragoza.web.contributions.text import MAIL

__all__ = ["counted_anew", "one_day"]
pytestmark = pytest.mark.django_db
NEW = "new@people.example"
MEMORY = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(params=["refuses", "is gone"])
def down(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """The server of letters refuses each, or there is none."""
    with server() if request.param == "refuses" else nullcontext() as found, closed_port() as port:
        if found:
            found.refuses = {"": 550}
        through(settings, found.port if found else port)
        yield


def sign_up(email: str, language: str = "en", browser: Client | None = None) -> Any:
    form = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return (browser or Client()).post(f"/{language}/account/signup/", form)


def without_forms(answer: Any) -> tuple[int, str]:
    """What it says, but for what is of one browser or of its address."""
    return answer.status_code, answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_sign_up_says_so_and_the_account_is_there(
    down: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    account()
    browser = Client()
    answer = sign_up(NEW, browser=browser)
    assert answer.status_code == 503
    assert b"a server that takes the letter to you" in answer.content
    assert without_forms(answer) == without_forms(sign_up(EMAIL))  # whether there is an account is not told
    assert "het bericht aan u" in sign_up("third@people.example", "nl").content.decode()
    assert "a letter of an account is not taken" in caplog.text
    assert "@" not in caplog.text
    assert Person.objects.filter(email=NEW).exists()
    settings.EMAIL_BACKEND = MEMORY
    assert browser.get("/en/account/login/").status_code == 200  # nothing is promised there either
    log_in(browser, NEW)  # at once: what was not sent does not count
    assert not logged_in(browser)
    assert [each.to for each in mail.outbox] == [[NEW]]


def test_another_address_can_be_asked_for_again(down: None, settings: Settings) -> None:
    account()
    browser = Client()
    log_in(browser)
    browser.post("/en/account/reauthenticate/", {"password": PASSWORD})
    assert browser.post("/en/account/email/", {"action_add": "", "email": NEW}).status_code == 503
    settings.EMAIL_BACKEND = MEMORY
    assert browser.post("/en/account/email/", {"action_send": "", "email": NEW}).status_code == 302
    assert [each.to for each in mail.outbox] == [[NEW]]


def test_a_new_password_is_not_promised(down: None, settings: Settings) -> None:
    account()
    answers = [Client().post("/en/account/password/reset/", {"email": each}) for each in (EMAIL, NEW)]
    assert [each.status_code for each in answers] == [503, 503]
    assert without_forms(answers[0]) == without_forms(answers[1])
    settings.EMAIL_BACKEND = MEMORY
    assert Client().post("/en/account/password/reset/", {"email": EMAIL}).status_code == 302
    assert [each.to for each in mail.outbox] == [[EMAIL]]


def test_what_a_letter_only_tells_of_is_done(down: None) -> None:
    account()
    browser = Client()
    log_in(browser)
    told = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    assert browser.post("/en/account/password/change/", told).status_code == 302
    fresh = Client()
    log_in(fresh, password="another long one")  # noqa: S106 - of nobody
    assert logged_in(fresh)


# To one address some go in a day, wherever they are asked from; allauth's own limits by the minute are tested apart.


@pytest.fixture
def by_the_day_alone(settings: Settings, tmp_path: Path, one_day: None) -> None:
    settings.DATA = tmp_path
    settings.ACCOUNT_RATE_LIMITS = {
        "confirm_email": "",
        "reset_password": "",
        "signup": "",
        "change_password": "",
    }


def asked_often(path: str, email: str) -> set[tuple[int, str]]:
    """What whoever asks is told, each time from another place."""
    form = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    answers = [
        Client(REMOTE_ADDR=f"203.0.113.{number}").post(f"/en/account/{path}/", form)
        for number in range(A_DAY + 3)
    ]
    return {(each.status_code, each["Location"]) for each in answers}


@pytest.mark.parametrize("path", ["signup", "password/reset"])
def test_nobody_is_flooded_and_nobody_told(by_the_day_alone: None, path: str) -> None:
    """With an account and without one: as many letters, and the same page whether one goes or not."""
    account()
    told = [asked_often(path, each) for each in (EMAIL, NEW)]
    assert len(told[0] | told[1]) == 1
    assert Counter(to for each in mail.outbox for to in each.to) == {EMAIL: A_DAY, NEW: A_DAY}
    ((_, shown),) = told[0]
    for language, words in (("en", f"At most {A_DAY} such letters"), ("nl", f"hoogstens {A_DAY} van zulke")):
        assert words in Client().get(shown.replace("/en/", f"/{language}/")).content.decode()


def test_who_asks_in_ones_name_locks_nobody_out(by_the_day_alone: None) -> None:
    """The day's letters are used up by a stranger: they went to whose account it is, and each of them does."""
    account()
    asked_often("password/reset", EMAIL)
    assert len(mail.outbox) == A_DAY
    address = next(word for word in mail.outbox[2].body.split() if "/password/reset/key/" in word)
    fresh = Client()
    asked = fresh.get(urlsplit(address).path, follow=True)
    told = dict.fromkeys(("password1", "password2"), "another long one")
    assert fresh.post(asked.redirect_chain[-1][0], told).status_code == 302
    log_in(fresh, password="another long one")  # noqa: S106 - of nobody
    assert logged_in(fresh)


@pytest.mark.parametrize("path", ["signup", "password/reset"])
def test_one_mailbox_is_written_in_one_way(by_the_day_alone: None, path: str) -> None:
    """Nor does another way of writing an address make a second account of it."""
    account()
    for each in (EMAIL, EMAIL.replace("example", "\uff45xample"), EMAIL.upper()):
        asked_often(path, each)
    assert Counter(to for each in mail.outbox for to in each.to) == {EMAIL: A_DAY}
    name, _, domain = EMAIL.partition("@")
    form = {"email": f'"{name}"@{domain}', "password1": PASSWORD, "password2": PASSWORD}
    assert b"Enter a valid email address." in Client().post(f"/en/account/{path}/", form).content
    assert Person.objects.count() == 1


def test_what_is_no_address_gives_no_letters_back(by_the_day_alone: None) -> None:
    """A name that is too long with what stands behind its plus is of the same mailbox, and no letter goes to it."""
    account()
    asked_often("password/reset", EMAIL)
    name, _, domain = EMAIL.partition("@")
    request = RequestFactory().get("/en/")
    request.user, request.session = AnonymousUser(), SessionStore()
    for number in range(A_DAY):
        long = f"{name}+{number}{'a' * MAIL}@{domain}"
        with request_context(request), pytest.raises(ImmediateHttpResponse) as refused:
            Adapter(request).send_mail("account/email/unknown_account", long, {})
        assert refused.value.response.status_code == 503
    asked_often("password/reset", EMAIL)
    assert Counter(to for each in mail.outbox for to in each.to) == {EMAIL: A_DAY}


def test_one_that_no_server_took_does_not_count(
    down: None, by_the_day_alone: None, settings: Settings
) -> None:
    account()
    for _ in range(A_DAY + 1):
        assert Client().post("/en/account/password/reset/", {"email": EMAIL}).status_code == 503
    settings.EMAIL_BACKEND = MEMORY
    asked_often("password/reset", EMAIL)
    assert len(mail.outbox) == A_DAY


def test_what_a_letter_only_tells_of_is_always_told(by_the_day_alone: None) -> None:
    """Whoever changes a password has proved who they are; and a thief who does is seen."""
    account()
    browser = Client()
    log_in(browser)
    password = PASSWORD
    for number in range(A_DAY + 1):
        told = {"oldpassword": password, **dict.fromkeys(("password1", "password2"), f"{PASSWORD} {number}")}
        assert browser.post("/en/account/password/change/", told).status_code == 302
        password = f"{PASSWORD} {number}"
    assert len(mail.outbox) == A_DAY + 1
