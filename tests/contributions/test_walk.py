"""A walk over every address with every role: each answers exactly as the table of rights says, and nothing else.

What the table of rights itself must say stands as sentences in `test_roles`; here every page and step is held
against it. Addresses of which it says nothing answer everybody alike. The pages of django-allauth are about whoever
is logged in and nobody else; `tests/site/test_accounts` has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from tests.contributions.conftest import COMMITMENT, EVIDENCE, Make, person
from tests.contributions.pages import at, browser, packed
from tests.contributions.steps import CSV, begun, decide, now, taken
from zaragoza.web.contributions import removal, services, states
from zaragoza.web.contributions.actors import token, who
from zaragoza.web.contributions.models import Attachment
from zaragoza.web.contributions.roles import NOBODY, Account, Action, Actor, Organised, may
from zaragoza.web.contributions.states import Name

pytestmark = pytest.mark.django_db

# Everybody who can ask: by name, with a role, for an organisation.
PEOPLE = {
    "anna": ("contributor", "cities"),  # wrote what is walked to
    "carl": ("contributor", "cities"),
    "mara": ("manager", "cities"),
    "theo": ("manager", "ministry"),  # of another organisation
    "rosa": ("reader", None),
    "rita": ("reviewer", None),  # has taken what is in review
    "ruth": ("reviewer", None),
    "rolf": ("reviewer", "cities"),
    "edith": ("editor", None),
    "adam": ("administrator", None),
}
ASKING = (
    *PEOPLE,
    "nobody",
    "holder",
    "stranger",
)  # the last two came by a letter: about this one, and another


@pytest.fixture(autouse=True)
def no_limit(settings: Settings) -> None:
    settings.CONTRIBUTIONS_A_MINUTE = settings.API_REQUESTS_A_MINUTE = 0


@pytest.fixture
def everybody(make: Make) -> Mapping[str, Actor]:
    return {name: make(name, role, organisation) for name, (role, organisation) in PEOPLE.items()}


def _begun(author: Actor, **others: Any) -> UUID:
    id = begun(author, **others)
    services.attach(author, id, "homes.csv", CSV)
    return id


def _sent(author: Actor, **others: Any) -> UUID:
    id = _begun(author, **others)
    services.submit(author, id)
    return id


def _taken(author: Actor, reviewer: Actor, **others: Any) -> UUID:
    id = _sent(author, **others)
    services.take(reviewer, id)
    return id


def _decided(outcome: str, **others: Any) -> Callable[[Actor, Actor], UUID]:
    def made(author: Actor, reviewer: Actor) -> UUID:
        id = _taken(author, reviewer, **others)
        decide(reviewer, id, outcome)
        return id

    return made


def _open(author: Actor, reviewer: Actor) -> UUID:
    """Sent in without an account."""
    told = EVIDENCE, {"language": "en", "commitment": COMMITMENT, "contact": "jan@people.example"}
    id = services.draft(NOBODY, "evidence", told[0], **told[1]).pk
    services.attach(who(None, token(id)), id, "homes.csv", CSV)
    return id


def _withdrawn(author: Actor, reviewer: Actor) -> UUID:
    id = _sent(author)
    services.withdraw(author, id)
    return id


def _waiting(author: Actor, reviewer: Actor) -> UUID:
    """What would lower a status waits for the owner."""
    decide(reviewer, taken(author, reviewer, status="substantial"))
    return _decided("accept", status="limited")(author, reviewer)


def _removal_asked(author: Actor, reviewer: Actor) -> UUID:
    id = _decided("accept")(author, reviewer)
    removal.ask_removal(author, id, "It names my neighbour.")
    return id


def _taken_down(author: Actor, reviewer: Actor) -> UUID:
    """For a ground for which its words are kept, so that somebody could be shown them."""
    id = _decided("accept")(author, reviewer)
    removal.take_down(who(person("edith")), id, "wrong", "It is about another city.", "en", now(id).settles)
    return id


MADE: Mapping[Name, Callable[[Actor, Actor], UUID]] = {
    "draft": lambda author, reviewer: _begun(author),
    "unconfirmed": _open,
    "submitted": lambda author, reviewer: _sent(author),
    "in_review": _taken,
    "returned": _decided("return"),
    "waiting": _waiting,
    "accepted": _decided("accept"),
    "rejected": _decided("reject"),
    "withdrawn": _withdrawn,
    "removal_asked": _removal_asked,
    "taken_down": _taken_down,
}
# Each run walks all that is allowed and a part of what is refused; the slow proof walks all of it.
PARTS = [pytest.param(7, id="a part"), pytest.param(1, id="all", marks=pytest.mark.slow)]
# What a form of the page sends, and the right that it needs.
STEPS: Mapping[str, tuple[Action, Mapping[str, str]]] = {
    "submit": ("submit", {}),
    "confirm": ("confirm", {}),
    "withdraw": ("withdraw", {}),
    "take": ("take", {}),
    "put_back": ("put_back", {}),
    "detach": ("edit", {"attachment": "1"}),
    "accept": ("accept", {"step": "decide", "outcome": "accept", "reason": "So."}),
    "return": ("return", {"step": "decide", "outcome": "return", "reason": "So."}),
    "reject": ("reject", {"step": "decide", "outcome": "reject", "reason": "So."}),
    "reply": ("reply", {"text": "We do more."}),
    "ask_removal": ("ask_removal", {"why": "It names my neighbour."}),
    "keep": ("keep", {"reason": "So."}),
    "take_down": ("take_down", {"ground": "law", "reason": "So."}),
}


def test_every_state_and_every_move_of_people_is_walked() -> None:
    assert set(MADE) == set(states.NAMES)
    by_forms = {right for right, _ in STEPS.values()} | {"edit"}
    assert by_forms == set(states.MOVES) - {
        "lower",
        "lapse",
        "ask",
    }  # the site's, and what accepting turns into


def _asks(name: str, id: UUID) -> tuple[Client, str, Actor]:
    """Browser, key and actor of somebody."""
    if name in PEOPLE:
        return browser(name), "", who(person(name))
    key = {"nobody": "", "holder": token(id), "stranger": token(uuid4())}[name]
    return browser(), key, who(None, key)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _walked(part: int, shift: int) -> Iterator[tuple[str, str]]:
    """Who takes which step; one of so many, so that every person and every step are among them."""
    every = [(name, step) for name in ASKING for step in STEPS]
    return (each for number, each in enumerate(every) if (number + shift) % part == 0)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("state", MADE)
def test_steps_with_a_contribution(everybody: Mapping[str, Actor], state: Name, part: int) -> None:
    id = MADE[state](everybody["anna"], everybody["rita"])
    found = now(id)
    assert found.state == state
    asking = {name: _asks(name, id) for name in ASKING}
    chosen = set(_walked(part, list(MADE).index(state)))
    for name, step in ((name, step) for name in ASKING for step in STEPS):
        asks, key, actor = asking[name]
        right, told = STEPS[step]
        sees, able = may(actor, "read", found), may(actor, right, found)
        after = states.following(state, right)  # type: ignore[arg-type] # all of them are moves
        if not (after and able) and (name, step) not in chosen:
            continue
        expected = 302 if after and able else 409 if sees and after is None else 403
        with _undone():
            answer = asks.post(
                at(id, key), {"step": step, "read": found.hash, "round": found.settles, **told}
            )
            assert answer.status_code == expected, (name, step)
            assert (now(id).state == state) or expected == 302, (name, step)


@pytest.mark.parametrize("state", MADE)
def test_addresses_of_a_contribution(everybody: Mapping[str, Actor], state: Name) -> None:
    """Its page, its files, and the form to change it."""
    id = MADE[state](everybody["anna"], everybody["rita"])
    found, file = now(id), Attachment.objects.get(contribution=id)
    edits = states.following(state, "edit")
    for name in ASKING:
        asks, key, actor = _asks(name, id)
        sees, can = may(actor, "read", found), edits and may(actor, "edit", found)
        assert asks.get(at(id, key)).status_code == (200 if sees else 403), name
        query = {"key": key} if key else {}
        download = asks.get(f"/attachments/{id}/{file.pk}/{file.name}", query)
        download.close()
        assert download.status_code == (410 if state == "taken_down" else 200 if sees else 403), name
        shown = "The first homes are" in asks.get(at(id, key)).content.decode()
        assert shown == may(actor, "read_words", found), name
        form = at(id, key).replace(f"{id}/", f"{id}/edit/")
        refusal = 409 if sees and not edits else 403
        assert asks.get(form).status_code == (200 if can else refusal), name
        assert asks.post(form, {}).status_code == (422 if can else refusal), name


def test_lists(everybody: Mapping[str, Actor]) -> None:
    """Everybody's own list holds what they may read, and of others' drafts nothing."""
    mine, theirs = begun(everybody["anna"]), begun(everybody["theo"])
    for name in PEOPLE:
        asks, _, actor = _asks(name, mine)
        assert asks.get("/en/contributions/review/").status_code == (200 if may(actor, "see_queue") else 403)
        page = asks.get("/en/contributions/").content.decode()
        for id in (mine, theirs):
            assert (str(id) in page) == may(actor, "read", now(id)), name
            assert str(id) not in asks.get("/en/contributions/review/").content.decode()


def test_organisations_and_accounts(everybody: Mapping[str, Actor]) -> None:
    """Steps are sent with what cannot be, so that who may do them is told so, and nobody changes anything."""
    for name in ("nobody", *PEOPLE):
        asks, _, actor = _asks(name, uuid4())
        for organisation in ("cities", "ministry"):
            thing, path = Organised(organisation), f"/en/organisations/{organisation}/"
            sees = may(actor, "see_members", thing)
            assert asks.get(path).status_code == (200 if sees else 403), name
            for step, right in (
                ("invite", "change_members"), ("remove", "change_members"), ("assign", "assign_owner"),
                    ("rename", "register"),
            ):  # fmt: skip
                can = sees and may(actor, right, thing)  # type: ignore[arg-type] # both are actions
                assert asks.post(path, {"step": step}).status_code == (422 if can else 403), (name, step)
        sees = any(may(actor, "see_members", Organised(each)) for each in ("cities", "ministry"))
        registers = may(actor, "register")
        assert asks.get("/en/organisations/").status_code == (200 if sees else 403), name
        assert asks.post("/en/organisations/", {}).status_code == (422 if registers else 403), name
        grants = may(actor, "grant")
        assert asks.get("/en/account/roles/").status_code == (200 if grants else 403), name
        for step in ("grant", "revoke", "erase"):
            answer = asks.post("/en/account/roles/", {"step": step, "email": "no"})
            assert answer.status_code == (422 if grants else 403), (name, step)
        with _undone():
            can = actor.id is not None and may(actor, "leave", Account(actor.id))
            assert asks.post("/en/account/", {"step": "leave"}).status_code == (302 if can else 403), name
        assert asks.get("/en/account/erase/").status_code == 302, name  # proves first who it is
        for path in ("", "my-data/"):
            answer = asks.get(f"/en/account/{path}")
            assert answer.status_code == (403 if actor.id is None else 200), name
        if actor.id is not None:
            assert f"{name}@people.example".encode() in packed(answer)["my-data.json"]


# Every other address.

OF_ALLAUTH = ("account_", "mfa_", "socialaccount_", "openid_connect_")
WALKED = {
    "contributions", "contributions_to_review", "contribution", "contribution_edit", "attachment",
    "organisations", "organisation", "account", "account_exported", "account_erase", "people",
}  # fmt: skip
SAMPLES: Mapping[str, Any] = {
    "commitment": COMMITMENT, "kind": "evidence", "series": "none", "release": "none", "language": "en",
}  # fmt: skip


ANSWERS = {
    "get": {200, 302, 304, 400, 404, 405, 406, 422, 503},
    "post": {405, 422},  # forms that say what is missing
    "delete": {405},
}


def _patterns(under: URLResolver, before: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """Path and name of every address, with something that fits in the place of what it asks."""
    for each in under.url_patterns:
        path = before + _filled(each)
        if isinstance(each, URLResolver):
            yield from _patterns(each, path)
        else:
            yield path, each.name or ""


def _filled(each: URLPattern | URLResolver) -> str:
    pattern = each.pattern
    text = str(pattern)
    for name, converter in getattr(pattern, "converters", {}).items():
        kind = type(converter).__name__
        value = SAMPLES.get(name) or {"UUIDConverter": str(uuid4()), "IntConverter": "1"}.get(kind, "none")
        text = text.replace(f"<{_written(text, name)}>", value)
    return text


def _written(text: str, name: str) -> str:
    (found,) = (
        part.partition(">")[0]
        for part in text.split("<")[1:]
        if part.partition(">")[0].split(":")[-1] == name
    )
    return found


@pytest.mark.parametrize("part", [pytest.param("some", id="a part"), PARTS[1]])
def test_all_others_answer_everybody_alike(everybody: Mapping[str, Actor], part: object) -> None:
    """Whoever asks, and however: most are for reading, and nobody's role opens more of them."""
    resolver = get_resolver()
    found = dict.fromkeys(
        (f"/{path}", name)
        for path, name in _patterns(resolver)
        if name not in WALKED and not name.startswith(OF_ALLAUTH)
    )
    paths = [path for path, _ in found]
    assert {"/en/plan/", "/en/about/", f"/en/plan/{COMMITMENT}/contribute/evidence/"} <= set(paths)
    assert any(path.startswith("/api/v1/") for path in paths)
    browsers = {name: _asks(name, uuid4())[0] for name in ("nobody", *PEOPLE)}
    for number, path in enumerate(paths):
        another = list(PEOPLE)[number % len(PEOPLE)]
        asking = browsers if part == 1 else {name: browsers[name] for name in ("nobody", another)}
        for method in ("get", "post", "delete"):
            answers = set()
            for asks in asking.values():
                answer = getattr(asks, method)(path)
                answers.add(answer.status_code)
                answer.close()
            assert len(answers) == 1, (method, path, answers)
            assert answers <= ANSWERS[method], (method, path, answers)
