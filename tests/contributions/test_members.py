"""Organisations and roles: who may change them, and that an invitation tells nobody who has an account."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from tests.contributions.conftest import COMMITMENT, Make, account, members_of, person, refreshed
from zaragoza.model.text import Text
from zaragoza.web.contributions import members
from zaragoza.web.contributions.models import Event, Invitation, Membership, Ownership, SiteRole
from zaragoza.web.contributions.refusal import NotAllowedError, UnfitError
from zaragoza.web.contributions.roles import NOBODY, Actor, may
from zaragoza.web.promises.models import Organisation, Version

LONG = f"a@{'people.' * 40}example"  # longer than an address of mail can be
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


@pytest.fixture
def mark(make: Make) -> Actor:
    """Manages the cities."""
    return make("mark", "manager", "cities")


def test_an_organisation_that_no_document_names(edith: Actor, anna: Actor) -> None:
    members.register(edith, "refugee-council", Text("Refugee council", "Vluchtelingenraad"))
    row = Organisation.objects.get(pk="refugee-council")
    assert (row.in_catalogue, row.content["title"]["nl"]) == (False, "Vluchtelingenraad")
    with pytest.raises(NotAllowedError):
        members.register(anna, "another", Text("A", "B"))
    with pytest.raises(UnfitError):
        members.register(edith, "another", Text("A\u202e", "B"))


def test_a_short_name_is_that_of_one_organisation(edith: Actor, loaded: None) -> None:
    """Another name under it is refused, whoever had entered it; the same form once more enters nothing."""
    members.register(edith, "council", Text("Council", "Raad"), "NL")
    before = [Event.objects.count(), Version.objects.count()]
    members.register(edith, "council", Text("Council", "Raad"), "NL")
    for id, title, geo in (
        ("council", Text("Another", "Een andere"), "NL"),
        ("council", Text("Council", "Raad"), "BE"),
        ("ministry", Text("Ministry", "Ministerie"), None),  # the catalogue has it
    ):
        with pytest.raises(UnfitError, match="taken"):
            members.register(edith, id, title, geo)
    Organisation.objects.filter(pk="cities").update(withdrawn_at=timezone.now())
    with pytest.raises(UnfitError, match="taken"):  # what people contributed in its name would be another's
        members.register(edith, "cities", Text("Cities", "Steden"))
    assert [Event.objects.count(), Version.objects.count()] == before
    assert Organisation.objects.get(pk="council").content["title"]["en"] == "Council"


def test_what_people_entered_is_called_anew(edith: Actor, mark: Actor) -> None:
    members.register(edith, "council", Text("Council", "Raad"), "NL")
    members.rename(edith, "council", Text("Refugee council", "Vluchtelingenraad"), "NL")
    members.rename(edith, "council", Text("Refugee council", "Vluchtelingenraad"), "NL")  # the same form
    events = Event.objects.filter(kind="organisation", thing="council").values_list("action", "actor")
    assert list(events) == [("register", edith.id), ("rename", edith.id)]
    versions = Version.objects.filter(kind="organisation", entry="council").order_by("number")
    assert [each.content["title"]["en"] for each in versions] == ["Council", "Refugee council"]
    assert Organisation.objects.get(pk="council").content["title"]["nl"] == "Vluchtelingenraad"
    for id in ("ministry", "nowhere"):
        with pytest.raises(UnfitError):
            members.rename(edith, id, Text("A", "B"))
    with pytest.raises(UnfitError):
        members.rename(edith, "council", Text("A\u202e", "B"))
    with pytest.raises(NotAllowedError):
        members.rename(mark, "council", Text("A", "B"))


def test_who_is_invited_joins_with_a_confirmed_address(mark: Actor) -> None:
    members.invite(mark, "cities", "Tom@people.example", "contributor")
    tom = account("tom@people.example")
    EmailAddress.objects.filter(user=tom).update(verified=False)
    with pytest.raises(NotAllowedError):
        members.join(tom, "cities")
    EmailAddress.objects.filter(user=tom).update(verified=True)
    members.join(tom, "cities")
    assert tom.pk in members_of("cities")
    assert may(refreshed("tom"), "see_members", Membership.objects.get(person=tom))
    with pytest.raises(NotAllowedError):  # an invitation is used once
        members.join(tom, "cities")


def test_an_invitation_is_for_one_address(mark: Actor, make: Make) -> None:
    members.invite(mark, "cities", "tom@people.example", "manager")
    make("theo")
    with pytest.raises(NotAllowedError):
        members.join(person("theo"), "cities")


def test_invitations_are_the_same_with_and_without_an_account(mark: Actor, make: Make) -> None:
    make("theo")
    told = [
        members.invite(mark, "cities", f"{name}@people.example", "contributor") for name in ("theo", "tom")
    ]
    assert told == [None, None]
    assert Invitation.objects.count() == 2


def test_managers_invite_to_their_own_alone(mark: Actor, anna: Actor, edith: Actor) -> None:
    for actor, organisation in ((mark, "ministry"), (anna, "cities"), (edith, "cities"), (NOBODY, "cities")):
        with pytest.raises(NotAllowedError):
            members.invite(actor, organisation, "tom@people.example", "contributor")
    for email, role in (
        ("tom@people.example", "editor"),
        ("no address", "contributor"),
        (LONG, "contributor"),
    ):
        with pytest.raises(UnfitError):
            members.invite(mark, "cities", email, role)  # type: ignore[arg-type]
    assert not Invitation.objects.exists()


def test_who_is_removed_cannot_come_back_by_an_old_invitation(mark: Actor, make: Make) -> None:
    make("tom", "contributor", "cities")
    members.invite(mark, "cities", "tom@people.example", "contributor")
    members.remove(mark, person("tom"))
    assert person("tom").pk not in members_of("cities")
    with pytest.raises(NotAllowedError):
        members.join(person("tom"), "cities")


def test_managers_remove_their_own_alone(mark: Actor, make: Make) -> None:
    make("theo", "contributor", "ministry")
    with pytest.raises(NotAllowedError):
        members.remove(mark, person("theo"))
    make("zoe")
    with pytest.raises(NotAllowedError):
        members.remove(mark, person("zoe"))
    assert person("theo").pk in members_of("ministry")


def test_owners_of_commitments(edith: Actor, make: Make) -> None:
    make("mina", "contributor", "ministry")
    members.assign(edith, COMMITMENT, "ministry")
    members.assign(edith, COMMITMENT, "ministry")
    assert refreshed("mina").owns == {COMMITMENT}
    members.release(edith, COMMITMENT, "ministry")
    assert (refreshed("mina").owns, Ownership.objects.count()) == (frozenset(), 0)
    for commitment, organisation in (("P9", "ministry"), (COMMITMENT, "nobody")):
        with pytest.raises(UnfitError):
            members.assign(edith, commitment, organisation)
    with pytest.raises(NotAllowedError):
        members.assign(refreshed("mina"), COMMITMENT, "ministry")


def test_who_was_removed_meanwhile_leaves_nothing(mark: Actor, make: Make) -> None:
    tom = make("tom", "contributor", "cities")
    members.remove(mark, person("tom"))
    with pytest.raises(NotAllowedError):
        members.leave(tom, person("tom"))


def test_roles_on_the_site(make: Make, edith: Actor) -> None:
    ada = make("ada", "administrator")
    make("zoe")
    members.grant(ada, person("zoe"), "reviewer")
    assert "reviewer" not in refreshed("zoe").roles  # not before there is a second factor
    members.revoke(ada, person("zoe"), "reviewer")
    with pytest.raises(NotAllowedError):
        members.grant(edith, person("zoe"), "reviewer")
    with pytest.raises(UnfitError):
        members.grant(ada, person("zoe"), "manager")
    assert not SiteRole.objects.filter(person=person("zoe")).exists()


def test_every_change_is_an_event(mark: Actor, edith: Actor) -> None:
    members.assign(edith, COMMITMENT, "ministry")
    told = list(Event.objects.values_list("kind", "action"))
    assert ("membership", "invite") in told
    assert ("membership", "join") in told
    assert ("role", "grant") in told
    assert ("ownership", "assign") in told
