"""Many people at once at a site that runs: what each of them asks for, and what the site confirmed to them."""

from __future__ import annotations

import hashlib
import json
import random
import re
import secrets
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.site.serving import PATIENCE, Answer, environment
from tests.site.serving import Site as Running
from tests.support import ROOT

_READ = re.compile(r'name="read" value="(\w+)"')
_LISTED = re.compile(r"/en/contributions/([0-9a-f-]{36})/")
_WINDOWS = 3  # that each reviewer has open
_TOKEN = "t" * 32  # of forms: a cookie and a field that hold the same

# Accounts with sessions, as if they had logged in: members of organisations, and reviewers of two others.
PEOPLE = """
import json, sys
import django
django.setup()
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django_tasks_db.models import DBTaskResult
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import members
from zaragoza.web.contributions.roles import SITE, Actor
from zaragoza.web.promises.models import Commitment, Organisation

ADMINISTRATOR = Actor(roles=frozenset({"administrator"}))
organisations = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))

def logged_in(name, organisation, reviews):
    made = Person.objects.create_user(f"{name}@people.example")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    members.invite(ADMINISTRATOR, organisation, made.email, "contributor")
    members.join(made, organisation)
    if reviews:
        Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
        members.grant(SITE, made, "reviewer")
    session = SessionStore()
    session[SESSION_KEY] = str(made.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = made.get_session_auth_hash()
    session.save()
    return {"person": made.pk, "session": session.session_key}

contributors, reviewers = map(int, sys.argv[1:])
others, ours = organisations[:2], organisations[2:10]
found = {
    "contributors": [logged_in(f"c{n}", ours[n % len(ours)], False) for n in range(contributors)],
    "reviewers": [logged_in(f"r{n}", others[n % len(others)], True) for n in range(reviewers)],
    "commitments": list(Commitment.objects.filter(withdrawn_at=None).order_by("pk").values_list("pk", flat=True)),
}
DBTaskResult.objects.all().delete()
print(json.dumps(found))
"""
# All that the database and the folder of files hold afterwards; the cleaning is that of every day, a day later.
HELD = """
import json, os
import django
django.setup()
from django.db.models import Count
from zaragoza.web.contributions import attachments, check, clock
from zaragoza.web.contributions.models import Attachment, Contribution, Decision, Event
from zaragoza.web.promises.models import ProgressReport
from django_tasks_db.models import DBTaskResult

for path in attachments.kept():
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 90_000))
clock.forget()
print(json.dumps({
    "contributions": {str(each.pk): {
        "text": each.content.get("text"), "state": each.state, "round": each.round, "author": each.author_id,
        "organisation": each.organisation, "commitment": each.commitment, "became": each.became,
        "files": sorted(each.attachments.values_list("sha256", flat=True)),
    } for each in Contribution.objects.all()},
    "decisions": [[str(each.contribution_id), each.reviewed_hash, each.reviewer_id, each.outcome, each.reason]
        for each in Decision.objects.all()],
    "twice": list(
        Decision.objects.values("contribution", "round").annotate(n=Count("id")).filter(n__gt=1).values_list("n")),
    "events": {each["action"]: each["n"] for each in
        Event.objects.filter(kind="contribution").values("action").order_by().annotate(n=Count("id"))},
    "reports": {str(each.pk): [each.commitment_id, each.text, each.organisation_id]
        for each in ProgressReport.objects.all()},
    "faults": list(check.faults()),
    "files": sorted(path.name for path in attachments.kept()),
    "named": sorted(set(Attachment.objects.values_list("sha256", flat=True))),
    "failed_tasks": DBTaskResult.objects.failed().count(),
}))
"""


