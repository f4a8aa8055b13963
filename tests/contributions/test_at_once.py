"""Reviewers and authors at the same moment, each with a connection of their own: one wins, in both databases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.contributions.at_once import SETUP, in_parts, run
from tests.promises.postgres import new_database
from tests.site.serving import environment
from tests.support import ROOT

# Two reviewers take, then the one who has it decides twice and the author withdraws. Then the same form comes twice at
# once, and somebody's account is erased while it is decided on what they sent in.
AT_ONCE = """
load(plans(*(commitment(f"P1-{number}") for number in range(1, 7))), at(2020, 1, 2))
anna = actor("anna", "contributor", organisation="cities")
rita, rob = actor("rita", "reviewer"), actor("rob", "reviewer")
edith, ed = actor("edith", "editor"), actor("ed", "editor")

def together(*asks):
    barrier, done = threading.Barrier(len(asks)), [None] * len(asks)
    def ask(number):
        barrier.wait()
        try:
            asks[number]()
            done[number] = "done"
        except ZaragozaError as error:
            done[number] = type(error).__name__
        finally:
            connection.close()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(asks))]
    for each in threads: each.start()
    for each in threads: each.join()
    return done

told = []
for number in range(10):
    id = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
    services.submit(anna, id)
    took = together(lambda: services.take(rita, id), lambda: services.take(rob, id))
    holder = rita if Contribution.objects.get(pk=id).taken_by_id == rita.id else rob
    hash = Contribution.objects.get(pk=id).hash
    decide = lambda outcome: services.decide(holder, id, outcome, "It is so.", hash, "en")
    ended = together(lambda: decide("accept"), lambda: decide("reject"), lambda: services.withdraw(anna, id))
    told.append([took, ended, Contribution.objects.get(pk=id).state])
at_once = []
for number in range(5):
    dora, id = actor(f"dora{number}"), uuid4()
    begin = lambda: services.draft(dora, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, id=id)
    same = together(begin, begin)
    services.submit(dora, id)
    services.take(rita, id)
    hash = Contribution.objects.get(pk=id).hash
    decide = lambda: services.decide(rita, id, "reject", "It is not so.", hash, "en")
    erase = lambda: personal.erase(dora, Person.objects.get(pk=dora.id))
    at_once.append([*same, *together(decide, erase), Decision.objects.get(contribution=id).author_id])
# Two acceptances about one commitment, the one of much and the other of little: the status is never the lower one.
shown = []
for number in range(2, 7):
    asks = []
    for reviewer, status in ((rita, "complete"), (rob, "limited")):
        found = services.draft(
            anna, "evidence", EVIDENCE | {"status": status}, language="en", commitment=f"P1-{number}"
        )
        services.submit(anna, found.pk)
        services.take(reviewer, found.pk)
        accept = lambda who=reviewer, of=found: services.decide(who, of.pk, "accept", "It is so.", of.hash, "en")
        asks.append(accept)
    shown.append([*together(*asks[:: 1 if number % 2 else -1]), state(today()).tracked[f"P1-{number}"].standing.status])
