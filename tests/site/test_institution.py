"""The round trip of a log-in through an institution, between a real site and an OpenID provider of the tests' own."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx2
import jwt
import pytest

from tests.site.conftest import Ready
from tests.site.institution import CLIENT, KEY, Institution, institution, new_key, settings_of
from tests.site.serving import PATIENCE, Site, manage, serving
from tests.site.test_accounts import code as totp

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
PEOPLE = f"""
from allauth.account.models import EmailAddress
from zaragoza.web.accounts.models import Person
for name in ("anna@people.example", "otto@elsewhere.example"):
    made = Person.objects.create_user(name, "{PASSWORD}")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
"""
LOG_IN = "/en/account/oidc/ministry/login/"
FAILED = "Your institution could not log you in"


@pytest.fixture(scope="module")
def ministry() -> Iterator[Institution]:
    with institution() as found:
        yield found
    assert found.faults == []


@pytest.fixture(scope="module")
def site(ministry: Institution, ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = ready.copied(tmp_path_factory.mktemp("site") / "data")
    (data / "openid.toml").write_text(settings_of(ministry), encoding="utf-8")
    with serving(data, ready.release, "--workers", 1) as running:
        done = manage(data, "shell", "-v0", "-c", PEOPLE)
        assert done.returncode == 0, done.stderr
        yield running


@pytest.fixture
def browser(site: Site) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=site.address, follow_redirects=True, timeout=PATIENCE) as made:
        yield made


def send(browser: httpx2.Client, path: str, **fields: str) -> httpx2.Response:
    """The form of a page, with its token."""
    return filled_in(browser, browser.get(path), **fields)


def filled_in(browser: httpx2.Client, page: httpx2.Response, **fields: str) -> httpx2.Response:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, (page.url, page.text)
    fields["csrfmiddlewaretoken"] = found[1]
    return browser.post(page.url, data=fields, headers={"Referer": str(page.url)})


def through(browser: httpx2.Client, query: str = "") -> httpx2.Response:
    """Goes to the institution and comes back."""
    return send(browser, f"{LOG_IN}{query}")


def logged_in(browser: httpx2.Client) -> str:
    """As whom, by the page of one's addresses."""
    page = browser.get("/en/account/email/")
    if "/login/" in str(page.url):
        return ""
    return ",".join(sorted(set(re.findall(r"[\w.]+@people\.example", page.text))))


