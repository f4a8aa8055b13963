"""Habits, care and insurance of the made-up country, asked from 16 on, and help at home.

Body and smoking follow sex, age and schooling; teeth are cared for less than bodies; who came recently is insured less
often. All shares are assumed, and a gap by birth remains when these are equal.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic.draws import Array, curve, happens, normal
from zaragoza.synthetic.registers import Block
from zaragoza.synthetic.wellbeing import FAIR, SEVERE

OF_PERSONS: Final = (
    "body_height", "body_weight", "smokes_daily", "heavy_drinking", "health_insurance", "medical_care_needed",
    "unmet_dental_need",
)  # fmt: skip
OF_HOUSEHOLDS: Final = ("help_needed", "home_care_received", "home_care_unmet")
_ADULT: Final = 16
_BMI_BY_AGE: Final = curve({16: 22.3, 30: 24.6, 50: 26.6, 65: 27.4, 85: 26.2})
_SMOKING_BY_AGE: Final = curve({16: -0.6, 25: 0.25, 50: 0.2, 65: -0.5, 85: -2.0})
_SHARES: Final = {
    "smokes_daily": 0.185,
    "heavy_drinking": 0.180,
    "health_insurance": 0.985,
    "medical_care_needed": 0.620,
    "unmet_dental_need": 0.043,
}


def draw_of_persons(rng: Generator, block: Block) -> dict[str, Any]:
    """Height, weight, habits, insurance and care of everybody of 16 and over."""
    members, origins, wellbeing = block.members, block.origins, block.wellbeing
    age, woman = members.age, members.woman
    adult = age >= _ADULT
    level, abroad = block.education.level, origins.birth > 0
    means = np.log(np.maximum(block.income.equivalised, 3_000) / 18_000)[members.household]
    ill = wellbeing.health >= FAIR
    height = np.rint(np.where(woman, 164.5, 178.0) - 2.0 * abroad + 6.5 * normal(rng, len(age)))
    bmi = _BMI_BY_AGE[age] - 0.7 * woman - 0.5 * (level - 1) + 0.4 * abroad + 0.8 * ill
    bmi = np.clip(bmi * np.exp(0.155 * normal(rng, len(age))), 15, 55)
    recent = abroad & (origins.years < 5)
    scores = {
        "smokes_daily": _SMOKING_BY_AGE[age] - 0.5 * (level - 1) - 0.45 * woman + 0.15 * (abroad & ~woman),
        "heavy_drinking": -0.7 * woman - 0.5 * abroad - 0.012 * np.abs(age - 30),
        "health_insurance": 0.6 * means - 0.9 * abroad - 1.5 * recent,
        "medical_care_needed": 0.012 * (age - 45) + 0.35 * woman + 1.2 * ill,
        "unmet_dental_need": -1.0 * means + 0.5 * abroad + 0.3 * ill,
    }
    cell = np.zeros(len(age), dtype=np.int8)
    drawn = {
        name: happens(rng, score.astype(np.float32), cell, np.array([_SHARES[name]]), adult)
        for name, score in scores.items()
    }
    drawn["medical_care_needed"] |= wellbeing.unmet_need
    return {
        "body_height": _of(np.rint(height), adult),
        "body_weight": _of(np.rint(bmi * (height / 100) ** 2), adult),
        **{name: _of(drawn[name], adult) for name in _SHARES},
    }


def draw_of_households(rng: Generator, block: Block) -> dict[str, Any]:
    """Who needs help at home for their health or age; of those households, who has it, and who lacks it."""
    household, n = block.members.household, len(block.households.size)
    frail = (block.wellbeing.limitation == SEVERE) & (block.members.age >= _ADULT)
    needed = np.bincount(household, weights=frail, minlength=n) > 0
    abroad = block.households.country > 0
    means = np.log(np.maximum(block.income.equivalised, 3_000) / 18_000)
    cell = np.zeros(n, dtype=np.int8)
    score = (0.5 * means - 0.6 * abroad).astype(np.float32)
    received = happens(rng, score, cell, np.array([0.30]), needed)
    score = (-0.6 * means + 0.4 * abroad - 0.8 * received).astype(np.float32)
    lacking = happens(rng, score, cell, np.array([0.36]), needed)
    return {
        "help_needed": pa.array(needed),
        "home_care_received": _of(received, needed),
        "home_care_unmet": _of(lacking, needed),
    }


def _of(values: Array, asked: Array) -> Any:
    """Answers of those who were asked."""
    return pa.array(values.astype(np.float64) if values.dtype.kind == "f" else values, mask=~asked)
