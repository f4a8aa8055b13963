"""Loading: what the catalogue says becomes rows, its changes become versions, and what people told stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.promises.conftest import Content
from tests.promises.made_up import EVIDENCE, at, commitment, deadline, plans, words
from zaragoza.catalogue import load_plans
from zaragoza.catalogue.plain import plain
from zaragoza.model.plan import Organisation
from zaragoza.web import definitions
from zaragoza.web.promises import models, revision
from zaragoza.web.promises.entries import KINDS, content_of, made, stated
from zaragoza.web.promises.load import load, pending
from zaragoza.web.promises.people import add_entry, report_progress
from zaragoza.web.promises.versions import Difference, history

pytestmark = pytest.mark.django_db
ALL = {name: tuple(getattr(plans(), kind.held_as)) for name, kind in KINDS.items()}


def test_all_entries_become_rows_and_again_what_they_were() -> None:
    told = load(plans(), at(2020, 1, 2))
    assert (told.added, told.changed, told.withdrawn, told.unchanged) == (ALL, {}, {}, 0)
    for kind in KINDS.values():
        assert getattr(stated(), kind.held_as) == getattr(plans(), kind.held_as)
    assert stated().catalogue == load_plans().catalogue
    assert models.Version.objects.count() == sum(map(len, ALL.values()))


def test_loading_twice_changes_nothing(loaded: None) -> None:
    before, kept = Content.now(), revision.current()
    told = load(plans(), at(2020, 6, 1))
    assert told.nothing
    assert told.unchanged == sum(map(len, ALL.values()))
    assert list(told.lines) == [f"{told.unchanged} entries unchanged"]
    assert (Content.now(), revision.current()) == (before, kept)


def test_a_changed_entry_shows_both_versions_and_what_differs(loaded: None) -> None:
    changed = commitment(
        title=words("Promise P1-1, corrected"),
        deadline=deadline(date(2021, 6, 30)),
        owners=("ministry", "cities"),
    )
    told = load(plans(changed), at(2020, 6, 1))
    assert (told.added, told.changed, told.withdrawn) == ({}, {"commitment": ("P1-1",)}, {})
    assert next(told.lines) == "1 commitments changed: P1-1"
    first, second = history("commitment", "P1-1")
    assert (first.at, first.before, first.after) == (at(2020, 1, 2), None, content_of(commitment()))
    assert (second.at, second.before, second.after) == (at(2020, 6, 1), first.after, content_of(changed))
    assert second.differences == (
        Difference("title.en", "Promise P1-1", "Promise P1-1, corrected"),
        Difference("title.nl", "Promise P1-1 (nl)", "Promise P1-1, corrected (nl)"),
        Difference("owners", ["ministry"], ["ministry", "cities"]),
        Difference(
            "deadline",
            None,
            {"words": {"en": "by then", "nl": "by then (nl)"}, "precision": "day", "on": "2021-06-30"},
        ),
    )
    assert stated().commitments["P1-1"] == changed


def test_what_is_no_longer_stated_is_kept_with_what_was_told_of_it(loaded: None) -> None:
    report_progress(
        "P1-1", status="limited", text="Begun.", language="en", reported_on=date(2020, 3, 1),
        evidence=(EVIDENCE,), at=at(2020, 3, 2),
    )  # fmt: skip
    other = commitment("P1-2")
    told = load(plans(other), at(2020, 6, 1))
    assert (told.added, told.withdrawn) == ({"commitment": ("P1-2",)}, {"commitment": ("P1-1",)})
    assert list(stated().commitments) == ["P1-2"]
    row = models.Commitment.objects.get(pk="P1-1")
    assert (row.withdrawn_at, row.content, row.reports.count()) == (
        at(2020, 6, 1),
        content_of(commitment()),
        1,
    )
    assert load(plans(other), at(2020, 7, 1)).nothing
    told = load(plans(commitment(), other), at(2020, 8, 1))
    assert told.changed == {"commitment": ("P1-1",)}
    assert [each.after is None for each in history("commitment", "P1-1")] == [False, True, False]
    assert stated().commitments["P1-1"] == commitment()


def test_what_people_state_survives_the_catalogue(loaded: None) -> None:
    partner = Organisation(id="partner", title=words("Partner"))
    add_entry(KINDS["organisation"], partner, at(2020, 5, 1))
    assert stated().organisations["partner"] == partner
    assert load(plans(), at(2020, 6, 1)).nothing
    assert stated().organisations["partner"] == partner
    ours = replace(partner, title=words("Partner of the catalogue"))
    both = plans(organisations=(*plans().organisations.values(), ours))
    assert load(both, at(2020, 7, 1)).changed == {"organisation": ("partner",)}
    assert [each.after["title"]["en"] for each in history("organisation", "partner") if each.after] == [
        "Partner",
        "Partner of the catalogue",
    ]
    assert models.Organisation.objects.get(pk="partner").in_catalogue


def test_it_tells_beforehand_and_writes_all_or_nothing(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    new = plans(commitment(title=words("Another")), commitment("P1-2"))
    before = Content.now()
    assert pending(new).changed == {"commitment": ("P1-1",)}
    assert Content.now() == before

    def fails(*args: object, **values: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("zaragoza.web.promises.load._row", fails)
    with pytest.raises(RuntimeError):
        load(new, at(2020, 6, 1))
    assert Content.now() == before


def test_content_has_the_catalogue_s_form() -> None:
    """Without its id and without what is not said, so that a new field of the model changes no entry."""
    content = content_of(commitment(deadline=deadline(date(2021, 6, 30))))
    assert content == {
        "plan": "P1",
        "area": "housing",
        "kind": "action",
        "title": {"en": "Promise P1-1", "nl": "Promise P1-1 (nl)"},
        "summary": {"en": "What is promised.", "nl": "What is promised. (nl)"},
        "owners": ["ministry"],
        "source": {"document": "AP21", "section": "4.I", "find": "some words of it"},
        "deadline": {
            "words": {"en": "by then", "nl": "by then (nl)"},
            "precision": "day",
            "on": "2021-06-30",
        },
    }


def test_every_entry_of_the_package_is_its_content_again() -> None:
    for kind in KINDS.values():
        for name, entry in getattr(load_plans(), kind.held_as).items():
            assert made(kind, name, content_of(entry)) == (entry, [])


def test_whole_has_every_field() -> None:
    whole = plain(commitment(), whole=True)
    assert (whole["id"], whole["deadline"], whole["funds"], whole["source"]["footnote"]) == (
        "P1-1",
        None,
        [],
        None,
    )


def test_an_office_s_own_plans_are_loaded_beside_the_package_s(
    db: None, tmp_path: Path, settings: Settings
) -> None:
    """By the setting ZARAGOZA_CATALOGUE; without it they are withdrawn, with it they are back."""
    files = {
        "parameters/documents.yaml": "CITY27:\n  title: {en: Plan, nl: Plan}\n  reference: Council\n  year: 2027\n",
        "plan/plans/own.yaml": "CITY27: {document: CITY27, stated_on: 2027-01-15, language: nl}\n",
        "plan/organisations/own.yaml": "city: {title: {en: City, nl: Stad}, geo: NL}\n",
    }
    for name, content in files.items():
        path = tmp_path / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    settings.CATALOGUE = tmp_path / "catalogue"
    own = definitions.plans.__wrapped__()
    load(own, at(2027, 2, 1))
    assert stated().plans["CITY27"].stated_on == date(2027, 1, 15)
    settings.CATALOGUE = None
    told = load(definitions.plans.__wrapped__(), at(2027, 3, 1))
    assert told.withdrawn == {"plan": ("CITY27",), "organisation": ("city",)}
    assert load(own, at(2027, 4, 1)).changed == told.withdrawn


def test_the_rule_of_a_day_is_the_last_of_those_before_it() -> None:
    known = load_plans().catalogue
    (ours,) = known.tracking_rules.values()
    later = replace(ours, id="half", silent_after_days=182, since=date(2027, 1, 1))
    both = replace(known, tracking_rules={"half": later, ours.id: ours})
    days = (date(1990, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [both.tracking_rule(day) for day in days] == [ours, ours, later]
    assert ours.silent_after_days == 365