def script(folder: Path, words: str, *arguments: object, **others: str) -> Any:
    """What a process of the site's own says in JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", words, *map(str, arguments)],
        env=environment(folder, **others),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass
class Confirmed:
    """What the site has said is done, of one contribution.

    Attributes:
        texts: that it may hold: the last one that was confirmed, and what was sent since without an answer.
        files: digests of those that were taken.
        maybe: of those of which no answer came.
        moves: that were confirmed.
    """

    author: int
    commitment: str
    texts: list[str]
    files: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    moves: list[str] = field(default_factory=list)


@dataclass
class Crowd:
    """All of them, and what they saw.

    Attributes:
        thinking: seconds at most, before a contributor writes the next one.
        confirmed: by contribution.
        decided: contribution, hash, reviewer, outcome and reason that were confirmed.
        returned: contributions that their authors have to change.
        counts: writes that were confirmed, by what they do.
        answers: statuses of all answers.
        seconds: that each answer to a write took.
        wrong: answers that nobody should ever get.
        lost: requests to which no answer came.
    """

    site: Running
    people: Mapping[str, Any]
    until: float
    random: random.Random
    thinking: float
    lock: Any = field(default_factory=Lock)
    confirmed: dict[str, Confirmed] = field(default_factory=dict)
    decided: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lost: int = 0

    def live(self) -> None:
        """Everybody at once, until the time is over; what was begun is ended."""
        everybody: list[Somebody] = [Contributor(self, each) for each in self.people["contributors"]]
        everybody += [Reviewer(self, each) for each in self.people["reviewers"] for _ in range(_WINDOWS)]
        with ThreadPoolExecutor(len(everybody)) as threads:
            for each in [threads.submit(one.live) for one in everybody]:
                each.result()

    def confirm(self, what: str) -> None:
        """One more write that the site has said is done."""
        with self.lock:
            self.counts[what] += 1


class Somebody(ABC):
    """A person with a session."""

    def __init__(self, crowd: Crowd, told: Mapping[str, Any]) -> None:
        self.crowd, self.id, self.random = crowd, int(told["person"]), crowd.random
        self._cookie = f"session={told['session']}; form={_TOKEN}"

    def live(self) -> None:
        """Does one thing after the other."""
        while time.monotonic() < self.crowd.until:
            self.act()

    @abstractmethod
    def act(self) -> None:
        """The next thing."""

    def look(self, path: str) -> str:
        """A page; empty where none was shown."""
        answer = self._ask(path)
        return answer.body.decode() if answer and answer.status == 200 else ""

    def send(self, path: str, file: tuple[str, bytes] | None = None, **fields: str) -> int:
        """A form; the status of its answer, 0 where none came."""
        begun = time.perf_counter()
        kind, body = _form({"csrfmiddlewaretoken": _TOKEN, **fields}, file)
        answer = self._ask(path, "POST", body, Content_Type=kind)
        if answer is None:
            return 0
        self.crowd.seconds.append(time.perf_counter() - begun)
        return answer.status

    def twice(self, send: Callable[[int], int], times: int) -> list[int]:
        """The same so often at the same moment; the statuses of the answers."""
        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(send, range(times)))

    def _ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer | None:
        try:
            answer = self.crowd.site.ask(path, method, body, Cookie=self._cookie, **headers)
        except (OSError, HTTPException):
            with self.crowd.lock:
                self.crowd.lost += 1
            time.sleep(0.1)
            return None
        with self.crowd.lock:
            self.crowd.answers[answer.status] += 1
        if answer.status >= 500 or answer.status == 404 or "login" in answer.location:
            self.crowd.wrong.append(f"{method} {path}: {answer.status} {answer.location}")
        return answer


def _form(fields: Mapping[str, str], file: tuple[str, bytes] | None) -> tuple[str, bytes]:
    """Type and bytes of a form that is sent (RFC 7578 where it has a file)."""
    if file is None:
        return "application/x-www-form-urlencoded", urlencode(fields).encode()
    name, content = file
    parts = [
        f'--{_TOKEN}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(f'--{_TOKEN}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    return f"multipart/form-data; boundary={_TOKEN}", "".join(
        parts
    ).encode() + content + f"\r\n--{_TOKEN}--".encode()


class Contributor(Somebody):
    """Writes, attaches, sends in, and changes what was returned."""

    def act(self) -> None:
        """One contribution up to where others decide, or one that came back."""
        left = max(0.0, self.crowd.until - time.monotonic())
        time.sleep(min(self.random.uniform(0, self.crowd.thinking), left))
        known = self.crowd.confirmed
        mine = [id for id in list(self.crowd.returned) if id in known and known[id].author == self.id]
        if mine:
            self.crowd.returned.discard(mine[0])
            if self._edit(mine[0]):
                self._step(mine[0], "submit")
            return
        id = self._begin()
        if id is None:
            return
        if self.random.random() < 0.3:
            self._edit(id)
        if self.random.random() < 0.25:
            self._attach(id)
        if self.random.random() < 0.9 and self._step(id, "submit") and self.random.random() < 0.05:
            self._step(id, "withdraw")
        if self.random.random() < 0.1:
            self.look("/en/contributions/")

    def _fields(self, text: str) -> dict[str, str]:
        return {
            "status": "limited" if self.random.random() < 0.97 else "substantial",
            "reported_on": f"2026-0{self.random.randint(1, 9)}-1{self.random.randint(0, 9)}",
            "text": text,
            "source_title": "Annual report",
            "source_address": f"https://office.example/{secrets.token_hex(4)}.pdf",
        }

    def _begin(self) -> str | None:
        """A draft; now and then the form is sent twice at once."""
        id, text = str(uuid4()), f"Begun {secrets.token_hex(8)} “é” 😀"
        commitment = self.random.choice(self.crowd.people["commitments"])
        path, fields = f"/en/plan/{commitment}/contribute/evidence/", self._fields(text) | {"id": id}
        times = 2 if self.random.random() < 0.1 else 1
        told = self.twice(lambda _: self.send(path, **fields), times)
        if 302 not in told:
            return None
        if set(told) - {302, 0}:
            self.crowd.wrong.append(f"the same form twice: {told}")
        self.crowd.confirmed[id] = Confirmed(self.id, commitment, [text])
        self.crowd.confirm("draft")
        return id

    def _edit(self, id: str) -> bool:
        text = f"Changed {secrets.token_hex(8)}"
        held = self.crowd.confirmed[id]
        held.texts.append(text)
        status = self.send(f"/en/contributions/{id}/edit/", **self._fields(text))
        if status == 302:
            held.texts = [text]
            self.crowd.confirm("edit")
        elif status:
            held.texts.remove(text)
        return status == 302

    def _attach(self, id: str) -> None:
        content = f"place,homes\nUtrecht,{secrets.randbits(60)}\n".encode()
        digest, held = hashlib.sha256(content).hexdigest(), self.crowd.confirmed[id]
        status = self.send(f"/en/contributions/{id}/", ("homes.csv", content), step="attach")
        if status == 302:
            held.files.add(digest)
            self.crowd.confirm("edit")
        elif not status:
            held.maybe.add(digest)

    def _step(self, id: str, step: str) -> bool:
        status = self.send(f"/en/contributions/{id}/", step=step)
        if status == 302:
            self.crowd.confirmed[id].moves.append(step)
            self.crowd.confirm(step)
        return status == 302


class Reviewer(Somebody):
    """Takes one of the oldest, reads it and decides; so do the others, on the same ones."""

    def act(self) -> None:
        """One contribution of those that wait longest."""
        waiting = list(dict.fromkeys(_LISTED.findall(self.look("/en/contributions/review/"))))
        if not waiting:
            time.sleep(0.2)
            return
        id = self.random.choice(waiting[:12])
        path = f"/en/contributions/{id}/"
        if self.send(path, step="take") == 302:
            self.crowd.confirm("take")
        read = _READ.search(self.look(path))
        if read:
            self._decide(id, read[1])
            return
        # Who has not taken it cannot decide, whatever is sent.
        if self.random.random() < 0.1 and self._send_decision(id, "reject", "Not mine.", "0" * 64) == 302:
            self.crowd.wrong.append(f"{id}: decided by who had not taken it")

    def _decide(self, id: str, read: str) -> None:
        outcome = self.random.choice(("accept", "accept", "accept", "return", "reject"))
        reasons = [f"It is so: {secrets.token_hex(4)}" for _ in range(2 if self.random.random() < 0.2 else 1)]
        told = self.twice(lambda n: self._send_decision(id, outcome, reasons[n], read), len(reasons))
        for status, reason in zip(told, reasons, strict=True):
            if status == 302:
                self.crowd.decided.append((id, read, self.id, outcome, reason))
                if outcome == "return":
                    self.crowd.returned.add(id)

    def _send_decision(self, id: str, outcome: str, reason: str, read: str) -> int:
        return self.send(f"/en/contributions/{id}/", step="decide", outcome=outcome, reason=reason, read=read)
