"""Accounts: log-in, throttled; a second factor for whoever decides; cookies for nobody who only reads."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from pytest_django import Settings

from tests.site.serving import manage
from zaragoza.web import settings as site
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.models import SiteRole

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
EMAIL = "anna@people.example"


@pytest.fixture(autouse=True)
def counted_anew(settings: Settings, tmp_path: Path, by_one_key: None) -> Any:
    """Attempts and letters are counted in this test's own folder; passwords are hashed fast."""
    settings.DATA = tmp_path
    settings.CACHES = configured.CACHES | {
        "default": configured.CACHES["default"] | {"LOCATION": str(tmp_path / ".attempts")}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield
    cache.clear()


def account(email: str = EMAIL) -> Person:
    made = Person.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


def log_in(browser: Client, email: str = EMAIL, password: str = PASSWORD) -> Any:
    return browser.post("/en/account/login/", {"login": email, "password": password})


def logged_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def code(secret: str, at: float | None = None) -> str:
    """RFC 6238 with SHA-1, 30 seconds and 6 digits."""
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, cut to six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code(secret, at) for at in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]


def test_sign_up_needs_a_confirmed_address() -> None:
    browser = Client()
    form = {"email": "Anna@people.example", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post("/nl/account/signup/", form).status_code == 302
    found = Person.objects.get()
    assert (found.email, found.language) == (EMAIL, "nl")
    log_in(browser)
    assert not logged_in(browser)
    (link,) = set(re.findall(r"http://testserver(/\S+confirm-email/\S+)", mail.outbox[0].body))
    browser.post(link)
    log_in(browser)
    assert logged_in(browser)


def test_who_has_an_account_is_not_told() -> None:
    account()
    answers = []
    for email in (EMAIL, "new@people.example"):
        form = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
        answer = Client().post("/en/account/signup/", form)
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("password", ["short", "12345678901234", "password1234", EMAIL])
def test_weak_passwords(password: str) -> None:
    form = {"email": EMAIL, "password1": password, "password2": password}
    assert Client().post("/en/account/signup/", form).status_code == 200
    assert not Person.objects.exists()


def test_log_in_is_throttled_for_an_address() -> None:
    """Five wrong passwords; then the right one is of no use for a while, from another browser as well."""
    account()
    for _ in range(5):
        log_in(Client(), password="wrong")  # noqa: S106
    late = Client()
    assert b"Too many failed login attempts" in log_in(late).content
    assert not logged_in(late)


def test_log_in_is_throttled_for_a_place() -> None:
    """Ten wrong passwords a minute from one place, whatever the addresses."""
    account()
    for number in range(10):
        log_in(Client(), f"nobody{number}@people.example", "wrong")
    late = Client()
    log_in(late)
    assert not logged_in(late)
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    log_in(elsewhere)
    assert logged_in(elsewhere)


def test_behind_a_proxy_the_place_is_the_one_it_adds(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    account()
    for number in range(10):
        log_in(
            Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.7"),
            f"n{number}@people.example",
            "wrong",
        )
    same, other = Client(HTTP_X_FORWARDED_FOR="203.0.113.7"), Client(HTTP_X_FORWARDED_FOR="203.0.113.8")
    log_in(same)
    log_in(other)
    assert (logged_in(same), logged_in(other)) == (False, True)


# Second factor.


def test_whoever_decides_sees_only_the_page_to_set_it_up() -> None:
    SiteRole.objects.create(person=account(), role="reviewer")
    browser = Client()
    log_in(browser)
    set_up = "/en/account/second-factor/totp/activate/"
    for path in ("/en/about/", "/nl/releases/", "/en/account/password/change/"):
        assert browser.get(path)["Location"].endswith("/account/second-factor/totp/activate/"), path
    proof = browser.get(set_up)["Location"]  # who holds somebody's session only is asked for the password
    assert proof.startswith("/en/account/reauthenticate/")
    browser.post(proof, {"password": PASSWORD})
    page = browser.get(set_up)
    secret = page.context["form"].secret
    assert browser.post(set_up, {"code": "000000"}).status_code == 200
    assert browser.post(set_up, {"code": code(secret)}).status_code == 302
    assert browser.get("/en/about/").status_code == 200
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_a_password_alone_does_not_log_in_who_has_one() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    Authenticator.objects.create(user=account(), type="totp", data={"secret": secret})
    browser = Client()
    assert log_in(browser)["Location"] == "/en/account/second-factor/authenticate/"
    assert not logged_in(browser)
    browser.post("/en/account/second-factor/authenticate/", {"code": "000000"})
    assert not logged_in(browser)
    browser.post("/en/account/second-factor/authenticate/", {"code": code(secret)})
    assert logged_in(browser)


def test_codes_cannot_be_guessed() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    Authenticator.objects.create(user=account(), type="totp", data={"secret": secret})
    browser = Client()
    log_in(browser)
    for _ in range(5):
        browser.post("/en/account/second-factor/authenticate/", {"code": "000000"})
    browser.post("/en/account/second-factor/authenticate/", {"code": code(secret)})
    assert not logged_in(browser)


def test_others_need_none() -> None:
    account()
    browser = Client()
    log_in(browser)
    assert browser.get("/en/about/").status_code == 200


# Sessions and cookies.


def test_readers_get_no_cookie() -> None:
    browser = Client()
    for path in ("/en/about/", "/nl/releases/", "/en/search/", "/en/nowhere/", "/api/v1/"):
        assert not browser.get(path).cookies, path
    account()
    log_in(browser)
    for path in ("/en/about/", "/nl/releases/"):
        assert not browser.get(path).cookies, path  # also of who is logged in


def test_what_the_cookies_say() -> None:
    account()
    browser = Client()
    session = log_in(browser).cookies["session"]
    assert (session["httponly"], session["samesite"], session["max-age"]) == (True, "Lax", 12 * 3600)
    form = Client().get("/en/account/login/").cookies["form"]
    assert (form["httponly"], form["samesite"]) == (True, "Lax")


def test_over_https_cookies_are_for_https_alone(tmp_path: Path) -> None:
    words = (
        "import os, zaragoza.web.settings as s;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE;"
        "assert s.SESSION_COOKIE_NAME.startswith('__Host-') and s.CSRF_COOKIE_NAME.startswith('__Host-');"
        "assert s.SESSION_COOKIE_AGE == 1800"
    )
    done = manage(tmp_path, "shell", "-v0", "-c", words, ZARAGOZA_HTTPS="1", ZARAGOZA_SESSION_MINUTES="30")
    assert done.returncode == 0, done.stderr


def test_a_session_is_another_one_after_log_in_and_gone_after_log_out() -> None:
    account()
    browser = Client()
    browser.get("/en/account/login/")
    log_in(browser)
    first = browser.cookies["session"].value
    browser.post("/en/account/logout/")
    assert not logged_in(browser)
    log_in(browser)
    assert browser.cookies["session"].value != first


def test_a_changed_password_ends_other_sessions() -> None:
    found = account()
    browser, other = Client(), Client()
    log_in(browser)
    log_in(other)
    form = {"oldpassword": PASSWORD, "password1": f"{PASSWORD} staple", "password2": f"{PASSWORD} staple"}
    assert browser.post("/en/account/password/change/", form).status_code == 302
    found.refresh_from_db()
    assert found.check_password(f"{PASSWORD} staple")
    assert other.get("/en/account/email/")["Location"].startswith("/en/account/login/")


def test_forms_are_not_taken_from_elsewhere() -> None:
    account()
    browser = Client(enforce_csrf_checks=True)
    assert log_in(browser).status_code == 403
    page = browser.get("/en/account/login/")
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    browser.post("/en/account/login/", {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert logged_in(browser)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_log_in(target: str) -> None:
    account()
    answer = Client().post("/en/account/login/", {"login": EMAIL, "password": PASSWORD, "next": target})
    assert "evil" not in answer.get("Location", "")
    assert "javascript" not in answer.get("Location", "")


# Institutions.

INSTITUTION = """[[institution]]
id = "ministry"
name = "Ministry"
server = "https://login.ministry.example"
client_id = "zaragoza"
secret = "hush"
"""


def test_institutions_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "openid.toml"
    assert site._institutions(file) == []
    file.write_text(INSTITUTION, encoding="utf-8")
    (found,) = site._institutions(file)
    assert (found["provider_id"], found["settings"]["oauth_pkce_enabled"]) == ("ministry", True)
    assert found["settings"]["domains"] == []
    file.write_text(f'{INSTITUTION}domains = ["Ministry.example"]', encoding="utf-8")
    assert site._institutions(file)[0]["settings"]["domains"] == ["ministry.example"]
    assert site._origin(found["settings"]["server_url"]) == "https://login.ministry.example"


@pytest.mark.parametrize(
    "text",
    [
        "[[institution]]\nsecret = 'hush'",
        "secret = ",
        "institution = 'hush'",
        "a = 1",
        INSTITUTION.replace("https:", "http:"),
        f'{INSTITUTION}domains = "ministry.example"',
        f'{INSTITUTION}domains = ["@ministry.example"]',
        f"{INSTITUTION}domains = [1]",
    ],
)
def test_a_file_of_institutions_that_is_wrong_shows_no_secret(tmp_path: Path, text: str) -> None:
    file = tmp_path / "openid.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured) as refused:
        site._institutions(file)
    assert "hush" not in str(refused.value)


def test_the_page_of_log_in_offers_institutions(tmp_path: Path) -> None:
    file = tmp_path / "openid.toml"
    file.write_text(INSTITUTION, encoding="utf-8")
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": site._institutions(file)}}):
        assert b'href="/en/account/oidc/ministry/login/' in Client().get("/en/account/login/").content


def test_nothing_is_kept_of_what_an_institution_tells() -> None:
    told = {"userinfo": {"sub": "1", "name": "Anna", "picture": "https://login.ministry.example/anna.png"}}
    made = SocialAccount.objects.create(user=account(), provider="ministry", uid="1", extra_data=told)
    made.refresh_from_db()
    assert made.extra_data == {}


# Letters.


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("smtp://anna:a%40b@mail.example", ("mail.example", 587, "anna", "a@b", False, True)),
        ("smtps://mail.example:4650", ("mail.example", 4650, "", "", True, False)),
        ("smtp://127.0.0.1:25", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_addresses_of_a_server_of_letters(given: str, found: tuple[object, ...]) -> None:
    told = site._mail(given)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(told[f"EMAIL_{name}"] for name in names) == found


@pytest.mark.parametrize(
    "given", ["mail.example", "http://mail.example", "smtp://", "smtp://a:hush@mail.example:x"]
)
def test_addresses_of_no_server_of_letters(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ZARAGOZA_MAIL") as refused:
        site._mail(given)
    assert "hush" not in str(refused.value)
