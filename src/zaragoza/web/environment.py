"""How templates are read: those of the site, and the tables of release pages that it shows as well."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from zaragoza.web.assets import address
from zaragoza.web.contributions.grounds import ground_words
from zaragoza.web.contributions.text import html
from zaragoza.web.contributions.words import kind_words, state_words


def environment(**options: Any) -> Environment:
    """Jinja with the words of the language in force."""
    made = Environment(  # noqa: S701 - autoescape is among the options
        **options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n"],
    )
    words = (translation.gettext, translation.ngettext)
    made.install_gettext_callables(*words, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    made.globals |= {"url": _url, "asset": address}
    made.globals |= {
        "words_of_kinds": kind_words,
        "words_of_grounds": ground_words,
        "words_of_states": state_words,
    }
    made.filters["fill"] = lambda text, **values: text.format(**values)
    made.filters["markdown"] = lambda text: Markup(html(text))  # noqa: S704 - cleaned there
    return made


def _url(name: str, *values: object) -> str:
    return reverse(name, args=values)
