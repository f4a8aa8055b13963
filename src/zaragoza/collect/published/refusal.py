"""Why a message is not read: what came instead of data, and what to do."""

from __future__ import annotations

from zaragoza.errors import Fault, InputError


def refused(where: str, expected: str, found: str, way_out: str, field: str = "content") -> InputError:
    """An error with one fault; `where` names the file or the request."""
    return InputError(Fault(where, field, expected, found, way_out))


def broken(where: str, form: str, found: str) -> InputError:
    """A message that says it has a form and does not keep to it."""
    return refused(where, f"a whole {form}", found, "Fetch it again; if it stays so, tell the producer.")
