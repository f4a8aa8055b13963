"""How the site is started, switched and stopped: real processes, each with a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import lxml.html
import pytest

from tests.site.serving import PATIENCE, Site, environment, manage, manifest, serving, two_releases
from tests.site.test_promises import COMMITMENTS
from tests.web.releases import write
from zaragoza.publish.manifest import checksum
from zaragoza.web.server import make_secret

COMMITMENT = next(iter(COMMITMENTS))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return two_releases(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def site(releases: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory):
    """The later of two releases, served; the earlier is installed while it runs."""
    data = tmp_path_factory.mktemp("site") / "data"
    home(data).mkdir()
    with serving(data, releases[1], HOME=str(home(data)), XDG_RUNTIME_DIR=str(home(data))) as running:
        yield running


def home(data: Path) -> Path:
    return data.with_name("home")


def run(data: Path, *words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`zaragoza` with these words, to its end."""
    command = [sys.executable, "-m", "zaragoza", *map(str, words)]
    return subprocess.run(
        command, env=environment(data), cwd=cwd, check=False, capture_output=True, text=True, timeout=PATIENCE
    )


def series(release: Path) -> str:
    return str(manifest(release)["monitor"]["id"])  # type: ignore[index]


def test_a_release_is_read(site: Site, releases: tuple[Path, Path]) -> None:
    path, answer = site.follow("/")
    assert (path, answer.status) == (f"/en/releases/{series(releases[1])}/{releases[1].name}/", 200)
    assert releases[1].name.encode() in answer.body


def test_the_key_is_for_its_owner_alone_and_the_database_is_ready(site: Site) -> None:
    key = site.data / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text(encoding="ascii")) >= 50
    assert not list(site.data.glob(".secret*"))
    with sqlite3.connect(site.data / "site.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM releases_installed").fetchone()[0] >= 1
    database.close()


def test_nothing_is_left_in_the_home_folder(site: Site) -> None:
    """gunicorn would put a control socket there, one for all servers of a user."""
    assert not [path for path in home(site.data).rglob("*") if "gunicorn" in path.name]
    assert len(site.started(2)) == 2


def test_letters_leave_by_themselves_also_when_whoever_sends_them_is_killed(site: Site) -> None:
    """The one that asks to confirm an address, without which nothing comes of a contribution."""
    told: set[str] = set()
    for name in ("jan", "piet"):
        _contribute(site, f"{name}@people.example")
        told |= {_letter_to(site, f"{name}@people.example")}
        for worker in site.started(2):
            os.kill(worker, signal.SIGKILL)
    assert len(told) == 2
    assert "Traceback" not in site.data.with_name(f"{site.data.name}.log").read_text(encoding="utf-8")


def _contribute(site: Site, contact: str) -> None:
    """As a browser does, without an account."""
    path = f"/en/plan/{COMMITMENT}/contribute/evidence/"
    answer = site.ask(path)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    form = lxml.html.fromstring(answer.body.decode()).forms[-1]
    given = {
        "contact": contact, "status": "limited", "reported_on": "2026-03-01", "text": "Homes are built.",
        "source_title": "Report", "source_address": "https://office.example/report",
    }  # fmt: skip
    body = urlencode(dict(form.form_values()) | given).encode()
    kind = "application/x-www-form-urlencoded"
    answer = site.ask(path, "POST", body, Cookie=cookie, Content_Type=kind)
    assert (answer.status, answer.location) == (302, "/en/contributions/sent/")


