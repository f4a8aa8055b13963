"""What people added and reviewers accepted, on the pages that readers see."""

from __future__ import annotations

import json
import re
from typing import Any

import lxml.html
import pytest

from tests.contributions.conftest import account
from tests.site.conftest import Releases
from tests.site.test_promises import COMMITMENTS
from zaragoza.model.text import LANGUAGES
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members, personal, services
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.roles import SITE, Actor
from zaragoza.web.promises.export import exported

SOURCE = {"source_title": "Evaluation <of> homes", "source_address": "https://city.example/evaluation"}
BOTH = SOURCE | {
    "title_en": "Homes first", "title_nl": "Eerst een huis", "summary_en": "A home.", "summary_nl": "Een huis.",
}  # fmt: skip
COMMITMENT = next(name for name, each in sorted(COMMITMENTS.items()) if each["owners"])
OWNER = COMMITMENTS[COMMITMENT]["owners"][0]


@pytest.fixture
def reviewer(site: Releases) -> Actor:
    found = account("rita@people.example", second_factor=True)
    members.grant(SITE, found, "reviewer")
    return who(found)


@pytest.fixture
def author(site: Releases) -> Actor:
    return who(account("anna@people.example", name="Anna of the city"))


def _accepted(
    author: Actor, reviewer: Actor, kind: str, data: dict[str, str], commitment: str | None = None
) -> Contribution:
    made = services.draft(author, kind, data, language="en", commitment=commitment)
    services.submit(author, made.pk)
    services.take(reviewer, made.pk)
    services.decide(reviewer, made.pk, "accept", "It is **so**.", made.hash, "en")
    return Contribution.objects.get(pk=made.pk)


