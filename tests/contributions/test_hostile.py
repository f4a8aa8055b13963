"""Hostile input, field by field of every form: refused with its name, or kept as the words that it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make
from tests.contributions.pages import at, browser, step, words
from tests.contributions.steps import CSV, begun, decide, now, taken
from tests.contributions.test_attachments import pdf
from zaragoza.model.text import LANGUAGES
from zaragoza.web.contributions import members, removal, services
from zaragoza.web.contributions.forms import FORMS, Line, Words, content
from zaragoza.web.contributions.models import Attachment, Contribution, Invitation, Reply
from zaragoza.web.contributions.refusal import UnfitError
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]
DECEIVING = {
    "ten megabytes": "x" * 10 * 1024**2,
    "a null": "a\x00b",
    "an escape sequence": "a\x1b[2Jb",
    "a direction that is turned": "a\u202egpj.exe",
    "a direction that is set apart": "a\u2066b\u2069",
    "words that nobody sees": "a\U000e0041b",
}
RIGHT = EVIDENCE | {
    "part": "title", "area": "housing", "geo": "NL", "grade": "compared", "fund": "F1",
    **{f"{name}_{language}": "Homes" for language in LANGUAGES
       for name in ("title", "summary", "measured", "transferable")},
}  # fmt: skip
TEXTS = [
    (kind, name)
    for kind, form in FORMS.items()
    for name, field in form.base_fields.items()
    if isinstance(field, Line)
]


@pytest.fixture(autouse=True)
def no_limit(settings: Settings) -> None:
    settings.CONTRIBUTIONS_A_MINUTE = 0


def test_every_form_has_fields_of_text() -> None:
    assert {kind for kind, _ in TEXTS} == set(FORMS)
    assert {type(FORMS[kind].base_fields[name]) for kind, name in TEXTS} >= {Line, Words}


@pytest.mark.parametrize("what", DECEIVING)
def test_what_deceives_is_refused_in_every_field(loaded: None, what: str) -> None:
    for kind, name in TEXTS:
        with pytest.raises(UnfitError) as told:
            content(kind, RIGHT | {name: DECEIVING[what]})
        assert {fault.field for fault in told.value.faults} == {name}, kind


@pytest.mark.parametrize("what", DECEIVING)
def test_and_in_every_other_text(anna: Actor, rita: Actor, edith: Actor, make: Make, what: str) -> None:
    """Reasons, replies, names and addresses; a form as large as ten megabytes is not even read."""
    make("mark", "manager", "cities")
    make("adam", "administrator")
    wrong, review, accepted, asked = DECEIVING[what], *(taken(anna, rita) for _ in range(3))
    for id in (accepted, asked):
        decide(rita, id)
    removal.ask_removal(anna, asked, "It names my neighbour.")
    members.assign(edith, COMMITMENT, "cities")
    before = Organisation.objects.count()
    name = {"id": "new", "title_en": wrong, "title_nl": "Nieuw", "geo": ""}
    told = [
        browser("rita").post(
            at(review), {"step": "decide", "outcome": "accept", "reason": wrong, "read": now(review).hash}
        ),
        browser("anna").post(at(accepted), {"step": "reply", "text": wrong}),
        browser("anna").post(at(accepted), {"step": "ask_removal", "why": wrong}),
        browser("edith").post(at(accepted), {"step": "take_down", "ground": wrong, "reason": "So."}),
        browser("edith").post(at(accepted), {"step": "take_down", "ground": "law", "reason": wrong}),
        browser("edith").post(at(asked), {"step": "keep", "reason": wrong}),
        browser("edith").post("/en/organisations/", name),
        browser("mark").post("/en/organisations/cities/", {"step": "invite", "email": wrong, "role": "manager"}),
        browser("edith").post("/en/organisations/cities/", {"step": "assign", "commitment": wrong}),
        browser("adam").post("/en/account/roles/", {"step": "grant", "email": wrong, "role": "editor"}),
        browser("anna").post("/en/account/", {"step": "join", "organisation": wrong}),
    ]  # fmt: skip
    assert {answer.status_code for answer in told} <= {400, 403, 422}, [each.status_code for each in told]
    assert [now(id).state for id in (review, accepted, asked)] == ["in_review", "accepted", "removal_asked"]
    assert not Reply.objects.exists()
    assert not Invitation.objects.exists()
    assert Organisation.objects.count() == before


def test_what_a_database_cannot_even_look_for_is_refused(make: Make) -> None:
    """PostgreSQL fails on a NUL; SQLite looks for it and finds nothing, so the answer has to come before."""
    make("edith", "editor")
    answer = browser("edith").post("/en/organisations/cities/", {"step": "release", "commitment": "a\x00b"})
    assert answer.status_code == 422
    assert "It holds a character that cannot be kept." in words(answer)


# Fields that nobody sees.


def _forged(anna: Actor, theo: Actor) -> Iterator[tuple[dict[str, str], int]]:
    """Steps of a reader whose hidden fields name what is another's, and the answer to each."""
    others = services.attach(theo, begun(theo), "homes.csv", CSV)
    yield {"step": "detach", "attachment": str(others.pk)}, 302  # of this contribution there is none
    yield {"step": "decide", "outcome": "accept", "reason": "So.", "read": "0" * 64}, 409  # it is a draft
    yield {"step": "submit", "author": str(theo.id), "organisation": "ministry", "state": "accepted"}, 302


