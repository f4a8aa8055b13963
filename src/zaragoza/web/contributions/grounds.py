"""Why something that was public may be taken down."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from zaragoza.model.progress import Ground

ERASING: tuple[Ground, ...] = ("personal_data", "law")  # for which nothing of its words and files is kept
ERASED = "–"  # stands where a word has to


def ground_words() -> Mapping[Ground, str]:
    """Each, in the language in force."""
    return {
        "personal_data": gettext("personal data"),
        "law": gettext("against the law, or against somebody's rights"),
        "wrong": gettext("wrong, and not only outdated"),
        "asked": gettext("asked by its author, or by its organisation"),
    }