def _page(client: Any, path: str) -> Any:
    answer = client.get(path, headers={"host": "localhost"})
    assert answer.status_code == 200, path
    assert not answer.cookies
    return lxml.html.fromstring(answer.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_practice_and_a_call_stand_with_the_source_of_people(
    client: Any, site: Releases, author: Actor, reviewer: Actor, language: str
) -> None:
    practice = {"area": "housing", "geo": "NL", "grade": "compared", "place": "Utrecht"}
    made = {
        "practices/": _accepted(author, reviewer, "practice", BOTH | practice).pk,
        "funds/FUND-AMIF/": _accepted(author, reviewer, "call", BOTH | {"fund": "FUND-AMIF"}).pk,
    }
    for path in ("practices/", "funds/FUND-AMIF/", "areas/housing/"):
        page = _page(client, f"/{language}/{path}" if path[0] != "a" else f"/{language}/{site.union}/{path}")
        if path[0] != "a":
            (link,) = page.xpath(f"//a[@href='{SOURCE['source_address']}']")
            assert (link.text_content(), "nofollow" in link.get("rel")) == (SOURCE["source_title"], True)
            history = f"/{language}/contributions/{made[path]}/"
            assert page.xpath(f"//a[@href='{history}']")
            (back,) = _page(client, history).xpath("//main/p[@class='context']/a")
            where, _, anchor = back.get("href").partition("#")
            assert (where, back.text_content()) == (f"/{language}/{path}", BOTH[f"title_{language}"])
            assert page.xpath(f"//*[@id='{anchor}']")
        assert BOTH[f"title_{language}"] in page.text_content()


def test_the_history_of_a_commitment_is_public(
    client: Any, site: Releases, author: Actor, reviewer: Actor
) -> None:
    path = f"/en/{site.union}/plan/{COMMITMENT}/"
    assert not _page(client, path).xpath("//*[@id='added']")
    evidence = SOURCE | {"status": "limited", "reported_on": "2026-03-01", "text": "Homes are **built**."}
    found = _accepted(author, reviewer, "evidence", evidence, COMMITMENT)
    owner = account("mina@people.example")
    root = Actor(roles=frozenset({"administrator"}))
    members.invite(root, OWNER, owner.email, "contributor")
    members.join(owner, OWNER)
    members.assign(root, COMMITMENT, OWNER)
    assert "It is so." in _page(client, path).text_content()
    services.reply(who(owner), found.pk, "<b>More</b> next _year_.", "en")
    page = _page(client, path)
    assert page.xpath("//h2[@id='added']/following-sibling::h3/a/@href") == [f"/en/contributions/{found.pk}/"]
    assert page.xpath("//h2[@id='added']/following-sibling::blockquote//em/text()") == ["year"]
    assert "<b>More</b> next year." in page.text_content()  # as words
    assert page.xpath("//h2[@id='evidence']/following-sibling::div//strong/text()")[0] == "built"
    shown = _page(client, f"/en/contributions/{found.pk}/").text_content() + page.text_content()
    assert not any(each in shown for each in ("people.example", "Anna of the city"))


def test_nobody_who_took_part_is_in_an_answer_or_an_export(
    client: Any, site: Releases, author: Actor, reviewer: Actor
) -> None:
    """Neither by name nor by address; not even in what is given to whoever wrote what they decided on."""
    evidence = SOURCE | {"status": "limited", "reported_on": "2026-03-01", "text": "Homes are built."}
    found = _accepted(author, reviewer, "evidence", evidence, COMMITMENT)
    editor = account("edith@people.example", second_factor=True, name="Edith of the site")
    members.grant(SITE, editor, "editor")
    Person.objects.filter(pk=reviewer.id).update(name="Rita of the site")
    services.reply(who(editor), found.pk, "More next year.", "en")
    answers = [
        client.get(path, headers={"host": "localhost"}).content
        for path in (
            *(
                f"/api/v1/{name}?format={form}"
                for name in ("commitments", "practices")
                for form in ("json", "csv")
            ),
            f"/api/v1/commitments/{COMMITMENT}",
            "/api/v1/withdrawn",
            "/en/feed/",
        )
    ]
    told = b"".join([*answers, exported()]).decode()
    assert "Homes are built." in told
    mine = json.dumps(personal.exported(author, Person.objects.get(pk=author.id)))
    assert "Homes are built." in mine
    for text in (told, mine.replace("anna@people.example", "").replace("Anna of the city", "")):
        assert not re.search(r"people\.example|(?:Anna|Rita|Edith) of the", text)


def test_a_correction_of_a_report_names_what_is_wrong(
    client: Any, site: Releases, author: Actor, reviewer: Actor
) -> None:
    evidence = SOURCE | {"status": "limited", "reported_on": "2026-03-01", "text": "Homes are built."}
    report = _accepted(author, reviewer, "evidence", evidence, COMMITMENT).became
    path = f"/en/{site.union}/plan/{COMMITMENT}/"
    (link,) = _page(client, path).xpath("//a[contains(@href, 'part=report')]/@href")
    answer = client.get(link, headers={"host": "localhost"})
    form = lxml.html.fromstring(answer.content.decode())
    assert form.xpath("//select[@name='report']/option[@selected]/@value") == [report]
    assert form.xpath("//select[@name='part']/option[@selected]/@value") == ["report"]
    wrong = SOURCE | {"part": "report", "report": report, "text": "It is about another city."}
    asked = _accepted(author, reviewer, "correction", wrong, COMMITMENT)
    assert asked.state == "waiting"  # without the report the status is lower: the owner is heard first
    assert "Homes are built." in _page(client, path).text_content()
    editor = account("edith@people.example", second_factor=True)
    members.grant(SITE, editor, "editor")
    services.reply(who(editor), asked.pk, "It is.", "en")
    services.take(reviewer, asked.pk)
    services.decide(reviewer, asked.pk, "accept", "It is another city.", asked.hash, "en")
    page = _page(client, path)
    assert "Homes are built." not in page.text_content()
    assert len(page.xpath("//h2[@id='added']/following-sibling::h3/a")) == 2
