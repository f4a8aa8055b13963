"""Pages: contribute with and without an account, one's own, one of them, and what waits for review."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, run_tasks
from tests.contributions.pages import FORM, at, browser, held, read, step, words
from tests.contributions.steps import CSV, begun, decide, now, sent, taken
from tests.promises.made_up import EVIDENCE as SOURCE
from zaragoza.model.text import LANGUAGES
from zaragoza.publish import numbers
from zaragoza.web.api import limit
from zaragoza.web.contributions import services
from zaragoza.web.contributions.actors import token
from zaragoza.web.contributions.forms import FORMS
from zaragoza.web.contributions.models import Contribution, Decision
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


@pytest.fixture(autouse=True)
def no_limit(settings: Settings) -> None:
    settings.CONTRIBUTIONS_A_MINUTE = 0


def only() -> Contribution:
    return Contribution.objects.get()


# Contribute.


def test_from_the_form_to_the_queue(anna: Actor) -> None:
    asks = browser("anna")
    page = asks.get(FORM)
    filled = EVIDENCE | {"id": held(page, "id")}
    for _ in range(2):  # sent twice
        answer = asks.post(FORM, filled)
        assert answer["Location"] == at(UUID(filled["id"]))
    found = only()
    assert (found.pk, found.state, found.organisation, found.language) == (
        UUID(filled["id"]), "draft", "cities", "en",
    )  # fmt: skip
    draft = asks.get(at(found.pk))
    assert "The first homes are built." in words(draft)
    assert read(draft).xpath("//dd//strong/text()") == ["built"]
    assert step(asks, at(found.pk), "attach", file=SimpleUploadedFile("homes.csv", CSV)) == 302
    assert read(asks.get(at(found.pk))).xpath("//main//a[@download]/text()") == ["homes.csv"]
    assert step(asks, at(found.pk), "submit") == 302
    assert only().state == "submitted"
    assert "Promise P1-1" in words(asks.get("/en/contributions/"))


def test_without_an_account_a_letter_leads_to_it_and_only_a_form_confirms_it(loaded: None) -> None:
    asks = browser()
    answer = asks.post(
        FORM.replace("/en/", "/nl/"), EVIDENCE | {"contact": "jan@people.example", "id": uuid4()}
    )
    assert answer["Location"] == "/nl/contributions/sent/"
    assert asks.get(answer["Location"]).status_code == 200
    run_tasks()
    (link,) = re.findall(r"http://\S+?(/nl/contributions/\S+)", mail.outbox[0].body)
    assert asks.get(link).status_code == 200
    assert only().state == "unconfirmed"  # also if a program of the mail server has looked at it
    assert asks.get(link.partition("?")[0]).status_code == 403
    edited = asks.get(link.replace("/?", "/edit/?"))
    assert edited.status_code == 200
    changed = asks.post(link.replace("/?", "/edit/?"), EVIDENCE | {"text": "Het eerste huis staat."})
    assert unquote(changed["Location"]) == link
    assert step(asks, link.partition("?")[0], "confirm") == 403
    assert step(asks, link, "confirm") == 302
    assert (only().state, only().content["text"]) == ("submitted", "Het eerste huis staat.")


def test_who_mistypes_the_address_goes_back_and_gets_the_letter(loaded: None) -> None:
    """The same form, corrected: what it says now is kept, and its letter goes to the address that it says now."""
    asks, id = browser(), uuid4()
    for contact, text in (
        ("jna@people.example", "One."),
        ("jan@people.example", "One."),
        ("jan@people.example", "Two."),
    ):
        for _ in range(2):
            told = EVIDENCE | {"contact": contact, "text": text, "id": id}
            assert asks.post(FORM, told)["Location"] == "/en/contributions/sent/"
    run_tasks()
    assert [letter.to for letter in mail.outbox] == [["jna@people.example"], *[["jan@people.example"]] * 2]


def test_a_letter_opens_its_contribution_for_who_is_logged_in_too(anna: Actor, rita: Actor) -> None:
    made = services.draft(
        Actor(), "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@people.example"
    )
    assert step(browser("anna"), at(made.pk), "confirm") == 403
    assert step(browser("anna"), at(made.pk, token(made.pk)), "confirm") == 302
    assert step(browser("rita"), at(made.pk, token(made.pk)), "take") == 403  # it is rita's own then
    assert only().author_id is None


def test_a_report_that_is_no_longer_shown_cannot_be_corrected_and_that_is_said(anna: Actor) -> None:
    gone = people.report_progress(
        COMMITMENT,
        status="limited",
        text="Gone.",
        language="en",
        reported_on=date(2026, 1, 1),
        evidence=[SOURCE],
    )
    people.withdraw_report(gone.id)
    path = FORM.replace("evidence", "correction")
    assert not read(browser("anna").get(path)).xpath("//select[@name='report']/option[@value!='']")
    told = {name: value for name, value in EVIDENCE.items() if name != "status"}
    answer = browser("anna").post(path, told | {"id": uuid4(), "part": "report", "report": gone.id})
    assert answer.status_code == 422
    assert "a report about this commitment" in words(answer)


def test_it_says_what_happens_next_and_by_when(anna: Actor) -> None:
    assert "A reviewer takes it within 14 days" in words(browser("anna").get(FORM))
    without = words(browser().get(FORM))
    assert "within 7 days" in without
    assert "A reviewer takes it within 30 days" in without


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_at_its_field(anna: Actor, kind: str, language: str) -> None:
    where = {"practice": "practices/contribute/", "call": "funds/contribute/"}
    path = f"/{language}/{where.get(kind, f'plan/{COMMITMENT}/contribute/{kind}/')}"
    for asks in (browser("anna"), browser()):
        answer = asks.post(path, {"id": uuid4()})
        assert answer.status_code == 422
        told = set(read(answer).xpath("//*[@role='alert']//a/@href"))
        needed = {f"#id_{name}" for name, field in FORMS[kind].base_fields.items() if field.required}
        assert told == needed | (set() if asks.session.get("_auth_user_id") else {"#id_contact"})
        assert all(read(answer).xpath(f"//*[@id='{name[1:]}'][@aria-invalid='true']") for name in told)
    assert not Contribution.objects.exists()


def test_what_was_typed_stays_where_something_is_wrong(anna: Actor) -> None:
    answer = browser("anna").post(FORM, EVIDENCE | {"id": uuid4(), "source_address": "no address"})
    page = read(answer)
    assert page.xpath("//textarea[@name='text']")[0].text.strip() == EVIDENCE["text"]
    assert page.xpath("//input[@name='source_address']/@value") == ["no address"]
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("id", ["", "x", "0" * 40])
def test_a_form_without_its_number_is_none_of_ours(anna: Actor, id: str) -> None:
    assert browser("anna").post(FORM, EVIDENCE | {"id": id}).status_code == 422


def test_the_number_of_somebody_elses_form_opens_nothing(anna: Actor, make: Make) -> None:
    make("theo", "contributor", "ministry")
    id = begun(anna)
    for asks in (browser("theo"), browser()):
        answer = asks.post(FORM, EVIDENCE | {"id": id, "text": "Mine.", "contact": "jan@people.example"})
        assert answer.status_code == 403
    assert now(id).content["text"] == EVIDENCE["text"]


@pytest.mark.parametrize(
    "path", ["plan/no/contribute/", "plan/P1-1/contribute/call/", "plan/P1-1/contribute/no/"]
)
def test_what_cannot_be_contributed_to_is_not_found(loaded: None, path: str) -> None:
    assert browser().get(f"/en/{path}").status_code == 404


def test_fields_that_no_form_has_are_not_kept(anna: Actor) -> None:
    forged = {
        "state": "accepted",
        "author": "1",
        "organisation": "ministry",
        "became": "x",
        "commitment": "P1-2",
    }
    browser("anna").post(FORM, EVIDENCE | forged | {"id": uuid4()})
    assert (only().state, only().organisation, only().commitment, only().became) == (
        "draft", "cities", COMMITMENT, "",
    )  # fmt: skip
    assert only().content == EVIDENCE


# Review.


def test_the_queue_tells_age_and_reason(anna: Actor, rita: Actor) -> None:
    id = sent(anna)
    page = read(browser("rita").get("/en/contributions/review/"))
    (row,) = (" ".join(each.text_content().split()) for each in page.xpath("//ul[@id='waiting']/li"))
    due = numbers.date(now(id).due_at or date.max, "en")
    assert row == (
        f"Evidence: Promise P1-1 waits for a reviewer, for less than a day. By {due} at the latest. "
        "By Cities. Why it is reviewed: words of an organisation."
    )
    for name in ("anna", ""):
        assert browser(name).get("/en/contributions/review/").status_code == 403
    services.take(rita, id)
    assert "in review (by you)" in words(browser("rita").get("/en/contributions/review/"))


def test_a_reviewer_takes_reads_the_difference_and_accepts(anna: Actor, rita: Actor) -> None:
    id = sent(anna)
    asks = browser("rita")
    assert step(asks, at(id), "take") == 302
    page = asks.get(at(id))
    lines = read(page).xpath("//h2[@id='compared']/following-sibling::dl[1]/*")
    told: dict[str, list[str]] = {}
    for each in lines:
        if each.tag == "dt":
            told[each.text_content()] = last = []
        else:
            last.append(" ".join(each.text_content().split()))
    assert told["What it shows"] == ["Before: No evidence", "With this: Limited progress"]
    assert step(asks, at(id), "decide", outcome="accept", reason=" ", read=now(id).hash) == 422
    assert step(asks, at(id), "decide", outcome="publish", reason="So.", read=now(id).hash) == 422
    assert not Decision.objects.exists()
    dutch, hash = at(id, language="nl"), held(page, "read")
    assert step(asks, dutch, "decide", outcome="accept", reason="It is **so**.", read=hash) == 302
    shown = browser().get(at(id))
    assert read(shown).xpath("//h2[@id='decisions']/following-sibling::div[1]/@lang") == ["nl"]
    assert (shown.status_code, dict(shown.cookies)) == (200, {})
    assert "It is so." in words(shown)
    assert not re.search("rita|anna|Name of|people.example", shown.content.decode())
    compared = words(shown)
    assert "What it shows Before: No evidence" in compared  # as when it was written
    assert step(asks, at(id), "decide", outcome="reject", reason="No.", read=held(page, "read")) == 409


def test_a_decision_on_what_was_changed_meanwhile_is_refused_and_its_reason_kept(
    anna: Actor, rita: Actor
) -> None:
    id = taken(anna, rita)
    answer = browser("rita").post(
        at(id), {"step": "decide", "outcome": "accept", "reason": "So.", "read": "0" * 64}
    )
    assert answer.status_code == 409
    assert read(answer).xpath("//textarea[@name='reason']")[0].text.strip() == "So."
    assert now(id).state == "in_review"


def test_the_owner_is_asked_and_replies(anna: Actor, rita: Actor, mina: Actor) -> None:
    decide(rita, taken(anna, rita, status="substantial"))
    id = taken(anna, rita, status="limited")
    decide(rita, id)
    assert now(id).state == "waiting"
    asks = browser("mina")
    assert "Your reply is asked for" in words(asks.get("/en/contributions/"))
    assert step(asks, at(id), "reply", text="") == 422
    assert asks.post(at(id), {"step": "reply", "text": "We do **more**."})["Location"] == "/en/contributions/"
    assert now(id).state == "submitted"
    page = words(browser("rita").get(at(id)))
    assert "Ministry" in page
    assert "We do more." in page


# Hostile.

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.mark.parametrize("kind", FORMS)
def test_script_in_every_field_is_refused_or_shown_as_words(anna: Actor, kind: str) -> None:
    asks = browser("anna")
    path = {"practice": "/en/practices/contribute/", "call": "/en/funds/contribute/"}.get(
        kind, FORM.replace("evidence", kind)
    )
    right = EVIDENCE | {
        "part": "title", "area": "housing", "geo": "NL", "grade": "compared", "fund": "F1",
        **{f"{name}_{language}": "Homes" for name in ("title", "summary") for language in LANGUAGES},
    }  # fmt: skip
    for name in FORMS[kind].base_fields:
        answer = asks.post(path, right | {"id": uuid4(), name: SCRIPT}, follow=True)
        assert answer.status_code in (200, 422)
        page = read(answer)
        assert not page.xpath("//script[not(@src)] | //main//img | //@onerror"), name
        if name not in ("area", "fund", "report"):  # of which a list offers what there is
            assert "alert(1)" in answer.content.decode()  # shown, as words


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x00", "\x1b"])
def test_signs_that_deceive_are_refused(anna: Actor, rita: Actor, sign: str) -> None:
    asks = browser("anna")
    wrong = f"a{sign}b"
    for name in ("text", "source_title", "source_passage"):
        assert asks.post(FORM, EVIDENCE | {"id": uuid4(), name: wrong}).status_code == 422, name
    assert not Contribution.objects.exists()
    id = taken(anna, rita)
    asks = browser("rita")
    status = step(asks, at(id), "decide", outcome="accept", reason=wrong, read=now(id).hash)
    assert status == 422


def test_ten_megabytes_are_not_read(anna: Actor) -> None:
    asks = browser("anna")
    large = "x" * 10 * 1024**2
    plain = asks.post(FORM, f"text={large}", content_type="application/x-www-form-urlencoded")
    assert plain.status_code == 413
    assert (
        asks.post(FORM, EVIDENCE | {"text": large}).status_code == 400
    )  # in parts: a field of a form with files
    assert not Contribution.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", b"MZ\x90\x00" + b"\x00" * 200),
        ("report.pdf", b"\x7fELF" + b"\x00" * 200),
        ("report.exe", b"%PDF-1.4\n%%EOF"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("homes.csv", b"a,b\n=cmd|' /C calc'!A0,1\n"),
        ("report.pdf", b"%PDF-1.4\n" + b"x" * 6 * 1024**2 + b"%%EOF"),
        ("", b"x"),
    ],
)
def test_files_that_are_not_what_they_say(anna: Actor, name: str, content: bytes) -> None:
    id = begun(anna)
    file = SimpleUploadedFile(name or "x", content)
    assert step(browser("anna"), at(id), "attach", **({"file": file} if name else {})) == 422
    assert not now(id).attachments.exists()


def test_steps_that_no_form_has(anna: Actor) -> None:
    id = begun(anna)
    for told in ({}, {"step": "accept"}, {"step": "__class__"}, {"step": "detach", "attachment": "9" * 30}):
        assert browser("anna").post(at(id), told).status_code == 422
    assert browser("anna").put(at(id)).status_code == 405


def test_forms_from_elsewhere_are_not_taken(anna: Actor) -> None:
    id = begun(anna)
    asks = browser("anna", enforce_csrf_checks=True)
    assert step(asks, at(id), "submit") == 403
    own = held(asks.get(at(id)), "csrfmiddlewaretoken")
    assert step(asks, at(id), "submit", csrfmiddlewaretoken=own) == 302


@pytest.mark.parametrize(
    ("language", "said"), [("en", "before you logged in or out"), ("nl", "voordat u in- of uitlogde")]
)
@pytest.mark.parametrize("path", [FORM.removeprefix("/en/"), "account/login/"])
def test_a_form_of_before_somebody_logged_in_is_refused_in_words(
    loaded: None, path: str, language: str, said: str
) -> None:
    """On a page of the site, which nobody keeps; what is typed there is nobody's to repeat."""
    answer = browser(enforce_csrf_checks=True).post(f"/{language}/{path}", EVIDENCE | {"login": "jan"})
    assert (answer.status_code, said in words(answer)) == (403, True)
    assert "no-store" in answer["Cache-Control"]
    assert read(answer).xpath("string(/html/@lang)") == language
    assert EVIDENCE["source_address"] not in answer.content.decode()


