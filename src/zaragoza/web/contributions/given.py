"""What comes with a step beside the form of its kind, as it can be kept; what cannot is refused with its fault."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from zaragoza.model.text import LANGUAGES, Language
from zaragoza.web.contributions import text
from zaragoza.web.contributions.refusal import unfit


def words(field: str, given: str) -> str:
    """Words that can be kept, and are some."""
    try:
        said = text.checked(given, text.TEXT).strip()
    except ValidationError as error:
        raise unfit(field, gettext("words"), " ".join(error.messages)) from None
    if not said:
        raise unfit(field, gettext("words"), gettext("none"))
    return said


def language(given: str) -> Language:
    """One of those of the site."""
    for known in LANGUAGES:
        if given == known:
            return known
    raise unfit("language", ", ".join(LANGUAGES), gettext("another one"))


def address(contact: str) -> str:
    """An address that a letter can go to."""
    try:
        return text.address(contact)
    except ValidationError:
        expected, way_out = gettext("your e-mail address"), gettext("A letter will ask you to confirm it.")
        raise unfit("contact", expected, gettext("another text"), way_out) from None
