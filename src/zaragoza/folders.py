"""Folders that several runs may write into: one at a time, and nothing is left of a run that was killed."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def alone(folder: Path, lock: str, leavings: str | None = None) -> Iterator[None]:
    """Waits until no other run writes into a folder, and clears away what killed ones left there.

    The system frees the lock when its process ends, however it ends: whatever is left by another run, once the lock is
    held, is left by a dead one. Where the file system knows no locks nothing is cleared.

    Args:
        folder: where the runs write; it must be there.
        lock: name of the file in it that is locked; made if need be, and kept.
        leavings: pattern of the names of folders that are being built; None where none are.
    """
    with (folder / lock).open("ab") as file:
        if _locked(file) and leavings is not None:
            for path in folder.glob(leavings):
                shutil.rmtree(path, ignore_errors=True)
        yield


def _locked(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        return False
    return True
