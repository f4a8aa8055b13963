"""Every kind of fault in an office's promises, funds and practices is told, all at once, each with its way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.offices import INDICATOR, office
from tests.unit.plans import COMMITMENT, FUND, PRACTICE
from zaragoza.catalogue import load_plans
from zaragoza.errors import DefinitionError, Fault

CALL = """
CALL-ONE:
  fund: FUND-NO
  title: {en: A call, nl: Een oproep}
  summary: {en: For courses., nl: Voor cursussen.}
  opens_on: 2027-02-01
  closes_on: 2027-01-01
  source: {document: AP21, section: "1", find: a word}
"""
CRITERION = """
crit-one:
  topic: policy
  title: {en: A plan, nl: Een plan}
  listed_as: {en: some countries, nl: sommige landen}
  complete: true
  countries: [NL, DK, NL]
  source: {document: AP21, section: "1", find: a word}
"""


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_plans(folder)
    return caught.value.faults


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ("plan: NLF", "plan: NLX", "plan", "`NLX`"),
        ("area: employment", "area: emplyment", "area", "`emplyment`"),
        ("[member_states]", "[member_states, us]", "owners.2", "`us`"),
        ("[FUND-CITY]", "[FUND-TOWN]", "funds.1", "`FUND-TOWN`"),
        ("[migrants]", "[migrant]", "groups.1", "`migrant`"),
        ("[AP21-EMP-OBJ-03]", "[AP21-EMP-OBJ-30]", "objectives.1", "`AP21-EMP-OBJ-30`"),
        ("[IND-EMP-RATE]", "[IND-EMP-RATES]", "indicators.1", "`IND-EMP-RATES`"),
        ("document: NLF", "document: NLQ", "source.document", "`NLQ`"),
        ("  indicators: [IND-EMP-RATE]\n", "", "indicators", "nothing"),
        ("indicators:", "without_indicator: money\n  indicators:", "without_indicator", "both"),
        ("kind: commitment", "kind: promise", "kind", "`promise`"),
        ("nl: Meer werk", "nl: ' '", "title", "a mapping"),
        (", find: some words", "", "source.find", "nothing"),
        ("on: 2027-12-31", "on: 2027-12-30", "deadline.on", "2027-12-30"),
        ("on: 2027-12-31", "on: soon", "deadline.on", "`soon`"),
        (", on: 2027-12-31", "", "deadline.on", "none"),
        ("precision: period_end", "precision: not_a_date", "deadline.on", "2027-12-31"),
        ("precision: period_end", "precision: start", "deadline.on", "2027-12-31"),
        ("on: 2027-12-31", "on: 2027-12-31, every: yearly", "deadline.every", "`yearly`"),
    ],
)
def test_a_fault_of_a_commitment(tmp_path: Path, old: str, new: str, field: str, found: str) -> None:
    text = COMMITMENT.replace(old, new, 1)
    assert text != COMMITMENT
    (fault,) = faults(office(tmp_path, **{"plan/commitments": text, "plan/funds": FUND}))
    assert (fault.field, fault.found) == (f"CITY-WORK-01.{field}", found)
    assert fault.where.startswith(f"{tmp_path.name}/plan/commitments/own.yaml, line")
    assert fault.way_out


@pytest.mark.parametrize(
    "deadline",
    [
        "precision: not_a_date",
        "precision: not_a_date, every: P6M",
        "precision: day, on: 2027-02-14",
        "precision: start, on: 2027-02-01",
        "precision: period_end, on: 2028-02-29",
        "precision: approximate, on: 2028-02-15, every: P2Y",
    ],
)
def test_a_deadline_that_goes_with_its_words(tmp_path: Path, deadline: str) -> None:
    text = COMMITMENT.replace("precision: period_end, on: 2027-12-31", deadline)
    plans = load_plans(office(tmp_path, **{"plan/commitments": text, "plan/funds": FUND}))
    assert plans.commitments["CITY-WORK-01"].deadline is not None


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    folder = office(
        tmp_path,
        **{
            "indicators": INDICATOR.replace("area: employment", "area: emplyment"),
            "plan/commitments": COMMITMENT.replace("[member_states]", "[us]").replace(
                "2027-12-31", "2027-12-01"
            ),
            "plan/funds": FUND.replace("FUND-CITY", "FUND-AMIF").replace("area: employment", "area: jobs"),
            "plan/practices": PRACTICE.replace("geo: NL", "geo: XX").replace(
                "grade: described", "grade: good"
            ),
            "plan/plans": "CITY: {document: AP21, stated_on: 2027-01-01, until: 2026-01-01, language: nl}",
            "plan/calls": CALL,
            "plan/criteria": CRITERION,
        },
    )
    found = {(fault.where.split("/", 1)[1].split(",")[0], fault.field) for fault in faults(folder)}
    assert found == {
        ("indicators/own.yaml", "own_rate.area"),
        ("plan/commitments/own.yaml", "CITY-WORK-01.owners.1"),
        ("plan/commitments/own.yaml", "CITY-WORK-01.deadline.on"),
        ("plan/commitments/own.yaml", "CITY-WORK-01.funds.1"),
        ("plan/funds/own.yaml", "FUND-AMIF"),
        ("plan/funds/own.yaml", "FUND-AMIF.uses.1.area"),
        ("plan/practices/own.yaml", "PRAC-CITY.grade"),
        ("plan/plans/own.yaml", "CITY.until"),
        ("plan/calls/own.yaml", "CALL-ONE.fund"),
        ("plan/calls/own.yaml", "CALL-ONE.closes_on"),
        ("plan/criteria/own.yaml", "crit-one"),
        ("plan/criteria/own.yaml", "crit-one.countries.2"),
        ("plan/criteria/own.yaml", "crit-one.countries.3"),
    }


TERM = """
TERM-own:
  kind: term
  status: implied
  title: {en: Own term, nl: Eigen woord}
  definition: {en: Ours., nl: Van ons.}
  words: {en: [Newcomers], nl: [van ons]}
  source: {document: AP21, section: "1", find: a word}
"""


def test_a_word_that_stands_for_another_term(tmp_path: Path) -> None:
    (fault,) = faults(office(tmp_path, **{"plan/glossary": TERM}))
    assert (fault.field, fault.found) == ("TERM-own.words.en", "`Newcomers`, which stands for TERM-newcomer")
    right = office(tmp_path, **{"plan/glossary": TERM.replace("Newcomers", "own people")})
    assert load_plans(right).glossary["TERM-own"].words["nl"] == ("van ons",)


def test_a_country_that_is_none(tmp_path: Path) -> None:
    texts = {
        "plan/commitments": COMMITMENT,
        "plan/funds": FUND,
        "plan/practices": PRACTICE.replace("NL", "XX", 1),
    }
    (fault,) = faults(office(tmp_path, **texts))
    assert (fault.field, fault.found) == ("PRAC-CITY.geo", "`XX`")


def test_a_file_that_cannot_be_read_brings_no_other_faults(tmp_path: Path) -> None:
    (fault,) = faults(office(tmp_path, **{"plan/commitments": COMMITMENT, "plan/funds": "FUND-CITY: ["}))
    assert fault.where == f"{tmp_path.name}/plan/funds/own.yaml, line 1"


@pytest.mark.parametrize("place", ["plan/own.yaml", "plan/promises/own.yaml", "plan/funds/own.yml"])
def test_a_file_that_is_not_read_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(FUND, encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert (fault.where, fault.found) == (f"{tmp_path.name}/{place}", "a file that is not read")
    assert "plan/funds/*.yaml" in fault.expected
