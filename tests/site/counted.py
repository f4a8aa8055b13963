"""What is counted under a keyed hash, counted alike each time that a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from zaragoza.web import counting


@pytest.fixture
def by_one_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two names share a counter once in 65,536 keys: by this one those of the tests do not.

    Counters of a test's own folder are closed with it, as a process may have only so many files open.
    """
    monkeypatch.setattr(counting, "secrets", SimpleNamespace(token_bytes=bytes))
    yield
    counting.counters.cache_clear()
