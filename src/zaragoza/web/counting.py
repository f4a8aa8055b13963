"""How often somebody has asked for something in a stretch of time: counted by all workers of a machine, without names.

The counters are a file of fixed size that the workers map into memory. Whoever asks has the counter that a keyed hash
of their name gives, so that two of them may share one (once in 65,536). Workers on several machines count apart; on
Windows processes are not kept apart, so that some may go uncounted. A stretch is one of the clock: whoever asks at its
end and at the start of the next gets twice the limit.
"""

from __future__ import annotations

import hashlib
import mmap
import secrets
import struct
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_COUNTERS, _COUNTER = 65_536, struct.Struct("<II")  # the stretch, and how often in it
_KEY = 32
_SIZE = _KEY + _COUNTERS * _COUNTER.size
_lock = threading.Lock()  # the file's lock keeps processes apart, not the threads of one


class Counters:
    """The file: a key of its own for the hashes, then the counters."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        weakref.finalize(self, self._file.close)
        with self._alone():
            if path.stat().st_size < _SIZE:
                self._file.truncate(0)
                self._file.write(secrets.token_bytes(_KEY).ljust(_SIZE, b"\0"))
        self._map = mmap.mmap(self._file.fileno(), _SIZE)
        self._key = self._map[:_KEY]

    def one_more(self, whom: str, stretch: int) -> int:
        """How often they have asked in this stretch, this time included."""
        return self._changed(whom, stretch, 1)

    def one_less(self, whom: str, stretch: int) -> None:
        """What was counted does not count."""
        self._changed(whom, stretch, -1)

    def _changed(self, whom: str, stretch: int, by: int) -> int:
        digest = hashlib.blake2b(whom.encode(), key=self._key, digest_size=8).digest()
        place = _KEY + int.from_bytes(digest, "little") % _COUNTERS * _COUNTER.size
        with self._alone():
            last, count = _COUNTER.unpack_from(self._map, place)
            count = max(0, (count if last == stretch else 0) + by)
            _COUNTER.pack_into(self._map, place, stretch, count)
        return int(count)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with _lock:
            if sys.platform == "win32":
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


@cache
def counters(path: Path) -> Counters:
    """Those of a file; each file is for stretches of one length."""
    return Counters(path)
