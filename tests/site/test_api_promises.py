"""Promises by the API against the files of the catalogue, and what people told against what they told."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from zaragoza.catalogue import load_plans
from zaragoza.model.progress import Evidence
from zaragoza.model.text import Text
from zaragoza.web.api import items
from zaragoza.web.promises import people
from zaragoza.web.promises.entries import KINDS

pytestmark = pytest.mark.usefixtures("site")

# How many there are: the counts of the catalogue's source (README of the seeds, and issue 9).
TOTALS = {"commitments": 327, "objectives": 56, "funds": 32, "countries/monitoring": 25, "glossary": 82}
ADDRESSES = (*TOTALS, "practices")
KNOWN = load_plans()


def ask(client: Client, name: str, **query: Any) -> Any:
    response = client.get(f"/api/v1/{name}", query)
    assert response.status_code == 200, response.content
    return response


def walk(client: Client, name: str, **query: Any) -> Iterator[Any]:
    """All pages, each by the address that the one before gives."""
    response = ask(client, name, **query)
    while True:
        yield response
        if response["Content-Type"] == "application/json":
            following = response.json()["next"]
            assert (following is None) == ("Link" not in response.headers)
        if "Link" not in response.headers:
            return
        address = response.headers["Link"].removesuffix('>; rel="next"').removeprefix("<")
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) == ("http", "testserver")  # absolute
        response = client.get(f"{parts.path}?{parts.query}")
        assert response.status_code == 200


def every(client: Client, name: str, **query: Any) -> list[dict[str, Any]]:
    return [item for page in walk(client, name, **query) for item in page.json()["items"]]


@pytest.mark.parametrize(("name", "total"), TOTALS.items())
def test_each_entry_comes_once_and_by_id(client: Client, name: str, total: int) -> None:
    found = every(client, name, limit=40)
    ids = [item["id"] for item in found]
    assert len(set(ids)) == total
    assert ids == sorted(ids)
    assert {page.json()["total"] for page in walk(client, name)} == {total}
    assert every(client, name, limit=1000) == found


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_entry_has_both_languages_and_where_it_stands(client: Client, name: str) -> None:
    for item in every(client, name):
        assert item["title"].keys() == {"en", "nl"}
        assert all(item["title"].values())
        sources = [item["source"]] if name != "funds" else [each["source"] for each in item["uses"]]
        assert all(each["document"] and each["section"] and each["find"] for each in sources)


def test_a_commitment_is_joined(client: Client) -> None:
    for item in every(client, "commitments"):
        entry = KNOWN.commitments[item["id"]]
        for field in ("funds", "objectives", "owners", "groups"):
            assert item[field] == list(getattr(entry, field))
        assert item["document_indicators"] == list(entry.indicators)
        ours = [
            i.id for i in KNOWN.catalogue.indicators.values() if {i.id, *i.aliases} & set(entry.indicators)
        ]
        assert sorted(item["indicators"]) == sorted(ours)
        carried_out = [p.id for p in KNOWN.practices.values() if entry.id in p.commitments]
        assert item["practices"] == sorted(carried_out)
        stated = item["deadline"]
        assert (stated is None) == (entry.deadline is None)
        assert (item["standing"]["deadline"]["state"] == "none") == (stated is None)
    funds = {item["id"]: item for item in every(client, "funds")}
    for name, item in funds.items():
        assert item["commitments"] == sorted(c.id for c in KNOWN.commitments.values() if name in c.funds)
    for item in every(client, "objectives"):
        serving = [c.id for c in KNOWN.commitments.values() if item["id"] in c.objectives]
        assert item["commitments"] == sorted(serving)


def test_any_choice_is_that_of_plain_python(client: Client) -> None:
    chance = random.Random(20_261_130)  # noqa: S311 - the same choice every time
    whole = every(client, "commitments")
    values = {
        "area": lambda item: [item["area"]],
        "plan": lambda item: [item["plan"]],
        "owner": lambda item: item["owners"],
        "course": lambda item: [item["standing"]["course"]],
        "status": lambda item: [item["standing"]["status"]],
        "fund": lambda item: item["funds"],
        "indicator": lambda item: item["indicators"] + item["document_indicators"],
        "group": lambda item: item["groups"],
    }
    for name, of in values.items():
        for _ in range(4):
            others = chance.sample(sorted(values), 2)
            seen = chance.choice([item for item in whole if of(item)])
            wanted = {n: {chance.choice(values[n](seen))} for n in {name, *others} if values[n](seen)}
            another = chance.choice(whole)
            wanted[name] |= set(of(another)[:1])
            expected = [i for i in whole if all(set(values[n](i)) & v for n, v in wanted.items())]
            assert expected
            assert every(client, "commitments", **{n: sorted(v) for n, v in wanted.items()}) == expected


def test_the_other_lists_are_chosen_from_as_well(client: Client) -> None:
    for name, area in (("objectives", "housing"), ("practices", "education")):
        whole = every(client, name)
        assert every(client, name, area=area) == [item for item in whole if item["area"] == area]
    whole = every(client, "funds")
    for area in ("employment", "health"):
        assert every(client, "funds", area=area) == [
            item for item in whole if area in {use["area"] for use in item["uses"]}
        ]
    group = next(g for item in whole for rule in item["eligible"] for g in rule["groups"])
    assert every(client, "funds", group=group) == [
        item for item in whole if group in {g for rule in item["eligible"] for g in rule["groups"]}
    ]


def test_how_countries_monitor(client: Client) -> None:
    answer = ask(client, "countries/monitoring").json()
    criteria = {each["id"]: each for each in answer["criteria"]}
    assert len(criteria) == 33
    for item in answer["items"]:
        assert item["criteria"].keys() == criteria.keys()
        for name, holds in item["criteria"].items():
            there = item["geo"] in criteria[name]["countries"]
            assert holds is (True if there else False if criteria[name]["complete"] else None)
    assert {None, True, False} == {v for item in answer["items"] for v in item["criteria"].values()}
    (finland,) = ask(client, "countries/monitoring", geo="FI").json()["items"]
    assert finland["title"] == {"en": "Finland", "nl": "Finland"}


# What people told.


EVIDENCE = Evidence(
    title="Report", address="https://office.example/", published_on=date(2026, 1, 2), passage="p. 1"
)
COMMITMENT = "AP21-HOU-COM-01"


def tell() -> Any:
    return people.report_progress(
        COMMITMENT, status="limited", text="Begonnen.", language="nl", reported_on=date(2026, 2, 1),
        evidence=(EVIDENCE,), organisation="commission", at=datetime(2026, 2, 2, tzinfo=UTC),
    )  # fmt: skip


def the(client: Client) -> dict[str, Any]:
    return next(item for item in every(client, "commitments") if item["id"] == COMMITMENT)


def test_a_report_is_shown_with_its_evidence(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "today", lambda: date(2026, 3, 1))
    before = the(client)
    assert (before["standing"]["status"], before["reports"]) == ("no_evidence", [])
    told = tell()
    people.add_milestone(
        COMMITMENT,
        title=Text("A law", "Een wet"),
        source="Letter",
        due=date(2026, 2, 15),
        at=told.published_at,
    )
    found = the(client)
    standing = found["standing"]
    assert (standing["status"], standing["last_news"], standing["days_silent"]) == (
        "limited",
        "2026-02-01",
        28,
    )
    assert (standing["course"], standing["missed"]) == ("late", [found["milestones"][0]["id"]])
    assert found["reports"] == [
        {
            "id": str(told.id),
            "status": "limited",
            "text": "Begonnen.",
            "language": "nl",
            "reported_on": "2026-02-01",
            "published_at": "2026-02-02T00:00:00+00:00",
            "organisation": "commission",
            "evidence": [
                {
                    "title": "Report",
                    "address": "https://office.example/",
                    "published_on": "2026-01-02",
                    "passage": "p. 1",
                }
            ],
        }
    ]
    assert COMMITMENT in [
        item["id"] for item in every(client, "commitments", course="late", status="limited")
    ]
    people.withdraw_report(told.id, datetime(2026, 2, 20, tzinfo=UTC))
    assert the(client)["reports"] == []


def test_practices_of_people_are_told_apart(client: Client) -> None:
    known = next(iter(KNOWN.practices.values()))
    added = replace(known, id="PRA-OURS-01", organisation=None, indicators=("employment_rate",))
    people.add_entry(KINDS["practice"], added)
    found = {item["id"]: item["in_catalogue"] for item in every(client, "practices")}
    assert found == dict.fromkeys(KNOWN.practices, True) | {"PRA-OURS-01": False}
    assert "PRA-OURS-01" in [i["id"] for i in every(client, "practices", indicator="employment_rate")]


@pytest.mark.parametrize("name", ADDRESSES)
def test_answers_change_when_somebody_tells_something_and_with_the_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(items, "today", lambda: date(2026, 3, 1))
    first = ask(client, name)
    again = client.get(f"/api/v1/{name}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    tell()
    told = client.get(f"/api/v1/{name}", headers={"If-None-Match": first["ETag"]})
    assert told.status_code == 200
    monkeypatch.setattr(items, "today", lambda: date(2026, 3, 2))
    assert client.get(f"/api/v1/{name}", headers={"If-None-Match": told["ETag"]}).status_code == 200


def test_each_question_has_a_tag_of_its_own(client: Client) -> None:
    queries = (
        "",
        "limit=2",
        "format=csv",
        "area=housing",
        "area=health",
        "area=housing&area=health",
        "cursor=AP21",
        "cursor=",
    )
    tags = [client.get(f"/api/v1/commitments?{query}")["ETag"] for query in queries]
    assert len(set(tags)) == len(tags)
    assert client.get("/api/v1/commitments?area=health&area=housing")["ETag"] == tags[5]


# As a table.


@pytest.mark.parametrize("name", ADDRESSES)
def test_csv_holds_the_same(client: Client, name: str) -> None:
    whole = every(client, name)
    pages = list(walk(client, name, format="csv", limit=30))
    assert {page["Content-Type"] for page in pages} == {"text/csv; charset=utf-8"}
    assert all(name.replace("/", "-") in page["Content-Disposition"] for page in pages)
    headers = {page.content.partition(b"\r\n")[0] for page in pages}
    assert len(headers) == 1  # whatever a page holds
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page.content.decode()))]
    assert [_flat(item, row) for item, row in zip(whole, rows, strict=True)] == rows
    assert all(row["title_en"] and row["title_nl"] for row in rows)


def _flat(item: dict[str, Any], row: dict[str, str]) -> dict[str, str]:
    """The cells that an item must have: each column named by the path of keys that leads to its value."""
    return {column: _text(_value(item, column)) for column in row}


def _value(item: Any, column: str) -> Any:
    if item is None or column in item:
        return item and item[column]
    key = next(key for key in sorted(item, key=len, reverse=True) if column.startswith(f"{key}_"))
    return _value(item[key], column.removeprefix(f"{key}_"))


def _text(value: Any) -> str:
    if isinstance(value, list):
        nested = any(isinstance(each, dict) for each in value)
        return json.dumps(value, ensure_ascii=False) if nested else "; ".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# Refused.


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("area=nowhere", ["area"]),
        ("course=early&status=done", ["course", "status"]),
        ("owner=nobody&limit=0&format=jsonstat&lang=nl", ["owner", "format", "limit", "parameters"]),
        ("cursor=a&cursor=b", ["cursor"]),
        ("limit=1001", ["limit"]),
    ],
)
def test_what_is_not_there_is_refused_at_once(client: Client, query: str, fields: list[str]) -> None:
    response = client.get(f"/api/v1/commitments?{query}")
    assert response.status_code == 400
    assert [fault["field"] for fault in response.json()["faults"]] == fields


def test_forms_that_are_not_served(client: Client) -> None:
    assert client.get("/api/v1/funds", headers={"Accept": "application/pdf"}).status_code == 406
    assert ask(client, "funds", format="json")["Content-Type"] == "application/json"
    answer = client.get("/api/v1/funds", headers={"Accept": "text/csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
