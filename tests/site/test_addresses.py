"""Addresses: the latest is found, also of files and of what only some releases have; choices stay, and do no harm."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from tests.site.conftest import Releases

HOST = {"host": "localhost"}


def _answer(client: Any, address: str) -> Any:
    return client.get(address, headers=HOST)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("indicators/neet", "{office}/indicators/neet/"),
        ("indicators/employment_rate/?place=NL", "{union}/indicators/employment_rate/?place=NL"),
        ("places/AT/", "{union}/places/AT/"),
        ("scoreboard/", "{union}/scoreboard/"),
        ("compare/?place=NL&place=BE", "{union}/compare/?place=NL&place=BE"),
        ("documents/", "{union}/documents/"),
        ("data/ratings.csv", "{union}/data/ratings.csv"),
        ("data/manifest.json", "{office}/data/manifest.json"),
    ],
)
def test_without_a_release_the_latest_that_has_it_is_found(
    client: Any, site: Releases, asked: str, found: str
) -> None:
    answer = _answer(client, f"/en/{asked}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/en/" + found.format(office=site.office, union=site.union)
    led = _answer(client, answer.headers["Location"])
    assert led.status_code == 200
    led.close()  # a file is sent in parts


@pytest.mark.parametrize(
    "asked", ["data/no.csv", "indicators/no/", "places/XX/", "releases/no/latest/", "no/"]
)
def test_what_no_release_has_is_not_found_at_once(client: Any, site: Releases, asked: str) -> None:
    assert _answer(client, f"/en/{asked}").status_code == 404


def test_areas_are_named_as_the_release_names_them(client: Any, site: Releases) -> None:
    """The made-up office calls "Work" and "Education" what the catalogue calls otherwise."""
    for path in ("indicators/", "indicators/overqualification_rate/"):
        page = _answer(client, f"/en/{site.office}/{path}").content.decode()
        assert "Work" in page
        assert "Employment" not in page
    told = _answer(client, "/api/v1/catalogue?series=made_up").json()["indicators"]
    assert {each["area_title"]["en"] for each in told} <= {"Work", "Education", "Social inclusion"}
    found = _answer(client, "/en/search/?q=overqualification").content.decode()
    assert "Work. " in found


def test_a_page_only_reads(client: Any, site: Releases) -> None:
    answer = client.post(f"/en/{site.office}/", headers=HOST)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_every_list_stays_when_one_is_chosen_from(client: Any, site: Releases) -> None:
    def lists(query: str) -> dict[str, str]:
        address = f"/en/{site.office}/indicators/neet/{query}"
        page = lxml.html.fromstring(_answer(client, address).content.decode())
        return {
            each.get("name"): each.xpath("string(option[@selected]/@value)")
            for each in page.xpath("//form[@class='choices']//select")
        }

    before = lists("")
    assert {"by", "sex"} <= before.keys()
    assert lists("?sex=F").keys() == before.keys()
    assert lists("?sex=F")["sex"] == "F"


def test_a_choice_cannot_slip_another_into_links(client: Any, site: Releases) -> None:
    """What is carried to other tabs is one of the values that exist, however it was asked."""
    address = f"/en/{site.union}/indicators/employment_rate/?place=NL%26tab%3Dplaces&by=x%22%3E"
    page = lxml.html.fromstring(_answer(client, address).content.decode())
    for link in page.xpath("//nav[@class='tabs']//a/@href"):
        asked = parse_qs(urlsplit(link).query)
        assert asked.keys() <= {"tab"}
