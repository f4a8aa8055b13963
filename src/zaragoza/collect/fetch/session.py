"""Asks servers politely: one question at a time, again after a while where they are busy, never for what is known.

httpx2 asks; hishel keeps answers on disk and lets the server say that one still holds; stamina waits between attempts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import hishel
import httpx2
import stamina
from hishel.httpx2 import CacheTransport

from zaragoza.errors import Fault, SourceError

logging.getLogger("stamina").addHandler(logging.NullHandler())  # its notices are for programmers

_PRODUCT = f"zaragoza/{version('zaragoza')} (statistics; one request at a time)"
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_NOTHING = 404
_TOO_LARGE = frozenset({413, 414})
_TOO_LARGE_SIGNS = (b"EXTRACTION_TOO_BIG", b'Message code="413"', b"<faultcode>413")
_MEGABYTE = 1 << 20
_PACKED = frozenset({"", "identity", "gzip", "deflate"})  # a piece of these swells a thousand times at most
_FAILED: Mapping[type[httpx2.HTTPError], str] = {
    httpx2.RemoteProtocolError: "an answer that breaks off",
    httpx2.DecodingError: "an answer that is not packed as it says, or more than once",
    httpx2.TooManyRedirects: "an answer that sends on and on",
}
_WORDS = {
    400: "the question is not understood (400)",
    401: "the service wants a key (401)",
    403: "the service refuses the question (403)",
    404: "there is no such dataset, or no figures for these codes (404)",
    406: "the service does not have this form (406)",
    429: "the service is asked too often (429)",
    503: "the service is closed for now (503)",
}


class TooLargeError(SourceError):
    """The service would give too much at once; ask for smaller parts."""


class NothingThereError(SourceError):
    """The service knows no such dataset, or has no figures for the question."""


@dataclass(frozen=True)
class Patience:
    """How long a session waits and how often it asks.

    Attributes:
        attempts: at most, for one question.
        first, longest: seconds before the second attempt, and at most before a later one; doubled in between.
        jitter: up to so many seconds are added by chance.
        retry_after: longest pause that a server may ask for; a longer one ends the fetch, and is told.
        answer: seconds within which a server has to begin and to go on.
        poll: seconds between questions whether an answer that is being prepared is ready.
        polls: how often that is asked.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 60.0
    jitter: float = 1.0
    retry_after: float = 300.0
    answer: float = 60.0
    poll: float = 15.0
    polls: int = 120


@dataclass(frozen=True)
class Answer:
    """What a server gave.

    Attributes:
        modified: when it says that it was last changed, ISO 8601; None where it does not say.
    """

    content: bytes
    modified: str | None