def _letter_to(site: Site, contact: str) -> str:
    """The link in it, once it lies where letters lie as no server takes them."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for path in (site.data / "mail").glob("*"):
            letter = path.read_text(encoding="utf-8")
            if f"To: {contact}" in letter and "?key=" in letter:
                return next(line for line in letter.splitlines() if "?key=" in line)
        time.sleep(0.1)
    raise AssertionError(f"no letter to {contact}")


def test_an_earlier_release_comes_in_behind_and_can_be_shown(site: Site, releases: tuple[Path, Path]) -> None:
    """Both keep their addresses; latest is the later one until somebody switches, and again after switching back."""
    monitor, (first, second) = series(releases[0]), (release.name for release in releases)
    latest = f"/en/releases/{monitor}/latest/"
    done = manage(site.data, "install", releases[0])
    assert done.returncode == 0, done.stderr
    told, entered = done.stdout.splitlines()  # the first before its charts are made
    assert (told.startswith(f"{monitor} {first}: taken in now"), entered) == (True, f"{monitor} {first}")
    assert manage(site.data, "install", releases[0]).stdout.splitlines() == [entered]  # nothing is made again
    assert site.ask(latest).location.endswith(f"/{second}/")
    for shown in (first, second):
        done = manage(site.data, "activate", monitor, shown)
        assert done.returncode == 0, done.stderr
        assert site.ask(latest).location.endswith(f"/{shown}/")
        for name in (first, second):
            answer = site.ask(f"/en/releases/{monitor}/{name}/")
            assert (answer.status, name.encode() in answer.body) == (200, True)


def test_what_is_not_there_is_not_shown(site: Site, releases: tuple[Path, Path]) -> None:
    done = manage(site.data, "activate", series(releases[0]), "1999-r1")
    assert done.returncode == 1
    assert "1999-r1" in done.stderr
    assert releases[1].name in done.stderr


def test_every_fault_is_told_and_nothing_comes_in(tmp_path: Path, releases: tuple[Path, Path]) -> None:
    altered = tmp_path / "altered" / releases[0].name
    shutil.copytree(releases[0], altered)
    for path in altered.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    (altered / "observations.csv").write_text("0", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "data", "serve", releases[1], altered, tmp_path / "empty", "--port", 0)
    assert done.returncode == 7
    assert "observations.csv" in done.stderr
    assert "2 faults" in done.stderr
    assert not (tmp_path / "data" / "releases").exists()


def test_another_release_of_that_name_is_refused(
    site: Site, tmp_path: Path, releases: tuple[Path, Path]
) -> None:
    other = tmp_path / releases[1].name
    shutil.copytree(releases[1], other)
    for path in (other, other / "manifest.json"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    facts = manifest(other) | {"created_at": "2031-01-01T00:00:00+00:00"}
    facts["checksum"] = checksum(facts)
    (other / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    done = manage(site.data, "install", other)
    assert done.returncode == 1
    assert "another one of that name" in done.stderr


def test_a_port_that_is_taken(site: Site, tmp_path: Path, releases: tuple[Path, Path]) -> None:
    """It is found before anything is read or written."""
    port = site.address.strip("/").rpartition(":")[2]
    done = run(tmp_path / "data", "serve", releases[0], "--port", port)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        f"127.0.0.1: --port {port}",
        "  expected a free port; found address already in use",
        "  Name another with --port (0: any that is free) or --host.",
        "1 fault",
    ]
    assert not (tmp_path / "data").exists()


def test_without_a_folder_what_policy_documents_state(tmp_path: Path) -> None:
    """And the demonstration, where one was made; made once, served ever after."""
    data = tmp_path / "data"
    made = data / "built-in" / "releases"
    with serving(data, cwd=tmp_path) as site:
        path, answer = site.follow("/en/")
        (release,) = made.glob("2*")
        assert (path, answer.status) == (f"/en/releases/documents/{release.name}/", 200)
    demo = tmp_path / "demo" / "monitor" / "releases"
    first = write(demo).path
    with serving(data, cwd=tmp_path) as site:
        assert site.ask(f"/nl/releases/{series(first)}/{first.name}/").status == 200
        assert site.ask(f"/nl/releases/documents/{release.name}/").status == 200
    assert [each.name for each in made.glob("2*")] == [release.name]


def test_a_database_elsewhere_that_does_not_answer(tmp_path: Path, releases: tuple[Path, Path]) -> None:
    """As no PostgreSQL runs for this test; without the extra `postgres` its driver is asked for first."""
    command = [sys.executable, "-m", "zaragoza", "serve", str(releases[0]), "--port", "0"]
    nowhere = environment(tmp_path / "data", ZARAGOZA_DATABASE="postgres://nobody:hush@127.0.0.1:1/nothing")
    done = subprocess.run(command, env=nowhere, check=False, capture_output=True, text=True, timeout=PATIENCE)
    driver = find_spec("psycopg") is not None
    assert done.returncode == (7 if driver else 3)
    assert ("ZARAGOZA_DATABASE names it" if driver else "zaragoza[postgres]") in done.stderr
    assert "hush" not in done.stderr + done.stdout


def test_whoever_comes_second_keeps_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make_secret, [path] * 32))
    kept = path.read_bytes()
    make_secret(path)
    assert path.read_bytes() == kept
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]
