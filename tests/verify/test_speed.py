"""What estimation costs, in ratios of one run (`zaragoza bench`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zaragoza.bench import bench

LARGEST_RATIO, LARGEST_MEMORY = 4.0, 1000


@pytest.mark.parametrize("households", [60_000, 600_000])
def test_estimate_against_a_plain_scan(households: int, record: Callable[..., None]) -> None:
    scan, estimate = bench(households, rounds=5)
    ratio = estimate.seconds / scan.seconds
    assert ratio <= LARGEST_RATIO
    assert estimate.memory < LARGEST_MEMORY
    record(
        f"8 indicators x 60 domains, {scan.persons:,} persons: estimate against a plain scan",
        f"{ratio:.2f} times the time; {estimate.memory} MB at most (the scan: {scan.memory} MB)",
        command=f"zaragoza bench --households {households} --rounds 5",
        bar=f"{LARGEST_RATIO:.0f} times, {LARGEST_MEMORY} MB",
    )
