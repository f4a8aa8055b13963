"""Starts the site: its folder made ready, releases taken in, and gunicorn in the place of this process."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from zaragoza.errors import DefinitionError, Fault, ReleaseError
from zaragoza.folders import alone

_SECRET_BYTES = 64
_WAITING = 256  # connections that are not taken yet


def open_folder(folder: Path | None) -> Path:
    """Makes the site's folder ready: secret key, and tables with the catalogue where the database lies in it.

    Args:
        folder: None stands for that of the environment.

    Returns:
        The folder.

    Raises:
        DefinitionError: something in the environment must be written otherwise.
        ReleaseError: the folder cannot be written, or the database lacks tables or the catalogue, or cannot be
            reached.
    """
    if folder is not None:
        os.environ["ZARAGOZA_DATA"] = str(folder.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zaragoza.web.settings")
    try:
        from zaragoza.web import settings

        _make(settings.DATA, settings.SECRET_FILE)
        django.setup()
        _tables(settings.DATA)
    except ImproperlyConfigured as error:
        raise DefinitionError(_misconfigured(str(error))) from None
    return settings.DATA


def make_secret(path: Path) -> None:
    """Makes the key of the site, readable by its owner alone; whoever comes second keeps the first's.

    It is written aside and linked, so that nobody ever reads half of it.
    """
    if path.exists():
        return
    aside = path.with_name(f".{path.name}.new-{secrets.token_hex(4)}")
    try:
        with os.fdopen(
            os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)


def take_in(folders: Sequence[Path]) -> None:
    """Takes in the releases of these folders, and says so of each that is new, as its charts take a while.

    Args:
        folders: of releases, or that hold some.

    Raises:
        ReleaseError: a release is at fault.
    """
    from zaragoza.web.releases.install import install_all

    install_all(folders, _say)


def take_in_areas(*, series: str, column: str, path: Path, code: str, name: str, source: str) -> None:
    """Takes in where the places of a breakdown lie; the arguments are those of `install_geometry`.

    Raises:
        ReleaseError: the file is at fault.
    """
    from zaragoza.web.geometry.installed import install_geometry

    install_geometry(series, column, path, code=code, name=name, source=source)


def listen(host: str, port: int) -> socket.socket:
    """Takes a port. Do so first: reading releases takes minutes, and whoever asks meanwhile only waits.

    Args:
        host: address to listen at.
        port: 0 stands for any that is free.

    Raises:
        DefinitionError: the port is taken, or there is no such address here.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_WAITING)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        found = why.partition(" (while ")[0]  # Python says the address once more
        way_out = "Name another with --port (0: any that is free) or --host."
        raise DefinitionError(Fault(host, f"--port {port}", "a free port", found, way_out)) from error


def serve(listener: socket.socket, *, workers: int) -> NoReturn:
    """Becomes the server; ends when that does.

    The server is another program in this process, so that no engine that was open here is shared by its workers.

    Args:
        listener: of `listen`.
        workers: processes.
    """
    listener.set_inheritable(True)
    connection.close()
    sys.stdout.flush()
    gunicorn = ["-m", "gunicorn", "--config", "python:zaragoza.web.workers"]
    where = ["--bind", f"fd://{listener.fileno()}", "--workers", str(workers)]
    os.execv(sys.executable, [sys.executable, *gunicorn, *where])  # noqa: S606 - our own words and numbers


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # what listens may be a file, and the next line a minute away


def _make(data: Path, secret: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        make_secret(secret)
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        way_out = "Name another with --data or ZARAGOZA_DATA."
        raise ReleaseError(Fault(str(data), "folder", "a folder to write in", found, way_out)) from error


def _misconfigured(text: str) -> Fault:
    """What is wrong with a setting; ours begin with the name of the variable."""
    if "psycopg" in text:
        expected, way_out = "the driver of PostgreSQL", "Install it: pip install 'zaragoza[postgres]'"
        return Fault("environment", "ZARAGOZA_DATABASE", expected, "none", way_out)
    name, _, rest = text.partition(": ")
    return Fault("environment", name, "what a setting can be", "something else", rest)


def _tables(data: Path) -> None:
    """Migrates and fills what lies in the site's folder; elsewhere whoever runs the database says when."""
    from zaragoza.web.definitions import plans
    from zaragoza.web.promises.load import load, pending

    try:
        if connection.vendor == "sqlite":
            with alone(data, ".migrating", ".migrating-*"):
                call_command("migrate", verbosity=0, interactive=False)
                loaded = load(plans())
            if not loaded.nothing:
                sys.stdout.writelines(f"catalogue: {line}\n" for line in loaded.lines)
            return
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        expected, way_out = (
            "a database that answers",
            "See that it runs, and that ZARAGOZA_DATABASE names it.",
        )
        raise ReleaseError(
            Fault("database", "connection", expected, type(error).__name__, way_out)
        ) from error
    if waiting:
        way_out = "Run: python -m zaragoza.web migrate"
        raise ReleaseError(
            Fault("database", "tables", "those of this version", f"{len(waiting)} changes not made", way_out)
        )
    if not pending(plans()).nothing:
        way_out = "Run: python -m zaragoza.web load_catalogue"
        raise ReleaseError(Fault("database", "catalogue", "that of this version", "another", way_out))
