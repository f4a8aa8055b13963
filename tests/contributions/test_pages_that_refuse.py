"""What is answered where a form is of elsewhere, and where the site itself fails: words of the language asked for."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import OperationalError, connection

from tests.contributions.conftest import EVIDENCE
from tests.contributions.pages import FORM, at, browser, held, read, step, words
from tests.contributions.steps import begun
from zaragoza.web.contributions.roles import Actor

pytestmark = pytest.mark.django_db


def test_forms_from_elsewhere_are_not_taken(anna: Actor) -> None:
    id = begun(anna)
    asks = browser("anna", enforce_csrf_checks=True)
    assert step(asks, at(id), "submit") == 403
    own = held(asks.get(at(id)), "csrfmiddlewaretoken")
    assert step(asks, at(id), "submit", csrfmiddlewaretoken=own) == 302


@pytest.mark.parametrize(
    ("language", "said"), [("en", "before you logged in or out"), ("nl", "voordat u zich aan- of afmeldde")]
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


@pytest.mark.parametrize(
    ("language", "said"), [("en", "kept whole or not at all"), ("nl", "in zijn geheel bewaard, of niet")]
)
def test_a_fault_of_the_site_is_told_in_words(anna: Actor, language: str, said: str) -> None:
    """Also where the database answers nothing, and without what the fault says of itself."""

    def down(*_: object) -> None:
        raise OperationalError("of the person")

    asks = browser(raise_request_exception=False)
    with connection.execute_wrapper(down):
        answer = asks.get(at(UUID(int=1), language=language))
    assert (answer.status_code, said in words(answer)) == (500, True)
    assert read(answer).xpath("string(/html/@lang)") == language
    assert "no-store" in answer["Cache-Control"]
    assert b"of the person" not in answer.content
    assert asks.get(at(UUID(int=1), language=language)).status_code == 403


def test_a_form_that_is_sent_twice_is_not_said_to_have_kept_nothing(anna: Actor) -> None:
    """Whoever presses twice sees the answer to the second form alone."""
    id, asks = begun(anna), browser("anna")
    assert step(asks, at(id), "submit") == 302
    for language, moved, kept in (
        ("en", "It has moved on meanwhile", "Nothing was kept yet"),
        ("nl", "Het is intussen verder", "Er is nog niets bewaard"),
    ):
        said = words(asks.post(at(id, language=language), {"step": "submit"}))
        assert (moved in said, kept in said) == (True, False)
        said = words(asks.post(at(id, language=language), {"step": "reply", "text": ""}))
        assert (moved in said, kept in said) == (False, True)
