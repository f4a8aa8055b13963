"""What rules tell of who meets a condition, for many random rules: no claim is contradicted by anybody."""

from __future__ import annotations

from collections.abc import Callable

from tests.properties.test_settled import everybody, rules_of, wrong
from zaragoza.engine import Engine

RULES = 1_000


def test_no_claim_is_wrong(record: Callable[..., None]) -> None:
    claims = []
    with Engine(threads=1) as engine:
        persons = engine.materialise(everybody(engine))
        for seed in range(10_000, 10_000 + RULES):
            if rules_of(seed)[0].variables:  # rules without one are no classification
                claims += wrong(persons, seed)
    assert len(claims) > RULES
    record(
        f"what rules tell of a condition, {RULES:,} random ones, as the engine reads them for 9,075 kinds of people",
        f"{sum(contradicted for _, contradicted in claims)} of {len(claims):,} claims contradicted by anybody",
        bar="none",
    )
    assert not any(contradicted for _, contradicted in claims)
