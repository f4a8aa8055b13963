"""How often one address may ask: counted by the minute by all workers of a machine, without keeping addresses.

The counters are a file of fixed size that the workers map into memory. An address has the counter that a keyed hash of
it gives, so that two addresses may share one (once in 65,536). Workers on several machines count apart; on Windows
processes are not kept apart, so that some requests may go uncounted. A minute is one of the clock: whoever asks at its
end and at the start of the next gets twice the limit.
"""

from __future__ import annotations

import hashlib
import ipaddress
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
from time import time

from django.conf import settings
from django.http import HttpRequest

if sys.platform != "win32":
    import fcntl

_COUNTERS, _COUNTER = 65_536, struct.Struct("<II")  # the minute, and how often in it
_KEY = 32
_SIZE = _KEY + _COUNTERS * _COUNTER.size
_MINUTE = 60
_NETWORK = 64  # bits of an IPv6 address that one subscriber has
_lock = threading.Lock()  # the file's lock keeps processes apart, not the threads of one


def wait(request: HttpRequest, most: int, of: str = "") -> int:
    """Counts the request; how many seconds its address has to wait, 0 where it is within the limit.

    Args:
        request: whose address counts.
        most: requests a minute; 0 stands for no limit.
        of: what they ask; each is counted apart.
    """
    if not most:
        return 0
    now = time()
    asked = _counters(Path(settings.DATA)).one_more(f"{of}{_client(request)}", int(now // _MINUTE))
    return 0 if asked <= most else _MINUTE - int(now % _MINUTE)


def _client(request: HttpRequest) -> str:
    """The address that asks: behind our own proxy the one that it has added, which is the last."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIED:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, _NETWORK), strict=False))


class _Counters:
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

    def one_more(self, client: str, minute: int) -> int:
        """How often the client has asked in this minute, this time included."""
        digest = hashlib.blake2b(client.encode(), key=self._key, digest_size=8).digest()
        place = _KEY + int.from_bytes(digest, "little") % _COUNTERS * _COUNTER.size
        with self._alone():
            last, count = _COUNTER.unpack_from(self._map, place)
            count = count + 1 if last == minute else 1
            _COUNTER.pack_into(self._map, place, minute, count)
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
def _counters(folder: Path) -> _Counters:
    return _Counters(folder / ".requests")
