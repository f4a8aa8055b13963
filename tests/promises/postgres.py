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
from typing import Any
from urllib.parse import quote

import pytest

USER, PASSWORD = "site", "a@b/c"
_NOBODY = "nobody"  # PostgreSQL refuses to run as root
_PATIENCE = 120  # seconds
_PORTS = 5  # that are tried
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
        run = [postgres, "-D", data, "-h", "127.0.0.1", "-k", "", *_FAST]
        server, address = _started(run, folder, other)
        try:
            yield address
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


def _started(
    run: list[str | Path], folder: Path, other: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], str]:
    """The server, once it answers, and its address.

    It does not let the system choose its port, so that whoever else wants one may have taken it before the server does.
    """
    log = folder / "log"
    for _ in range(_PORTS):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with log.open("wb") as told:
            server = subprocess.Popen([*run, "-p", str(port)], stdout=told, stderr=told, cwd=folder, **other)
        address = f"postgres://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"
        if _answers(server, address, folder / "data"):
            return server, address
        server.kill()
        server.wait(_PATIENCE)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _answers(server: subprocess.Popen[bytes], address: str, data: Path) -> bool:
    """Whether it does before long: while it starts it listens already, and refuses whoever comes."""
    import psycopg

    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with psycopg.connect(f"{address}/postgres", connect_timeout=_PATIENCE) as connection:
                (where,) = connection.execute("SHOW data_directory").fetchone() or ("",)
            return where == str(data)  # not the one of another test
        except psycopg.OperationalError:
            time.sleep(0.1)
    return False
