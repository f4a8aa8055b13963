"""The agreed set is whole: every definition has all its fields, every number and code of the sources has its place."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pytest

from tests.repository.files import text
from tests.support import ROOT, SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor_scope import available
from zaragoza.model.indicator import Indicator
from zaragoza.synthetic import VARIABLES

CATALOGUE = load_catalogue()
FEWEST_COMPUTED = 70
AREAS = {
    "employment", "education", "inclusion", "citizenship",  # of the Zaragoza declaration
    "housing", "health", "language", "digital", "welcome", "migration",
}  # fmt: skip
FIELDS = ("question", "population", "reference", "not_shown", "source", "legal_basis", "next_review")
every_indicator = pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda one: one.id)


@every_indicator
def test_every_field_is_filled(indicator: Indicator) -> None:
    """Texts have both languages or cannot be made at all (Text)."""
    assert [name for name in FIELDS if not getattr(indicator, name)] == []


@every_indicator
def test_a_question_is_one(indicator: Indicator) -> None:
    assert indicator.question is not None
    assert indicator.question.en.strip().endswith("?")
    assert indicator.question.nl.strip().endswith("?")


@every_indicator
def test_the_next_review_is_still_to_come(indicator: Indicator) -> None:
    """At the build, and at every release that the changelog dates."""
    assert indicator.next_review is not None
    dated = re.findall(r"^## .*?(\d{4}-\d\d-\d\d)", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    latest = max([date.today(), *map(date.fromisoformat, dated)])
    assert indicator.next_review > latest, (
        f"{indicator.id} was to be compared with its source again by {indicator.next_review}: "
        f"read {indicator.source}, correct the definition if need be, and set the next date"
    )


def test_no_two_definitions_are_worded_alike() -> None:
    worded = defaultdict(list)
    for indicator in CATALOGUE.indicators.values():
        for words in (indicator.definition.en, indicator.definition.nl):
            worded[" ".join(words.lower().split())].append(indicator.id)
    assert [names for names in worded.values() if len(names) > 1] == []


def test_no_two_definitions_compute_the_same() -> None:
    """A share that is meant for another group or axis is the same indicator with more numbers."""
    computed = defaultdict(list)
    for indicator in CATALOGUE.indicators.values():
        if indicator.computed:
            computed[indicator.measure, indicator.kind].append(indicator.id)
    assert [names for names in computed.values() if len(names) > 1] == []


def test_every_area_of_the_agreed_set_has_indicators() -> None:
    assert AREAS - {indicator.area for indicator in CATALOGUE.indicators.values()} == set()


def test_enough_is_computed() -> None:
    assert sum(indicator.computed for indicator in CATALOGUE.indicators.values()) >= FEWEST_COMPUTED


@every_indicator
def test_the_made_up_country_holds_what_is_computed(indicator: Indicator) -> None:
    if indicator.computed:
        have = available(VARIABLES, CATALOGUE.variables, range(4))  # `persons_before` gives earlier years
        assert sorted(indicator.measure.variables - have) == []


def test_the_report_of_the_oecd_has_83_numbers() -> None:
    chapters = defaultdict(list)
    for entry in CATALOGUE.settling_in.values():
        chapters[entry.chapter] += [] if entry.is_chapter else [entry.id]
    counts = {chapter: len(numbers) for chapter, numbers in chapters.items()}
    assert counts == {"2": 8, "3": 13, "4": 11, "5": 10, "6": 5, "7": 21, "8": 15}
    assert sum(counts.values()) == 83
    for chapter, numbers in chapters.items():
        assert numbers == [f"{chapter}.{number}" for number in range(1, len(numbers) + 1)]


def test_every_number_of_the_oecd_is_mapped() -> None:
    numbers = [entry.id for entry in CATALOGUE.settling_in.values() if not entry.is_chapter]
    assert [number for number in numbers if not CATALOGUE.answering(number)] == []


def test_every_indicator_of_the_policy_documents_is_answered_or_has_a_reason() -> None:
    lost = [
        code
        for code, entry in CATALOGUE.document_indicators.items()
        if not CATALOGUE.answering(code) and entry.not_defined is None
    ]
    assert lost == []


def test_no_reason_is_given_for_what_is_there() -> None:
    stale = [
        code
        for code, entry in CATALOGUE.document_indicators.items()
        if CATALOGUE.answering(code) and entry.not_defined is not None
    ]
    assert stale == []


def test_aliases_are_codes_of_the_policy_documents() -> None:
    """OECD numbers, Eurostat and JAF codes have fields of their own."""
    strange = {
        (indicator.id, alias)
        for indicator in CATALOGUE.indicators.values()
        for alias in indicator.aliases
        if alias not in CATALOGUE.document_indicators
    }
    assert strange == set()


# Of the codes of Eurostat that the method paper names: parts of a rate, whole modules and families of tables, and those
# of which it does not say what they hold.
NO_STATISTIC = {
    "migr_acq", "migr_reslong", "lfso_08", "lfso_14", "hlth_ehis_",
    "edat_lfse_35", "edat_lfse_36", "edat_lfse_37", "edat_lfse_38", "lfso_21lang01", "lfso_21lang05",
}  # fmt: skip


def codes_named(paper: str) -> set[str]:
    """Codes of tables; `_lfe2emprc` after `lfst_r_lfe2emprtn /` and all of `lfso_21lang01-05` among them."""
    found = set(re.findall(r"\b(?:lfs[aqot]|ilc|edat|trng|hlth|migr)_\w+", paper))
    found |= {f"lfst_r{end}" for end in re.findall(r"\s(_(?:lf[eup]|ered)\w+)", paper)}
    found |= {f"lfst_{end}" for end in re.findall(r"\brimg\w+", paper)}
    for stem, first, last in re.findall(r"\b([a-z]+_[a-z0-9]*?_?[a-z]*)(\d+)-(\d+)\b", paper):
        found |= {f"{stem}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)}
    return found


@needs_shared
def test_every_table_of_eurostat_that_the_paper_names_stands_with_its_statistic() -> None:
    assert SHARED is not None
    paper = (SHARED / "methods" / "01-core-indicators.md").read_text(encoding="utf-8")
    lines = [line for line in paper.split("## 8.")[0].splitlines() if "snapshot" not in line]
    known = {code for indicator in CATALOGUE.indicators.values() for code in indicator.eurostat}
    named = codes_named("\n".join(lines))
    assert len(named) > 100
    assert sorted(named - known - NO_STATISTIC) == []
