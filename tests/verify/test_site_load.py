"""What the site bears: wrk asks for its pages as fast as they come, from the same machine."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation

from tests.site.serving import PATIENCE, Site, serving
from tests.web.published import release
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.demo import make_demo
from zaragoza.pipeline import run

SECONDS, WARMING = 60, 60
BARS = {8: 100, 50: 400}  # milliseconds within which 95 % are answered, by connections
FIRST = 500  # milliseconds of the first visit of a page
GROWTH = 1.1  # memory of the workers after the load over that before it
SENT, WHOLE = 60 * 1024, 300 * 1024  # bytes of a page: of its answer, and with all its parts
PEOPLE, SEED = 20_000, 2023
PAGES = 200  # that are asked for, of every kind: each worker renders all of them while they are warmed
_PART = re.compile(r'"(/assets/[^"]+)"')
_LINK = re.compile(r'(?:href|action)="([^"]+)"')
_OPTIONS = re.compile(r'<select name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
_VALUE = re.compile(r'value="([^"]+)"')

# Each thread of wrk walks through all addresses from a place of its own; what it saw is told as JSON.
SCRIPT = """
local paths, place = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init() place = number * 97 end
function request() place = place % #paths + 1; return wrk.format("GET", paths[place]) end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'JSON{"requests": %d, "duration": %d, "errors": %d, "p50": %d, "p95": %d, "p99": %d}',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


