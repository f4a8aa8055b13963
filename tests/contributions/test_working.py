"""One at a time sends letters, and a database that does not answer is asked again; nothing here needs one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import OperationalError

from zaragoza.web.contributions import working
from zaragoza.web.contributions.working import Beside, at_work


def _until(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who has begun; each then works until it is ended."""
    names: list[str] = []

    def run(worker: working.Worker) -> None:
        while worker.running:
            time.sleep(0.01)

    monkeypatch.setattr(working, "take_up", lambda: names.append(threading.current_thread().name))
    monkeypatch.setattr(working.Worker, "run", run)
    return names


def test_each_waits_for_its_turn(folder: Path, begun: list[str]) -> None:
    first, second = Beside(), Beside()
    first.name, second.name = "first", "second"
    with at_work():
        first.start()
        time.sleep(0.2)
        assert begun == []
    assert _until(lambda: begun == ["first"])
    second.start()
    time.sleep(0.2)
    assert begun == ["first"]
    first.end()
    assert not first.is_alive()
    assert _until(lambda: begun == ["first", "second"])
    second.end()
    assert [path.name for path in folder.iterdir()] == [".at-work"]


def test_who_is_ended_before_its_turn_does_nothing(begun: list[str]) -> None:
    beside = Beside()
    beside.end()
    beside.start()
    beside.join(30)
    assert begun == []


def test_a_database_that_does_not_answer_is_asked_again(
    begun: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "_AGAIN", 0.01)
    answers = iter([OperationalError("postgres://who:secret@db"), OperationalError("again")])

    def take_up() -> None:
        begun.append("asked")
        for error in answers:
            raise error

    monkeypatch.setattr(working, "take_up", take_up)
    beside = Beside()
    beside.start()
    assert _until(lambda: begun == ["asked"] * 3)
    beside.end()
    assert "OperationalError" in caplog.text
    assert "secret" not in caplog.text
