"""A small sample for tests, its known totals, and what a calibration makes or refuses of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zaragoza.api.weighting import calibrate
from zaragoza.errors import ZaragozaError
from zaragoza.model.design import Design

NAME = "calibrated_weight"
CANARY = "canary-value"
GROUPS = {"a": ["x"] * 40 + ["y"] * 30 + ["x"] * 60 + ["z"] * 12}


def sample(**columns) -> pa.Table:
    return pa.table(columns)


DATA = sample(**GROUPS, b=[1.0, 2.0] * 71, w=np.linspace(1, 3, 142), h=np.arange(142) // 3)
A, B = {"x": 300, "y": 100, "z": 20}, {1: 200, 2: 220}


def weights_of(result, name: str = NAME) -> list[float]:
    return result.data[name].to_pylist()


def crossing() -> dict:
    return {("x", 1): 140, ("x", 2): 160, ("y", 1): 50, ("y", 2): 50, ("z", "1"): 10, ("z", "2"): 10}


def refused(kind: type[ZaragozaError], data: pa.Table, known, **options) -> str:
    with pytest.raises(kind) as caught:
        calibrate(data, known, **{"design": Design("w")} | options)
    return str(caught.value)
