"""Fixtures that more than one part of the tests uses."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

# The same examples wherever and whenever the tests run, and as long for each as the machine needs. Whoever searches for
# new ones says so: --hypothesis-profile=default.
settings.load_profile("ci")
_constants_of_the_code = providers._get_local_constants


def _known_before() -> providers.Constants:
    """Hypothesis also tries what stands in modules that are loaded, which are others in each process and order."""
    return providers._local_constants if settings.default.derandomize else _constants_of_the_code()


providers._get_local_constants = _known_before


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """Django leaves the language of a page in the thread: whichever test is next begins in that of the site."""
    yield
    words = sys.modules.get("django.utils.translation.trans_real")
    if words is not None:
        words.deactivate()


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
