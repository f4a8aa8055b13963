"""Policy indices: answers to questions, scored 0 to 100, averaged level by level (methods/08 sections 7 and 8).

A policy is not an outcome: an index of policies is shown beside figures on people, and never goes into one score with
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from zaragoza.model.classification import TOTAL

LEAST_ANSWERED = 0.5  # part of a dimension's questions below which it has no score
Path = tuple[str, ...]  # area, dimension, ...: from the widest to the narrowest


def average_levels(
    scores: Mapping[Path, float | None], least: float = LEAST_ANSWERED
) -> dict[Path, float | None]:
    """The mean of a dimension's answers, of an area's dimensions, and of the areas: level by level, not at once.

    Args:
        scores: of questions by their path, the question last; None where not answered.
        least: part of the questions of a dimension that must be answered; higher levels average what there is.

    Returns:
        The score of every path above the questions, `()` the whole; None where nothing below has one.
    """
    if not scores:
        return {}
    depth = len(next(iter(scores))) - 1
    level: dict[Path, float | None] = dict(scores)
    found: dict[Path, float | None] = {}
    for size in range(depth, -1, -1):
        below: dict[Path, list[float | None]] = {}
        for path, value in level.items():
            below.setdefault(path[:size], []).append(value)
        level = {path: _mean(values, least if size == depth else 0.0) for path, values in below.items()}
        found |= level
    return found


def policy_rows(
    geo: str, answers: Mapping[Path, float | None], levels: Sequence[str], least: float = LEAST_ANSWERED
) -> list[dict[str, str | float | None]]:
    """The scores of a place at every level, `_T` where a level is averaged over: geo, the levels, score."""
    return [
        {
            "geo": geo,
            **dict(zip(levels, (*path, *(TOTAL,) * (len(levels) - len(path))), strict=True)),
            "score": score,
        }
        for path, score in sorted(average_levels(answers, least).items())
    ]


def _mean(values: Sequence[float | None], least: float) -> float | None:
    there = [value for value in values if value is not None]
    if not there or len(there) / len(values) < least:
        return None
    return float(np.mean(there))
