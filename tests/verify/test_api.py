"""The API against its own description, with many more requests than the suite makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.site.conftest import Releases, installed, no_limit, releases, site, site_folder
from zaragoza.web.api.v1 import api
from zaragoza.web.wsgi import application

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

__all__ = ["installed", "no_limit", "releases", "site", "site_folder"]

EXAMPLES = 400
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application
answers: Counter[int] = Counter()


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(site: Releases, case: Any) -> None:
    plain = {"Accept-Encoding": "identity"}
    response = case.call_and_validate(
        headers=plain, excluded_checks=[schemathesis.checks.positive_data_acceptance]
    )
    answers[response.status_code] += 1


def test_how_many_there_were(record: Callable[..., None]) -> None:
    if not answers:
        pytest.skip("counts the requests of the test before it")
    total = answers.total()
    assert total > 4 * EXAMPLES
    assert not any(status >= 500 for status in answers)
    kinds = ", ".join(f"{count:,} answered {status}" for status, count in sorted(answers.items()))
    record(
        f"schemathesis against the OpenAPI of the API, {total:,} requests",
        f"no error of the server, no answer that is not described: {kinds}",
        command="pytest -m slow tests/verify/test_api.py",
        bar="none",
    )
