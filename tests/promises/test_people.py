"""What people add comes in whole, or is refused with every fault; a status only with evidence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.promises.conftest import Content
from tests.promises.made_up import EVIDENCE, at, plans, words
from tests.support import ROOT
from zaragoza.catalogue import load_plans
from zaragoza.errors import InputError
from zaragoza.model.plan import STATUSES, Organisation
from zaragoza.model.practice import Practice
from zaragoza.model.progress import Report
from zaragoza.web.promises import models, people, revision
from zaragoza.web.promises.entries import KINDS, stated
from zaragoza.web.promises.load import load
from zaragoza.web.promises.standing import Standing
from zaragoza.web.promises.state import state

pytestmark = pytest.mark.django_db


def tell(**others: Any) -> Report:
    same: dict[str, Any] = {
        "status": "limited", "text": "Begun.", "language": "en", "reported_on": date(2021, 3, 1),
        "evidence": (EVIDENCE,), "at": at(2021, 3, 2),
    }  # fmt: skip
    return people.report_progress("P1-1", **same | others)


def standing(on: date = date(2021, 4, 1)) -> Standing:
    return state(on).tracked["P1-1"].standing


def test_a_report_is_kept_as_it_was_told(loaded: None) -> None:
    full = replace(EVIDENCE, published_on=date(2021, 2, 1), passage="page 3")
    told = tell(organisation="cities", evidence=(full, EVIDENCE))
    (row,) = models.ProgressReport.objects.all()
    assert row.noun == told
    assert [each.address for each in told.evidence] == [EVIDENCE.address] * 2


@pytest.mark.parametrize("status", STATUSES[1:])
def test_no_status_without_evidence(loaded: None, status: str) -> None:
    before = Content.now(), revision.current()
    with pytest.raises(InputError, match=f"at least one, as the status is {status}; found none"):
        tell(status=status, evidence=())
    assert (Content.now(), revision.current()) == before
    tell(status=status)
    assert standing().status == status


def test_that_nothing_is_known_may_be_told_without_evidence(loaded: None) -> None:
    before = standing()
    tell(status="no_evidence", evidence=())
    assert standing() == before


def test_what_is_derived_ignores_a_row_without_evidence(loaded: None) -> None:
    """Also where somebody got one past the function."""
    told = tell(status="complete")
    assert standing().status == "complete"
    models.Evidence.objects.all().delete()
    with revision.writing():
        pass
    assert models.ProgressReport.objects.get(pk=told.id).status == "complete"
    assert (standing().status, standing().course) == ("no_evidence", "silent")


def test_every_fault_is_told_at_once(loaded: None) -> None:
    bad = replace(EVIDENCE, title=" ", address="javascript:alert(1)", published_on=date(2022, 1, 1))
    with pytest.raises(InputError) as refused:
        tell(
            status="done", text="", language="English", reported_on=date(2021, 3, 3),
            evidence=(EVIDENCE, bad), organisation="nobody",
        )  # fmt: skip
    assert [fault.field for fault in refused.value.faults] == [
        "organisation", "status", "text", "language", "reported_on", "evidence.2.title", "evidence.2.address",
        "evidence.2.published_on",
    ]  # fmt: skip
    assert not models.ProgressReport.objects.exists()
    with pytest.raises(InputError, match="commitment"):
        people.report_progress(
            "P9", status="no_evidence", text="x", language="en", reported_on=date(2021, 1, 1)
        )


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("https://office.example/a b", False),
        ("ftp://office.example/", False),
        ("//office.example/", False),
        ("https://", False),
        ("https://[::1", False),
        ("office.example/report", False),
        ("http://office.example", True),
    ],
)
def test_evidence_can_be_looked_up(loaded: None, address: str, right: bool) -> None:
    evidence = (replace(EVIDENCE, address=address),)
    if right:
        tell(evidence=evidence)
    else:
        with pytest.raises(InputError, match=r"evidence\.1\.address"):
            tell(evidence=evidence)


def test_a_withdrawn_report_counts_no_longer_but_past_days_keep_it(loaded: None) -> None:
    told = tell()
    people.withdraw_report(told.id, at(2021, 5, 1))
    assert standing(date(2021, 4, 30)).status == "limited"
    assert standing(date(2021, 5, 1)).status == "no_evidence"
    for again in (told.id, UUID(int=1)):
        with pytest.raises(InputError, match="id"):
            people.withdraw_report(again)


def test_a_milestone_on_its_way(loaded: None) -> None:
    tell()
    step = people.add_milestone(
        "P1-1", title=words("A law"), source="Letter", due=date(2021, 6, 1), at=at(2021, 3, 2)
    )
    assert standing(date(2021, 6, 2)).missed == (step,)
    with pytest.raises(InputError, match="reached_on"):
        people.reach_milestone(step.id, on=date(2021, 6, 21), at=at(2021, 6, 20))
    reached = people.reach_milestone(step.id, on=date(2021, 5, 30), at=at(2021, 6, 20))
    assert [each.noun for each in models.Milestone.objects.all()] == [reached]
    assert standing(date(2021, 6, 19)).course == "late"  # that day readers had not been told
    assert standing(date(2021, 6, 20)).course == "on_course"
    with pytest.raises(InputError, match="one that is"):
        people.reach_milestone(step.id, on=date(2021, 5, 30))
    people.withdraw_milestone(step.id, at(2021, 7, 1))
    assert state(date(2021, 7, 1)).tracked["P1-1"].milestones == ()
    with pytest.raises(InputError):
        people.add_milestone("P9", title=words("A law"), source="")


def test_practices_of_people_must_join(loaded: None) -> None:
    known = plans().practices["PR1"]
    strange: Practice = replace(known, id="PR2", organisation="nobody", commitments=("P9", "P1-1"))
    with pytest.raises(InputError) as refused:
        people.add_entry(KINDS["practice"], strange)
    assert [(f.field, f.found) for f in refused.value.faults] == [
        ("organisation", "`nobody`"),
        ("commitments", "`P9`"),
    ]
    with pytest.raises(InputError, match="the catalogue does not have"):
        people.add_entry(KINDS["practice"], known)
    right = replace(strange, organisation=None, commitments=("P1-1",))
    people.add_entry(KINDS["practice"], right)
    people.add_entry(KINDS["practice"], replace(right, measured=words("Homes found")))
    assert stated().practices["PR2"].measured == words("Homes found")
    assert not models.Practice.objects.get(pk="PR2").in_catalogue


def test_every_write_changes_the_revision(loaded: None) -> None:
    seen = [revision.current()]
    told = tell()
    seen.append(revision.current())
    step = people.add_milestone("P1-1", title=words("A law"), source="Letter", at=at(2021, 3, 2))
    seen.append(revision.current())
    people.reach_milestone(step.id, on=date(2021, 5, 30))
    seen.append(revision.current())
    people.withdraw_milestone(step.id)
    seen.append(revision.current())
    people.withdraw_report(told.id)
    seen.append(revision.current())
    people.add_entry(KINDS["organisation"], Organisation(id="partner", title=words("Partner")))
    seen.append(revision.current())
    assert len(set(seen)) == len(seen)


def test_the_example_of_the_page_tells_what_it_says(db: None) -> None:
    """docs/howto/promises.md, on the catalogue of the package."""
    load(load_plans(), at(2026, 1, 1))
    page = (ROOT / "docs" / "howto" / "promises.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```\{code-block\} python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "promises.md", "exec"), {})  # noqa: S102 - our own page
    (row,) = models.ProgressReport.objects.all()
    assert (row.commitment_id, row.status, row.evidence.count()) == ("AP21-HOU-COM-01", "limited", 1)
