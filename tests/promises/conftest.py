"""A database with the made-up plan in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.promises.made_up import at, plans
from zaragoza.web.promises import models
from zaragoza.web.promises.entries import KINDS
from zaragoza.web.promises.load import load
from zaragoza.web.promises.revision import writing
from zaragoza.web.releases.models import Installed, Series


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> None:
    """Nothing is stated, told or installed when a test begins, whatever the site's own tests have left there."""
    if {"db", "transactional_db"} & {*request.fixturenames} or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        with writing():  # nor what was kept of it
            pass
        told = (
            models.Evidence, models.ProgressReport, models.Milestone, models.Version, models.TakenDown,
        )  # fmt: skip
        for model in (*told, *(kind.model for kind in KINDS.values())):
            model._default_manager.all().delete()
        Series.objects.update(latest=None)
        for model in (Installed, Series):
            model._default_manager.all().delete()


@pytest.fixture
def loaded(db: None) -> None:
    """The made-up catalogue, loaded at noon on 2 January 2020."""
    load(plans(), at(2020, 1, 2))


@dataclass(frozen=True)
class Content:
    """All rows of the database, as they are."""

    entries: object
    versions: object
    people: object

    @classmethod
    def now(cls) -> Content:
        return cls(
            {name: _rows(kind.model) for name, kind in KINDS.items()},
            _rows(models.Version, without="id"),
            [
                _rows(models.Milestone),
                _rows(models.ProgressReport),
                _rows(models.Evidence, without="id"),
                _rows(models.TakenDown, without="id"),
            ],
        )


def _rows(model: type, without: str = "") -> list[dict[str, object]]:
    rows = [{k: v for k, v in row.items() if k != without} for row in model._default_manager.values()]
    return sorted(rows, key=repr)
