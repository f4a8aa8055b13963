"""The demonstration of several sizes and seeds: its releases come about, and its monitors call them safe."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

DEFAULT = 200_000  # inhabitants that `zaragoza demo` makes up
CASES = ((DEFAULT, 2023), (60_000, 7), (20_000, 1), (20_000, 2))


def zaragoza(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zaragoza", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("size", "seed"), CASES)
def test_its_releases_are_safe(size: int, seed: int, record: Callable[..., None], tmp_path: Path) -> None:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    made = zaragoza("demo", tmp_path / "demo", "--size", size, "--seed", seed)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert made.returncode == 0, made.stderr[-2000:]
    for monitor in ("monitor", "registers/monitor"):
        (release,) = (tmp_path / "demo" / monitor).glob("releases/2*")
        judged = zaragoza("audit", release, "--monitor", tmp_path / "demo" / monitor)
        assert judged.returncode == 0, judged.stdout[-2000:]
    if size == DEFAULT:
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        record(
            f"`zaragoza demo`: {size:,} inhabitants, two releases with pages, safe for their monitors",
            f"{wall:.0f} s, {processor:.0f} s of processor time",
            bar="60 s",
        )
