"""What changed between two releases of a monitor, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.site.conftest import SOME, Releases
from tests.web.adjusted import adjusted_monitor, adjusted_observations
from tests.web.made_up import NOW
from tests.web.releases import write
from zaragoza.model.observation import STATUS
from zaragoza.web.pages.changes import Changes, changes
from zaragoza.web.releases.edition import edition
from zaragoza.web.releases.install import install

_NUMBERS = ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat")


def _moved(table: pa.Table) -> pa.Table:
    """The same observations, but one level is higher, and one level that was shown is hidden."""
    rows: list[dict[str, Any]] = table.to_pylist()
    shown = [row for row in rows if row["statistic"] == "level" and row["value"] is not None]
    higher, hidden = shown[0], shown[-1]
    higher["value"] += 0.001
    few = STATUS["too_few"]
    told = {"reason": few.reason, "obs_status": few.obs_status, "conf_status": few.conf_status}
    hidden |= dict.fromkeys(_NUMBERS) | told
    return pa.Table.from_pylist(rows, table.schema)


@pytest.fixture
def moved(tmp_path: Path, site: Releases) -> tuple[str, str]:
    """Two releases of one monitor that differ in two figures."""
    made = replace(adjusted_monitor(tmp_path / "moved", SOME), id="moved")
    table = adjusted_observations(SOME)
    first = write(made.folder, table, monitor=made)
    second = write(made.folder, _moved(table), monitor=made, now=NOW + timedelta(days=30))
    install(first.path)
    install(second.path)
    return first.id, second.id


def test_figures_that_changed_or_went_are_counted(moved: tuple[str, str]) -> None:
    first, second = moved
    found = changes(edition("moved", second))
    assert isinstance(found, Changes)
    assert (found.before, found.changed, found.shown, found.hidden) == (first, 1, 0, 1)
    assert set(found.indicators) == {SOME[0].id, SOME[-1].id}
    assert changes(edition("moved", first)) is None, "nothing came before the first"


def test_the_first_page_tells_them(client: Any, moved: tuple[str, str]) -> None:
    _, second = moved
    page = client.get(f"/en/releases/moved/{second}/", headers={"host": "localhost"}).content.decode()
    assert "One level or gap has another value." in page
    assert "One is no longer shown." in page


def test_releases_that_are_alike_have_no_changes(client: Any, site: Releases) -> None:
    page = client.get(f"/nl/{site.office}/", headers={"host": "localhost"}).content.decode()
    assert "Geen niveau en geen verschil heeft een andere waarde." in page
