"""Entries between their two forms: rows of the database, and objects of the model within plans."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from zaragoza.catalogue.build import build
from zaragoza.catalogue.plain import plain
from zaragoza.catalogue.plans import Plans
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model import funding, plan, practice
from zaragoza.web.definitions import plans
from zaragoza.web.promises import models, revision

Content = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of entry.

    Attributes:
        name: by which versions and exports know it.
        held_as: the mapping of `Plans` that holds such entries.
        noun: what an entry is as an object of the model.
        model: its table.
        joins: field of the noun -> name of the kind whose ids stand in it.
    """

    name: str
    held_as: str
    noun: type[Any]
    model: type[models.Stated]
    joins: Mapping[str, str]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("plan", "plans", plan.Plan, models.Plan, {}),
        Kind("organisation", "organisations", plan.Organisation, models.Organisation, {}),
        Kind("objective", "objectives", plan.Objective, models.Objective, {"plan": "plan"}),
        Kind("fund", "funds", funding.Fund, models.Fund, {}),
        Kind("call", "calls", funding.Call, models.Call, {"fund": "fund"}),
        Kind(
            "commitment",
            "commitments",
            plan.Commitment,
            models.Commitment,
            {"plan": "plan", "owners": "organisation", "funds": "fund", "objectives": "objective"},
        ),
        Kind(
            "practice",
            "practices",
            practice.Practice,
            models.Practice,
            {"organisation": "organisation", "commitments": "commitment"},
        ),
    )
}


def stated() -> Plans:
    """What is stated now: the catalogue's plans, with the entries of the database in place of its own.

    So all that plans can join (`commitments_about`, `indicators_of`, ...) they join for what people added as well.
    Kept until something is written.
    """
    return _stated(revision.current())


def content_of(entry: Any) -> Content:
    """An entry as the database keeps it: in the catalogue's form, without its id."""
    content: Content = plain(entry)
    del content["id"]
    return content


def made(kind: Kind, entry: str, content: Content, where: str = "database") -> tuple[Any, list[Fault]]:
    """The object of the model that a content is, or what is wrong with it."""
    return build(kind.noun, content | {"id": entry}, where)


def noun(kind: Kind, entry: str, content: Content) -> Any:
    """The object of the model that a content of the database is.

    Raises:
        DefinitionError: the database was written by a version with another form of entries.
    """
    found, faults = made(kind, entry, content, f"{kind.name} {entry}")
    if found is None:
        raise DefinitionError(faults)
    return found


def dangling(where: str, kind: Kind, entry: Any, ids: Callable[[str], Collection[str]]) -> Iterator[Fault]:
    """A fault for each id in an entry that nothing has.

    Args:
        where: how faults name the entry.
        kind: of the entry.
        entry: the object of the model.
        ids: all ids by name of a kind.
    """
    for field, of in kind.joins.items():
        named = getattr(entry, field)
        for name in (named,) if isinstance(named, str) else named or ():
            if name not in ids(of):
                yield Fault(
                    where, field, f"the id of one of the {KINDS[of].held_as}", f"`{name}`", "Correct it."
                )


@lru_cache(maxsize=2)
def _stated(at_revision: str) -> Plans:
    held: dict[str, Any] = {
        kind.held_as: {
            row.id: noun(kind, row.id, row.content)
            for row in sorted(kind.model._default_manager.filter(withdrawn_at=None), key=lambda row: row.id)
        }
        for kind in KINDS.values()
    }
    return replace(plans(), **held)