# Two editors take one thing down while its author asks for that: once.
gone = []
for number in range(5):
    id = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
    services.submit(anna, id)
    services.take(rita, id)
    services.decide(rita, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")
    round = Contribution.objects.get(pk=id).settles  # as both have read it
    down = [
        lambda who=who: removal.take_down(who, id, "law", "It may not be shown.", "en", round) for who in (edith, ed)
    ]
    done = together(*down, lambda: removal.ask_removal(anna, id, "Away with it."))
    gone.append([sorted(done[:2]), Contribution.objects.get(pk=id).state])
print(json.dumps({
    "gone": gone, "told": told, "at_once": at_once, "shown": shown, "decisions": Decision.objects.count(),
    "reports": ProgressReport.objects.filter(commitment=COMMITMENT).count(), "faults": list(check.faults()),
}))
"""
# Sends in with a file, two at a time, until it is killed; says which were confirmed. Then what there is, after the
# cleaning of every day, a day later.
SENDS = """
if sys.argv[1] == "begin":
    call_command("migrate", verbosity=0)
    load(plans(), at(2020, 1, 2))
    print("ready", flush=True)
anna, rita = actor("anna", "contributor", organisation="cities"), actor("rita", "reviewer")

def send():
    while True:
        id = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
        file = services.attach(anna, id, "homes.csv", f"place,homes\\nUtrecht,{id.int}\\n".encode())
        services.submit(anna, id)
        services.take(rita, id)
        services.decide(rita, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")
        sys.stdout.write(f"{id} {file.sha256}\\n")
        sys.stdout.flush()

if sys.argv[1] == "begin":
    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads: each.start()
    for each in threads: each.join()
for path in attachments.kept():
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 90_000))
clock.forget()
print(json.dumps({
    "accepted": [f"{each.contribution_id} {each.sha256}" for each in
        Attachment.objects.filter(contribution__state="accepted")],
    "named": sorted(Attachment.objects.values_list("sha256", flat=True)),
    "files": sorted(path.name for path in attachments.kept()),
    "reports": ProgressReport.objects.count(), "decisions": Decision.objects.count(), "faults": list(check.faults()),
}))
"""
# The same bytes are stored while those of another contribution are taken away: by what follows its taking down, which
# looks when the new row is written and not yet committed, and by the cleaning of every day, which begins then.
SAME_BYTES = """
import time
load(plans(), at(2020, 1, 2))
anna = actor("anna", "contributor", organisation="cities")
rita, edith = actor("rita", "reviewer"), actor("edith", "editor")
begin = lambda: services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
keep, later, kept = attachments.keep, [], threading.Event()

def slowly(file):
    keep(file)
    kept.set()
    time.sleep(0.5)

def meanwhile(take_away, new, content):
    kept.clear()
    storing = threading.Thread(target=lambda: (services.attach(anna, new, "a.csv", content), connection.close()))
    attachments.keep = slowly
    storing.start()
    assert kept.wait(30)
    take_away()
    storing.join()
    attachments.keep = keep

