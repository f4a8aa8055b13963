"""Migrations, both ways and on both databases: from nothing forward, back to nothing, and forward again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.promises.postgres import cluster, new_database
from tests.site.serving import PATIENCE, environment
from tests.support import ROOT

OURS = ("releases", "promises", "accounts", "contributions")
# All that is said about tables: columns, keys, checks and indexes, in the database's own words.
SETUP = """
import json, sys
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

POSTGRESQL = '''
SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
       || coalesce(character_maximum_length::text, '') || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
'''
SQLITE = "SELECT coalesce(sql, name) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"

def schema():
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
        return sorted(line for line, in cursor)

def tables():
    return sorted(connection.introspection.table_names())

def migrate(*words):
    call_command("migrate", *words, verbosity=0)
"""
ROUND = (
    SETUP
    + """
migrate()
call_command("makemigrations", check=True, dry_run=True, verbosity=0)  # ends here where a model has changed since
first, all_tables, left = schema(), tables(), {}
for app in ("contributions", "accounts", "promises", "releases"):
    migrate(app, "zero")
    left[app] = [each for each in tables() if each.startswith(f"{app}_")]
others = tables()
migrate()
print(json.dumps({"same": schema() == first, "lines": len(first), "tables": all_tables, "left": left,
    "others": others}))
"""
)
# What stood in the tables of an earlier version is there after the way forward, back, and forward again; who had
# replied is then known, by the history. What only a later version can hold keeps its meaning, or the way back is
# refused.
LIVED = (
    SETUP
    + """
from functools import cache
from django.core.management.base import CommandError
from tests.contributions.conftest import COMMITMENT, EVIDENCE, account, somebody
from tests.promises.made_up import at, commitment, plans
from zaragoza.web.contributions import check, removal, services
from zaragoza.web.contributions import models as now_models
from zaragoza.web.contributions.actors import who
from zaragoza.web.contributions.roles import NOBODY, Actor
from zaragoza.web.promises.load import load
from zaragoza.web.promises.models import TakenDown

APP, names = "contributions", json.loads(sys.argv[1])
ROWS = ("Contribution", "Decision", "Reply", "Attachment")

@cache
def old(name):
    return MigrationExecutor(connection).loader.project_state((APP, name)).apps

def rows(at, tables=ROWS, fields=None):
    '''Rows as they stand at a migration, with the columns of that or of an earlier one.'''
    told = {}
    for table in tables:
        columns = sorted(each.attname for each in old(fields or at).get_model(APP, table)._meta.concrete_fields)
        told[table] = sorted(map(repr, old(at).get_model(APP, table).objects.values_list(*columns)))
    return told

def to(name):
    migrate(APP, name)

told, now, last = {}, timezone.now(), names[-1]
migrate(), to(names[0])
anna, bert = account("anna@people.example"), account("bert@people.example")
then = old(names[0])
Contribution, Decision, Reply, Attachment = (then.get_model(APP, each) for each in ROWS)
settled = ("accepted", "rejected", "withdrawn")
for state in ("draft", "unconfirmed", "submitted", "in_review", "returned", "waiting", *settled):
    own = {"lane": "open", "contact": "x@people.example"} if state == "unconfirmed" else {
        "lane": "organisation", "organisation": "cities", "author_id": anna.pk}
    made = Contribution.objects.create(kind="practice", content={"title_en": "Homes “é” 😀", "n": [1, None]},
        language="nl", hash="1" * 64, state=state, round=1, created_at=now, submitted_at=now, moved_at=now,
        due_at=None if state in settled else now, **own)
    Attachment.objects.create(contribution=made, name="a.csv", kind="csv", size=3, sha256="2" * 64, added_at=now)
Decision.objects.create(contribution=made, round=1, outcome="return", reason="More, please.", reviewed_hash="1" * 64,
    organisation="cities", author_id=anna.pk, reviewer_id=bert.pk, decided_at=now)
for text in ("We see.", "We saw.", "We do."):
    Reply.objects.create(contribution=made, text=text, language="en", at=now)
begun = rows(names[0])
told["first"] = []
for name in (last, names[0], names[2]):
    to(name)
    told["first"].append(rows(name, fields=names[0]) == begun)

# Replies and decisions of before it was kept who replied: one who decided all the same, one erased, one still there.
for actor in (bert.pk, 999, anna.pk):
    old(names[2]).get_model(APP, "Event").objects.create(at=now, actor=actor, role="editor", action="reply",
        kind="contribution", thing=str(made.pk))
Decision = old(names[2]).get_model(APP, "Decision")
late = dict(contribution_id=made.pk, outcome="reject", reason="No.", language="en", reviewed_hash="1" * 64,
    decided_at=now)
Decision.objects.create(round=2, reviewer_id=bert.pk, **late)
Decision.objects.create(round=3, **late)
begun = rows(names[2])
told["replied"], told["third"] = [], []
for name in (last, names[2], last):
    to(name)
    told["third"].append(rows(name, fields=names[2]) == begun)
    if name == last:
        people = {None: "-", anna.pk: "anna", bert.pk: "bert"}
        decisions = now_models.Decision.objects.order_by("round")
        told["replied"] += [[people[each.person_id] for each in now_models.Reply.objects.order_by("id")],
            [[people[int(id)] for id in each.repliers.split()] for each in decisions]]
for model in (now_models.Decision, now_models.Reply, now_models.Attachment, now_models.Contribution, now_models.Event):
    model.objects.all().delete()

