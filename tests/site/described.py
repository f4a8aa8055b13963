"""The API's description as schemathesis reads it, and how it judges an answer."""

from __future__ import annotations

from typing import Any

import pytest

from zaragoza.web.api.v1 import api
from zaragoza.web.wsgi import application

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

_REFUSALS = [400, 404, 405, 406, 414]  # of what is malformed
_PLAIN = {"Accept-Encoding": "identity"}  # the client of schemathesis does not unpack


def described() -> Any:
    """The description, asked through the site's application."""
    checks = {"negative_data_rejection": {"expected-statuses": _REFUSALS}}
    config = schemathesis.Config.from_dict({"checks": checks})
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=config)
    schema.app = application
    return schema


def judged(case: Any) -> Any:
    """The answer: no error of the server, as described in status, form and content, and nothing malformed accepted.

    Codes are free in the description, because they differ from release to release, so that one that does not exist is
    rightly refused: that all that fits the description is accepted is no demand.
    """
    return case.call_and_validate(
        headers=_PLAIN, excluded_checks=[schemathesis.checks.positive_data_acceptance]
    )
