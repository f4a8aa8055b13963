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
# What stood in the tables of an earlier version is there after the way forward, back, and forward again.
FILLED = (
    SETUP
    + """
app, first, last = sys.argv[1:]

def old(name):
    graph = MigrationExecutor(connection).loader
    return graph.project_state((app, name)).apps

def rows(names):
    return {name: sorted(map(repr, old(first).get_model(app, name).objects.values())) for name in names}

migrate(app, first)
then = old(first)
now = timezone.now()
Person, Contribution, Decision, Reply, Attachment = (
    then.get_model(*each) for each in (("accounts", "Person"), *((app, name) for name in
    ("Contribution", "Decision", "Reply", "Attachment"))))
anna = Person.objects.create(email="anna@people.example", password="x")
one = Contribution.objects.create(kind="practice", content={"title_en": "Homes “é” 😀", "n": [1, None]}, language="nl",
    hash="1" * 64, state="returned", round=1, lane="organisation", author_id=anna.pk, organisation="cities",
    created_at=now, submitted_at=now, moved_at=now, due_at=now)
Decision.objects.create(contribution=one, round=1, outcome="return", reason="More, please.", reviewed_hash="1" * 64,
    organisation="cities", author_id=anna.pk, decided_at=now)
Reply.objects.create(contribution=one, text="We see.", language="en", at=now)
Attachment.objects.create(contribution=one, name="a.csv", kind="csv", size=3, sha256="2" * 64, added_at=now)
names = ("Contribution", "Decision", "Reply", "Attachment")
begun = rows(names)
told = []
for target in (last, first, last):
    migrate(app, target)
    told.append(rows(names) == begun)
print(json.dumps({"same": told, "rows": sum(map(len, begun.values()))}))
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


def test_contributions_of_an_earlier_version_survive(server: str, tmp_path: Path) -> None:
    names = migrations("contributions")
    for found in on_both(FILLED, server, tmp_path, "contributions", names[0], names[-1]):
        assert found == {"same": [True, True, True], "rows": 4}


def test_each_can_be_taken_back_and_none_rewrites_what_stands_there() -> None:
    """The first that does needs a proof of its own that nothing is lost, both ways."""
    loader = MigrationLoader(None)
    for app in OURS:
        assert migrations(app)
        for name in migrations(app):
            for operation in loader.disk_migrations[app, name].operations:
                assert operation.reversible, (app, name)
                assert not isinstance(operation, RunPython | RunSQL), (app, name)
