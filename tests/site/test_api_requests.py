"""What the API says to a request that it cannot answer: every fault at once, the way out, never a fault of ours."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.site.conftest import Releases
from tests.site.test_api_rows import ADDRESS, DIMENSIONS, OFFICE

TABLES = (ADDRESS, "/api/v1/scoreboard")
MALFORMED = 1_000


def faults(response: Any, status: int = 400) -> dict[str, dict[str, str]]:
    """By field; each says what was expected, what was found and what to do."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    answer = response.json()
    assert answer["status"] == status
    for each in answer["faults"]:
        assert set(each) == {"field", "expected", "found", "way_out"}
        assert all(each.values())
    assert answer["faults"]
    return {each["field"]: each for each in answer["faults"]}


def test_all_faults_at_once(site: Releases, client: Client) -> None:
    found = faults(
        client.get(
            ADDRESS,
            {
                "geo": ["NL", "QQ"],
                "limit": "0",
                "cursor": "x",
                "lang": "fr",
                "format": "xml",
                "colour": "red",
            },
        )
    )
    assert set(found) == {"geo", "limit", "cursor", "lang", "format", "parameters"}
    assert "NL" in found["geo"]["expected"]
    assert "'QQ'" in found["geo"]["found"]
    assert "'colour'" in found["parameters"]["found"]
    assert {*DIMENSIONS, *OFFICE} <= set(found["parameters"]["expected"].removeprefix("one of ").split(", "))
    assert "json, csv, jsonstat, parquet" in found["format"]["expected"]


@pytest.mark.parametrize("name", [*DIMENSIONS, *OFFICE])
def test_a_value_that_does_not_exist_is_told_those_that_do(site: Releases, client: Client, name: str) -> None:
    known = client.get("/api/v1/catalogue").json()["dimensions"]["observations"][name]
    found = faults(client.get(ADDRESS, {name: "nothing"}))
    assert found[name]["expected"] == f"one of {', '.join(known)}"
    assert client.get(ADDRESS, {name: known, "limit": 1}).json()["total"] == len(
        client.get(ADDRESS, {"limit": 10_000}).json()["observations"]
    )


@pytest.mark.parametrize("name", ["series", "release", "format", "lang", "limit", "sex"])
def test_an_empty_value_is_no_value(site: Releases, client: Client, name: str) -> None:
    response = client.get(ADDRESS, {name: ""})
    assert name in faults(response, response.status_code)


def test_a_plus_that_became_a_space_is_explained(site: Releases, client: Client) -> None:
    assert client.get(f"{ADDRESS}?adjustment=sex%2Burbanisation").status_code == 200
    assert "%2B" in faults(client.get(f"{ADDRESS}?adjustment=sex+urbanisation"))["adjustment"]["way_out"]


def test_series_and_releases_that_do_not_exist(site: Releases, client: Client) -> None:
    assert "made_up, union" in faults(client.get(ADDRESS, {"series": "other"}), 404)["series"]["expected"]
    found = faults(client.get("/api/v1/catalogue", {"release": "1999-r1"}), 404)
    assert site.first.name in found["release"]["expected"]
    assert site.second.name in found["release"]["expected"]


def test_a_release_without_a_scoreboard_names_those_with_one(site: Releases, client: Client) -> None:
    found = faults(client.get("/api/v1/scoreboard"), 404)
    assert f"union {site.published.name}" in found["release"]["way_out"]


def test_a_cursor_needs_its_release(site: Releases, client: Client) -> None:
    assert "next" in faults(client.get(ADDRESS, {"cursor": "5"}))["cursor"]["way_out"]
    named = {"series": "made_up", "release": site.second.name}
    assert client.get(ADDRESS, {"cursor": "5", **named}).status_code == 200
    past = client.get(ADDRESS, {"cursor": "999999999", **named}).json()
    assert (past["observations"], past["next"]) == ([], None)


def test_what_is_asked_twice_although_there_is_one(site: Releases, client: Client) -> None:
    assert faults(client.get(ADDRESS, {"limit": ["1", "2"]}))["limit"]["found"] == "2 values"


def test_forms_that_are_not_served(site: Releases, client: Client) -> None:
    assert (
        "text/csv" in faults(client.get(ADDRESS, headers={"Accept": "image/png"}), 406)["Accept"]["expected"]
    )
    board = {"series": "union", "format": "jsonstat"}
    assert (
        faults(client.get("/api/v1/scoreboard", board))["format"]["expected"] == "one of json, csv, parquet"
    )


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v2/releases", "/api/", "/api/v1/releases/"])
def test_addresses_where_nothing_is(site: Releases, client: Client, address: str) -> None:
    assert "/api/v1/observations" in faults(client.get(address), 404)["address"]["expected"]


