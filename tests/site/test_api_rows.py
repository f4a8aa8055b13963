"""Rows of the API against the Parquet file of the release, which is read here by pyarrow alone."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from django.test import Client

from tests.site.conftest import Releases
from zaragoza.model.observation import STATUS

ADDRESS = "/api/v1/observations"
DIMENSIONS = ("indicator", "period", "geo", "statistic", "reference", "adjustment", "detail")
OFFICE, UNION = (
    ("birth_group", "citizen_group", "sex", "urbanisation"),
    ("birth_group", "citizen_group", "sex"),
)


def published(path: Path) -> list[dict[str, Any]]:
    """What the release says."""
    return pq.read_table(path / "observations.parquet").to_pylist()


def ask(client: Client, address: str = ADDRESS, **query: Any) -> Any:
    response = client.get(address, query)
    assert response.status_code == 200, response.content
    return response


def pages(client: Client, **query: Any) -> Iterator[Any]:
    """The answers of all pages, each by the address that the one before gives."""
    response = ask(client, **query)
    while True:
        yield response
        link = response.headers.get("Link")
        if link is None:
            return
        address, _, relation = link.partition(">; ")
        assert relation == 'rel="next"'
        assert address.startswith("<http://testserver/")
        parts = urlsplit(address[1:])
        response = client.get(f"{parts.path}?{parts.query}")
        assert response.status_code == 200, response.content


@pytest.mark.parametrize("which", ["first", "second", "published"])
def test_all_rows_as_they_were_published(site: Releases, client: Client, which: str) -> None:
    path = getattr(site, which)
    series = "union" if which == "published" else "made_up"
    answer = ask(client, series=series, release=path.name, limit=10_000).json()
    assert (answer["series"], answer["release"]) == (series, path.name)
    assert answer["observations"] == published(path)
    assert answer["total"] == len(published(path))
    assert answer["next"] is None


def test_by_default_the_latest_of_the_first_series(site: Releases, client: Client) -> None:
    answer = ask(client, limit=1).json()
    assert (answer["series"], answer["release"]) == ("made_up", site.second.name)
    assert ask(client, series="union", limit=1).json()["release"] == site.published.name


def test_any_choice_is_that_of_plain_python(site: Releases, client: Client) -> None:
    chance = random.Random(20_261_130)  # noqa: S311 - the same choice every time
    for path, series, columns in ((site.second, "made_up", OFFICE), (site.published, "union", UNION)):
        rows = published(path)
        for _ in range(25):
            names = chance.sample((*DIMENSIONS, *columns), chance.randint(1, 4))
            seen = chance.choice(rows)
            wanted = {name: {_code(seen[name])} for name in names}
            wanted[names[0]].add(_code(chance.choice(rows)[names[0]]))
            answer = ask(client, series=series, limit=10_000, **{n: sorted(v) for n, v in wanted.items()})
            expected = [row for row in rows if all(_code(row[n]) in v for n, v in wanted.items())]
            assert answer.json()["observations"] == expected
            assert expected


def test_hidden_values_are_null_with_their_reason(site: Releases, client: Client) -> None:
    rows = ask(client, limit=10_000).json()["observations"]
    hidden = [row for row in rows if not STATUS[row["reason"]].shown]
    assert {row["reason"] for row in hidden} >= {"too_few", "secondary", "dominance"}
    for row in hidden:
        status = STATUS[row["reason"]]
        assert (row["obs_status"], row["conf_status"]) == (status.obs_status, status.conf_status)
        assert {row[name] for name in ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat")} == {
            None
        }
    assert all(row["value"] is not None for row in rows if row not in hidden)


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_hold_every_row_once_and_in_order(site: Releases, client: Client, limit: int) -> None:
    query = {"series": "made_up", "indicator": "neet", "limit": limit}
    walked = [response.json() for response in pages(client, **query)]
    rows = list(itertools.chain.from_iterable(page["observations"] for page in walked))
    assert rows == [row for row in published(site.second) if row["indicator"] == "neet"]
    assert {page["total"] for page in walked} == {len(rows)}
    assert all(len(page["observations"]) == limit for page in walked[:-1])
    assert [page["next"] is None for page in walked] == [False] * (len(walked) - 1) + [True]


def test_a_walk_stays_in_its_release_when_a_later_one_comes(site: Releases, client: Client) -> None:
    from zaragoza.web.releases.models import Installed, Series

    first = Installed.objects.get(series="made_up", release=site.first.name)
    Series.objects.filter(monitor="made_up").update(latest=first)
    walk = pages(client, limit=50)
    rows = next(walk).json()["observations"]
    second = Installed.objects.get(series="made_up", release=site.second.name)
    Series.objects.filter(monitor="made_up").update(latest=second)
    for page in walk:
        rows += page.json()["observations"]
    assert rows == published(site.first)


def test_csv_is_the_release_s_own(site: Releases, client: Client) -> None:
    response = ask(client, format="csv", limit=10_000)
    assert response.content == (site.second / "observations.csv").read_bytes()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f"made_up-{site.second.name}-observations.csv" in response.headers["Content-Disposition"]
    walked = [
        list(csv.DictReader(io.StringIO(p.content.decode()))) for p in pages(client, format="csv", limit=70)
    ]
    whole = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert list(itertools.chain.from_iterable(walked)) == whole


def test_parquet_has_the_types_and_rows_of_the_release(site: Releases, client: Client) -> None:
    for series, path in (("made_up", site.second), ("union", site.published)):
        response = ask(client, series=series, format="parquet", limit=10_000)
        table = pq.read_table(io.BytesIO(response.content))
        whole = pq.read_table(path / "observations.parquet")
        assert table.schema.names == whole.schema.names
        assert table.cast(whole.schema).equals(whole)
        assert response.headers["Content-Type"] == "application/vnd.apache.parquet"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/vnd.json-stat+json", "application/vnd.json-stat+json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/*;q=0.9, application/json;q=0.2", "text/csv; charset=utf-8"),
    ],
)
def test_the_form_by_the_header(site: Releases, client: Client, accept: str, kind: str) -> None:
    response = client.get(ADDRESS, {"limit": 1}, headers={"Accept": accept})
    assert response.headers["Content-Type"] == kind
    assert "Accept" in response.headers["Vary"]
    named = client.get(ADDRESS, {"limit": 1, "format": "json"}, headers={"Accept": accept})
    assert named.headers["Content-Type"] == "application/json"


def test_the_scoreboard_is_the_table_of_ratings(site: Releases, client: Client) -> None:
    whole = list(csv.DictReader(io.StringIO((site.published / "ratings.csv").read_text(encoding="utf-8"))))
    answer = ask(client, "/api/v1/scoreboard", series="union", limit=10_000).json()
    assert [{name: _text(value) for name, value in row.items()} for row in answer["ratings"]] == [
        {name: _text(_number(value)) for name, value in row.items()} for row in whole
    ]
    assert answer["total"] == len(whole)
    places = ask(client, "/api/v1/scoreboard", series="union", geo="BE", peers="_T", statistic="level").json()
    expected = [r for r in whole if (r["geo"], r["peers"], r["statistic"]) == ("BE", "_T", "level")]
    assert [row["level"] for row in places["ratings"]] == [float(row["level"]) for row in expected]
    text = ask(client, "/api/v1/scoreboard", series="union", format="csv", limit=10_000).content
    assert [
        {name: _text(_number(value)) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text.decode()))
    ] == [{name: _text(_number(value)) for name, value in row.items()} for row in whole]


def test_numbers_keep_every_digit(site: Releases, client: Client) -> None:
    text = ask(client, limit=10_000).content.decode()
    values = [row["value"] for row in json.loads(text)["observations"] if row["value"] is not None]
    assert all(repr(value) in text for value in values)


def _code(value: str | None) -> str:
    return "_Z" if value is None else value


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _text(value: object) -> object:
    """Numbers as numbers, nothing as nothing, whatever the form says it with."""
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        return str(value)
    return _number(str(value))
