"""Releases whose manifests are of an earlier form: they stay readable, and say what they do not state."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.site.conftest import Releases
from zaragoza.publish.manifest import checksum
from zaragoza.web.pages.prepare import prepare
from zaragoza.web.pages.ratings import rule_of
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.install import install

HOST = {"host": "localhost"}
DEFINITIONS = ("areas", "indicators", "classifications", "breakdowns")
# What manifests of published figures held at first, and when places were rated: nothing of the rule, then its name.
FORMS: dict[str, dict[str, Any]] = {
    "early-1": dict.fromkeys(("rule", "errors", *DEFINITIONS)),
    "early-2": dict.fromkeys(DEFINITIONS) | {"rule": ("id", "source", "peers")},
}


def early(source: Path, target: Path, series: str) -> Path:
    """A release as it would have been published in that form."""
    shutil.copytree(source, target)
    found = json.loads((target / "manifest.json").read_bytes()) | {"monitor": series}
    for key, kept in FORMS[series].items():
        if kept is None:
            del found[key]
        else:
            found[key] = {name: found[key][name] for name in kept}
    del found["checksum"]
    found["checksum"] = checksum(found)
    (target / "manifest.json").write_text(json.dumps(found), encoding="utf-8")
    return target


@pytest.fixture(params=FORMS)
def old(request: pytest.FixtureRequest, site: Releases, tmp_path: Path) -> Edition:
    """One that the site took in."""
    known = install(early(site.published, tmp_path / site.published.name, request.param))
    return edition(known.series_id, known.release)


def test_every_page_can_be_made(old: Edition, site: Releases) -> None:
    now = edition("union", site.published.name)
    assert list(old.indicators) == list(now.indicators)
    assert old.columns == now.columns
    assert old.rates == (old.series == "early-2")
    assert prepare(old) > 0


def test_what_is_not_stated_is_said(client: Any, old: Edition, site: Releases) -> None:
    page = client.get(f"/en/releases/{old.series}/{old.release}/methods/", headers=HOST).content.decode()
    assert "does not hold its definitions" in page
    named = rule_of(old)
    if old.series == "early-1":
        assert named is None
        assert page.count("Not stated in this release.") == 2, "the rule, and what errors are from"
    else:
        assert named == rule_of(edition("union", site.published.name))
        assert "states its name only" in page
    today = client.get(f"/en/{site.union}/methods/", headers=HOST).content.decode()
    for words in ("does not hold its definitions", "Not stated in this release.", "states its name only"):
        assert words not in today
