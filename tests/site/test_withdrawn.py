"""What is no longer stated keeps its address, with what it said last, and is in no list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.site.conftest import Releases
from zaragoza.model.progress import Evidence
from zaragoza.model.text import LANGUAGES
from zaragoza.web.definitions import plans
from zaragoza.web.promises.load import load
from zaragoza.web.promises.people import report_progress

HOST = {"host": "localhost"}
SINCE = datetime(2026, 10, 5, 12, tzinfo=UTC)
GONE = {
    "commitments": "AP21-HOU-COM-01",
    "funds": "FUND-AMIF",
    "practices": "PRAC-FR-SURVEYS",
    "objectives": "AP21-HOU-OBJ-01",
}
SAID = {
    "en": ("The catalogue does not have it since 5 October 2026 (version 2 of this entry).", "Begun."),
    "nl": ("De catalogus heeft dit sinds 5 oktober 2026 niet meer (versie 2 van deze tekst).", "Begun."),
}


@pytest.fixture
def gone(site: Releases) -> Releases:
    """One entry of each kind is out of the catalogue, and of all that named it."""
    report_progress(
        GONE["commitments"], status="limited", text="Begun.", language="en", reported_on=date(2026, 9, 1),
        evidence=[Evidence(title="Minutes", address="https://example.org/minutes")],
    )  # fmt: skip
    now = plans()
    kept = {
        kind: {name: each for name, each in getattr(now, kind).items() if name != gone}
        for kind, gone in GONE.items()
    }
    for name, each in kept["commitments"].items():
        kept["commitments"][name] = replace(
            each,
            funds=tuple(one for one in each.funds if one != GONE["funds"]),
            objectives=tuple(one for one in each.objectives if one != GONE["objectives"]),
        )
    kept["practices"] = {
        name: replace(each, commitments=tuple(one for one in each.commitments if one != GONE["commitments"]))
        for name, each in kept["practices"].items()
    }
    load(replace(now, **kept), SINCE)
    return site


def _ask(client: Any, path: str) -> str:
    answer = client.get(path, headers=HOST, follow=True)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().replace("\xad", "").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_address_says_since_when_and_what_it_said(client: Any, gone: Releases, language: str) -> None:
    now = plans()
    for kind, path in {
        "commitments": f"{gone.office}/plan/{GONE['commitments']}/",
        "funds": f"funds/{GONE['funds']}/",
        "practices": "practices/",
        "objectives": f"{gone.union}/areas/housing/",
    }.items():
        page = _ask(client, f"/{language}/{path}")
        since, told = SAID[language]
        assert since in page, kind
        entry = getattr(now, kind)[GONE[kind]]
        assert entry.title[language] in page
        if kind != "funds":
            assert entry.source.find in page
        if kind in ("practices", "objectives"):
            assert f'id="{GONE[kind]}"' in page
        assert (told in page) == (kind == "commitments")
    # The address without a release leads there as well, and a name that never was leads nowhere.
    assert SAID[language][0] in _ask(client, f"/{language}/plan/{GONE['commitments']}/")
    for never in (f"{gone.office}/plan/AP21-NONE-COM-01/", "funds/FUND-NONE/"):
        assert client.get(f"/{language}/{never}", headers=HOST).status_code == 404


def test_it_is_in_no_list(client: Any, gone: Releases) -> None:
    assert GONE["commitments"] not in _ask(client, "/en/plan/?area=housing")
    assert f"/funds/{GONE['funds']}/" not in _ask(client, "/en/funds/")
    for name, one in GONE.items():
        ids = {each["id"] for each in client.get(f"/api/v1/{name}?limit=1000").json()["items"]}
        assert one not in ids
    told = client.get("/api/v1/withdrawn").json()
    assert {each["id"] for each in told["items"]} == set(GONE.values())
    (fund,) = client.get("/api/v1/withdrawn?kind=fund").json()["items"]
    assert (fund["since"], fund["version"], fund["kind"]) == ("2026-10-05T12:00:00+00:00", 2, "fund")
    assert len(client.get("/api/v1/withdrawn?format=csv").content.splitlines()) == len(GONE) + 1
