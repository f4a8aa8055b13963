"""Files go out as downloads that no browser runs, to whoever may read their contribution."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person
from tests.contributions.steps import CSV, begun, decide
from zaragoza.web.contributions import services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.attachments import path
from zaragoza.web.contributions.models import Attachment
from zaragoza.web.contributions.roles import NOBODY, Actor

pytestmark = pytest.mark.django_db


def address(found: Attachment) -> str:
    return f"/attachments/{found.contribution_id}/{found.pk}/{found.name}"


def asking(name: str = "") -> Client:
    browser = Client()
    if name:
        browser.force_login(person(name), "allauth.account.auth_backends.AuthenticationBackend")
    return browser


def status(found: Attachment, name: str = "", query: str = "") -> int:
    answer = asking(name).get(address(found) + query)
    answer.close()
    return answer.status_code


def attached(actor: Actor) -> Attachment:
    return services.attach(actor, begun(actor), "homes.csv", CSV)


def test_it_is_a_download(anna: Actor) -> None:
    found = attached(anna)
    answer = asking("anna").get(address(found))
    assert b"".join(answer.streaming_content) == CSV  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="homes.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        answer["Content-Security-Policy"]
        == "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")
    assert not answer.cookies


def test_only_who_may_read_the_contribution_gets_it(anna: Actor, rita: Actor, make: Make) -> None:
    make("theo", "manager", "ministry")
    make("arie", "contributor", "cities")
    found = attached(anna)
    id: UUID = found.contribution_id
    for name, seen in {"anna": 200, "arie": 200, "theo": 403, "rita": 403, "": 403}.items():
        assert status(found, name) == seen, name
    services.submit(anna, id)
    for name, seen in {"anna": 200, "arie": 200, "theo": 403, "rita": 200, "": 403}.items():
        assert status(found, name) == seen, name
    services.take(rita, id)
    decide(rita, id)
    for name in ("anna", "theo", "rita", ""):
        assert status(found, name) == 200, name


def test_the_key_of_a_letter_opens_those_of_its_contribution(loaded: None) -> None:
    made, other = (
        services.draft(
            NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@people.example"
        )
        for _ in range(2)
    )
    key = token(made.pk)
    found = services.attach(who(None, key), made.pk, "homes.csv", CSV)
    assert status(found, query=f"?key={key}") == 200
    assert status(found, query=f"?key={token(other.pk)}") == status(found, query="?key=x") == 403


def test_addresses_that_are_none(anna: Actor) -> None:
    found = attached(anna)
    for wrong in (
        f"/attachments/{uuid4()}/{found.pk}/homes.csv",
        f"/attachments/{found.contribution_id}/{found.pk + 1}/homes.csv",
        f"/attachments/{found.contribution_id}/{found.pk}/other.csv",
    ):
        assert asking("anna").get(wrong).status_code == 403
    path(found.sha256).unlink()
    assert status(found, "anna") == 403


def test_it_is_for_reading(anna: Actor) -> None:
    found = attached(anna)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(asking("anna"), method)(address(found)).status_code == 405
