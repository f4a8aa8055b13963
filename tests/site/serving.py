"""A site that runs: its own process and folder, asked over a socket as a reader's browser would."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.web.made_up import NOW
from tests.web.releases import write

_TAKE_IN = """
import sys
from pathlib import Path
from zaragoza.web.server import open_folder, take_in
open_folder(None)
take_in([Path(word) for word in sys.argv[1:]])
"""
PATIENCE = 600  # seconds until a server must answer, on a machine that is ten times slower by other work


@dataclass(frozen=True)
class Answer:
    """What came back: a redirect is not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass(frozen=True)
class Site:
    """A running server."""

    process: subprocess.Popen[str]
    address: str
    data: Path

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """One request, its path sent as it stands."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            found = connection.getresponse()
            told = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, told, found.read())
        finally:
            connection.close()

    def follow(self, path: str) -> tuple[str, Answer]:
        """The last of the answers that one leads to, and its path."""
        answer = self.ask(path)
        while answer.location:
            path = answer.location
            answer = self.ask(path)
        return path, answer

    def started(self, number: int) -> list[int]:
        """Process ids of the workers, once there are so many: the address is told before they start."""
        until = time.monotonic() + PATIENCE
        while len(self.workers) < number and time.monotonic() < until:
            time.sleep(0.05)
        return self.workers

    @property
    def workers(self) -> list[int]:
        """Process ids of the workers that there are now."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(word) for word in told.split()]


def environment(data: Path, **others: str) -> dict[str, str]:
    """That of this process, without what it sets for a site."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ZARAGOZA_", "DJANGO_"))}
    return own | {"ZARAGOZA_DATA": str(data), "DJANGO_SETTINGS_MODULE": "zaragoza.web.settings"} | others


def manage(data: Path, *words: object, **others: str) -> subprocess.CompletedProcess[str]:
    """A management command, in a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "zaragoza.web", *map(str, words)]
    return subprocess.run(
        command, env=environment(data, **others), check=False, capture_output=True, text=True
    )


def taken_in(data: Path, *releases: Path) -> Path:
    """The folder of a site that has these releases, as `zaragoza serve` makes it ready before it serves."""
    command = [sys.executable, "-W", "error", "-c", _TAKE_IN, *map(str, releases)]
    done = subprocess.run(command, env=environment(data), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return data


@contextmanager
def serving(data: Path, *words: object, cwd: Path | None = None, **others: str) -> Iterator[Site]:
    """`zaragoza serve` with these words; ended by Ctrl-C."""
    command = [sys.executable, "-m", "zaragoza", "serve", "--port", "0", *map(str, words)]
    log = data.with_name(f"{data.name}.log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            env=environment(data, **others),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # so that Ctrl-C can be sent to the whole group, as a terminal does
        )
        try:
            yield Site(process, _address(process, log), data)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            ended = process.wait(PATIENCE)
            assert process.stdout is not None
            process.stdout.close()
    told = log.read_text(encoding="utf-8")
    assert (ended, "Traceback" in told) == (0, False), told


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    said, until = b"", time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if select.select([process.stdout], [], [], 1)[0]:
            said += os.read(process.stdout.fileno(), 4096)  # two lines may come at once
            if found := re.search(rb"^http://\S+(?=\s)", said, re.MULTILINE):
                return found[0].decode()
    raise AssertionError(f"no server came up: {log.read_text(encoding='utf-8')}")


def two_releases(folder: Path) -> tuple[Path, Path]:
    """Two releases of one made-up monitor, the second a day later."""
    made = [partial(write, folder, now=NOW), partial(write, folder, now=NOW + timedelta(days=1))]
    first, second = (make().path for make in made)
    return first, second


def manifest(release: Path) -> dict[str, object]:
    """What a release says of itself."""
    told: dict[str, object] = json.loads((release / "manifest.json").read_bytes())
    return told