def accepted(content):
    id = begin()
    services.attach(anna, id, "a.csv", content)
    services.submit(anna, id)
    services.take(rita, id)
    services.decide(rita, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")
    return id

erase, moving._erase_files = moving._erase_files, later.append
one = accepted(b"a,b\\n1,2\\n")
removal.take_down(edith, one, "law", "It may not be shown.", "en", Contribution.objects.get(pk=one).settles)
(files,) = later
assert attachments.path(files[0]).is_file()
meanwhile(lambda: erase(files), begin(), b"a,b\\n1,2\\n")

two = begin()
file = services.attach(anna, two, "a.csv", b"a,b\\n3,4\\n")
services.detach(anna, two, file.pk)
def clean():
    for path in attachments.kept():
        os.utime(path, (0, 0))
    clock.forget()
meanwhile(clean, begin(), b"a,b\\n3,4\\n")

three = accepted(b"a,b\\n5,6\\n")
moving._erase_files = erase
removal.take_down(edith, three, "law", "It may not be shown.", "en", Contribution.objects.get(pk=three).settles)
print(json.dumps({
    "named": sorted(Attachment.objects.values_list("sha256", flat=True)),
    "files": {path.name: path.stat().st_size for path in attachments.kept()}, "faults": list(check.faults()),
}))
"""

# Who has replied is erased while an editor takes it down: the decision, not yet committed, is to name no such account.
# Then somebody is erased who is writing at that moment: what is not yet committed comes first, and is nobody's then.
# After that nothing is written for them any more, whoever still takes them for an account.
ERASED = """
load(plans(), at(2020, 1, 2))
anna = actor("anna", "contributor", organisation="cities")
rita, edith, ed = actor("rita", "reviewer"), actor("edith", "editor"), actor("ed", "editor")
id = services.draft(anna, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
services.submit(anna, id)
services.take(rita, id)
services.decide(rita, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")
services.reply(edith, id, "Nobody answers for it.", "en")
unpublish, written = removal._unpublish, threading.Event()

def slowly(*about):
    written.set()
    threading.Event().wait(0.5)
    unpublish(*about)

def take_down():
    removal.take_down(ed, id, "law", "It may not be shown.", "en", Contribution.objects.get(pk=id).settles)
    connection.close()

removal._unpublish = slowly
deciding = threading.Thread(target=take_down)
deciding.start()
assert written.wait(30)
personal.erase(edith, Person.objects.get(pk=edith.id))
deciding.join()
replied = [Contribution.objects.get(pk=id).state, *(each.repliers for each in Decision.objects.all())]

adam = actor("adam", "administrator")
begin = lambda who: services.draft(who, "evidence", EVIDENCE, language="en", commitment=COMMITMENT).pk
id = begin(anna)
services.submit(anna, id)
waits = begin(anna)
services.submit(anna, waits)
services.take(rita, id)
services.decide(rita, id, "accept", "It is so.", Contribution.objects.get(pk=id).hash, "en")
steps = {
    "reply": lambda who: services.reply(who, id, f"Nobody answers for it, {uuid4()}.", "en"),
    "draft": begin,
    "take": lambda who: services.take(who, waits),
    "grant": lambda who: members.grant(adam, Person(pk=who.id), "reviewer") or True,
}

told = {}
for name, step in steps.items():
    who = actor(f"edith-{name}", "editor")
    both = while_written(
        lambda: step(who), lambda: personal.erase(who, Person.objects.get(pk=who.id)) or True
    )
    told[name] = [*both, Person.objects.filter(pk=who.id).count(), tried(lambda: step(who))]
print(json.dumps({
    "replied": replied, "told": told, "faults": list(check.faults()),
    "roles": SiteRole.objects.filter(person__email__startswith="edith").count(),
    "replies": list(Reply.objects.values_list("person", flat=True)), "state": Contribution.objects.get(pk=waits).state,
    "drafts": list(Contribution.objects.filter(state="withdrawn").values_list("author", flat=True)),
}))
"""


def one_wins(found: dict[str, Any]) -> None:
    decided = 0
    for took, ended, state in found["told"]:
        assert sorted(took) == ["OutOfOrderError", "done"]
        assert ended.count("done") == 1
        assert state == ("accepted", "rejected", "withdrawn")[ended.index("done")]
        decided += state != "withdrawn"
    assert found["at_once"] == [["done"] * 4 + [None]] * 5
    assert found["shown"] == [["done", "done", "complete"]] * 5
    assert found["gone"] == [[["OutOfOrderError", "done"], "taken_down"]] * 5
    assert found["decisions"] == decided + 5 + 10 + 10
    assert found["reports"] == sum(state == "accepted" for _, _, state in found["told"]) + 5
    assert found["faults"] == []


def bytes_are_there_for_whoever_stored_them_last(found: dict[str, Any]) -> None:
    """Of two contributions with the same bytes one goes while the other comes; a third goes by itself, with its own."""
    assert found["files"] == dict.fromkeys(found["named"], 8)
    assert len(found["named"]) == 2
    assert found["faults"] == []


def who_has_replied_or_is_writing_is_erased(found: dict[str, Any]) -> None:
    assert found["replied"] == ["taken_down", "", ""]
    assert found["told"] == {
        name: ["done", "done", "in turn", 0, "NotAllowedError"]
        for name in ("reply", "draft", "take", "grant")
    }
    assert found["replies"] == [None, None]
    assert found["drafts"] == [None]
    assert (found["state"], found["roles"], found["faults"]) == ("submitted", 0, [])


def test_at_the_same_moment(database: dict[str, str]) -> None:
    parts = {
        AT_ONCE: one_wins,
        SAME_BYTES: bytes_are_there_for_whoever_stored_them_last,
        ERASED: who_has_replied_or_is_writing_is_erased,
    }
    in_parts(database, parts)


def test_a_process_that_is_killed_loses_nothing_that_it_confirmed(database: dict[str, str]) -> None:
    """Killed while it writes: what it had said is there, what it had begun is whole or not there at all."""
    command = [sys.executable, "-W", "error", "-c", SETUP + SENDS, "begin"]
    confirmed = []
    with subprocess.Popen(command, env=database, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        for _ in range(3):
            confirmed.append(process.stdout.readline().strip())
        time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        confirmed += [line.strip() for line in process.stdout if len(line) == 102]  # whole ones
    done = run(SENDS, database, "look")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(confirmed) <= set(found["accepted"])
    assert found["reports"] == found["decisions"] == len(found["accepted"])
    assert found["files"] == found["named"]
    assert found["faults"] == []


def test_what_the_database_forbids_it_forbids_in_postgresql(postgres: str, tmp_path: Path) -> None:
    """The same tests of constraints and of publishing, against PostgreSQL."""
    address = new_database(postgres, "constraints")
    files = ("tests/contributions/test_constraints.py", "tests/contributions/test_publishing.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pytest_django.plugin", *files],
        env=environment(tmp_path, ZARAGOZA_DATABASE=address, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
