"""A site with small made-up releases: two of an office, and one of published figures. Nothing is written elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django import DjangoDbBlocker, Settings

from tests.browser import browser, view
from tests.site.counted import by_one_key
from tests.site.regions import SERIES, geojson, written
from tests.site.regions import release as regions_release
from tests.site.serving import Site, manage, serving, taken_in
from tests.web.adjusted import adjusted_monitor, adjusted_observations
from tests.web.made_up import INDICATORS, NOW
from tests.web.published import release as published_release
from tests.web.releases import write
from zaragoza.web.definitions import plans
from zaragoza.web.promises.load import load
from zaragoza.web.releases.install import install
from zaragoza.web.releases.models import Installed

__all__ = ["browser", "by_one_key", "view"]

RENDERED = "zaragoza.web.releases.install.prepare"
SOME = tuple(one for one in INDICATORS if one.id in ("neet", "overqualification_rate", "equivalised_income"))


@dataclass(frozen=True)
class Releases:
    """Folders of the releases that the site shows, in the order in which they came in."""

    first: Path
    second: Path
    published: Path
    of_regions: tuple[Path, ...]

    @property
    def office(self) -> str:
        """Where the pages of the office's latest release stand, after the language."""
        manifest = json.loads((self.second / "manifest.json").read_text(encoding="utf-8"))
        return f"releases/{manifest['monitor']['id']}/{self.second.name}"

    @property
    def union(self) -> str:
        """Where those of the published figures stand."""
        return f"releases/union/{self.published.name}"

    @property
    def regions(self) -> str:
        """Where those of an office with places stand, which runs in the real server only."""
        return f"releases/{SERIES}/{self.of_regions[-1].name}"

    @property
    def all(self) -> tuple[Path, Path, Path]:
        return self.first, self.second, self.published


@dataclass(frozen=True)
class Ready:
    """A site that no server has open.

    Attributes:
        data: its folder.
        release: the one that it shows.
    """

    data: Path
    release: Path

    def copied(self, data: Path) -> Path:
        """A site of a test's own that has the same."""
        return shutil.copytree(self.data, data, dirs_exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site's own folder, for all tests together."""
    before, folder = configured.DATA, tmp_path_factory.mktemp("site")
    configured.DATA = folder
    yield folder
    configured.DATA = before


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    folder = tmp_path_factory.mktemp("releases")
    made = adjusted_monitor(folder / "office", SOME)
    first = write(made.folder, adjusted_observations(SOME), monitor=made)
    second = write(made.folder, adjusted_observations(SOME), monitor=made, now=NOW + timedelta(days=90))
    years = tuple(
        regions_release(folder / year, year, NOW + timedelta(days=number), add=0.02 * number)
        for number, year in enumerate(("2022", "2023"))
    )
    return Releases(first.path, second.path, published_release(folder / "union"), years)


@pytest.fixture(scope="session")
def installed(releases: Releases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Releases:
    """The releases, in the site's folder and its list."""
    with django_db_blocker.unblock():
        _install(releases)
    return releases


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """A site with a small release, made once: what its copies serve need not be made by each module again."""
    folder = tmp_path_factory.mktemp("ready")
    release = write(folder / "made").path
    return Ready(taken_in(folder / "data", release), release)


@pytest.fixture(scope="session")
def running(releases: Releases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real server of all releases, in a folder of its own, with a map of the office that has regions.

    People may contribute as often as they like.
    """
    folder = tmp_path_factory.mktemp("running")
    words = (*releases.all, *releases.of_regions, "--workers", 1)
    with serving(folder / "data", *words, ZARAGOZA_CONTRIBUTION_LIMIT="0") as found:
        areas = written(geojson(), folder / "areas.geojson")
        words = ("--code", "code", "--name", "naam", "--source", "made up")
        done = manage(found.data, "install_geometry", SERIES, "region", areas, *words)
        assert (done.returncode, done.stdout) == (0, f"{SERIES} region: 4 places\n"), done.stderr
        yield found


@pytest.fixture
def site(installed: Releases, db: None) -> Releases:
    """The releases, installed; the office's second is its latest."""
    if not Installed.objects.exists():  # a test with a server of its own leaves the database empty
        _install(installed)
    return installed


@pytest.fixture(autouse=True)
def no_limit(settings: Settings) -> None:
    """A test may ask as often as it needs."""
    settings.API_REQUESTS_A_MINUTE = 0


@pytest.fixture(autouse=True)
def rendered_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a release that comes in here wait until a test opens them; those of the real servers do not."""
    monkeypatch.setattr(RENDERED, lambda edition: 0)


def _install(releases: Releases) -> None:
    load(plans())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RENDERED, lambda edition: 0)
        for path in releases.all:
            install(path)
