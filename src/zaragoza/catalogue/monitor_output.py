"""Where a monitor writes, and the secret with which it makes record keys."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from zaragoza.catalogue.files import read_file
from zaragoza.errors import DefinitionError, Fault, ReleaseError
from zaragoza.model.monitor import Monitor

SECRET_VARIABLE = "ZARAGOZA_SECRET"  # noqa: S105 - the name of the variable, not its value
SECRET_BYTES = 32
_MAKE = "`zaragoza init` makes one: 64 characters 0-9 and a-f, readable by its owner alone."


def output_faults(path: Path, where: str) -> list[Fault]:
    """Why releases cannot be written into a folder; empty where they can.

    The superuser may write anywhere, so what the folder and its parents are is looked at as well.

    Args:
        path: the folder, which need not exist yet.
        where: file and line that name it.
    """
    found = _unwritable(path)
    expected, way_out = "a folder that can be written", "Name another folder, or have this one opened to you."
    return [Fault(where, "output.folder", expected, found, way_out, ReleaseError)] if found else []


def _unwritable(path: Path) -> str | None:
    try:
        nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    except OSError:  # a folder above it may not be looked into
        return "no permission to write"
    if not nearest.is_dir():
        return "a file of that name" if nearest == path else "a file where a folder above it should be"
    return None if os.access(nearest, os.W_OK | os.X_OK) else "no permission to write"


def secret_faults(path: Path, where: str) -> list[Fault]:
    """What is wrong with the office's secret; the environment's wins over the file.

    Args:
        path: the file named in the monitor.
        where: file and line that name it.
    """
    return _secret(path, where)[1]


def load_secret(monitor: Monitor) -> bytes:
    """The secret for record keys and pseudonyms, from the environment or the office's file.

    Args:
        monitor: names the file, relative to its folder.

    Raises:
        DefinitionError: there is none, it is too short, or others can read the file.
    """
    secret, faults = _secret(monitor.folder / (monitor.secret or "secret.key"), "monitor.toml")
    if faults:
        raise DefinitionError(faults)
    return secret


def _secret(path: Path, where: str) -> tuple[bytes, list[Fault]]:
    given = os.environ.get(SECRET_VARIABLE)
    if given is not None:
        return _decode(given, "environment", SECRET_VARIABLE)
    content = read_file(path)
    if isinstance(content, str):
        expected = f"a file with the office's secret, or {SECRET_VARIABLE} in the environment"
        return b"", [Fault(where, "security.secret", expected, content, _MAKE)]
    faults = open_to_others(path, where, "security.secret")
    secret, unusable = _decode(content.decode("ascii", errors="replace"), where, "security.secret")
    return secret, faults + unusable


def _decode(text: str, where: str, field: str) -> tuple[bytes, list[Fault]]:
    expected = f"at least {SECRET_BYTES} bytes written as hexadecimal digits"
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        return b"", [Fault(where, field, expected, "other characters", _MAKE)]
    if len(secret) < SECRET_BYTES:
        return b"", [Fault(where, field, expected, f"{len(secret)} bytes", _MAKE)]
    return secret, []


def open_to_others(path: Path, where: str, field: str) -> list[Fault]:
    """Why a file is no secret: others than its owner may read it.

    Args:
        path: of the file, which exists.
        where: file and line that name it.
        field: the key that names it.
    """
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name != "posix" or not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    expected, found = "a file that its owner alone can read", f"permissions {mode:o}"
    return [Fault(where, field, expected, found, f"Run `chmod 600 {path.name}`.")]
