"""What the tests of definitions share."""

from __future__ import annotations

import pytest

from zaragoza.engine import Engine


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened
