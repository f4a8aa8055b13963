"""The API against its own description, with many more requests than the suite makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

from tests.site.conftest import Releases, installed, no_limit, releases, site, site_folder
from tests.site.described import described, judged

__all__ = ["installed", "no_limit", "releases", "site", "site_folder"]

EXAMPLES = 400
schema = described()
answers: Counter[int] = Counter()


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(site: Releases, case: Any) -> None:
    answers[judged(case).status_code] += 1


def test_how_many_there_were(record: Callable[..., None]) -> None:
    """Counts the requests of the test before it."""
    assert answers.total() > EXAMPLES
    assert max(answers) < 500
    kinds = ", ".join(f"{count:,} answered {status}" for status, count in sorted(answers.items()))
    record(
        "the API against its OpenAPI description: requests of schemathesis",
        f"{answers.total():,}, of which {kinds}",
        command="pytest -m slow tests/verify/test_api.py",
        bar="no error of the server, no answer that is not described",
    )
