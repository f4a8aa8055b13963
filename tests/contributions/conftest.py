"""People with accounts, an organisation each, and made-up promises to contribute to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from tests.promises.conftest import empty, loaded
from tests.promises.postgres import cluster, new_database
from tests.site.counted import by_one_key
from tests.site.serving import environment
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import check, letters, members
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.models import Membership
from zaragoza.web.contributions.roles import OF_THE_SITE, SITE, Actor

__all__ = ["by_one_key", "empty", "loaded"]

COMMITMENT = "P1-1"
EVIDENCE: dict[str, Any] = {
    "status": "limited",
    "reported_on": "2026-03-01",
    "text": "The first homes are **built**.",
    "source_title": "Annual report",
    "source_address": "https://office.example/report.pdf",
    "source_passage": "page 3",
}
Make = Callable[..., Actor]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A server of PostgreSQL, for the tests of a file."""
    with cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a site with a database of its own."""
    if request.param == "sqlite":
        return environment(tmp_path)
    address = new_database(request.getfixturevalue("postgres"), f"contributions_{time.time_ns()}")
    return environment(tmp_path, ZARAGOZA_DATABASE=address)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, by_one_key: None) -> Path:
    """The site's own folder, of this test alone, with the attempts that are counted there."""
    settings.DATA = tmp_path
    attempts = configured.CACHES["default"] | {"LOCATION": str(tmp_path / ".attempts")}
    settings.CACHES = configured.CACHES | {"default": attempts}
    return tmp_path


def account(email: str, *, second_factor: bool = False, **others: Any) -> Person:
    """An account with a confirmed address."""
    made = Person.objects.create_user(email, **others)  # without a password, as hashing one takes its time
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    if second_factor:
        Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    return made


def person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@people.example")


def somebody(name: str, role: str = "reader", organisation: str | None = None) -> Actor:
    """With an account: of an organisation, with a role there or on the site."""
    found = account(f"{name}@people.example", second_factor=role in OF_THE_SITE, name=f"Name of {name}")
    if organisation:
        as_member = role if role in ("contributor", "manager") else "contributor"
        members.invite(Actor(roles=frozenset({"administrator"})), organisation, found.email, as_member)
        members.join(found, organisation)
    if role in OF_THE_SITE:
        members.grant(SITE, found, role)
    return who(found)


@pytest.fixture
def make(loaded: None) -> Make:
    """Makes somebody, where there are promises."""
    return somebody


@pytest.fixture
def anna(make: Make) -> Actor:
    """Contributes for the cities."""
    return make("anna", "contributor", "cities")


@pytest.fixture
def rita(make: Make) -> Actor:
    """Reviews."""
    return make("rita", "reviewer")


@pytest.fixture
def edith(make: Make) -> Actor:
    """Edits."""
    return make("edith", "editor")


@pytest.fixture
def mina(make: Make, edith: Actor) -> Actor:
    """Works at the ministry, which owns the commitment."""
    made = make("mina", "contributor", "ministry")
    members.assign(edith, COMMITMENT, "ministry")
    return who(person("mina")) if made else made


@pytest.fixture
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """In which letters are counted, also where midnight passes meanwhile: two hours at least are left of it."""
    day = int((timezone.now() + timedelta(hours=2)).timestamp()) // (24 * 3600)
    monkeypatch.setattr(letters, "_today", lambda: day)


@pytest.fixture
def history() -> Iterator[None]:
    """After the test the history tells what the tables hold."""
    yield
    assert list(check.faults()) == []


def refreshed(name: str) -> Actor:
    return who(person(name))


def run_tasks() -> list[Any]:
    """Does what waits in the queue now, and what that leads to; what they return."""
    done = []
    while ready := list(DBTaskResult.objects.ready()):
        for each in ready:
            done.append(each.task.call(*each.args_kwargs["args"], **each.args_kwargs["kwargs"]))
            each.set_successful(None)
    return done


def members_of(organisation: str) -> set[int]:
    return set(Membership.objects.filter(organisation=organisation).values_list("person", flat=True))
