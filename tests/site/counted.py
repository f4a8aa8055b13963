"""What is counted under a keyed hash, counted alike each time that a test runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from zaragoza.web import counting


@pytest.fixture
def by_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names share a counter once in 65,536 keys: by this one those of the tests do not."""
    monkeypatch.setattr(counting, "secrets", SimpleNamespace(token_bytes=bytes))