def test_how_often_forms_are_sent_in_is_limited(
    anna: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a minute that does not end."""
    settings.CONTRIBUTIONS_A_MINUTE = 2
    monkeypatch.setattr(limit, "time", lambda: 1_800_000_012.5)  # 12 seconds into it
    id = begun(anna)
    asks = browser("anna")
    for _ in range(2):
        assert step(asks, at(id), "no") == 422
    answer = asks.post(at(id), {"step": "submit"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "48")
    assert now(id).state == "draft"
    assert asks.get(at(id)).status_code == 200
    elsewhere = browser("anna", REMOTE_ADDR="203.0.113.9")
    assert step(elsewhere, at(id), "submit") == 302


# Words.


def test_every_page_is_in_its_language_and_kept_by_nobody(anna: Actor, rita: Actor) -> None:
    id = sent(anna)
    titles = {"en": "What waits for review", "nl": "Wat op beoordeling wacht"}
    for language in LANGUAGES:
        answer = browser("rita").get(f"/{language}/contributions/review/")
        assert titles[language] in answer.content.decode()
        for path in (
            at(id, language=language),
            f"/{language}/contributions/",
            FORM.replace("/en/", f"/{language}/"),
        ):
            shown = browser("rita").get(path)
            assert shown.status_code == 200
            assert "no-store" in shown["Cache-Control"]


def test_a_key_is_carried_by_what_its_page_links_to(loaded: None) -> None:
    made = services.draft(
        Actor(), "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@people.example"
    )
    key = token(made.pk)
    asks = browser()
    assert step(asks, at(made.pk, key), "attach", file=SimpleUploadedFile("homes.csv", CSV)) == 302
    for link in read(asks.get(at(made.pk, key))).xpath("//main//a[contains(@href, 'key=')]/@href"):
        answer = asks.get(link)
        assert answer.status_code == 200, link
        answer.close()