# What services of today write, in every state and with every outcome of the later versions.
load(plans(commitment("P1-1"), commitment("P1-2")), at(2020, 1, 2))
anna, bert = who(anna), somebody("bert-now", "reviewer")
edith, ed = (somebody(name, "editor") for name in ("edith", "ed"))

def accepted(author=anna, contact=""):
    found = services.draft(author, "evidence", EVIDENCE, language="en", commitment=COMMITMENT, contact=contact)
    if contact:
        services.confirm(Actor(holds=found.pk), found.pk)
    else:
        services.submit(author, found.pk)
    services.take(bert, found.pk)
    services.decide(bert, found.pk, "accept", "It is so.", found.hash, "en")
    services.reply(edith, found.pk, "Nobody answers for it.", "en")
    return found.pk

def settles(id):
    return now_models.Contribution.objects.get(pk=id).settles

asked, kept, gone, wrong = (accepted() for _ in range(4))
for id in (asked, kept):
    removal.ask_removal(anna, id, "It names somebody.")
removal.keep(ed, kept, "It does not.", "en", settles(kept))
removal.take_down(ed, gone, "law", "It may not be shown.", "en", settles(gone))
removal.take_down(ed, wrong, "wrong", "It is wrong.", "en", settles(wrong))

def tried(app, target):
    '''What is said where the way back is refused; and whether all is as it was, there and after the way forward.'''
    before, whole = rows(last), rows(last, fields=names[3])
    said = ""
    try:
        migrate(app, target)
    except CommandError as error:
        said = str(error)
    reached = max(name for label, name in MigrationExecutor(connection).loader.applied_migrations if label == APP)
    kept = rows(reached, fields=names[3]) == whole
    migrate(app)
    return [said, reached, kept, rows(last) == before, TakenDown.objects.count(), list(check.faults())]

told["fourth"] = tried(APP, names[3])
told["taken down"] = tried(APP, names[2])
told["kept down"] = tried("promises", "0001")
last_one = accepted(NOBODY, "zoe@people.example")
now_models.Contribution.objects.filter(pk=last_one).update(contact="", contact_mark="3" * 64)
told["mark"] = tried(APP, names[3])
removal.take_down(edith, asked, "personal_data", "It names somebody.", "en", settles(asked))
told["by who replied"] = tried(APP, names[4])
print(json.dumps(told))
"""
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as address:
        yield address


def told(script: str, data: Path, *words: str, **others: str) -> dict[str, object]:
    """What the script says of a database of its own."""
    data.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *words],
        env=environment(data, **others),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def on_both(script: str, server: str, folder: Path, *words: str) -> list[dict[str, object]]:
    address = new_database(server, folder.name.replace("-", "_"))
    return [
        told(script, folder / "sqlite", *words),
        told(script, folder / "postgres", *words, ZARAGOZA_DATABASE=address),
    ]


def test_forward_back_and_forward_again(server: str, tmp_path: Path) -> None:
    """Each of our applications leaves nothing behind; in the end there is the schema of the beginning.

    Packages have some that go forward alone: what stands in their tables stays.
    """
    both = on_both(ROUND, server, tmp_path)
    for found in both:
        assert found["same"]
        assert found["left"] == {app: [] for app in OURS}
        assert {"django_session", "django_migrations"} <= set(found["others"])  # type: ignore[call-overload]
        assert found["lines"] >= len(found["tables"])  # type: ignore[operator, arg-type]
    assert both[0]["tables"] == both[1]["tables"]


def migrations(app: str) -> list[str]:
    loader = MigrationLoader(None)
    return sorted(name for label, name in loader.disk_migrations if label == app)


def test_contributions_survive_both_ways_and_keep_their_meaning(server: str, tmp_path: Path) -> None:
    names = migrations("contributions")
    fourth, fifth, sixth = names[3:6]

    def refused(app: str, what: str, number: int) -> str:
        way_out = "Stay with this version, or bring back the copy of the database that was made before it."
        return f"{app}: migration: expected no {what}; found {number}. {way_out}"

    removed = "contribution that was taken down, or of which that is or was asked"
    mark = "contribution of which only a mark tells whose it is, so that they do not decide on it"
    replied = "contribution that was taken down by who had replied to it"
    down = "row that keeps down what was taken down"
    for found in on_both(LIVED, server, tmp_path, json.dumps(names)):
        assert found == {
            "first": [True] * 3,
            "third": [True] * 3,
            "replied": [["bert", "-", "anna"], [[], [], ["anna", "bert"]]] * 2,
            "fourth": ["", fourth, True, True, 2, []],
            # what is asked, kept, taken down as unlawful and as wrong: three by state, three by a decision
            "taken down": [refused("contributions", removed, 6), fourth, True, True, 2, []],
            "kept down": [refused("promises", down, 2), names[-1], True, True, 2, []],
            "mark": [refused("contributions", mark, 1), fifth, True, True, 2, []],
            "by who replied": [refused("contributions", replied, 1), sixth, True, True, 3, []],
        }


def test_each_can_be_taken_back_and_what_rewrites_rows_has_its_proof() -> None:
    """The others, where they hold more than the earlier form can, refuse the way back; the proof is above."""
    loader, rewrites = MigrationLoader(None), set()
    for app in OURS:
        assert migrations(app)
        for name in migrations(app):
            for operation in loader.disk_migrations[app, name].operations:
                assert operation.reversible, (app, name)
                assert not isinstance(operation, RunSQL), (app, name)
                if isinstance(operation, RunPython) and operation.code is not RunPython.noop:
                    rewrites.add((app, name))
    assert rewrites == {("contributions", "0007_who_replied_before")}
