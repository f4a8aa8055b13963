"""What estimation costs, in ratios of one run (`zaragoza bench`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zaragoza.bench import bench

LARGEST_RATIO, LARGEST_MEMORY = 4.0, 1000
LARGEST_DISTRIBUTION_RATIO = 10.0
FEW, MANY = (
    100_000,
    400_000,
)  # households of the file on which gaps are adjusted: a quarter of a million and a million
LAEKEN_SECONDS, LEAST_SPEED = 7.8, 30.0  # laeken 0.5.2, 14,827 persons, on an idle machine of this kind


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


def test_distributions_against_a_sort_and_sum(record: Callable[..., None]) -> None:
    floor, ours = bench(task="distribution", rounds=5)
    ratio = ours.seconds / floor.seconds
    assert ratio <= LARGEST_DISTRIBUTION_RATIO
    record(
        f"poverty rate, S80/S20 and Gini with errors x 60 domains, {ours.persons:,} persons: against a sort and sum",
        f"{ratio:.2f} times the time; {ours.memory} MB at most (sort and sum: {floor.memory} MB)",
        command="zaragoza bench --task distribution --rounds 5",
        bar=f"{LARGEST_DISTRIBUTION_RATIO:.0f} times",
    )


def test_adjusted_gaps_against_a_plain_group_by(record: Callable[..., None]) -> None:
    """The floor has neither sampling units nor errors, and is read once; persons are read twice by households.

    There is no bar on the ratio: 7,020 gaps, each with the gradient of a method, are most of the time, and a group-by
    makes none. What must hold is that the cost grows by no more than persons do, since all after the reading is sums
    by unit and cell.
    """
    _, less = bench(FEW, task="adjusted", rounds=1)
    floor, ours = bench(MANY, task="adjusted", rounds=3)
    assert ours.seconds / less.seconds <= ours.persons / less.persons
    record(
        f"20 indicators x 10 groups x 12 regions, 3 adjustment sets, {ours.persons:,} persons: adjusted gaps"
        " with errors against a plain group-by with the same covariates",
        f"{ours.seconds / floor.seconds:.0f} times the time, {ours.seconds / less.seconds:.1f} times that of"
        f" {less.persons:,} persons; {ours.memory} MB at most (the group-by: {floor.memory} MB)",
        command="zaragoza bench --task adjusted --rounds 3",
        bar=f"{ours.persons / less.persons:.1f} times that of {less.persons:,} persons",
    )


def test_bootstrap_against_laeken(record: Callable[..., None]) -> None:
    """The fastest round counts: laeken's seconds were taken while nobody else used the machine."""
    _, ours = bench(task="bootstrap", rounds=15)
    speed = LAEKEN_SECONDS / ours.fastest
    assert speed >= LEAST_SPEED
    record(
        f"poverty rate with 500 bootstrap replicates, {ours.persons:,} persons: against laeken 0.5.2",
        f"{speed:.0f} times as fast ({ours.fastest:.2f} s; laeken {LAEKEN_SECONDS} s)",
        command="zaragoza bench --task bootstrap --rounds 15",
        bar=f"{LEAST_SPEED:.0f} times",
    )