class _AgainError(Exception):
    """An answer after which the same question may be asked again."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(str(status))
        self.status, self.retry_after = status, retry_after


class Session:
    """Asks addresses one after another.

    Args:
        cache: file that keeps answers, so that an unchanged one is not sent again; None: none are kept.
        patience: how long to wait.
        largest: bytes at most in an answer.
        sleep: waits between questions whether an answer is ready.
    """

    def __init__(
        self,
        cache: Path | None = None,
        patience: Patience | None = None,
        *,
        largest: int = 1024 * _MEGABYTE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self.sleep = sleep
        self._largest = largest
        self._asked = httpx2.URL()
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
        transport: httpx2.BaseTransport = httpx2.HTTPTransport(limits=limits)
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
            storage = hishel.SqliteStorage(database_path=cache)
            transport = CacheTransport(transport, storage=storage, rfc={"shared": False})
        self._client = httpx2.Client(
            transport=transport,
            timeout=self.patience.answer,
            follow_redirects=True,
            headers={"User-Agent": _PRODUCT, "Cache-Control": "no-cache", "Accept-Encoding": "gzip, deflate"},
            event_hooks={"request": [self._stay]},
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str) -> Answer:
        """The answer at an address.

        Raises:
            TooLargeError: the service says so, or the answer is larger than is taken.
            SourceError: it refuses, stays busy, breaks off, sends on to another server, or cannot be reached.
        """
        self._asked = httpx2.URL(url)
        failed: SourceError
        try:
            return self._patiently(url)
        except _AgainError as error:
            failed = _refusal(url, error.status, error.retry_after)
        except httpx2.TimeoutException:
            failed = _unreached(url, f"no answer within {self.patience.answer:g} seconds")
        except httpx2.HTTPError as error:
            found = _FAILED.get(type(error), f"no connection ({type(error).__name__})")
            failed = _unreached(url, found)
        raise failed

    def _stay(self, request: httpx2.Request) -> None:
        """Refuses to be sent on to another server, or from a safe connection to an open one."""
        asked, to = self._asked, request.url
        if to.netloc != asked.netloc or (asked.scheme, to.scheme) == ("https", "http"):
            expected, found = f"an answer of {asked.host}", f"one that sends on to {to.scheme}://{to.host}"
            way_out = "If the service has moved, name its address with --server."
            raise SourceError(Fault(str(asked), "answer", expected, found, way_out))

    def _patiently(self, url: str) -> Answer:
        patience = self.patience
        for attempt in stamina.retry_context(
            on=self._worth_repeating,
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first,
            wait_max=patience.longest,
            wait_jitter=patience.jitter,
        ):
            with attempt:
                return self._once(url)
        raise AssertionError("unreachable")

    def _worth_repeating(self, error: Exception) -> bool | float:
        if isinstance(error, _AgainError):
            if error.retry_after is None:
                return True
            return error.retry_after if error.retry_after <= self.patience.retry_after else False
        return isinstance(error, httpx2.TransportError)

    def _once(self, url: str) -> Answer:
        with self._client.stream("GET", url) as response:
            if response.status_code in _AGAIN:
                raise _AgainError(response.status_code, _seconds(response.headers.get("Retry-After")))
            content = self._body(url, response)
        if response.status_code in _TOO_LARGE or any(sign in content[:4000] for sign in _TOO_LARGE_SIGNS):
            raise too_large(url, "more than the service gives at once")
        if not response.is_success:
            raise _refusal(url, response.status_code, None)
        return Answer(content, _iso(response.headers.get("Last-Modified")))

    def _body(self, url: str, response: httpx2.Response) -> bytes:
        # Whatever is packed more than once, or in a form that was not asked for, may fill the memory with one piece,
        # before its size can be seen.
        if response.headers.get("Content-Encoding", "").strip().lower() not in _PACKED:
            raise httpx2.DecodingError("packed in another way than asked for")
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._largest:
                raise too_large(url, f"more than {self._largest // _MEGABYTE} MB")
        return bytes(body)


def too_large(url: str, found: str) -> TooLargeError:
    """The error of an answer that is too large."""
    way_out = "Ask for less: --filter DIMENSION=CODE,CODE, or a later --since."
    return TooLargeError(Fault(url, "answer", "one that can be sent at once", found, way_out))


def _refusal(url: str, status: int, retry_after: float | None) -> SourceError:
    found = _WORDS.get(status, f"the service answers {status}")
    if retry_after is not None:
        way_out = f"Ask again in {retry_after:g} seconds; what was fetched is kept for an hour."
    elif status in _AGAIN:
        way_out = "Ask again later; what was fetched is kept for an hour."
    else:
        way_out = "Check the dataset's code, the dimensions and their codes."
    kind = NothingThereError if status == _NOTHING else SourceError
    return kind(Fault(url, "answer", "figures", found, way_out))


def _unreached(url: str, found: str) -> SourceError:
    way_out = "Ask again later, or use --offline for what was fetched before."
    return SourceError(Fault(url, "answer", "figures", found, way_out))


def _seconds(header: str | None) -> float | None:
    """Retry-After as seconds from now: a number, or a date (RFC 9110)."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    at = _date(header)
    return None if at is None else max(0.0, (at - datetime.now(UTC)).total_seconds())


def _iso(header: str | None) -> str | None:
    at = None if header is None else _date(header)
    return None if at is None else at.isoformat()


def _date(header: str) -> datetime | None:
    """A date of HTTP, which is of Greenwich where it names no zone; None for another text."""
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
