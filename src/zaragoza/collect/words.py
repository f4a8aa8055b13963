"""Counts in words, for faults and notes."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 row`, `2 rows`, `3 strata`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
