"""What somebody may do is read when it is done, not when they asked: a role may have been taken away meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from tests.contributions.at_once import in_parts
from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person, refreshed
from tests.contributions.removed import accepted, down
from tests.contributions.steps import decide, now, sent, taken
from zaragoza.model.text import Text
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members, personal, removal, services
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.models import Contribution, Event, Invitation
from zaragoza.web.contributions.refusal import NotAllowedError
from zaragoza.web.contributions.roles import NOBODY, SITE, Actor

# Somebody may no longer do what they ask for, by what is written at that moment; then the other way round.
MEANWHILE = """
load(plans(*(commitment(f"P1-{number}") for number in range(1, 5))), at(2020, 1, 2))
dora, adam, other = actor("dora"), actor("adam", "administrator"), actor("other", "reviewer")
members.assign(adam, "P1-2", "ministry")
person = lambda who: Person.objects.get(pk=who.id)

def reviewed(reviewer, about):
    id = services.draft(dora, "evidence", EVIDENCE, language="en", commitment=about).pk
    services.submit(dora, id)
    services.take(reviewer, id)
    return lambda: services.decide(reviewer, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")

def role(name):
    rita = actor(name, "reviewer")
    return reviewed(rita, "P1-1"), lambda: members.revoke(adam, person(rita), "reviewer") or True

def membership(name):
    mina = actor(name, "contributor", "ministry")
    id = reviewed(other, "P1-2")().contribution_id
    return lambda: services.reply(mina, id, "We agree.", "en"), lambda: members.remove(adam, person(mina)) or True

def joined(name):
    rob = actor(name, "reviewer")
    members.invite(adam, "ministry", person(rob).email, "contributor")
    return reviewed(rob, "P1-2"), lambda: members.join(person(rob), "ministry") or True

def owner(name):
    rolf, about = actor(name, "reviewer", "cities"), {"before": "P1-3", "after": "P1-4"}[name.split("-")[0]]
    return reviewed(rolf, about), lambda: members.assign(adam, about, "cities") or True

told = {}
for case in (role, membership, joined, owner):
    step, change = case(f"before-{case.__name__}")
    refused = while_written(change, step)
    told[case.__name__] = [refused, while_written(*case(f"after-{case.__name__}"))]
print(json.dumps({"told": told, "faults": list(check.faults()), "decided": Decision.objects.count()}))
"""


def what_may_be_done_is_that_of_the_moment(found: dict[str, Any]) -> None:
    """Whatever comes first is there when the other is judged: nobody decides who may not, and no change overtakes."""
    assert found["told"] == {
        name: [["done", "NotAllowedError", "in turn"], ["done", "done", "in turn"]]
        for name in ("role", "membership", "joined", "owner")
    }
    assert found["decided"] == 2 + 3  # on what owners replied to, and of those who came before the change
    assert found["faults"] == []


def test_at_the_moment_at_which_it_changes(database: dict[str, str]) -> None:
    in_parts(database, {MEANWHILE: what_may_be_done_is_that_of_the_moment})


# The same one after the other: whoever asks was known before the change, as at the start of a request.
ADAM = Actor(roles=frozenset({"administrator"}))
OF_THE_SITE: dict[str, Callable[[Actor, Any], object]] = {
    "register": lambda actor, id: members.register(actor, "late", Text("Late", "Laat")),
    "assign": lambda actor, id: members.assign(actor, COMMITMENT, "cities"),
    "release": lambda actor, id: members.release(actor, COMMITMENT, "ministry"),
    "grant": lambda actor, id: members.grant(actor, person("anna"), "editor"),
    "revoke": lambda actor, id: members.revoke(actor, person("rita"), "reviewer"),
    "invite": lambda actor, id: members.invite(actor, "cities", "late@people.example", "manager"),
    "remove": lambda actor, id: members.remove(actor, person("anna")),
    "erase": lambda actor, id: personal.erase(actor, person("anna")),
    "erase_contact": lambda actor, id: personal.erase_contact(actor, "jan@people.example"),
    "take_down": down,
    "keep": lambda actor, id: removal.keep(actor, id, "It stays.", "en", now(id).settles),
}


@pytest.fixture
def public(anna: Actor, rita: Actor, mina: Actor) -> Any:
    """One that is accepted, and of which its author asks that it is public no longer."""
    id = accepted(anna, rita)
    removal.ask_removal(anna, id, "It names somebody.")
    return id


def told() -> list[Any]:
    """All that a step of those above could change."""
    return [
        list(Event.objects.values_list("pk", flat=True)),
        list(Invitation.objects.values_list("email", flat=True)),
        list(Person.objects.values_list("pk", flat=True)),
        list(Contribution.objects.values_list("pk", "state", "hash", "due_at").order_by("pk")),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("lost", ["role", "second factor"])
def test_who_has_a_role_no_more_does_nothing_by_it(make: Make, public: Any, lost: str) -> None:
    make("ada", "administrator")
    members.grant(SITE, person("ada"), "editor")
    ada = refreshed("ada")
    if lost == "role":
        for role in ("administrator", "editor"):
            members.revoke(ADAM, person("ada"), role)  # type: ignore[arg-type] # both are roles
    else:
        Authenticator.objects.filter(user=ada.id).delete()
    before = told()
    for name, step in OF_THE_SITE.items():
        with pytest.raises(NotAllowedError):
            step(ada, public)
        assert told() == before, name


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_a_reviewer_decides_nothing_any_more(anna: Actor, rita: Actor) -> None:
    taken_by_her, free = taken(anna, rita), sent(anna)
    members.revoke(ADAM, person("rita"), "reviewer")
    before = told()
    for outcome in ("accept", "return", "reject"):
        with pytest.raises(NotAllowedError):
            decide(rita, taken_by_her, outcome)
    for step, id in ((services.take, free), (services.put_back, taken_by_her)):
        with pytest.raises(NotAllowedError):
            step(rita, id)
    assert told() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("way", ["joined", "owner", "address"])
def test_a_reviewer_whom_it_has_come_to_concern_does_not_decide(make: Make, way: str) -> None:
    """They joined the organisation that owns the commitment, or theirs has come to own it, or it is their own."""
    rolf, address = make("rolf", "reviewer", "ministry" if way == "owner" else None), "zoe@people.example"
    id = services.draft(
        NOBODY, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=address
    ).pk
    services.confirm(who(None, token(id)), id)
    services.take(rolf, id)
    if way == "address":
        EmailAddress.objects.create(user=person("rolf"), email=address, verified=True)
    else:
        members.assign(ADAM, COMMITMENT, "ministry")
    if way == "joined":
        members.invite(ADAM, "ministry", "rolf@people.example", "contributor")
        members.join(person("rolf"), "ministry")
    for outcome in ("accept", "return", "reject"):
        with pytest.raises(NotAllowedError):
            decide(rolf, id, outcome)
    assert now(id).state == "in_review"


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_who_speaks_for_an_organisation_no_more_says_nothing_in_its_name(
    anna: Actor, rita: Actor, mina: Actor, make: Make
) -> None:
    public, mark = accepted(anna, rita), make("mark", "manager", "cities")
    drafted = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
    members.remove(ADAM, person("mina"))
    members.leave(anna, person("anna"))
    members.leave(mark, person("mark"))
    for step in (
        lambda: services.reply(mina, public, "We disagree.", "en"),
        lambda: services.submit(anna, drafted),
        lambda: services.withdraw(mark, drafted),
        lambda: removal.ask_removal(mark, public, "It names somebody."),
        lambda: members.invite(mark, "cities", "late@people.example", "contributor"),
        lambda: members.leave(mark, person("mark")),
    ):
        with pytest.raises(NotAllowedError):
            step()
    assert (now(public).state, now(drafted).state, now(public).replies.count()) == ("accepted", "draft", 0)
    begun = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT)
    assert (begun.organisation, begun.lane) == (None, "open")
