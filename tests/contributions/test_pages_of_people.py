"""Pages of organisations, of one's account and of roles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, members_of, person, refreshed
from tests.contributions.pages import at, browser, packed, read, step, words
from tests.contributions.steps import CSV, begun, decide, now, sent, taken
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members, personal, services
from zaragoza.web.contributions.models import Contribution, Invitation, Ownership, SiteRole
from zaragoza.web.contributions.roles import Actor
from zaragoza.web.promises.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def no_limit(settings: Settings) -> None:
    settings.CONTRIBUTIONS_A_MINUTE = 0


@pytest.fixture
def mark(make: Make) -> Actor:
    """Manages the cities."""
    return make("mark", "manager", "cities")


def at_organisation(name: str) -> str:
    return f"/en/organisations/{name}/"


# Organisations.


def test_a_manager_invites_and_somebody_joins_and_is_removed(mark: Actor, make: Make) -> None:
    make("tom")
    asks = browser("mark")
    told = {"email": "Tom@people.example", "role": "contributor"}
    assert step(asks, at_organisation("cities"), "invite", **told) == 302
    assert "tom@people.example (contributor)" in words(asks.get(at_organisation("cities")))
    tom = browser("tom")
    assert "You may join: Cities" in words(tom.get("/en/account/"))
    assert step(tom, "/en/account/", "join", organisation="ministry") == 403
    assert step(tom, "/en/account/", "join", organisation="cities") == 302
    assert person("tom").pk in members_of("cities")
    assert not Invitation.objects.exists()
    assert "tom@people.example" in words(tom.get(at_organisation("cities")))
    assert step(tom, at_organisation("cities"), "remove", person=person("mark").pk) == 403
    assert step(asks, at_organisation("cities"), "remove", person=person("tom").pk) == 302
    assert person("tom").pk not in members_of("cities")
    assert tom.get(at_organisation("cities")).status_code == 403


def test_who_leaves_an_organisation_sees_no_more_of_it_and_what_was_sent_in_stays(
    anna: Actor, mark: Actor
) -> None:
    id = begun(mark)
    asks = browser("anna")
    assert "Leave it: Cities" in words(asks.get("/en/account/"))
    assert asks.get(at(id)).status_code == 200
    own = sent(anna)
    assert step(asks, "/en/account/", "leave") == 302
    assert members_of("cities") == {mark.id}
    assert asks.get(at_organisation("cities")).status_code == asks.get(at(id)).status_code == 403
    assert (now(own).organisation, asks.get(at(own)).status_code) == ("cities", 200)
    assert browser("mark").get(at(own)).status_code == 200
    assert step(asks, "/en/account/", "leave") == 403  # there is none to leave


@pytest.mark.parametrize(
    "told",
    [
        {"step": "invite", "email": "no address", "role": "contributor"},
        {"step": "invite", "email": "tom@people.example", "role": "administrator"},
        {"step": "remove", "person": "x"},
        {"step": "remove", "person": "9" * 30},
        {"step": "__init__"},
        {},
    ],
)
def test_steps_with_an_organisation_that_cannot_be(mark: Actor, told: dict[str, str]) -> None:
    assert browser("mark").post(at_organisation("cities"), told).status_code == 422


def test_members_of_another_organisation_are_not_removed_here(mark: Actor, make: Make) -> None:
    make("theo", "contributor", "ministry")
    assert step(browser("mark"), at_organisation("cities"), "remove", person=person("theo").pk) == 422
    assert step(browser("mark"), at_organisation("ministry"), "remove", person=person("theo").pk) == 403
    assert person("theo").pk in members_of("ministry")


def test_outsiders_see_nothing_of_it_and_not_whether_it_is_there(mark: Actor, make: Make) -> None:
    make("rosa")
    for name in ("rosa", "mark", ""):
        answers = {browser(name).get(at_organisation(each)).status_code for each in ("ministry", "nowhere")}
        assert answers == {403}, name


def test_an_editor_enters_one_and_says_what_it_owns(edith: Actor) -> None:
    asks = browser("edith")
    told = {
        "id": "refugee-council",
        "title_en": "Refugee council",
        "title_nl": "Vluchtelingenraad",
        "geo": "NL",
    }
    assert asks.post("/en/organisations/", told)["Location"] == at_organisation("refugee-council")
    assert Organisation.objects.get(pk="refugee-council").content["title"]["nl"] == "Vluchtelingenraad"
    assert "Refugee council" in words(asks.get("/en/organisations/"))
    assert step(asks, at_organisation("refugee-council"), "assign", commitment=COMMITMENT) == 302
    assert f"Promise {COMMITMENT}" in words(asks.get(at_organisation("refugee-council")))
    assert step(asks, at_organisation("refugee-council"), "assign", commitment="no") == 422
    assert step(asks, at_organisation("refugee-council"), "release", commitment=COMMITMENT) == 302
    assert not Ownership.objects.exists()
    wrong = asks.post("/en/organisations/", told | {"id": "ministry"})
    assert (wrong.status_code, "one that is taken" in words(wrong)) == (422, True)  # the catalogue has it
    empty = asks.post("/en/organisations/", {})
    assert set(read(empty).xpath("//*[@role='alert']//a/@href")) == {"#id_id", "#id_title_en", "#id_title_nl"}
    assert asks.get(at_organisation("nowhere")).status_code == 404


def test_an_editor_says_what_it_is_called(edith: Actor, mark: Actor) -> None:
    asks, council = browser("edith"), at_organisation("council")
    asks.post("/en/organisations/", {"id": "council", "title_en": "Council", "title_nl": "Raad", "geo": "NL"})
    filled = {each.get("name"): each.get("value") for each in read(asks.get(council)).xpath("//input[@id]")}
    assert {"title_en": "Council", "title_nl": "Raad", "geo": "NL"}.items() <= filled.items()
    assert step(asks, council, "rename", title_en="City council", title_nl="Stadsraad", geo="NL") == 302
    assert "City council" in words(asks.get(council))
    wrong = asks.post(council, {"step": "rename", "title_en": "Town <b>", "title_nl": "", "geo": "NL"})
    assert wrong.status_code == 422
    assert read(wrong).xpath("//*[@role='alert']//a/@href") == ["#id_title_nl"]
    (typed,) = read(wrong).xpath("//input[@name='title_en']/@value")  # nothing of it is lost
    assert typed == "Town <b>"
    assert not read(asks.get(at_organisation("ministry"))).xpath("//*[@id='name']")  # documents name it
    assert step(asks, at_organisation("ministry"), "rename", title_en="A", title_nl="B") == 422
    assert step(browser("mark"), at_organisation("cities"), "rename", title_en="A", title_nl="B") == 403


def test_its_replies_are_shown_to_it(anna: Actor, rita: Actor, mina: Actor) -> None:
    id = taken(anna, rita)
    decide(rita, id)
    assert step(browser("mina"), at(id), "reply", text="We do **more**.") == 302
    assert "We do more." in words(browser("mina").get(at_organisation("ministry")))


# Accounts.


def test_my_data_are_mine(anna: Actor, rita: Actor) -> None:
    id = begun(anna)
    for content in (CSV, CSV + b"Breda,7\n"):
        services.attach(anna, id, "homes.csv", content)
    answer = browser("anna").get("/en/account/my-data/")
    assert (answer["Content-Disposition"], answer["Content-Type"]) == (
        'attachment; filename="my-data.zip"',
        "application/zip",
    )
    files = packed(answer)
    told = json.loads(files.pop("my-data.json"))
    named = [each["file"] for each in told["contributions"][0]["attachments"]]
    assert [files[name] for name in named] == [CSV, CSV + b"Breda,7\n"]
    assert files.keys() == set(named)
    assert told["account"]["email"] == "anna@people.example"
    assert len(told["contributions"]) == 1
    assert "rita" not in json.dumps(told)
    assert "anna@people.example" in words(browser("anna").get("/en/account/"))
    for path in ("", "my-data/"):
        assert browser().get(f"/en/account/{path}").status_code == 403


def test_an_account_is_erased_by_who_proves_to_be_its_owner(anna: Actor, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    owner = person("anna")
    owner.set_password(PASSWORD)
    owner.save()
    id = begun(anna)
    stolen = browser("anna")  # a session alone is not enough
    proof = stolen.get("/en/account/erase/")["Location"]
    assert proof.startswith("/en/account/reauthenticate/")
    assert browser("anna").post("/en/account/erase/", {"email": owner.email}).status_code == 302
    assert Person.objects.filter(pk=owner.pk).exists()
    stolen.post(proof, {"password": PASSWORD})
    assert stolen.get("/en/account/erase/").status_code == 200
    assert stolen.post("/en/account/erase/", {"email": "rita@people.example"}).status_code == 422
    assert stolen.post("/en/account/erase/", {"email": owner.email}).status_code == 302
    assert not Person.objects.filter(pk=owner.pk).exists()
    assert "_auth_user_id" not in stolen.session
    assert Contribution.objects.get(pk=id).state == "withdrawn"


def test_nobody_erases_an_account_without_one(loaded: None) -> None:
    answer = browser().get("/en/account/erase/")
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_an_administrator_gives_and_takes_roles_and_erases(make: Make, anna: Actor) -> None:
    make("adam", "administrator")
    asks, path = browser("adam"), "/en/account/roles/"
    told: dict[str, Any] = {"email": "Anna@people.example", "role": "reviewer"}
    assert step(asks, path, "grant", **told) == 302
    assert "anna@people.example: reviewer" in words(asks.get(path))
    assert step(asks, path, "revoke", **told) == 302
    assert not SiteRole.objects.filter(person=person("anna")).exists()
    for wrong in (told | {"email": "no"}, told | {"role": "reader"}, told | {"role": ""}):
        assert step(asks, path, "grant", **wrong) == 422
    assert step(asks, path, "no", **told) == 422
    assert step(asks, path, "erase", email="anna@people.example") == 302
    services.draft(
        Actor(), "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@people.example"
    )
    assert step(asks, path, "erase", email="Jan@people.example") == 302
    assert not Contribution.objects.exclude(contact="").exists()
    assert step(asks, path, "erase", email="jan@people.example") == 422
    assert not Person.objects.filter(email="anna@people.example").exists()


@pytest.mark.parametrize("email", ["", " ", "jan", '"jan"@people.example'])
def test_who_erases_nobody_takes_nothing_away(make: Make, anna: Actor, email: str) -> None:
    """What has no address, as that of an account has none, is not what was sent in from an empty one."""
    make("adam", "administrator")
    draft = begun(anna)
    assert step(browser("adam"), "/en/account/roles/", "erase", email=email) == 422
    assert services.read(anna, draft).state == "draft"
    assert personal.erase_contact(refreshed("adam"), email) == 0
    assert services.read(anna, draft).state == "draft"


def test_an_address_is_found_however_it_is_written(make: Make) -> None:
    make("adam", "administrator")
    services.draft(
        Actor(), "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact="jan@b\u00fccher.example"
    )
    assert step(browser("adam"), "/en/account/roles/", "erase", email="Jan@B\u00dcCHER.example") == 302
    assert not Contribution.objects.exclude(contact="").exists()


def test_only_administrators_do(anna: Actor, rita: Actor, edith: Actor) -> None:
    for name in ("anna", "rita", "edith", ""):
        assert browser(name).get("/en/account/roles/").status_code == 403
        told = {"email": "anna@people.example", "role": "reviewer"}
        assert step(browser(name), "/en/account/roles/", "grant", **told) == 403, name


# Hostile.

SCRIPT = '"><script>alert(1)</script>'


def test_script_in_the_forms_of_organisations(edith: Actor, mark: Actor, make: Make) -> None:
    make("adam", "administrator")
    asks = browser("edith")
    told = {"id": "guild", "title_en": SCRIPT, "title_nl": SCRIPT, "geo": ""}
    pages = [
        asks.post("/en/organisations/", told, follow=True),
        asks.post("/en/organisations/", told | {"id": SCRIPT}),
        asks.post(at_organisation("cities"), {"step": "assign", "commitment": SCRIPT}),
        browser("mark").post(at_organisation("cities"), {"step": "invite", "email": SCRIPT, "role": SCRIPT}),
        browser("adam").post("/en/account/roles/", {"step": "grant", "email": SCRIPT, "role": SCRIPT}),
    ]
    for answer in pages:
        assert answer.status_code in (200, 422)
        assert not read(answer).xpath("//script[not(@src)]")
    members.assign(edith, COMMITMENT, "guild")
    assert services.read(mark, begun(mark)).state == "draft"
