"""What a request that cannot be answered is told: expected, found and the way out, of every fault at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from http import HTTPStatus

from django.http import HttpResponse

from zaragoza.errors import Fault, ZaragozaError

WHERE = "request"
_MOST_NAMED, _LONGEST = 60, 60


class RequestError(ZaragozaError):
    """A request cannot be answered as it was asked.

    Attributes:
        status: of the answer.
    """

    def __init__(self, faults: Iterable[Fault] | Fault, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(faults)
        self.status = status

    @property
    def answer(self) -> HttpResponse:
        """The faults as JSON."""
        content = {
            "status": self.status.value,
            "title": self.status.phrase,
            "faults": [
                {name: text for name, text in asdict(fault).items() if name not in ("where", "kind")}
                for fault in self.faults
            ],
        }
        text = json.dumps(content, ensure_ascii=False)
        return HttpResponse(text, content_type="application/json", status=self.status)


def fault(field: str, expected: str, found: str, way_out: str) -> Fault:
    """A fault of the request."""
    return Fault(WHERE, field, expected, found, way_out)


def unknown(field: str, known: Collection[str], found: Sequence[str], way_out: str) -> Fault:
    """Of values that do not exist where these do."""
    return fault(field, f"one of {listed(known)}", listed([quoted(each) for each in found]), way_out)


def listed(values: Collection[str]) -> str:
    """The values with commas; of many the first, and how many more."""
    named = ", ".join(list(values)[:_MOST_NAMED])
    more = len(values) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named or "nothing"


def quoted(text: str) -> str:
    """What was asked, cut where it is long."""
    return f"'{text[:_LONGEST]}…'" if len(text) > _LONGEST else f"'{text}'"
