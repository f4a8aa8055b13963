"""What tests share: where reference results lie, and the marks for what a machine may lack."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest

ROOT = Path(__file__).resolve().parent.parent
_shared = Path(os.environ.get("ZARAGOZA_SHARED", ROOT.parent / "shared"))
SHARED: Path | None = _shared if (_shared / "oracle" / "README.md").is_file() else None


def needs_shared(test):
    """Skips a test where the reference results are not beside the repository."""
    return pytest.mark.skipif(SHARED is None, reason="reference data (../shared) is absent")(test)


def without_digests(told: str) -> str:
    """What was told, but for checksums: they are others in each release, and five digits stand in one by chance."""
    return re.sub(r"[0-9a-f]{64}", "", told)


@contextmanager
def closed_port() -> Iterator[int]:
    """One that nobody listens to on loopback, held so that nobody comes to."""
    with socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