@pytest.fixture(scope="module")
def wrk() -> str:
    """The program. Where there is none the proof is skipped; CI has to have one."""
    found = shutil.which("wrk")
    if found is None:
        reason = "no wrk on this machine; `make verify` installs it for root on Debian"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def releases(wrk: str, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demonstration with its map and the release of its survey, and published figures of the Member States."""
    folder = tmp_path_factory.mktemp("made")
    survey, _ = make_demo(folder / "demo", PEOPLE, SEED)
    run(load_monitor(survey))
    return [folder / "demo", release(folder / "union")]


@pytest.fixture
def site(releases: list[Path], tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path / "data", *releases) as running:
        yield running


def links(path: str, html: str) -> Iterator[str]:
    """Addresses of the site that a page leads to: its links, and each choice of its lists alone."""
    for found in _LINK.findall(html):
        yield urldefrag(urljoin(path, unescape(found))).url
    for name, options in _OPTIONS.findall(html):
        for value in _VALUE.findall(options):
            yield urljoin(path, f"?{unescape(name)}={unescape(value)}")


@cache
def kind(path: str) -> object:
    """Which page of which monitor, in which language, and what is chosen on it."""
    parts = urlsplit(path)
    language = "nl" if path.startswith("/nl/") else "en"
    try:
        with translation.override(language):
            match = resolve(parts.path)
    except Resolver404:  # it leads to one in a language
        return path
    chosen = parse_qs(parts.query)
    return language, match.url_name, match.kwargs.get("series"), *chosen, *chosen.get("tab", [])


@dataclass(frozen=True)
class Visit:
    """The first visit of a page: how long it took, and how many bytes came, as they are and as they are sent."""

    seconds: float
    whole: int
    sent: int


def crawl(site: Site, start: str = "/") -> dict[str, Visit]:
    """First visits by address, of pages that links and lists lead to, of every kind as many as there is room for."""
    waiting, seen, took = [start], {start}, {}
    asked: Counter[object] = Counter()
    while waiting and len(took) < PAGES:
        path = min(waiting, key=lambda each: asked[kind(each)])
        waiting.remove(path)
        asked[kind(path)] += 1
        begun = time.perf_counter()
        answer = site.ask(path)
        seconds = time.perf_counter() - begun
        assert answer.status in (200, 301, 302), (path, answer.status)
        if answer.status == 200 and not answer.headers["content-type"].startswith("text/html"):
            continue
        new = [answer.location] if answer.location else [*links(path, answer.body.decode())]
        if not answer.location:
            took[path] = Visit(seconds, len(answer.body), len(gzip.compress(answer.body)))
        waiting += [
            p for p in dict.fromkeys(new) if p not in seen and p.startswith("/") and "/data/" not in p
        ]
        seen |= set(new)
    return took


def loaded(wrk: str, site: Site, paths: list[str], connections: int, seconds: int) -> dict[str, float]:
    """What wrk tells of a load; times in milliseconds."""
    script, listed = site.data / "load.lua", site.data / "paths.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    listed.write_text("\n".join(paths), encoding="utf-8")
    words = ["--threads", "1", "--connections", connections, "--duration", f"{seconds}s", "--script", script]
    words += ["--timeout", "10s"]
    done = subprocess.run(
        [wrk, *map(str, words), site.address],
        env={**os.environ, "PATHS": str(listed)},
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + PATIENCE,
    )
    told: dict[str, float] = json.loads(done.stdout.partition("JSON")[2])
    return told | {name: told[name] / 1000 for name in ("p50", "p95", "p99")}


def memory(site: Site) -> float:
    """Mebibytes that the workers hold, together."""
    kept = 0
    for worker in site.workers:
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
        kept += int(status.partition("VmRSS:")[2].split()[0])
    return kept / 1024


def test_first_visits(site: Site, record: Callable[..., None]) -> None:
    """Of every page, by one reader, right after its release is shown; and what each weighs."""
    took = crawl(site)
    assert any("tab=places" in path and "made-up-survey" in path for path in took), "no map was among them"
    times = sorted(1000 * each.seconds for each in took.values())
    slowest = max(took, key=lambda path: took[path].seconds)
    record(
        f"site: first visit of {len(took)} pages after their release is shown",
        f"{times[-1]:.0f} ms at most, half within {times[len(times) // 2]:.0f} ms",
        bar=f"{FIRST} ms",
    )
    named = set(_PART.findall(site.follow("/")[1].body.decode()))
    parts = sum(len(site.ask(path).body) for path in named)
    whole = max(each.whole for each in took.values()) + parts
    sent = max(each.sent for each in took.values())
    record(
        f"site: weight of {len(took)} pages, with style and script",
        f"{sent / 1024:.0f} KB compressed, {whole / 1024:.0f} KB in all at most",
        command="pytest -m slow tests/verify/test_site_load.py -k test_first_visits",
        bar=f"{SENT // 1024} and {WHOLE // 1024} KB",
    )
    assert times[-1] <= FIRST, (slowest, times[-10:])
    assert sent <= SENT, max(took, key=lambda path: took[path].sent)
    assert whole <= WHOLE, max(took, key=lambda path: took[path].whole)


def test_load(wrk: str, site: Site, record: Callable[..., None]) -> None:
    """Mixed warm pages. Memory is looked at when all workers have shown all pages, and at the end."""
    paths = list(crawl(site))
    workers = site.workers
    loaded(wrk, site, paths, max(BARS), WARMING)
    before = memory(site)
    missed = []
    for connections, bar in BARS.items():
        told = loaded(wrk, site, paths, connections, SECONDS)
        rate = told["requests"] / told["duration"] * 1e6
        record(
            f"site: {len(paths)} mixed warm pages at {connections} connections for {SECONDS} s, wrk on the same cores",
            f"no error; half within {told['p50']:.0f} ms, 95 % within {told['p95']:.0f} ms; {rate:.0f} a second",
            bar=f"95 % within {bar} ms, no error",
        )
        assert told["errors"] == 0, told
        if told["p95"] > bar:
            missed.append((connections, told))
    after = memory(site)
    record(
        f"site: memory of {len(workers)} workers before and after that load",
        f"{before:.0f} and {after:.0f} MB",
        bar=f"at most {GROWTH} times",
    )
    assert site.workers == workers, "a worker was replaced under load"
    assert after <= GROWTH * before
    assert not missed
