"""Residence and active citizenship of the made-up country: permits, naturalisation, voting, associations.

All levels are assumed. People vote, join and volunteer more with age and schooling; a gap by background stays when
these are equal.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from zaragoza.synthetic import codes
from zaragoza.synthetic.backgrounds import ADULT, answered, backgrounds, coded
from zaragoza.synthetic.draws import Array, happens, uniform
from zaragoza.synthetic.origin import FAMILY_REASON, NONE, OTHER_REASON
from zaragoza.synthetic.origins import GROUP_OF, NATIVE, NON_EU
from zaragoza.synthetic.registers import Block

OF_RESIDENCE: Final = ("naturalisation_year", "residence_permit", "permit_reason", "long_term_resident")
OF_CITIZENS: Final = ("voted", "association_member", "volunteered", "volunteered_together")
_REASONS: Final = ("work", "family", "study", "protection", "other")  # in the order of origin.py
_VOTED: Final = ("yes", "no", "not_eligible")
_VOTING_AGE: Final = 18
_PERMIT, _OTHER_GROUND = 0.96, 0.2
_YEARS_TO_STAY: Final = 5  # before the status of long-term resident, and before most naturalisations
# By background: native, second generation, born in the EU, born outside it and here under ten years, or longer.
_TURNOUT: Final = np.array([0.80, 0.71, 0.66, 0.55, 0.68])
_MEMBERS: Final = np.array([0.42, 0.36, 0.27, 0.20, 0.26])
_VOLUNTEERS: Final = np.array([0.23, 0.20, 0.14, 0.11, 0.15])
_TOGETHER: Final = np.array([0.30, 0.60, 0.60, 0.55, 0.60])  # of the volunteers


def draw_residence(rng: Generator, block: Block) -> dict[str, Any]:
    """Permits of third-country nationals, and when others became nationals."""
    origins = block.origins
    n = len(origins.birth)
    naturalised = origins.former != NONE
    since = (uniform(rng, n) * np.maximum(origins.years - _YEARS_TO_STAY + 1, 1)).astype(np.int64)
    third = GROUP_OF[origins.citizen] == NON_EU
    permit = third & (uniform(rng, n) < _PERMIT)
    ground = np.where(origins.reason == NONE, FAMILY_REASON, origins.reason)
    ground = np.where(uniform(rng, n) < _OTHER_GROUND, OTHER_REASON, ground)
    years = np.where(origins.birth == NATIVE, block.members.age, origins.years)
    may_stay = np.minimum(0.30 + 0.025 * years, 0.85) * (years >= _YEARS_TO_STAY)
    return {
        "naturalisation_year": pa.array(codes.YEAR - since, mask=~naturalised),
        "residence_permit": answered(permit, third),
        "permit_reason": coded(ground, _REASONS, permit),
        "long_term_resident": answered(permit & (uniform(rng, n) < may_stay), third),
    }


def draw_citizens(rng: Generator, block: Block) -> dict[str, Any]:
    """Voting from 18 on; associations and volunteering from 16 on."""
    age, level = block.members.age, block.education.level
    background = backgrounds(block.origins)
    adult = age >= ADULT
    score = (0.015 * np.clip(age - 45, -25, 25) + 0.35 * (level - 1)).astype(np.float32)

    def draw(shares: Array, effects: Array, among: Array) -> Array:
        return happens(rng, effects.astype(np.float32), background, shares, among)

    eligible = (block.origins.citizen == NATIVE) & (age >= _VOTING_AGE)
    member = draw(_MEMBERS, score, adult)
    volunteer = draw(_VOLUNTEERS, score + 1.2 * member, adult)
    together = volunteer & (uniform(rng, len(age)) < _TOGETHER[background])
    turnout = draw(_TURNOUT, 1.4 * score + 0.3 * member, eligible)
    vote = np.where(eligible, np.where(turnout, 0, 1), 2)
    return {
        "voted": coded(vote, _VOTED, age >= _VOTING_AGE),
        "association_member": answered(member, adult),
        "volunteered": answered(volunteer, adult),
        "volunteered_together": answered(together, adult),
    }
