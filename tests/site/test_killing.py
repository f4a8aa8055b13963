"""Processes that are killed while releases are switched: readers only ever see one whole release or the other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.site.conftest import Ready
from tests.site.serving import PATIENCE, Site, environment, serving
from tests.web.made_up import NOW
from tests.web.releases import write
from zaragoza.publish.manifest import FORMAT
from zaragoza.publish.release import verified

SERIES = "made_up"
WORKERS = 2  # of `zaragoza serve`
KILLS = 5  # of each release, before it is let in
PAUSE = 0.05  # seconds between two visits of a reader
SEED = time.time_ns()  # told where a test fails

# Reads the code once, then installs what it is told in a process of its own, so that a kill can be aimed at.
INSTALLER = """
import os, sys
import django
django.setup()
from pathlib import Path
from zaragoza.web.releases.install import install
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        install(Path(line.strip()))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Installer:
    """Starts installations and kills them."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-W", "error", "-c", INSTALLER]
        self._process = subprocess.Popen(
            command, env=environment(data), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._said() == "ready"

    def install(self, release: Path, wait: Callable[[], None] | None = None) -> bool:
        """Whether it came to its end before it was killed, which it is after that wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{release}\n")
        self._process.stdin.flush()
        child = int(self._said())
        if wait is not None:
            wait()
            with suppress(ProcessLookupError):  # it came to its end before
                os.kill(child, signal.SIGKILL)
        return self._said() == "0"

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Reader(threading.Thread):
    """Asks for the latest release over and over, and keeps what it was answered."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site, self.ended = site, threading.Event()
        self.shown: list[str] = []
        self.faults: list[str] = []
        self.lost = 0

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                path, answer = self.site.follow(f"/en/releases/{SERIES}/latest/")
                release = path.strip("/").rpartition("/")[2]
                table = self.site.ask(f"{path}data/observations.csv")
                indicators = self.site.ask(f"{path}indicators/")
            except (OSError, HTTPException):
                self.lost += 1
                continue
            statuses = (answer.status, table.status, indicators.status)
            if statuses != (200, 200, 200) or release.encode() not in answer.body:
                self.faults.append(f"{path}: {statuses}")
            self.shown.append(release)
            self.ended.wait(PAUSE)

    def wait(self, more: int) -> None:
        """Until so many more answers have come in."""
        seen = len(self.shown)
        awaited(lambda: len(self.shown) >= seen + more)


@contextmanager
def reading(site: Site) -> Iterator[Reader]:
    reader = Reader(site)
    reader.start()
    try:
        yield reader
    finally:
        reader.ended.set()
        reader.join(PATIENCE)


@pytest.fixture(scope="module")
def site(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(ready.copied(tmp_path_factory.mktemp("site") / "data"), ready.release) as running:
        yield running


def following(release: Path, number: int) -> list[Path]:
    """So many more of its monitor, each a day after the one before."""
    folder = release.parents[1]
    there = len(list(release.parent.glob("2*")))
    return [write(folder, now=NOW + timedelta(days=there + day)).path for day in range(number)]


@pytest.fixture
def installer(site: Site) -> Iterator[Installer]:
    made = Installer(site.data)
    yield made
    made.close()


def awaited(true: Callable[[], bool]) -> None:
    """Returns once it is so, or after long enough."""
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.005)


def leavings(site: Site) -> list[Path]:
    return [*site.data.glob("releases/*/.*.new-*"), *site.data.glob("made/*/.*.new-*")]


# Releases that come in, of which the first shows how long that takes.
@pytest.mark.parametrize("number", [2, pytest.param(6, marks=pytest.mark.slow)])
def test_an_installation_that_is_killed(site: Site, ready: Ready, installer: Installer, number: int) -> None:
    """At moments all over its course: the release shown stays whole, and the next attempt clears away and succeeds.

    The first kill comes as soon as something is written, however fast the machine is then.
    """
    rng = random.Random(SEED)  # noqa: S311 - moments, not secrets
    first, *others = following(ready.release, number)
    since = time.monotonic()
    assert installer.install(first)
    course = time.monotonic() - since
    shown, cut, left = first.name, 0, 0

    def begun_to_write(release: Path) -> bool:
        return bool(leavings(site) or (site.data / "releases" / SERIES / release.name).exists())

    with reading(site) as reader:
        for release in others:
            reader.wait(2)
            # squared: the copying comes first and is short
            moments = [course * (rng.uniform(kill, kill + 1) / KILLS) ** 2 for kill in range(KILLS)]
            waits = [partial(time.sleep, moment) for moment in moments]
            for wait in (partial(awaited, partial(begun_to_write, release)), *waits):
                ended = installer.install(release, wait)
                now = site.ask(f"/en/releases/{SERIES}/latest/").location.strip("/").rpartition("/")[2]
                assert now in (shown, release.name), SEED
                assert ended <= (now == release.name), SEED
                cut += not ended
                left += now == shown and begun_to_write(release)
                verified(site.data / "releases" / SERIES / now, (FORMAT,))
                assert (site.data / "made" / SERIES / now).is_dir(), SEED
            assert installer.install(release)
            assert leavings(site) == [], SEED
            shown = release.name
            assert site.ask(f"/en/releases/{SERIES}/latest/").location.endswith(f"/{shown}/")
        reader.wait(2)
    assert (reader.faults, reader.lost) == ([], 0), SEED
    assert cut >= len(others), "the kills came too late to tell anything"
    assert left, "no kill came after something was written"
    assert reader.shown == sorted(reader.shown), SEED
    assert {release.name for release in others} <= set(reader.shown), SEED


def test_a_worker_that_is_killed(site: Site) -> None:
    """The request it had in its hands is lost; every other one is answered, and another worker takes its place."""
    with reading(site) as reader:
        before = site.started(WORKERS)
        assert len(before) == WORKERS
        for worker in before:
            os.kill(worker, signal.SIGKILL)
            awaited(lambda worker=worker: len(site.workers) >= WORKERS and worker not in site.workers)
            reader.wait(5)
    assert len(site.workers) == WORKERS
    assert not set(site.workers) & set(before)
    assert reader.faults == []
    assert reader.lost <= WORKERS
    assert len(set(reader.shown)) == 1, "nothing was installed meanwhile"
