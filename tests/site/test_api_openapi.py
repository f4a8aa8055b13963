"""The API against its own description: schemathesis makes the requests and judges the answers."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

from tests.site.conftest import Releases
from tests.site.described import described, judged

EXAMPLES = 20  # beside those that cover each parameter; many more in tests/verify
schema = described()


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(site: Releases, case: Any) -> None:
    judged(case)
