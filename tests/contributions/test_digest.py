"""The weekly digest: who is told what, all of it counted, and where the rest stands."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from tests.contributions.conftest import COMMITMENT, Make, person, run_tasks
from tests.contributions.steps import begun, late, sent
from tests.promises.made_up import EVIDENCE as SOURCE
from zaragoza.web.contributions import digest, members
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises import people
from zaragoza.web.promises.state import today

pytestmark = pytest.mark.django_db


def received() -> dict[str, str]:
    """What each is told in a digest."""
    run_tasks()
    mail.outbox.clear()
    digest.send_digest()
    run_tasks()
    assert len(mail.outbox) == len({letter.to[0] for letter in mail.outbox})
    return {letter.to[0].partition("@")[0]: letter.body for letter in mail.outbox}


def test_owners_are_told_what_is_stale_and_editors_the_rest(
    anna: Actor, rita: Actor, mina: Actor, edith: Actor
) -> None:
    overdue, draft = sent(anna), begun(anna)
    late(overdue, 20)
    late(draft, 100)
    told = received()
    assert set(told) == {"mina", "edith"}
    assert COMMITMENT in told["mina"]
    assert "/en/organisations/ministry/" in told["mina"]
    assert str(overdue) in told["edith"]
    assert "Evidence: Promise P1-1" in told["edith"]
    assert str(draft) not in told["edith"], "editors do not see drafts"
    assert f"{COMMITMENT}:" not in told["edith"]
    assert not digest.week_is_over()


def test_an_editor_of_an_organisation_gets_one_letter(anna: Actor, mina: Actor, edith: Actor) -> None:
    late(sent(anna), 20)
    members.grant(Actor(roles=frozenset({"administrator"})), person("mina"), "editor")
    told = received()
    for words, of in (("of your organisation", {"mina"}), ("should have been moved", {"mina", "edith"})):
        assert {name for name, body in told.items() if words in body} == of


def test_none_where_nothing_is_stale(mina: Actor, make: Make) -> None:
    people.report_progress(
        COMMITMENT, status="complete", text="All.", language="en", reported_on=today(), evidence=[SOURCE]
    )
    assert "mina" not in received()


def test_none_where_nothing_is_stale_any_more_when_it_is_written(mina: Actor) -> None:
    run_tasks()
    mail.outbox.clear()
    digest.send_digest()
    people.report_progress(
        COMMITMENT, status="complete", text="All.", language="en", reported_on=today(), evidence=[SOURCE]
    )
    run_tasks()
    assert mail.outbox == []


@pytest.mark.parametrize(("stale", "cut"), [(40, ""), (41, "And 1 more."), (47, "And 7 more.")])
def test_a_list_that_is_cut_says_so(
    edith: Actor, monkeypatch: pytest.MonkeyPatch, stale: int, cut: str
) -> None:
    """Forty are listed (`_MOST_LISTED`); how many there are stands above, and where all of them are below."""
    (known,) = [each for name, each in digest.stale().items() if name == COMMITMENT]

    def many() -> dict[str, Any]:
        return {
            f"X-{n}": SimpleNamespace(
                commitment=replace(known.commitment, id=f"X-{n}"), standing=known.standing
            )
            for n in range(stale)
        }

    monkeypatch.setattr(digest, "stale", many)
    body = received()["edith"]
    assert f"{stale} commitments that nobody answers for are late or silent:" in body
    assert sum(line.startswith("X-") for line in body.splitlines()) == 40
    assert ("more." in body) == bool(cut)
    assert cut in body
    assert f"/en/plan/?course={known.standing.course}" in body
