"""A PostgreSQL cluster of the tests' own, on loopback alone; nothing of it is left."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

USER, PASSWORD = "site", "a@b/c"
_NOBODY = "nobody"  # PostgreSQL refuses to run as root
_PATIENCE = 120  # seconds
# What makes a cluster safe, and slow.
_FAST = [
    word for name in ("fsync", "synchronous_commit", "full_page_writes") for word in ("-c", f"{name}=off")
]


@contextmanager
def cluster() -> Iterator[str]:
    """The address of its server, to which the name of a database is added; skips where there is no PostgreSQL."""
    initdb, postgres = shutil.which("initdb"), shutil.which("postgres")
    if not initdb or not postgres or not find_spec("psycopg"):
        pytest.skip("initdb, postgres or the driver of PostgreSQL is not there")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    other = {"user": _NOBODY, "group": folder.stat().st_gid} if os.getuid() == 0 else {}
    try:
        given = folder / "password"
        given.write_text(PASSWORD, encoding="utf-8")
        if other:
            for path in (given, folder):
                shutil.chown(path, _NOBODY)
        data = folder / "data"
        made = [initdb, "--pgdata", data, "--username", USER, "--pwfile", given, "--auth", "scram-sha-256"]
        subprocess.run(
            [*made, "--encoding", "UTF8", "--no-sync"], check=True, capture_output=True, cwd=folder, **other
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        run = [postgres, "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", *_FAST]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(run, stdout=log, stderr=log, cwd=folder, **other)
        try:
            _wait(server, port, folder / "log")
            yield f"postgres://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # ends its connections too
            server.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder)


def new_database(server: str, name: str) -> str:
    """The address of a database of its own."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))
