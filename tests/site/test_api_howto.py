"""The example of docs/howto/api.md against a server of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.repository.files import text
from tests.site.conftest import Releases
from tests.support import ROOT
from zaragoza.catalogue import load_plans
from zaragoza.web.api import asking

PAGE = ROOT / "docs" / "howto" / "api.md"
EXAMPLE = re.compile(r"```\{code-block\} python\n(.*?)```", re.DOTALL)
SITE = "https://monitor.example"


@pytest.fixture(scope="session")
def static_address() -> Iterator[None]:
    """Django's server for tests wants an address of static files, of which the site has none."""
    with override_settings(STATIC_URL="static/"):
        yield


@pytest.fixture(scope="session")
def live_server(static_address: None, live_server: LiveServer) -> LiveServer:
    return live_server


def test_the_example_prints_what_was_published(
    site: Releases,
    live_server: LiveServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "ROWS", 7)  # so that there are pages to walk
    figures, promises = EXAMPLE.findall(text(PAGE))
    assert SITE in figures
    space: dict[str, object] = {}
    exec(compile(figures.replace(SITE, live_server.url), PAGE.name, "exec"), space)  # noqa: S102 - our own page
    printed = capsys.readouterr().out.splitlines()
    exec(compile(promises, PAGE.name, "exec"), space)  # noqa: S102 - our own page
    space["site"].close()  # type: ignore[attr-defined]
    rows = pq.read_table(site.second / "observations.parquet").to_pylist()
    gaps = [
        row for row in rows if (row["statistic"], row["adjustment"], row["sex"]) == ("difference", None, "_T")
    ]
    assert len(gaps) > 7
    expected = [
        (row["indicator"], row["birth_group"], row["reason"])
        if row["value"] is None
        else (row["indicator"], row["birth_group"], row["value"], row["ci_low"], row["ci_high"])
        for row in gaps
    ]
    assert printed == [" ".join(map(str, each)) for each in expected]
    assert {row["value"] is None for row in gaps} == {True, False}
    # nobody has told anything here, so that every deadline of the Pact that has passed was missed
    due = {
        each.title.en: each.deadline.on
        for each in load_plans().commitments.values()
        if each.plan == "PACT20" and each.deadline and each.deadline.precision in ("day", "period_end")
    }
    late = capsys.readouterr().out.splitlines()
    assert len(late) >= sum(on is not None and on < date.today() for on in due.values()) > 5
    assert all(any(line.startswith(title) for line in late) for title in due)
