"""Every step of contributing by everybody at once, on PostgreSQL, while accounts are erased: nobody waits for ever."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.contributions.at_once import SETUP
from tests.promises.postgres import cluster, new_database
from tests.site.serving import environment
from tests.support import ROOT

SECONDS, THREADS = 60, 10
SEED = time.time_ns()  # told where the test fails
# Few people and commitments, so that each step meets others about the same rows. What may not be done now is refused in
# words; anything else, such as two that wait for each other, is a fault.
STEPS = (
    SETUP
    + """
import collections, random, time, traceback
from tests.contributions.conftest import account
from zaragoza.model.text import Text
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.roles import NOBODY, SITE, Actor

seconds, threads, seed = map(int, sys.argv[1:])
call_command("migrate", verbosity=0)
load(plans(*(commitment(f"P1-{number}") for number in range(1, 4))), at(2020, 1, 2))
adam = account("adam@people.example", second_factor=True)
for role in ("administrator", "editor"):
    members.grant(SITE, adam, role)
admin = who(adam)
names = [f"p{number}@people.example" for number in range(8)]
done, wrong, until = collections.Counter(), [], time.monotonic() + seconds
making = threading.Lock()

def somebody(r):
    with making:
        name = r.choice(names)
        found = Person.objects.filter(email=name).first() or account(name, second_factor=True)
    return found, who(found)

def one(r, **such):
    ids = list(Contribution.objects.filter(**such).values_list("pk", flat=True)[:30])
    return r.choice(ids) if ids else None

def draft(r, person, me):
    told = EVIDENCE | {"status": r.choice(["limited", "complete"])}
    services.draft(me, "evidence", told, language="en", commitment=f"P1-{r.randint(1, 3)}")

def without(r, person, me):
    made = services.draft(NOBODY, "evidence", EVIDENCE, language="en", commitment="P1-1", contact=r.choice(names))
    services.confirm(Actor(holds=made.pk), made.pk)

def decide(r, person, me, id):
    hash = Contribution.objects.get(pk=id).hash
    services.decide(me, id, r.choice(["accept", "accept", "return", "reject"]), "It is so.", hash, "en")

def down(r, person, me, id):
    settles = Contribution.objects.get(pk=id).settles
    removal.take_down(me, id, r.choice(["law", "wrong", "asked"]), "It is so.", "en", settles)

def join(r, person, me):
    organisation = r.choice(["cities", "ministry"])
    members.invite(admin, organisation, person.email, "contributor")
    members.join(person, organisation)

def about(step, **such):
    def found(r, person, me):
        id = one(r, **{name: person if value == "me" else value for name, value in such.items()})
        return id and step(r, person, me, id)
    return found

OPEN = ("accepted", "removal_asked")
STEPS = {
    "draft": draft, "without": without, "join": join,
    "submit": about(lambda r, p, me, id: services.submit(me, id), state__in=("draft", "returned"), author="me"),
    "withdraw": about(lambda r, p, me, id: services.withdraw(me, id), state="submitted", author="me"),
    "take": about(lambda r, p, me, id: services.take(me, id), state="submitted"),
    "decide": about(decide, state="in_review", taken_by="me"),
    "reply": about(lambda r, p, me, id: services.reply(me, id, f"{r.random()}", "en"), state__in=("waiting", *OPEN)),
    "ask": about(lambda r, p, me, id: removal.ask_removal(me, id, "Away."), state="accepted", author="me"),
    "down": about(down, state__in=OPEN),
    "attach": about(lambda r, p, me, id: services.attach(me, id, "a.csv", b"a,b\\n1,%d\\n" % r.randint(1, 5)),
        state="draft", author="me"),
    "erase": lambda r, person, me: personal.erase(me, person),
    "erase_contact": lambda r, person, me: personal.erase_contact(admin, r.choice(names)),
    "leave": lambda r, person, me: members.leave(me, person),
    "assign": lambda r, person, me: members.assign(admin, f"P1-{r.randint(1, 3)}", "ministry"),
    "release": lambda r, person, me: members.release(admin, f"P1-{r.randint(1, 3)}", "ministry"),
    "grant": lambda r, person, me: members.grant(admin, person, r.choice(["reviewer", "editor"])),
    "revoke": lambda r, person, me: members.revoke(admin, person, r.choice(["reviewer", "editor"])),
    "register": lambda r, person, me: members.register(admin, f"o{r.random()}"[2:], Text("Late", "Laat")),
    "forget": lambda r, person, me: clock.forget(),
}
OFTEN = [*STEPS, "draft", "submit", "submit", "take", "take", "decide", "decide", "decide", "grant"]

def live(number):
    r = random.Random(seed + number)
    while time.monotonic() < until:
        name = r.choice(OFTEN)
        try:
            STEPS[name](r, *somebody(r))
            done[name] += 1
        except (ZaragozaError, Person.DoesNotExist):
            done["refused"] += 1
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}")
    connection.close()

living = [threading.Thread(target=live, args=(number,)) for number in range(threads)]
for each in living: each.start()
for each in living: each.join()
never, faults = sorted(STEPS.keys() - done.keys()), list(check.faults())
print(json.dumps({"done": done, "wrong": wrong, "never": never, "faults": faults}))
"""
)


def test_nobody_waits_for_ever(tmp_path: Path, record: Callable[..., None]) -> None:
    with cluster() as server:
        env = environment(tmp_path, ZARAGOZA_DATABASE=new_database(server, "steps"))
        command = [sys.executable, "-c", STEPS, *map(str, (SECONDS, THREADS, SEED))]
        done = subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["wrong"], found["never"], found["faults"]) == ([], [], []), SEED
    assert found["done"]["erase"] > SECONDS
    refused = found["done"].pop("refused")
    steps, erased = sum(found["done"].values()), found["done"]["erase"]
    record(
        f"contributing: every step by {THREADS} at once for {SECONDS} s about the same few things, on PostgreSQL",
        f"{steps:,} steps of {len(found['done'])} kinds done, among them {erased} accounts erased; {refused:,} refused "
        "in words, none waited for each other, history whole",
        bar="nothing but what is done or refused in words, the history tells all of it",
    )