def test_forged_hidden_fields_change_nothing_of_others(anna: Actor, make: Make) -> None:
    theo = make("theo", "contributor", "ministry")
    id = begun(anna)
    for told, expected in _forged(anna, theo):
        assert browser("anna").post(at(id), told).status_code == expected, told
    found = now(id)
    assert (found.state, found.author_id, found.organisation) == ("submitted", anna.id, "cities")
    assert Attachment.objects.get().contribution.author_id == theo.id


def test_a_decision_whose_hash_is_forged_is_refused_with_a_way_out(anna: Actor, rita: Actor) -> None:
    id = taken(anna, rita)
    for read in ("", "0" * 64, "x" * 1000, now(taken(anna, rita, text="Other homes.")).hash):
        answer = browser("rita").post(
            at(id), {"step": "decide", "outcome": "accept", "reason": "So.", "read": read}
        )
        assert answer.status_code == 409
        page = answer.content.decode()
        assert now(id).hash in page  # what is shown now can be decided on
        assert ">So.</textarea>" in page
    assert now(id).state == "in_review"


# Forms that come again.


def test_a_step_that_is_sent_again_is_taken_once(anna: Actor, rita: Actor, mina: Actor) -> None:
    id = begun(anna)
    read = now(id).hash
    for name, path, told in (
        ("anna", at(id), {"step": "submit"}),
        ("rita", at(id), {"step": "take"}),
        ("rita", at(id), {"step": "decide", "outcome": "accept", "reason": "So.", "read": read}),
    ):
        assert browser(name).post(path, told).status_code == 302, told
        assert browser(name).post(path, told).status_code == 409, told
    found = now(id)
    assert (found.state, found.round, found.decisions.count()) == ("accepted", 1, 1)
    for _ in range(2):
        assert step(browser("mina"), at(id), "reply", text="We do more.") == 302
    assert Reply.objects.count() == 1
    assert step(browser("mina"), at(id), "reply", text="And more.") == 302
    assert Reply.objects.count() == 2


def test_a_form_of_yesterday_is_taken_as_it_is_today(anna: Actor, rita: Actor) -> None:
    """What its author changed meanwhile, and what was withdrawn, is not what the old page showed."""
    id = taken(anna, rita)
    old = {"step": "decide", "outcome": "return", "reason": "Say more.", "read": now(id).hash}
    assert browser("rita").post(at(id), old).status_code == 302
    services.edit(anna, id, EVIDENCE | {"text": "More homes."})
    services.submit(anna, id)
    services.take(rita, id)
    assert browser("rita").post(at(id), old | {"outcome": "accept"}).status_code == 409
    services.withdraw(anna, id)
    assert browser("rita").post(at(id), old | {"outcome": "accept"}).status_code in (403, 409)
    assert now(id).state == "withdrawn"


# Files that are two things at a time.


@pytest.mark.parametrize(
    "body", [b"<html><script>alert(1)</script></html>\n", b"#!/bin/sh\nrm -rf /\n", b"MZ\x90\x00" + b"\x00" * 64]
)  # fmt: skip
def test_what_passes_for_a_pdf_is_never_more_than_a_download(anna: Actor, body: bytes) -> None:
    id = begun(anna)
    asks = browser("anna")
    assert step(asks, at(id), "attach", file=SimpleUploadedFile("report.pdf", pdf(body))) == 302
    file = Attachment.objects.get()
    answer = asks.get(f"/attachments/{id}/{file.pk}/{file.name}")
    answer.close()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    for name in ("report.html", "report.pdf.html", "report.exe"):  # the address decides nothing
        assert asks.get(f"/attachments/{id}/{file.pk}/{name}").status_code == 403


def test_a_tail_behind_the_end_of_a_pdf_is_refused(anna: Actor) -> None:
    id = begun(anna)
    for tail in (b"<script>alert(1)</script>", b"PK\x03\x04" + b"\x00" * 40, b"\n<?php system('id');"):
        file = SimpleUploadedFile("report.pdf", pdf() + tail)
        assert step(browser("anna"), at(id), "attach", file=file) == 422
    assert not Attachment.objects.exists()


def test_a_letter_that_is_old_opens_nothing(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one whose address was changed."""
    from django.core import signing

    from zaragoza.web.contributions.actors import token

    asks = browser()
    asks.post(
        f"/en/plan/{COMMITMENT}/contribute/evidence/",
        EVIDENCE | {"contact": "jan@people.example", "id": "00000000-0000-4000-8000-000000000001"},
    )
    id = Contribution.objects.get().pk
    key = token(id)
    assert asks.get(at(id, key)).status_code == 200
    assert asks.get(at(id, key[:-1] + ("A" if key[-1] != "A" else "B"))).status_code == 403
    later = (timezone.now() + timedelta(days=91)).timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert asks.get(at(id, key)).status_code == 403
