"""What people of the made-up country think and meet with: trust, discrimination, contact, views of migration.

Levels are assumed, but for those who feel ill-informed, who are as many as the Special Eurobarometer of 2018 found
(COM(2020) 758, footnote 57). Schooling makes answers more favourable; a gap by background stays within schooling.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.random import Generator

from zaragoza.synthetic.backgrounds import ADULT, NATIVES, answered, backgrounds, coded
from zaragoza.synthetic.draws import Array, happens, normal, pick_by_row, uniform
from zaragoza.synthetic.origins import cumulative
from zaragoza.synthetic.registers import Block
from zaragoza.synthetic.work import EMPLOYED

# By background: native, second generation, born in the EU, born outside it and here under ten years, or longer.
_SCALES: Final = {  # mean on 0 to 10
    "trust_others": np.array([5.3, 4.9, 5.0, 4.8, 4.7]),
    "trust_police": np.array([6.6, 5.8, 6.5, 6.3, 6.0]),
    "trust_parliament": np.array([4.7, 4.4, 5.3, 5.8, 5.1]),
    "impact_on_economy": np.array([5.0, 6.0, 6.2, 6.8, 6.4]),
    "impact_on_culture": np.array([5.3, 6.3, 6.4, 6.9, 6.6]),
    "impact_on_country": np.array([4.9, 5.9, 6.1, 6.7, 6.3]),
}
_SPREAD: Final = 2.2
_GROUNDS: Final = {"race": 0.45, "nationality": 0.50, "language": 0.30, "ethnicity": 0.45}
_FOR_ORIGIN: Final = np.array([0.010, 0.140, 0.090, 0.200, 0.170])
_FOR_ANOTHER_GROUND: Final = 0.05
_LAST_YEAR: Final = np.array([0.02, 0.20, 0.13, 0.24, 0.20])
_AT_WORK: Final = np.array([0.05, 0.09, 0.09, 0.13, 0.11])
_COMFORTABLE: Final = np.array([0.62, 0.80, 0.80, 0.84, 0.82])
_CODES: Final = {
    "contact_other_origin": ("daily", "weekly", "monthly", "rarely", "never"),
    "migrants_wanted": ("many", "some", "few", "none"),
    "informed_on_integration": ("very_well", "fairly_well", "not_well", "not_at_all"),
    "belonging": ("very_strong", "fairly_strong", "not_very_strong", "not_at_all"),
    "own_view_integration": ("fully", "mostly", "partly", "not_at_all"),
}


def _rows(*shares: list[float]) -> Array:
    return np.vstack([cumulative(np.array(row)) for row in shares])


_CHOICES: Final = {  # a row a background
    "contact_other_origin": _rows(
        [0.26, 0.25, 0.17, 0.22, 0.10], [0.62, 0.24, 0.07, 0.05, 0.02], [0.60, 0.24, 0.08, 0.06, 0.02],
        [0.46, 0.28, 0.12, 0.10, 0.04], [0.54, 0.26, 0.10, 0.08, 0.02],
    ),
    "migrants_wanted": _rows(
        [0.14, 0.42, 0.31, 0.13], [0.22, 0.48, 0.23, 0.07], [0.22, 0.49, 0.22, 0.07], [0.31, 0.49, 0.16, 0.04],
        [0.25, 0.48, 0.21, 0.06],
    ),
    "informed_on_integration": _rows(
        [0.05, 0.33, 0.43, 0.19], [0.07, 0.37, 0.40, 0.16], [0.06, 0.34, 0.41, 0.19], [0.08, 0.37, 0.37, 0.18],
        [0.08, 0.37, 0.38, 0.17],
    ),
    "belonging": _rows(
        [0.55, 0.36, 0.07, 0.02], [0.38, 0.43, 0.15, 0.04], [0.26, 0.45, 0.23, 0.06], [0.24, 0.46, 0.23, 0.07],
        [0.36, 0.44, 0.16, 0.04],
    ),
    "own_view_integration": _rows(
        [1.0, 0.0, 0.0, 0.0], [0.55, 0.32, 0.11, 0.02], [0.36, 0.38, 0.21, 0.05], [0.19, 0.36, 0.34, 0.11],
        [0.38, 0.38, 0.20, 0.04],
    ),
}  # fmt: skip
OF_PERSONS: Final = (
    *_SCALES, "discriminated_group", *(f"discriminated_for_{ground}" for ground in _GROUNDS), "discriminated_last_year",
    "discriminated_at_work", "comfortable_as_neighbour", *_CODES,
)  # fmt: skip


def draw(rng: Generator, block: Block) -> dict[str, Any]:
    """Answers of everybody of 16 and over; the own view of integration of those with a foreign background."""
    age, level = block.members.age, block.education.level
    background = backgrounds(block.origins)
    adult = age >= ADULT
    schooling = (0.45 * (level - 1)).astype(np.float32)
    comfortable = happens(rng, schooling, background, _COMFORTABLE, adult)
    return {
        **{name: answered(_scale(rng, mean, background, schooling), adult) for name, mean in _SCALES.items()},
        **_discrimination(rng, background, adult, block.work.activity == EMPLOYED),
        "comfortable_as_neighbour": answered(comfortable, adult),
        **{name: _choice(rng, name, background, adult) for name in _CODES},
    }


def _scale(rng: Generator, mean: Array, background: Array, schooling: Array) -> Array:
    """Whole numbers from 0 to 10."""
    drawn = mean[background] + schooling + _SPREAD * normal(rng, len(background))
    return np.asarray(np.clip(np.rint(drawn), 0, 10).astype(np.float64))


def _choice(rng: Generator, name: str, background: Array, adult: Array) -> Any:
    drawn = pick_by_row(rng, _CHOICES[name], background)
    asked = adult & (background != NATIVES) if name == "own_view_integration" else adult
    return coded(drawn, _CODES[name], asked)


def _discrimination(rng: Generator, background: Array, adult: Array, employed: Array) -> dict[str, Any]:
    """Membership of a group, its grounds (asked of members), own experience, and at work (of the employed)."""
    n = len(background)
    even = np.zeros(n, dtype=np.float32)
    origin = happens(rng, even, background, _FOR_ORIGIN, adult)
    group = origin | (uniform(rng, n) < _FOR_ANOTHER_GROUND)
    grounds = {ground: origin & (uniform(rng, n) < share) for ground, share in _GROUNDS.items()}
    grounds["nationality"] |= origin & ~np.any(list(grounds.values()), axis=0)  # one at least
    felt = (1.5 * origin).astype(np.float32)
    last_year = happens(rng, felt, background, _LAST_YEAR, adult)
    at_work = happens(rng, felt, background, _AT_WORK, adult & employed)
    return {
        "discriminated_group": answered(group, adult),
        **{f"discriminated_for_{name}": answered(drawn, adult & group) for name, drawn in grounds.items()},
        "discriminated_last_year": answered(last_year, adult),
        "discriminated_at_work": answered(at_work, adult & employed),
    }
