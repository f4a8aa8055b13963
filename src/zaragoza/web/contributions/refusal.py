"""What somebody is told whose contribution, or whose step, cannot be taken: expected, found and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import ClassVar

from django.utils.translation import gettext

from zaragoza.errors import Fault, ZaragozaError
from zaragoza.web.contributions.states import Name
from zaragoza.web.contributions.words import state_words


class ContributionError(ZaragozaError):
    """Something that people ask of contributions cannot be done.

    Attributes:
        status: of the answer to who asked.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class NotAllowedError(ContributionError):
    """The table of rights does not give it to whoever asks."""

    status = HTTPStatus.FORBIDDEN


class OutOfOrderError(ContributionError):
    """The table of states does not lead there from where the contribution is now."""

    status = HTTPStatus.CONFLICT


class StaleError(ContributionError):
    """What was judged is no longer what there is."""

    status = HTTPStatus.CONFLICT


class UnfitError(ContributionError):
    """What was sent in cannot be kept as it is."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def not_allowed(action: str) -> NotAllowedError:
    """Says no more than that: whether the thing exists is nobody's business."""
    return NotAllowedError(
        Fault(
            "contribution",
            action,
            gettext("somebody who may do this"),
            gettext("somebody who may not"),
            gettext("Log in with another account, or ask an editor of the site."),
        )
    )


def out_of_order(action: str, state: Name) -> OutOfOrderError:
    """The contribution has moved on, or is not there yet."""
    return OutOfOrderError(
        Fault(
            "contribution",
            action,
            gettext("a contribution with which this can be done now"),
            state_words()[state],
            gettext("Open it again and see where it stands."),
        )
    )


def stale() -> StaleError:
    """It was changed after the reviewer had read it."""
    return StaleError(
        Fault(
            "contribution",
            "hash",
            gettext("the contribution that you have read"),
            gettext("one that was changed since"),
            gettext("Read it again, then decide."),
        )
    )


def unfit(field: str, expected: str, found: str, way_out: str = "") -> UnfitError:
    """One fault of what was sent in."""
    return UnfitError(Fault("contribution", field, expected, found, way_out))


def all_unfit(faults: Iterable[tuple[str, str]]) -> UnfitError:
    """Every fault of a form: field, and what is wrong in words."""
    expected, way_out = gettext("an answer that fits"), gettext("Mend it and send it again.")
    told = ((field, words.rstrip(".")) for field, words in faults)
    return UnfitError(Fault("contribution", field, expected, words, way_out) for field, words in told)
