"""What a contribution is called, in the language in force."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from zaragoza.model.text import Language
from zaragoza.web.contributions.models import Contribution
from zaragoza.web.contributions.states import Name
from zaragoza.web.promises.entries import stated
from zaragoza.web.promises.withdrawn import withdrawn


def kind_words() -> Mapping[str, str]:
    """Each kind."""
    return {
        "progress": gettext("Report of progress"),
        "evidence": gettext("Evidence"),
        "correction": gettext("Correction"),
        "practice": gettext("Practice"),
        "call": gettext("Call for money"),
    }


def state_words() -> Mapping[Name, str]:
    """Where a contribution is."""
    return {
        "draft": gettext("draft"),
        "unconfirmed": gettext("not confirmed yet"),
        "submitted": gettext("waits for a reviewer"),
        "in_review": gettext("in review"),
        "returned": gettext("needs changes"),
        "waiting": gettext("waits for a reply of the owner"),
        "accepted": gettext("published"),
        "removal_asked": gettext("published; its removal is asked for"),
        "rejected": gettext("not accepted"),
        "withdrawn": gettext("withdrawn"),
        "taken_down": gettext("taken down"),
    }


def titled(found: Contribution, language: Language) -> str:
    """Its kind, and the commitment or the entry that it is about.

    What somebody wrote without an account is not told before they have confirmed their address: a letter could be sent
    to anybody with any words otherwise.
    """
    title = ""
    if found.commitment is not None:
        title = _commitment(found.commitment, language)
    elif found.state != "unconfirmed":
        title = str(found.content.get(f"title_{language}", ""))
    kind = kind_words()[found.kind]
    return f"{kind}: {title}" if title else kind


def _commitment(id: str, language: Language) -> str:
    """Its title, also where the catalogue states it no longer."""
    held = stated().commitments.get(id)
    if held is None and id in withdrawn("commitment"):
        held = withdrawn("commitment")[id].entry
    return held.title[language] if held else id
