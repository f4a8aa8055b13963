"""Small plans of our own: nothing in them is stated by anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from zaragoza.catalogue import Plans, load_plans
from zaragoza.model.funding import Call, Fund, Rule, Use
from zaragoza.model.plan import Commitment, Deadline, Objective, Organisation, Passage, Plan
from zaragoza.model.practice import Practice
from zaragoza.model.progress import Evidence, Milestone, Report
from zaragoza.model.text import Text

PASSAGE = Passage(document="AP21", section="4.I", find="some words of it")
PLAN = Plan(id="P1", document="AP21", stated_on=date(2020, 1, 1), language="nl")
EVIDENCE = Evidence(title="Annual report", address="https://office.example/report.pdf")


def words(text: str) -> Text:
    return Text(text, f"{text} (nl)")


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def deadline(on: date | None = None, every: str | None = None, precision: Any = "day") -> Deadline:
    return Deadline(words=words("by then"), precision=precision, on=on, every=every)


def commitment(name: str = "P1-1", **others: Any) -> Commitment:
    same: dict[str, Any] = {
        "plan": "P1", "area": "housing", "kind": "action", "title": words(f"Promise {name}"),
        "summary": words("What is promised."), "owners": ("ministry",), "source": PASSAGE,
    }  # fmt: skip
    return Commitment(id=name, **same | others)


def report(number: int = 1, **others: Any) -> Report:
    same: dict[str, Any] = {
        "commitment": "P1-1", "status": "limited", "text": "It has begun.", "language": "en",
        "reported_on": date(2021, 1, 1), "published_at": at(2021, 1, 2), "evidence": (EVIDENCE,),
    }  # fmt: skip
    return Report(id=UUID(int=number), **same | others)


def milestone(number: int = 1, **others: Any) -> Milestone:
    same: dict[str, Any] = {
        "commitment": "P1-1", "title": words("A first step"), "source": "The ministry's letter of 2 January 2021",
        "published_at": at(2021, 1, 2),
    }  # fmt: skip
    return Milestone(id=UUID(int=number), **same | others)


def plans(*commitments: Commitment, **others: Any) -> Plans:
    """The catalogue of the package with these plans in the place of its own."""
    held: dict[str, tuple[Any, ...]] = {
        "plans": (PLAN,),
        "commitments": commitments or (commitment(),),
        "organisations": (
            Organisation(id="ministry", title=words("Ministry")),
            Organisation(id="cities", title=words("Cities"), is_kind=True),
        ),
        "objectives": (
            Objective(
                id="O1",
                plan="P1",
                area="housing",
                kind="objective",
                title=words("Good homes"),
                summary=words("All have one."),
                source=PASSAGE,
                indicators=("IND-OVERCROWDING",),
            ),
        ),
        "funds": (
            Fund(
                id="F1",
                title=words("Fund of homes"),
                kind=words("fund"),
                role="direct",
                uses=(Use(area="housing", what=words("Homes"), source=PASSAGE),),
                eligible=(Rule(who=words("cities"), source=PASSAGE, applicants=("cities",)),),
            ),
        ),
        "calls": (
            Call(id="C1", fund="F1", title=words("Call"), summary=words("For homes."), source=PASSAGE),
        ),
        "practices": (
            Practice(
                id="PR1",
                area="housing",
                geo="NL",
                title=words("Homes first"),
                summary=words("What was done."),
                grade="described",
                source=PASSAGE,
                organisation="cities",
                commitments=(),
            ),
        ),
    } | others
    return replace(load_plans(), **{n: {each.id: each for each in entries} for n, entries in held.items()})
