"""What contributing bears: many people at once, against PostgreSQL, through the site's own pages and processes."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.promises.postgres import cluster, new_database
from tests.site.serving import PATIENCE, Site, environment, manage, serving
from tests.support import ROOT
from tests.verify.contributing import HELD, PEOPLE, Crowd, script
from tests.web.releases import write

CONTRIBUTORS, REVIEWERS, SECONDS = 200, 10, 60
WORKERS = 4
THINKING = 15  # seconds at most, before a contributor writes the next one
KILLS, BETWEEN = 4, 50  # of all workers of the site, and answers before each
SEED = time.time_ns()  # told where a test fails


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as address:
        yield address


@contextmanager
def working(site: Site, **others: str) -> Iterator[None]:
    """The process that sends letters, beside the site."""
    command = [sys.executable, "-m", "zaragoza.web", "work"]
    process = subprocess.Popen(
        command, env=environment(site.data, **others), cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def lived(
    server: str,
    folder: Path,
    people: tuple[int, int],
    *,
    seconds: float = 0,
    thinking: float = 0,
    kills: int = 0,
) -> tuple[Crowd, dict[str, Any], dict[str, set[str]]]:
    """The crowd after its time, what is held then, and the reports that the API tells."""
    others = {
        "ZARAGOZA_DATABASE": new_database(server, f"crowd_{kills}"),
        "ZARAGOZA_SECRET_KEY": secrets.token_urlsafe(50),  # sessions are made before the site runs
        "ZARAGOZA_CONTRIBUTION_LIMIT": "0",
        "ZARAGOZA_API_LIMIT": "0",
    }
    data, release = folder / "data", write(folder / "made").path
    data.mkdir()
    for words in ("migrate", "load_catalogue"):
        done = manage(data, words, **others)
        assert done.returncode == 0, done.stderr
    known = script(data, PEOPLE, *people, **others)
    with serving(data, release, "--workers", WORKERS, **others) as site, working(site, **others):
        assert not any(published(site).values())  # and it answers
        choices = random.Random(SEED)  # noqa: S311 - no secrets
        crowd = Crowd(site, known, time.monotonic() + (PATIENCE if kills else seconds), choices, thinking)
        killer = Thread(target=kill, args=(crowd, kills))
        if kills:
            killer.start()
        crowd.live()
        shown = published(site)
    return crowd, script(data, HELD, **others), shown


def kill(crowd: Crowd, times: int) -> None:
    """All workers at once, as soon as they answer; others take their places. Then the crowd goes home."""
    for number in range(times + 1):
        seen = crowd.answers.total()
        while crowd.answers.total() < seen + BETWEEN and time.monotonic() < crowd.until:
            time.sleep(0.01)
        for worker in crowd.site.workers if number < times else ():
            os.kill(worker, signal.SIGKILL)
    crowd.until = 0


def published(site: Site) -> dict[str, set[str]]:
    """Ids of the reports that readers are shown, by commitment."""
    answer = site.ask("/api/v1/commitments?limit=1000")
    assert answer.status == 200, answer.body
    told = json.loads(answer.body)
    assert len(told["items"]) == told["total"]
    return {each["id"]: {one["id"] for one in each["reports"]} for each in told["items"]}


def check(crowd: Crowd, held: dict[str, Any], shown: dict[str, set[str]]) -> None:
    """Nothing that was confirmed is lost or twice, and all that is held is whole."""
    rows = held["contributions"]
    assert crowd.wrong == [], SEED
    assert crowd.confirmed.keys() <= rows.keys()
    for id, told in crowd.confirmed.items():
        row = rows[id]
        assert (row["author"], row["commitment"]) == (told.author, told.commitment), (SEED, id)
        assert row["text"] in told.texts, (SEED, id)
        assert told.files <= set(row["files"]) <= told.files | told.maybe, (SEED, id)
        assert row["round"] >= told.moves.count("submit"), (SEED, id)
        assert "withdraw" not in told.moves or row["state"] == "withdrawn", (SEED, id)
    decisions = {
        (id, read, reviewer, reason): outcome for id, read, reviewer, outcome, reason in held["decisions"]
    }
    for id, read, reviewer, outcome, reason in crowd.decided:
        found = decisions[id, read, reviewer, reason]
        assert found == outcome or (found, outcome) == ("ask", "accept"), (SEED, id)
    assert held["twice"] == []
    assert held["faults"] == []
    accepted = {
        row["became"]: [row["commitment"], row["text"], row["organisation"]]
        for row in rows.values()
        if row["state"] == "accepted"
    }
    assert held["reports"] == accepted
    assert {name: about for about, names in shown.items() for name in names} == {
        name: told[0] for name, told in accepted.items()
    }
    assert held["files"] == held["named"]
    assert held["failed_tasks"] == 0


def test_many_at_once(server: str, tmp_path: Path, record: Callable[..., None]) -> None:
    """Everybody is answered, every answer is true, and the history tells exactly what was confirmed."""
    crowd, held, shown = lived(
        server, tmp_path, (CONTRIBUTORS, REVIEWERS), seconds=SECONDS, thinking=THINKING
    )
    check(crowd, held, shown)
    assert crowd.lost == 0
    events = held["events"]
    decided = sum(events.pop(each, 0) for each in ("accept", "ask", "return", "reject"))
    assert decided == len(crowd.decided) == len(held["decisions"])
    assert events == dict(crowd.counts)
    assert held["contributions"].keys() == crowd.confirmed.keys()
    assert len({each["author"] for each in held["contributions"].values()}) == CONTRIBUTORS
    refused = crowd.answers[403] + crowd.answers[409]
    assert decided > 0
    assert refused > 0, "nobody asked for the same contribution"
    times, writes = sorted(crowd.seconds), sum(crowd.counts.values()) + decided
    record(
        f"contributing: {CONTRIBUTORS} contributors and {REVIEWERS} reviewers at once for {SECONDS} s, on PostgreSQL",
        f"{writes:,} writes confirmed and none lost, {decided} decisions and none twice, {refused} asked too late and "
        f"refused; {writes / SECONDS:.0f} writes a second, 95 % answered within {times[int(0.95 * len(times))]:.1f} s "
        f"with {WORKERS} workers on {os.cpu_count()} cores",
        bar="nothing lost, nothing twice, no error of the server, the history tells all of it",
    )


def test_workers_that_are_killed(server: str, tmp_path: Path, record: Callable[..., None]) -> None:
    """Whose answer does not come knows nothing; whoever got one can rely on it."""
    crowd, held, shown = lived(server, tmp_path, (40, 4), kills=KILLS)
    check(crowd, held, shown)
    assert crowd.lost >= KILLS, "the kills came while nothing was asked"
    writes = sum(crowd.counts.values()) + len(crowd.decided)
    record(
        f"contributing: all workers of the site killed {KILLS} times while 44 people write",
        f"{crowd.lost} requests without an answer; {writes:,} writes confirmed and none lost, history whole",
        bar="nothing confirmed is lost, nothing is half written",
    )
