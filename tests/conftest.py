"""Fixtures that more than one part of the tests uses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program. Where there is none a test is skipped; CI has to have one."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return Path(found)
    reason = "no Chromium on this machine; `make test` installs it for root on Debian"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
