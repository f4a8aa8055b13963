"""How often somebody tried to log in: counted together by all workers of a machine, for as long as it counts.

Django-allauth counts in a cache, and keeps two from counting at once by a key that it adds: of all who add it at the
same time exactly one may succeed. Django's files do not promise that; here a lock of the system does. On Windows
processes are not kept apart. Neither addresses nor names are written: a key is a hash that only this site can make,
what is kept under it is when the attempts were, and what no longer counts is swept away.
"""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.utils.crypto import salted_hmac

from zaragoza.folders import alone

_LOCK = ".counting"
_SWEPT_AFTER = 5 * 60  # seconds, the longest for which an attempt counts


def key(name: str, prefix: str, version: int) -> str:
    """`KEY_FUNCTION` of the settings."""
    return salted_hmac("attempts", f"{prefix}:{version}:{name}", algorithm="sha256").hexdigest()


def sweep() -> None:
    """Takes away what no longer counts."""
    caches["default"].sweep()  # type: ignore[attr-defined] # one of ours


class Attempts(FileBasedCache):
    """Files of a folder that one process at a time writes."""

    _dir: str

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Whether it was not there; of all who ask at once one is told so."""
        with self._alone():
            if self.has_key(key, version):
                return False
            super().set(key, value, timeout, version)
            return True

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Writes it."""
        with self._alone():
            super().set(key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Whether it was there."""
        with self._alone():
            return super().delete(key, version)

    def sweep(self) -> None:
        """Takes away what no longer counts."""
        with self._alone():
            self._sweep()

    def _cull(self) -> None:
        """Before each write: what no longer counts goes first, so that as little as can be is lost that does."""
        lock = Path(self._dir, _LOCK)
        if time.time() - lock.stat().st_mtime > _SWEPT_AFTER:
            os.utime(lock)
            self._sweep()
        super()._cull()  # type: ignore[misc] # not among the types of Django

    def _sweep(self) -> None:
        for path in Path(self._dir).glob(f"*{self.cache_suffix}"):
            with suppress(FileNotFoundError), path.open("rb") as file:
                self._is_expired(file)  # type: ignore[attr-defined] # and deletes it

    def _alone(self) -> AbstractContextManager[None]:
        self._createdir()  # type: ignore[attr-defined] # for its owner alone
        return alone(Path(self._dir), _LOCK)