def rows(site: Site, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{site.data / 'site.sqlite3'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def accounts(site: Site) -> list[tuple[Any, ...]]:
    return rows(
        site,
        "SELECT p.email, s.uid, s.extra_data FROM accounts_person p LEFT JOIN socialaccount_socialaccount s"
        " ON s.user_id = p.id ORDER BY p.id",
    )


def letters(site: Site) -> str:
    return "".join(each.read_text(encoding="utf-8") for each in (site.data / "mail").glob("*"))


def test_who_comes_back_has_an_account(site: Site, ministry: Institution, browser: httpx2.Client) -> None:
    """With the address and nothing else, whatever else the institution tells; and the same one the next time."""
    ministry.right(sub="1", email="carl@people.example", email_verified=True, name="Carl of the Ministry")
    assert f'href="{LOG_IN}' in browser.get("/en/account/login/").text
    through(browser)
    assert logged_in(browser) == "carl@people.example"
    again = httpx2.Client(base_url=site.address, follow_redirects=True, timeout=PATIENCE)
    with again:
        ministry.right(sub="1", email="moved@people.example", email_verified=True)
        through(again)
        assert logged_in(again) == "carl@people.example"
    found = [row for row in accounts(site) if row[1] == "1"]
    assert found == [("carl@people.example", "1", "{}")]
    assert rows(site, "SELECT name FROM accounts_person WHERE name != ''") == []
    assert rows(site, "SELECT * FROM socialaccount_socialtoken") == []


def test_what_the_institution_is_asked(ministry: Institution, browser: httpx2.Client) -> None:
    """State, nonce and challenge are new each time; an address of the site cannot ask for something else."""
    ministry.right(sub="1", email="carl@people.example", email_verified=True)
    ministry.asked.clear()
    for _ in range(2):
        through(browser, "?scope=files&auth_params=nonce%3Dx%26prompt%3Dnone")
    first, second = ministry.asked
    assert set(first["scope"].split()) == {"openid", "email"}
    assert "prompt" not in first
    assert urlsplit(first["redirect_uri"]).path == "/account/oidc/ministry/login/callback/"
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_an_address_that_is_not_confirmed_is_asked_for_by_letter(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    ministry.right(sub="2", email="dora@people.example", email_verified=False)
    through(browser)
    assert logged_in(browser) == ""
    (link,) = set(re.findall(r"http://\S+?(/\S+confirm-email/\S+)", letters(site)))
    send(browser, link)
    through(browser)
    assert logged_in(browser) == "dora@people.example"


def known(site: Site) -> list[tuple[Any, ...]]:
    return rows(site, "SELECT email, verified, user_id FROM account_emailaddress ORDER BY email")


@pytest.mark.parametrize(
    ("sub", "email", "verified"),
    [
        ("20", "fritz@elsewhere.example", True),
        ("21", "fritz@sub.people.example", True),
        ("22", "fritz@people.example.elsewhere.example", True),
        ("23", "fritz.two@people.example", "true"),  # a word is no truth value (Core 1.0, 5.1)
    ],
)
def test_an_address_that_the_institution_does_not_speak_for(
    site: Site, ministry: Institution, browser: httpx2.Client, sub: str, email: str, verified: object
) -> None:
    """Whatever it says of it: a letter goes there, and nobody is logged in before it was followed."""
    ministry.right(sub=sub, email=email, email_verified=verified)
    through(browser)
    assert logged_in(browser) == ""
    assert [row[:2] for row in known(site) if row[0] == email] == [(email, 0)]
    (link,) = set(
        re.findall(rf"To: {re.escape(email)}.*?http://\S+?(/\S+confirm-email/\S+)", letters(site), re.S)
    )
    send(browser, link)
    assert [row[:2] for row in known(site) if row[0] == email] == [(email, 1)]


def test_an_account_of_another_domain_is_never_linked(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    """Neither by logging in, nor by adding the institution to somebody else's account."""
    ministry.right(sub="24", email="otto@elsewhere.example", email_verified=True)
    before = accounts(site), known(site)
    through(browser)
    assert logged_in(browser) == ""
    assert (accounts(site), known(site)) == before
    ministry.right(sub="25", email="gerd@people.example", email_verified=True)
    through(browser)
    assert logged_in(browser) == "gerd@people.example"
    ministry.right(sub="26", email="otto@elsewhere.example", email_verified=True)
    through(browser, "?process=connect")
    otto = [row for row in known(site) if row[0] == "otto@elsewhere.example"]
    assert otto == [row for row in before[1] if row[0] == "otto@elsewhere.example"]


def test_an_account_that_is_there_is_not_taken_over(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    """Not even with an address that the institution calls confirmed: its owner adds the institution."""
    ministry.right(sub="3", email="anna@people.example", email_verified=True)
    before = accounts(site)
    through(browser)
    assert logged_in(browser) == ""
    assert accounts(site) == before
    send(browser, "/en/account/login/", login="anna@people.example", password=PASSWORD)
    assert logged_in(browser) == "anna@people.example"
    proof = through(browser, "?process=connect")
    assert proof.url.path == "/en/account/reauthenticate/"
    send(browser, str(proof.url), password=PASSWORD)
    assert ("anna@people.example", "3", "{}") in accounts(site)
    with httpx2.Client(base_url=site.address, follow_redirects=True, timeout=PATIENCE) as other:
        through(other)
        assert logged_in(other) == "anna@people.example"


def test_reviewers_need_a_second_factor_all_the_same(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    """They have no password: a code in a letter proves who sets it up."""
    ministry.right(sub="4", email="rita@people.example", email_verified=True)
    through(browser)
    assert manage(site.data, "grant", "reviewer", "rita@people.example").returncode == 0
    with httpx2.Client(base_url=site.address, follow_redirects=True, timeout=PATIENCE) as again:
        through(again)
        page = again.get("/en/about/")
        assert page.url.path == "/en/account/reauthenticate/code/"
        assert '<select name="recipient"' in page.text
        page = send(again, str(page.url), recipient="rita@people.example")
        code = re.findall(r"^[A-Z]{4}-[A-Z]{4}$", letters(site), re.MULTILINE)[-1]
        page = send(again, str(page.url), code=code)
        assert page.url.path == "/en/account/second-factor/totp/activate/"
        secret = re.findall(r"\b[A-Z2-7]{32}\b", page.text)[0]
        filled_in(again, page, code=totp(secret))
        assert again.get("/en/about/").url.path == "/en/about/"


def test_the_address_may_be_told_apart_from_the_token(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    ministry.right(sub="5")
    ministry.elsewhere = {"email": "eva@people.example", "email_verified": True}
    through(browser)
    assert logged_in(browser) == "eva@people.example"


# Everything that must be refused.

other = new_key()


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, "none", headers={"kid": KEY})


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, other, "RS256", headers={"kid": KEY})


def by_an_unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, other, "RS256", headers={"kid": "of-nobody"})


def by_the_secret(claims: dict[str, Any]) -> str:
    """As if the key were one that is shared (RFC 8725, 2.1)."""
    return jwt.encode(claims, "x" * 64, "HS256", headers={"kid": KEY})


def none_at_all(claims: dict[str, Any]) -> str:
    return ""


FORGED: dict[str, dict[str, Any]] = {
    "another nonce": {"changed": {"nonce": "x"}},
    "no nonce": {"changed": {"nonce": None}},
    "another site": {"changed": {"aud": "another"}},
    "made for another site": {"changed": {"aud": [CLIENT, "another"], "azp": "another"}},
    "another issuer": {"changed": {"iss": "https://evil.example"}},
    "too old": {"changed": {"exp": int(time.time()) - 3600}},
    "of nobody": {"changed": {"sub": None}},
    "no signature": {"sign": unsigned},
    "another key": {"sign": by_another_key},
    "an unknown key": {"sign": by_an_unknown_key},
    "a shared key": {"sign": by_the_secret},
    "no token": {"sign": none_at_all},
    "another state": {"state": "forged"},
    "no state": {"state": ""},
    "of another person": {
        "person": {"sub": "9"},
        "elsewhere": {"sub": "8", "email": "mallory@people.example"},
    },
    "another institution": {"config": {"issuer": "https://evil.example"}},
    "no addresses": {"config": {"token_endpoint": None}},
    "nobody listens": {"config": {"token_endpoint": "http://127.0.0.1:9/"}},
    "no keys": {"config": {"jwks_uri": "http://127.0.0.1:9/"}},
}


@pytest.mark.parametrize("what", FORGED)
def test_what_is_forged_is_refused(
    site: Site, ministry: Institution, browser: httpx2.Client, what: str
) -> None:
    """With a page, and without an account."""
    ministry.right(sub="9", email="mallory@people.example", email_verified=True)
    for name, value in FORGED[what].items():
        setattr(ministry, name, value)
    before = accounts(site)
    answer = through(browser)
    assert (answer.status_code, FAILED in answer.text) == (401, True), answer.text
    assert "evil" not in answer.text
    assert accounts(site) == before
    assert logged_in(browser) == ""
    ministry.right()


def test_what_came_back_counts_once_and_for_one_browser(
    site: Site, ministry: Institution, browser: httpx2.Client
) -> None:
    """An address that somebody else was sent back to logs nobody in (RFC 6749, 10.12), and used twice neither."""
    ministry.right(sub="1", email="carl@people.example", email_verified=True)
    back = through(browser).history[-2].url
    assert "callback" in str(back)
    with httpx2.Client(base_url=site.address, follow_redirects=True, timeout=PATIENCE) as victim:
        for asking in (victim, browser):
            assert asking.get(back).status_code == 401
        assert logged_in(victim) == ""


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?code=x&state=y"])
def test_addresses_that_nobody_was_sent_back_to(browser: httpx2.Client, query: str) -> None:
    assert browser.get(f"/account/oidc/ministry/login/callback/{query}").status_code == 401


def test_there_is_no_other_institution(browser: httpx2.Client) -> None:
    for path in ("/en/account/oidc/another/login/", "/account/oidc/another/login/callback/?code=x&state=y"):
        assert browser.get(path).status_code == 404


def test_the_institution_cannot_be_reached(site: Site, ministry: Institution, browser: httpx2.Client) -> None:
    ministry.right(sub="1", email="carl@people.example")
    ministry.config = {"authorization_endpoint": None}
    assert through(browser).status_code == 401
    ministry.right()
