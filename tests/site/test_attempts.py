"""Limits of log-in hold for all workers together, and leave nothing about who came."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from tests.site.serving import environment
from tests.site.test_accounts import EMAIL, account, counted_anew, log_in
from zaragoza.web.accounts import attempts
from zaragoza.web.accounts.attempts import Attempts

__all__ = ["counted_anew"]
pytestmark = pytest.mark.django_db

PROCESSES, TRIES, KEYS, MOST = 6, 5, 12, 5
# All begin at once, and each tries as fast as it can; how often each key was let through is told.
TRY = f"""
import os, time, django
django.setup()
from allauth.core import ratelimit
from django.test import RequestFactory
begin, (told, tell) = time.monotonic() + 0.5, os.pipe()
for _ in range({PROCESSES}):
    if not os.fork():
        time.sleep(max(0, begin - time.monotonic()))
        for key in range({KEYS}):
            request = RequestFactory().post("/", REMOTE_ADDR=f"203.0.113.{{key}}")
            for _ in range({TRIES}):
                if ratelimit.consume(request, action="reset_password", key=str(key)):
                    os.write(tell, bytes([key]))
        os._exit(0)
os.close(tell)
found = b""
while part := os.read(told, 4096):
    found += part
print(*(found.count(key) for key in range({KEYS})))
"""


def counts(folder: Path) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", TRY], env=environment(folder), check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [int(each) for each in done.stdout.split()]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not kept apart there")
def test_processes_count_together(tmp_path: Path) -> None:
    """Of thirty tries for a key at most five go through (allauth: 5 a minute), and some do."""
    found = counts(tmp_path)
    assert len(found) == KEYS
    assert all(0 < each <= MOST for each in found), found


def test_of_all_who_add_at_once_one_does(tmp_path: Path) -> None:
    adding = [Attempts(str(tmp_path), {}) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for key in map(str, range(50)):
            assert sum(pool.map(lambda each, key=key: each.add(key, True), adding)) == 1
    assert adding[0].delete("1")
    assert not adding[0].delete("1")
    assert adding[0].add("1", True)


def test_what_no_longer_counts_is_swept_away(tmp_path: Path) -> None:
    """By the next attempt once five minutes have passed, or when the site tidies up."""
    found = Attempts(str(tmp_path), {})
    found.set("old", 1, 0.01)
    found.set("new", 1, 600)
    time.sleep(0.05)
    found.set("other", 1, 600)
    assert len(list(tmp_path.glob("*.djcache"))) == 3
    long_ago = time.time() - 6 * 60
    os.utime(tmp_path / ".counting", (long_ago, long_ago))
    found.set("other", 1, 600)
    assert len(list(tmp_path.glob("*.djcache"))) == 2
    found.set("old", 1, 0.01)
    time.sleep(0.05)
    found.sweep()
    assert len(list(tmp_path.glob("*.djcache"))) == 2
    assert found.get("new") == 1


def test_nothing_of_who_tried_is_kept(tmp_path: Path) -> None:
    """Whoever knows an address but not the site's key does not find it again in what files hold, or are called."""
    account()
    log_in(Client(REMOTE_ADDR="203.0.113.7"), password="wrong")  # noqa: S106
    files = list((tmp_path / ".attempts").glob("*.djcache"))
    assert files
    for path in files:
        with path.open("rb") as file:
            pickle.load(file)  # noqa: S301 - when it ends, of our own
            words = path.read_bytes() + zlib.decompress(file.read())
        assert not [each for each in (EMAIL, "203.0.113") if each.encode() in words]
    ours = attempts.key(EMAIL, "", 1)
    assert EMAIL not in ours
    with override_settings(SECRET_KEY="another"):  # noqa: S106 - of no site
        assert attempts.key(EMAIL, "", 1) != ours
    assert cache.make_key(EMAIL) == ours, "what the site counts with"
