"""What tests share: where reference results lie, and the marks for what a machine may lack."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_shared = Path(os.environ.get("ZARAGOZA_SHARED", ROOT.parent / "shared"))
SHARED: Path | None = _shared if (_shared / "oracle" / "README.md").is_file() else None


def needs_shared(test):
    """Skips a test where the reference results are not beside the repository."""
    return pytest.mark.skipif(SHARED is None, reason="reference data (../shared) is absent")(test)
