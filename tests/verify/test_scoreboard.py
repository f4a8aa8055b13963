"""Of categories given with 75 to 85 % probability, as many are the true ones (decision 24)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.test_scoreboard import calibration

SAMPLES, SEED = 2_000, 2024  # fixed before the first run


def test_probabilities_of_categories(record: Callable[..., None]) -> None:
    sure, true = calibration(SAMPLES, SEED)
    near = (sure >= 0.75) & (sure <= 0.85)
    right = float(true[near].mean())
    assert 0.75 <= right <= 0.85
    classes = [(sure >= low) & (sure < low + 0.2) for low in np.arange(0, 1, 0.2)]
    assert all(true[rows].mean() == pytest.approx(sure[rows].mean(), abs=0.1) for rows in classes)
    record(
        f"scoreboard: {SAMPLES:,} draws of 27 places from a known super-population; cells rated with a probability of"
        " 0.75-0.85",
        f"{right:.1%} of {int(near.sum()):,} have the true category",
        bar="75-85 %",
    )
