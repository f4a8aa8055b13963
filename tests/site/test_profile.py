"""The profile of a place: its own trend, that of the others, and why places of an office are not rated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.site.conftest import Releases
from tests.site.regions import release
from zaragoza.model.classification import Breakdown
from zaragoza.web.definitions import catalogue
from zaragoza.web.pages.places import _against_others
from zaragoza.web.releases.edition import edition
from zaragoza.web.releases.install import install
from zaragoza.web.releases.shelf import rows

HOST = {"host": "localhost"}
JER = next(rule for rule in catalogue().rating_rules.values() if len(rule.change_limits) == 2)


@pytest.mark.parametrize(
    ("positive", "score", "expected"),
    [("better", 1.5, 1), ("better", 0.5, 0), ("better", -1.5, -1), ("worse", 1.5, -1), ("worse", -1.5, 1)],
)
def test_the_change_against_the_others_is_the_class_that_the_rule_has(
    positive: Any, score: float, expected: int
) -> None:
    rule = replace(JER, positive=positive, change_limits=(-1.0, 1.0))
    assert _against_others({"change_score": score, "reason": None}, rule) == expected
    assert _against_others({"change_score": None, "reason": "no_change"}, rule) is None
    assert _against_others({"change_score": 0.0, "reason": "break_in_series"}, rule) is None


def test_a_country_shows_its_own_trend_and_that_beside_the_others(client: Any, site: Releases) -> None:
    of = edition("union", site.published.name)
    rated = [row for row in rows(of.table("ratings"), {"peers": "_T"}) if row["category"] in (-3, -2, 2, 3)]
    assert rated, "the made-up countries differ"
    place = rated[0]["geo"]
    page = client.get(f"/en/{site.union}/places/{place}/", headers=HOST).content.decode()
    assert "the other places" in page
    assert "by itself" in page
    assert "It is not rated" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A rating takes 15 places of one kind at least, and this release has 4"),
        ("nl", "Voor een beoordeling zijn minstens 15 plaatsen van één soort nodig; deze uitgave heeft er 4"),
    ],
)
def test_a_region_says_why_it_is_not_rated(
    client: Any, site: Releases, tmp_path: Any, language: str, words: str
) -> None:
    known = install(release(tmp_path / "office", id="unrated"))
    path = f"/{language}/releases/unrated/{known.release}/places/region-R2/"
    assert words in client.get(path, headers=HOST).content.decode()


def test_a_region_is_shown_by_the_groups_that_it_has_figures_of(
    client: Any, site: Releases, tmp_path: Any
) -> None:
    """Where the first groups of the monitor are not crossed with regions, those that are."""
    breakdowns = (Breakdown(("citizen_group",)), Breakdown(("birth_group", "region")))
    known = install(release(tmp_path / "office", id="crossed", breakdowns=breakdowns))
    of = edition("crossed", known.release)
    assert [each.id for each in (of.headline("XZ"), of.headline("region-R1")) if each] == [
        "citizen_group",
        "birth_group",
    ]
    start = f"/en/releases/crossed/{known.release}"
    for path in (
        "/places/region-R1/",
        "/indicators/?place=region-R1",
        "/compare/?place=region-R1&place=region-R4",
        "/indicators/employment_rate/?tab=places",
    ):
        page = client.get(f"{start}{path}", headers=HOST).content.decode()
        assert "Born outside the EU" in page, path
        assert "Nationals of the country" not in page, path
