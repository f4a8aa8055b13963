"""The API against its own description: schemathesis makes the requests and judges the answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.site.conftest import Releases
from zaragoza.web.api.v1 import api
from zaragoza.web.wsgi import application

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

EXAMPLES = 20  # beside those that cover each parameter; many more in tests/verify
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(site: Releases, case: Any) -> None:
    """No error of ours, only the statuses, forms and content that are described, and nothing malformed accepted.

    Codes are free in the description, because they differ from release to release, so that one that does not exist is
    rightly refused: that what fits the description is accepted is no demand.
    """
    plain = {"Accept-Encoding": "identity"}  # the client of schemathesis does not unpack
    case.call_and_validate(headers=plain, excluded_checks=[schemathesis.checks.positive_data_acceptance])
