"""The same promises in SQLite and in PostgreSQL: each made, filled, exported, wiped and filled again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.postgres import cluster, new_database
from tests.site.serving import environment, manage, serving
from tests.support import ROOT
from tests.web.releases import write

# What happens on each: with times of its own, so that both must hold the same.
HISTORY = """
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
import django
django.setup()
from django.core.management import call_command
from zaragoza.model.progress import Evidence
from zaragoza.model.text import Text
from zaragoza.web.definitions import plans
from zaragoza.web.promises import people, state
from zaragoza.web.promises.load import load

def at(day): return datetime(2026, 1, day, 12, 30, 15, 123456, tzinfo=UTC)

call_command("migrate", verbosity=0)
known = plans()
name = next(iter(known.commitments))
other = replace(known.commitments[name], title=Text("Another title", "Een andere titel"))
fewer = {key: one for key, one in known.commitments.items() if key != list(known.commitments)[-1]}
print(*load(replace(known, commitments=fewer | {name: other}), at(1)).lines, sep="\\n")
print(*load(known, at(2)).lines, sep="\\n")
evidence = Evidence(title="Verslag é", address="https://office.example/", published_on=date(2025, 12, 1))
values = dict(status="limited", text="Begun “é” 😀", language="en", reported_on=date(2026, 1, 3), evidence=(evidence,))
numbers = iter(range(1, 10))
people.uuid4 = lambda: __import__("uuid").UUID(int=next(numbers))
told = people.report_progress(name, **values, organisation=known.commitments[name].owners[0], at=at(4))
people.report_progress(name, **values | {"status": "substantial"}, at=at(5))
people.withdraw_report(told.id, at(6))
step = people.add_milestone(name, title=Text("A step", "Een stap"), source="Letter", due=date(2026, 1, 8), at=at(4))
people.reach_milestone(step.id, on=date(2026, 1, 9), at=at(9))
for day in (3, 4, 6, 8, 9):
    found = state.state(date(2026, 1, day))
    standing = found.tracked[name].standing
    print(day, found.counts, standing.status, standing.course, standing.deadline, standing.last_news)
call_command("load_catalogue")
call_command("export_promises", sys.argv[1] + "/first.jsonl")
call_command("flush", "--no-input")
call_command("import_promises", sys.argv[1] + "/first.jsonl")
call_command("export_promises", sys.argv[1] + "/again.jsonl")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as address:
        yield address


def command(data: Path, *words: object, **others: str) -> str:
    done = manage(data, *words, **others)
    assert done.returncode == 0, done.stderr
    return done.stdout


def through_all(data: Path, **others: str) -> tuple[str, bytes]:
    """What the history told, and the export; which is the same after the database was wiped and filled from it."""
    data.mkdir()
    script = [sys.executable, "-W", "error", "-c", HISTORY, str(data)]
    env = environment(data, **others)
    done = subprocess.run(script, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first = (data / "first.jsonl").read_bytes()
    assert (data / "again.jsonl").read_bytes() == first
    return done.stdout, first


def test_both_databases_hold_and_tell_the_same(server: str, tmp_path: Path) -> None:
    ours = through_all(tmp_path / "sqlite")
    theirs = through_all(tmp_path / "postgres", ZARAGOZA_DATABASE=new_database(server, "same"))
    assert theirs == ours
    assert "commitments changed" in ours[0]
    assert json.loads(ours[1].partition(b"\n")[0])["lines"] > 400
    assert not (tmp_path / "postgres" / "site.sqlite3").exists()


def test_the_site_runs_on_postgresql(server: str, tmp_path: Path) -> None:
    """It says what is to be done until all of it is; then it serves, from those tables."""
    data, address = tmp_path / "data", new_database(server, "served")
    release = write(tmp_path / "made").path
    serve = [sys.executable, "-m", "zaragoza", "serve", str(release), "--port", "0"]
    for words in ("migrate", "load_catalogue"):
        env = environment(data, ZARAGOZA_DATABASE=address)
        done = subprocess.run(serve, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
        assert (done.returncode, f"Run: python -m zaragoza.web {words}" in done.stderr) == (7, True), (
            done.stderr
        )
        command(data, words, ZARAGOZA_DATABASE=address)
    command(data, "check", "--database", "default", "--fail-level", "WARNING", ZARAGOZA_DATABASE=address)
    with serving(data, release, "--workers", 1, ZARAGOZA_DATABASE=address) as site:
        assert site.follow("/")[1].status == 200
        answer = site.ask("/api/v1/commitments?limit=1")
        assert (answer.status, json.loads(answer.body)["total"]) == (200, 327)
    assert not (data / "site.sqlite3").exists()
