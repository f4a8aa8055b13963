"""People who take part in a running site, and a contribution of theirs in every state: made in its own database.

It runs in a process of the site's, so that it imports nothing of the tests.
"""

from __future__ import annotations

import json
import sys
import time

GUESTS = "guests"  # the organisation that contributes
EVIDENCE = {
    "status": "substantial",
    "reported_on": "2026-03-01",
    "text": "The first homes are **built**:\n\n- 12 in Utrecht\n- 9 in Zwolle\n\nThe [plan](https://city.example/plan).",
    "source_title": "Annual report",
    "source_address": "https://office.example/a-report-with-a-long-address-that-has-no-spaces/and-goes-on.pdf",
    "source_passage": "page 3",
}  # fmt: skip
PRACTICE = {
    "area": "housing", "geo": "NL", "place": "Utrecht", "grade": "monitored",
    "title_en": "Homes first", "title_nl": "Eerst een huis", "summary_en": "A *home*.", "summary_nl": "Een *huis*.",
    "source_title": "Evaluation", "source_address": "https://city.example/evaluation",
}  # fmt: skip
CSV = b"place,homes\nUtrecht,12\nZwolle,9\n"


def made(commitment: str, owner: str) -> None:
    """Makes it.

    It tells as JSON by which cookie each is logged in, the id of the contribution in each state, and the key of the
    one that is not confirmed.

    Args:
        commitment: that all of it is about.
        owner: the organisation that is to own it.
    """
    from zaragoza.model.text import Text
    from zaragoza.web.contributions import members, removal, services
    from zaragoza.web.contributions.actors import token, who
    from zaragoza.web.contributions.models import Contribution
    from zaragoza.web.contributions.roles import NOBODY, Actor

    root = Actor(roles=frozenset({"administrator"}))
    members.register(root, GUESTS, Text("Guests of the city", "Gasten van de stad"))
    people = {
        "anna": _person("anna", organisation=GUESTS),
        "mara": _person("mara", organisation=GUESTS, member="manager"),
        "olga": _person("olga", organisation=owner),
        "rita": _person("rita", role="reviewer"),
        "edda": _person("edda", role="editor"),
        "adam": _person("adam", role="administrator"),
        "nina": _person("nina", role="editor", second_factor=False),
    }
    members.assign(root, commitment, owner)
    members.invite(root, owner, "nina@taking.example", "contributor")
    anna, rita = who(people["anna"]), who(people["rita"])

    def draft(**others: str) -> str:
        return str(
            services.draft(anna, "evidence", EVIDENCE | others, language="en", commitment=commitment).pk
        )

    def sent(**others: str) -> str:
        id = draft(**others)
        services.submit(anna, id)
        return id

    def decided(outcome: str, **others: str) -> str:
        id = sent(**others)
        services.take(rita, id)
        services.decide(rita, id, outcome, "The report says *so* on page 3.", _hash(id), "en")
        return id

    open_one = services.draft(NOBODY, "practice", PRACTICE, language="nl", contact="jan@taking.example").pk
    contributions = {
        "accepted": decided("accept"),
        "draft": draft(),
        "unconfirmed": str(open_one),
        "submitted": sent(),
        "in_review": sent(status="complete", text="All homes are built."),
        "returned": decided("return"),
        "rejected": decided("reject"),
        "waiting": decided("accept", status="limited"),
        "withdrawn": sent(),
        "removal_asked": decided("accept"),
        "taken_down": decided("accept"),
    }
    services.take(rita, contributions["in_review"])
    services.withdraw(anna, contributions["withdrawn"])
    removal.ask_removal(anna, contributions["removal_asked"], "It names *somebody*.")
    gone = Contribution.objects.get(pk=contributions["taken_down"])
    removal.take_down(
        who(people["edda"]), gone.pk, "personal_data", "It named *somebody*.", "en", gone.settles
    )
    services.attach(anna, contributions["draft"], "homes.csv", CSV)
    services.reply(who(people["olga"]), contributions["accepted"], "We build *more* next year.", "en")
    told = {
        "sessions": {name: _session(person) for name, person in people.items()},
        "contributions": contributions,
        "key": token(open_one),
    }
    sys.stdout.write(f"{json.dumps(told)}\n")


def _person(
    name: str,
    *,
    organisation: str = "",
    member: str = "contributor",
    role: str = "",
    second_factor: bool = True,
) -> object:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    from zaragoza.web.accounts.models import Person
    from zaragoza.web.contributions import members
    from zaragoza.web.contributions.roles import SITE, Actor

    found = Person.objects.create_user(f"{name}@taking.example")
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    if organisation:
        members.invite(Actor(roles=frozenset({"administrator"})), organisation, found.email, member)
        members.join(found, organisation)
    if role:
        members.grant(SITE, found, role)
        if second_factor:
            Authenticator.objects.create(user=found, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    return found


def _hash(id: str) -> str:
    from zaragoza.web.contributions.models import Contribution

    return Contribution.objects.get(pk=id).hash


def _session(person: object) -> str:
    """As the page to log in leaves it."""
    from django.conf import settings
    from django.test import Client

    asks = Client()
    asks.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    session = asks.session
    proved = {"method": "password", "at": time.time() + 3600, "reauthenticated": True}  # just now, for long
    session["account_authentication_methods"] = [proved]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return str(asks.cookies[settings.SESSION_COOKIE_NAME].value)
