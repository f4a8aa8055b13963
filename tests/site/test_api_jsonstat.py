"""JSON-stat 2.0 of the API, opened by a reader of the specification that knows nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.site.conftest import SOME, Releases
from tests.site.test_api_rows import DIMENSIONS, OFFICE, UNION, ask, pages, published
from tests.web.definitions import BIRTH
from zaragoza.model.observation import STATUS

FIGURES = ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat", "coverage", "effective_n")


def cells(cube: dict[str, Any]) -> Iterator[tuple[dict[str, str], Any, str]]:
    """Place, value and status of each cell that is written; the last dimension runs fastest."""
    codes = [_codes(cube["dimension"][name]["category"]["index"]) for name in cube["id"]]
    assert [len(each) for each in codes] == cube["size"]
    assert set(cube["value"]) == set(cube["status"])
    for key, value in cube["value"].items():
        rest, place = int(key), []
        for values in reversed(codes):
            rest, position = divmod(rest, len(values))
            place.append(values[position])
        assert rest == 0
        yield dict(zip(cube["id"], reversed(place), strict=True)), value, cube["status"][key]


def _codes(index: list[str] | dict[str, int]) -> list[str]:
    return index if isinstance(index, list) else sorted(index, key=index.__getitem__)


@pytest.mark.parametrize(("series", "columns"), [("made_up", OFFICE), ("union", UNION)])
def test_every_cell_is_a_number_of_the_release(
    site: Releases, client: Client, series: str, columns: tuple[str, ...]
) -> None:
    cube = ask(client, series=series, format="jsonstat", limit=10_000).json()
    assert (cube["version"], cube["class"]) == ("2.0", "dataset")
    assert cube["role"] == {"time": ["period"], "geo": ["geo"], "metric": ["figure"]}
    rows = published(site.second if series == "made_up" else site.published)
    expected = {}
    for row in rows:
        place = tuple("_Z" if row[name] is None else row[name] for name in (*DIMENSIONS, *columns))
        for figure in FIGURES:
            if figure == "value" or row[figure] is not None:
                expected[(*place, figure)] = (row[figure], row["reason"])
    found = {
        tuple(place[name] for name in (*DIMENSIONS, *columns, "figure")): (value, status)
        for place, value, status in cells(cube)
    }
    assert found == expected


def test_every_status_is_explained_and_hidden_cells_are_null(site: Releases, client: Client) -> None:
    cube = ask(client, format="jsonstat", limit=10_000, lang="nl").json()
    seen = set()
    for _, value, reason in cells(cube):
        status, told = STATUS[reason], cube["extension"]["status"][reason]
        assert told["label"] == status.words.nl
        assert (told["obs_status"], told["conf_status"]) == (status.obs_status, status.conf_status)
        assert (value is None) != status.shown
        seen.add(reason)
    assert seen == set(cube["extension"]["status"]) >= {"too_few", "published"}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_titles_in_the_language_asked_for(site: Releases, client: Client, language: str) -> None:
    cube = ask(client, format="jsonstat", limit=10_000, lang=language).json()
    titles = cube["dimension"]["indicator"]["category"]["label"]
    assert titles == {one.id: getattr(one.title, language) for one in SOME}
    groups = cube["dimension"]["birth_group"]
    assert groups["label"] == getattr(BIRTH.title, language)
    assert groups["category"]["label"]["NAT"] == getattr(BIRTH.label("NAT"), language)
    assert groups["category"]["label"]["_T"] == {"en": "Total", "nl": "Totaal"}[language]


def test_pages_are_cubes_that_hold_every_cell_once(site: Releases, client: Client) -> None:
    whole = {tuple(place.values()): value for place, value, _ in cells(_office(client, limit=10_000))}
    walked: dict[tuple[str, ...], Any] = {}
    for response in pages(client, series="made_up", format="jsonstat", limit=90):
        part = {tuple(place.values()): value for place, value, _ in cells(response.json())}
        assert not part.keys() & walked.keys()
        walked |= part
        assert (response.json()["extension"]["next"] is None) == ("Link" not in response.headers)
    assert walked == whole


def test_no_rows_are_an_empty_cube(site: Releases, client: Client) -> None:
    cube = ask(client, format="jsonstat", indicator="neet", adjustment="sex", statistic="level").json()
    assert cube["value"] == {}
    assert cube["extension"]["total"] == 0


def _office(client: Client, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask(client, series="made_up", format="jsonstat", **query).json()
    return found
