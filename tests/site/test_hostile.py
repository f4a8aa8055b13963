"""Script in every text that people can write, all of it accepted: on no page, in no letter and no file does it run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import lxml.etree
import lxml.html
import pytest
from django.core import mail

from tests.contributions.conftest import account, run_tasks
from tests.contributions.pages import browser, packed
from tests.site.conftest import Releases
from tests.site.test_promises import COMMITMENTS
from zaragoza.model.text import LANGUAGES, Text
from zaragoza.web.contributions import members, services
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.forms import FORMS, Line, Words
from zaragoza.web.contributions.models import ABOUT_A_COMMITMENT, Contribution
from zaragoza.web.contributions.roles import NOBODY, SITE, Actor
from zaragoza.web.promises.export import exported

SCRIPT = "=1+1\"'></textarea><script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
HOST = {"host": "localhost"}
HEAD = {
    "Content-Type",
    "MIME-Version",
    "Content-Transfer-Encoding",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
}
COMMITMENT = next(name for name, each in sorted(COMMITMENTS.items()) if each["owners"])
RIGHT = {
    "status": "limited", "reported_on": "2026-03-01", "part": "title", "area": "housing", "geo": "NL",
    "grade": "compared", "fund": "FUND-AMIF", "source_address": 'https://city.example/"><script>alert(1)</script>',
}  # fmt: skip


def _filled(kind: str) -> dict[str, str]:
    """Its form, with the script in each field of text: one that no form has today is among them tomorrow."""
    fields = FORMS[kind].base_fields.items()
    return RIGHT | {name: SCRIPT for name, field in fields if type(field) in (Line, Words)}


@pytest.fixture
def told(site: Releases) -> Mapping[str, Any]:
    """One contribution of each kind is accepted, and another one waits."""
    root = Actor(roles=frozenset({"administrator"}))
    members.register(root, "hostile", Text(SCRIPT, SCRIPT))
    people = {
        name: account(f"{name}@people.example", name=SCRIPT, second_factor=True)
        for name in ("anna", "rita", "mina")
    }
    for name, organisation in (("anna", "hostile"), ("mina", "hostile")):
        members.invite(root, organisation, people[name].email, "contributor")
        members.join(people[name], organisation)
    members.grant(SITE, people["rita"], "reviewer")
    members.assign(root, COMMITMENT, "hostile")
    anna, rita = who(people["anna"]), who(people["rita"])
    made = {}
    for kind in FORMS:
        about = COMMITMENT if kind in ABOUT_A_COMMITMENT else None
        for outcome in ("accept", "return", None):
            one = services.draft(anna, kind, _filled(kind), language="en", commitment=about)
            services.submit(anna, one.pk)
            made[kind, outcome] = one.pk
            if outcome is not None:
                services.take(rita, one.pk)
                services.decide(rita, one.pk, outcome, SCRIPT, one.hash, "en")
    services.reply(who(people["mina"]), made["evidence", "accept"], SCRIPT, "nl")
    services.draft(
        NOBODY, "evidence", _filled("evidence"), language="nl", commitment=COMMITMENT, contact="jan@people.example"
    )  # fmt: skip
    return made


def _pages(site: Releases, made: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Whoever asks, and for what, after the language; each shows some of it."""
    for path in (f"{site.union}/plan/{COMMITMENT}/", "practices/", "funds/FUND-AMIF/"):
        yield "", path
    for (_, outcome), id in made.items():
        for asks in ("anna", "rita", *([""] if outcome == "accept" else [])):
            yield asks, f"contributions/{id}/"
        if outcome == "return":
            yield "anna", f"contributions/{id}/edit/"
    yield "anna", "contributions/"
    yield "rita", "contributions/review/"
    yield "anna", "organisations/hostile/"
    yield "anna", "account/"


def _runs(page: Any) -> list[Any]:
    """What a browser would run, or load from elsewhere."""
    found: list[Any] = page.xpath(
        "//script[not(starts-with(@src, '/assets/'))] | //iframe | //object | //@*[starts-with(name(), 'on')]"
        " | //main//img | //a[starts-with(translate(@href, 'JAVSCRIPT', 'javscript'), 'javascript:')]"
    )
    return found


def test_on_no_page(site: Releases, told: Mapping[str, Any]) -> None:
    for number, (asks, path) in enumerate(_pages(site, told)):
        answer = browser(asks).get(f"/{LANGUAGES[number % len(LANGUAGES)]}/{path}", headers=HOST)
        assert answer.status_code == 200, (asks, path)
        text = answer.content.decode()
        assert "alert(1)" in text, path  # it is shown
        assert _runs(lxml.html.fromstring(text)) == [], (asks, path)
        assert "script-src 'self'" in answer["Content-Security-Policy"], path


def test_in_no_letter(told: Mapping[str, Any]) -> None:
    """They are plain text; a title in a subject is plain text too, and no line of a text becomes one of the head."""
    run_tasks()
    assert len(mail.outbox) > len(FORMS)
    for letter in mail.outbox:
        assert (letter.content_subtype, getattr(letter, "alternatives", [])) == ("plain", [])
        head = letter.message()
        assert head.get_content_type() == "text/plain"
        assert set(head.keys()) == HEAD
        assert letter.subject.splitlines() == [letter.subject]
        assert "alert" not in str(head["To"]) + str(head["From"])


def test_in_no_answer_of_the_api_and_no_export(client: Any, site: Releases, told: Mapping[str, Any]) -> None:
    for name in ("commitments", "practices", "funds"):
        answer = client.get(f"/api/v1/{name}?format=json&limit=1000", headers=HOST)
        assert answer["Content-Type"].startswith("application/json")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert SCRIPT in _strings(json.loads(answer.content)), name
        table = client.get(f"/api/v1/{name}?format=csv&limit=1000", headers=HOST)
        assert table["Content-Type"].startswith("text/csv")
        assert table["Content-Disposition"].startswith("attachment")
        for row in csv.reader(io.StringIO(table.content.decode())):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))], name
    lines = [json.loads(line) for line in exported().decode().splitlines()]
    assert SCRIPT in _strings(lines)
    feed = client.get("/en/feed/", headers=HOST)
    assert not lxml.etree.fromstring(feed.content).xpath("//*[local-name() = 'script']")
    mine = browser("anna").get("/en/account/my-data/", headers=HOST)
    assert mine["Content-Disposition"].startswith("attachment")
    assert mine["Content-Type"] == "application/zip"
    assert SCRIPT in _strings(json.loads(packed(mine)["my-data.json"]))
    assert Contribution.objects.count() == 3 * len(FORMS) + 1


def _strings(held: Any) -> set[str]:
    """All texts in what JSON holds."""
    if isinstance(held, dict):
        return set().union(*map(_strings, held.values()))
    if isinstance(held, list):
        return set().union(*map(_strings, held))
    return {held} if isinstance(held, str) else set()
