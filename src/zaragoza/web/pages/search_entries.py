"""What search looks through of promises: folded once, and kept until one is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from zaragoza.model.text import Language
from zaragoza.web.pages import promised
from zaragoza.web.pages.frame import area_title, language, place_name
from zaragoza.web.promises import revision
from zaragoza.web.promises.state import State


@dataclass(frozen=True)
class Entry:
    """One thing that can be found.

    Attributes:
        name, about: its title, and what else is said of it, both folded.
        note: what it is.
    """

    title: str
    name: str
    about: str
    address: str
    note: str


def entries(shown: Language) -> tuple[Entry, ...]:
    """All of them, in the language in force."""
    return _entries(shown, revision.current())


def folded(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


@lru_cache(maxsize=4)
def _entries(shown: Language, at_revision: str) -> tuple[Entry, ...]:
    found = promised.now()
    return (
        *_plan(found),
        *_money(found),
        *_practices(found),
        *_countries(found),
        *_terms(found),
        *_cited(found),
    )


def _entry(title: str, about: str, address: str, *told: str) -> Entry:
    """With a note of sentences."""
    note = " ".join(f"{each}." for each in told if each)
    return Entry(title, folded(title), folded(f"{about} {note}"), address, note)


def _plan(found: State) -> Iterator[Entry]:
    owners = found.plans.organisations
    for each in (tracked.commitment for tracked in found.tracked.values()):
        owned = ", ".join(owners[name].title[language()] for name in each.owners)
        yield _entry(
            each.title[language()],
            f"{each.summary[language()]} {each.id}",
            reverse("latest", args=(f"plan/{each.id}/",)),
            gettext("Commitment"),
            area_title(each.area),
            owned,
        )
    for objective in found.plans.objectives.values():
        yield _entry(
            objective.title[language()],
            f"{objective.summary[language()]} {objective.id}",
            f"{reverse('plan')}?{urlencode({'objective': objective.id})}",
            gettext("Objective"),
            area_title(objective.area),
        )


def _money(found: State) -> Iterator[Entry]:
    for each in found.plans.funds.values():
        uses = " ".join(use.what[language()] for use in each.uses)
        names = " ".join(name[language()] for name in each.names)
        kind = each.kind[language()]
        about = f"{each.abbreviation or ''} {names} {uses} {each.id}"
        address = reverse("fund", args=(each.id,))
        yield _entry(each.title[language()], about, address, gettext("Fund"), f"{kind[:1].upper()}{kind[1:]}")


def _practices(found: State) -> Iterator[Entry]:
    for each in found.plans.practices.values():
        where = place_name(each.geo) if each.geo else ""
        told = (gettext("Practice"), area_title(each.area), where)
        address = f"{reverse('practices')}#{each.id}"
        yield _entry(each.title[language()], f"{each.summary[language()]} {each.id}", address, *told)


def _countries(found: State) -> Iterator[Entry]:
    for each in found.plans.countries_monitoring.values():
        title = gettext("How does %(place)s monitor integration?") % {"place": place_name(each.geo)}
        yield _entry(title, each.geo, reverse("country", args=(each.geo,)), gettext("Monitoring"))
    for criterion in found.plans.criteria.values():
        address = f"{reverse('monitoring')}#{criterion.id}"
        yield _entry(criterion.title[language()], criterion.id, address, gettext("Monitoring"))


def _terms(found: State) -> Iterator[Entry]:
    for each in found.plans.glossary.values():
        address = f"{reverse('glossary')}#{each.id}"
        words = " ".join(each.words.get(language(), ()))
        told = (gettext("Word of the field"), each.definition[language()].removesuffix("."))
        yield _entry(each.title[language()], f"{words} {each.id}", address, *told)


def _cited(found: State) -> Iterator[Entry]:
    """By number and title, as documents cite it."""
    for each in found.plans.references.values():
        address = f"{reverse('references')}#{each.id}"
        title = f"{each.number[language()]}: {each.title[language()]}"
        yield _entry(title, each.id, address, gettext("Cited by documents"))
