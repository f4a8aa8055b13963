"""The folder of the releases: their numbers, one run at a time, and each release as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from zaragoza.errors import Fault, ReleaseError
from zaragoza.folders import alone
from zaragoza.model.period import Period

KNOWN = ".releases"  # ids of all releases that the folder ever held, a line each; also the lock of its runs
_ID = re.compile(r"(?P<period>\d{4}(?:-(?:S[12]|Q[1-4]|\d{2}))?)-r(?P<number>[1-9]\d*)")
_LEAVINGS = ".[0-9][0-9][0-9][0-9]*-r[1-9]*-*"
_WRITABLE = 0o222


def release_folders(outputs: Path, period: Period | None = None) -> list[Path]:
    """The folders of releases, of one period if asked, by period, then number; none where there is no such folder."""
    if not outputs.is_dir():
        return []
    found = [path for path in outputs.iterdir() if path.is_dir() and _ID.fullmatch(path.name)]
    chosen = [path for path in found if period is None or _order(path.name)[0] == str(period)]
    return sorted(chosen, key=lambda path: _order(path.name))


def last_folder(outputs: Path, period: Period) -> Path | None:
    """The folder of a period's latest release, if there is one."""
    return next(reversed(release_folders(outputs, period)), None)


def next_id(outputs: Path, period: Period) -> str:
    """The id of a period's next release; the number of one that was taken away is not given again."""
    path = outputs / KNOWN
    lines = path.read_text(encoding="ascii", errors="replace").split() if path.is_file() else []
    known = [*(line for line in lines if _ID.fullmatch(line)), *(p.name for p in release_folders(outputs))]
    last = max((number for which, number in map(_order, known) if which == str(period)), default=0)
    return f"{period}-r{last + 1}"


@contextlib.contextmanager
def writing(outputs: Path) -> Iterator[None]:
    """While this is open, no other run numbers or writes releases in the folder; what killed runs left is gone.

    Raises:
        ReleaseError: the folder cannot be made or written.
    """
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        with alone(outputs, KNOWN, _LEAVINGS):
            yield
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        way_out = "Check the folder's rights and free space, then run again; nothing was published."
        fault = Fault(outputs.name, "folder", "a folder that can be written", found, way_out)
        raise ReleaseError(fault) from error


def write_release(files: Mapping[str, bytes], target: Path) -> None:
    """All files at once or none: built beside the target, on the same file system, then listed and renamed.

    Who may read them is for the user's umask to say; nobody is meant to write them.

    Args:
        files: content by path in the release.
        target: the folder of the release, in a folder that is being written.

    Raises:
        OSError: something could not be written, or there is a release of that name.
    """
    with _aside(target) as folder:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            path.chmod(path.stat().st_mode & 0o777 & ~_WRITABLE)
        with (target.parent / KNOWN).open("a", encoding="ascii") as known:
            known.write(f"{target.name}\n")
        folder.rename(target)


@contextlib.contextmanager
def _aside(target: Path) -> Iterator[Path]:
    folder = target.parent / f".{target.name}-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # after a rename there is nothing left to remove


def _order(name: str) -> tuple[str, int]:
    period, _, number = name.rpartition("-r")
    return period, int(number)