@pytest.mark.parametrize("address", ["/api/v1/releases", "/api/v1/catalogue"])
def test_parameters_of_other_addresses(site: Releases, client: Client, address: str) -> None:
    assert "'geo'" in faults(client.get(address, {"geo": "NL"}))["parameters"]["found"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_for_reading(site: Releases, client: Client, method: str) -> None:
    response = getattr(client, method)(ADDRESS)
    assert faults(response, 405)["method"]["way_out"]
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_too_many_parameters(site: Releases, client: Client) -> None:
    assert faults(client.get(ADDRESS, {"geo": ["NL"] * 101}))["parameters"]["expected"] == "at most 100"


def test_long_values_are_cut(site: Releases, client: Client) -> None:
    assert len(faults(client.get(ADDRESS, {"geo": "x" * 1_500}))["geo"]["found"]) < 70


@pytest.mark.parametrize(
    ("address", "field", "status"),
    [
        ("/api/v1/%2e%2e/secret.key", "address", 400),
        ("/api/v1/%00", "address", 400),
        (f"{ADDRESS}?geo=%0d%0a", "query", 400),
        (f"{ADDRESS}?geo={'x' * 2_000}", "address", 414),
    ],
)
def test_what_is_refused_before_it_is_read_is_told_in_the_same_form(
    client: Client, address: str, field: str, status: int
) -> None:
    response = client.get(address)
    assert set(faults(response, status)) == {field}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address.replace("/api/v1", "/en")).headers["Content-Type"].startswith("text/plain")


def test_too_much_content(client: Client) -> None:
    sent = client.generic("GET", ADDRESS, b"x" * 70_000)
    assert set(faults(sent, 413)) == {"content"}


@pytest.mark.django_db
def test_a_site_without_releases_says_so(client: Client) -> None:
    from zaragoza.web.releases.models import Installed, Series

    Series.objects.update(latest=None)
    Installed.objects.all().delete()
    assert client.get("/api/v1/releases").json() == {"releases": []}
    assert "No release is installed yet" in faults(client.get(ADDRESS), 404)["series"]["way_out"]


def test_a_thousand_malformed_requests_are_told_why(site: Releases, client: Client) -> None:
    chance = random.Random(8)  # noqa: S311 - the same requests every time
    for _ in range(MALFORMED):
        address, query, headers = _malformed(chance)
        response = client.get(address, query, headers=headers)
        assert 400 <= response.status_code < 500, (address, query, headers, response.status_code)
        faults(response, response.status_code)


def _malformed(chance: random.Random) -> tuple[str, dict[str, Any], dict[str, str]]:
    """A request with one to three things wrong, among others that are right."""
    query: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for _ in range(chance.randint(0, 2)):
        query |= chance.choice(
            ({"geo": "NL"}, {"limit": "5"}, {"lang": "nl"}, {"statistic": "level"}, {"sex": "_T"})
        )
    for _ in range(chance.randint(1, 3)):
        kind = chance.randrange(6)
        if kind == 0:
            query[chance.choice((*DIMENSIONS, *OFFICE))] = _noise(chance)
        elif kind == 1:
            query["x" + _noise(chance)] = _noise(chance)
        elif kind == 2:
            query["limit"] = chance.choice(
                ("-1", "0", "10001", "1e3", "٣", "9" * 400, "1.0", " 5", "", "0x10")
            )
        elif kind == 3:
            query["cursor"] = chance.choice(("-1", "NaN", "1;drop", "99999999999999999999", _noise(chance)))
        elif kind == 4:
            query[chance.choice(("series", "release", "format", "lang"))] = "?" + _noise(chance)
        else:
            query.pop("format", None)
            headers["Accept"] = chance.choice(("image/png", "text/html", "application/xml;q=1", "x/y, z/w"))
    return chance.choice(TABLES), query, headers


def _noise(chance: random.Random) -> str:
    letters = string.ascii_letters + string.digits + string.punctuation.replace("\\", "") + " éß漢\u202e"
    text = "".join(chance.choices(letters, k=chance.randint(0, 40)))
    return "~" + text + ("\\\x00\n" if chance.random() < 0.1 else "")


def test_nothing_is_read_but_what_a_release_publishes(site: Releases, client: Client, tmp_path: Path) -> None:
    """Names and values that would be SQL are refused by the lists of what exists."""
    for text in ("' OR 1=1 --", '"; DROP TABLE x; --', f"read_csv('{tmp_path}')", "_T' UNION SELECT 1 --"):
        faults(client.get(ADDRESS, {"sex": text}))
        faults(client.get(ADDRESS, {text: "1"}))
