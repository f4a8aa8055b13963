"""What the policy documents promise, pay and say is there as a whole, with its source, in both languages.

The numbers are those of issue 9 and of the list that was made when the documents were read; words to find are looked
up in the documents themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_plans
from zaragoza.model.plan import Organisation, Passage, Plan
from zaragoza.model.text import Text

PLANS = load_plans()
FILES = {"AP21": "000", "NLF": "001", "AG11": "002", "EMN24": "003", "PACT20": "004"}
KINDS = [field.name for field in fields(PLANS) if field.name != "catalogue"]
# Names that are the same in both languages: of programmes, data, titles that a work has in one language only.
NAMES = {
    "Europol", "Roma", "partners", "InvestEU", "Erasmus+", "Horizon 2020", "Eurodac", "NEET", "EU-SILC",
    "Non-refoulement", "Samenleven in verscheidenheid",
    "World Migration Report", "Building an EU Talent Pool", "Europass", "ENIC-NARIC",
    "Eurobarometer", "Migration in EU Rural Areas", "Projecting the net fiscal impact of immigration in the EU",
    "Settling In: Indicators of Immigrant Integration", "Indicators of Immigrant Integration – A Pilot Study",
}  # fmt: skip


def entries() -> Iterator[tuple[str, Any]]:
    for kind in KINDS:
        yield from getattr(PLANS, kind).items()


def within(value: object, path: str, kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """Everything of a kind that an entry holds, with where it stands."""
    if isinstance(value, kind):
        yield path, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from within(getattr(value, field.name), f"{path}.{field.name}", kind)
    elif isinstance(value, tuple):
        for number, one in enumerate(value, 1):
            yield from within(one, f"{path}.{number}", kind)


def test_nothing_is_missing() -> None:
    numbers = {kind: len(getattr(PLANS, kind)) for kind in KINDS}
    assert numbers == {
        "plans": 4,
        "objectives": 56,
        "commitments": 327,
        "organisations": 20,  # 18 owners, and 2 kinds of organisations that a fund names
        "positions": 19,
        "funds": 32,
        "calls": 0,  # no document names one
        "practices": 20,
        "criteria": 33,
        "countries_monitoring": 25,
        "glossary": 82,
        "references": 78,
    }


def test_kinds_and_plans() -> None:
    assert Counter(one.kind for one in PLANS.objectives.values()) == {
        "objective": 35,
        "principle": 5,
        "pact_aim": 9,
        "agenda_priority": 3,
        "result_measure": 4,
    }
    assert Counter(one.kind for one in PLANS.commitments.values()) == {
        "action": 57,
        "encouragement": 32,
        "recommendation": 19,
        "key_action": 41,
        "commitment": 168,
        "national_measure": 10,
    }
    assert Counter(one.plan for one in PLANS.commitments.values()) == {
        "AP21": 122,
        "NLF": 10,
        "AG11": 47,
        "PACT20": 148,
    }
    assert Counter(one.role for one in PLANS.funds.values()) == {"direct": 21, "frame": 2, "external": 9}


def test_what_documents_leave_open_stays_open() -> None:
    commitments = PLANS.commitments.values()
    assert sum(one.deadline is not None for one in commitments) == 34
    assert Counter(one.only for one in commitments) == {None: 306, "need": 18, "option": 3}
    assert Counter(one.deadline.precision for one in commitments if one.deadline) == {
        "period_end": 16,
        "not_a_date": 15,
        "approximate": 1,
        "day": 1,
        "start": 1,
    }
    assert sum(not fund.eligible for fund in PLANS.funds.values()) == 26
    assert sum(not practice.measured for practice in PLANS.practices.values()) == 20


# How many countries each criterion lists, counted in the document.
COUNTED = {
    "definition_matches_eu": 10, "definition_part_of_multiculturalism": 4, "definition_aims_at_less_inequality": 4,
    "two_concept_definition": 2, "definition_limited_to_protection": 3, "no_legal_definition": 8,
    "national_monitoring_policy": 16, "monitors_without_explicit_policy": 6, "national_actors_involved": 19,
    "regional_local_actors_involved": 9, "horizontal_structure_regional_monitoring": 2, "target_all_tcn": 7,
    "target_subgroups": 15, "target_subgroups_geographic": 6,
    "target_international_protection": 7, "target_none": 5,
    "method_administrative": 19, "method_survey_with_administrative": 10, "method_mainly_survey": 2,
    "collects_migrants_views": 10, "collects_public_opinion": 10, "monitoring_led_to_policy_change": 12,
    "strategy_substantially_influenced": 3, "challenge_incomplete_registration": 2,
    "challenge_registration_not_detailed": 1, "challenge_data_protection_law": 3, "challenge_survey_availability": 4,
    "challenge_survey_comparability": 1, "challenge_practical": 2, "challenge_selection_and_breakdown": 1,
    "gave_good_practices": 18, "includes_direct_descendants": 4, "one_stop_shop": 2,
}  # fmt: skip
# Of those, the ones of which the document says how many there are.
STATED = {
    "monitors_without_explicit_policy": 6, "target_all_tcn": 7, "target_subgroups": 15,
    "target_subgroups_geographic": 6,
    "target_international_protection": 7, "target_none": 5, "monitoring_led_to_policy_change": 12,
}  # fmt: skip


def test_the_matrix_of_countries_and_criteria() -> None:
    assert {f"CRIT-{name}": number for name, number in COUNTED.items()} == {
        name: len(criterion.countries) for name, criterion in PLANS.criteria.items()
    }
    stated = {name: one.stated for name, one in PLANS.criteria.items() if one.stated is not None}
    assert stated == {f"CRIT-{name}": number for name, number in STATED.items()}
    held = [value for one in PLANS.countries_monitoring.values() for value in PLANS.held_by(one).values()]
    assert len(held) == 25 * 33
    assert Counter(held)[True] == sum(COUNTED.values())
    assert Counter(held)[None] == 25 - COUNTED["includes_direct_descendants"]  # the one open list
    roles = Counter(one.role for one in PLANS.countries_monitoring.values())
    assert roles == {"member": 23, "observer": 2}


@needs_shared
@pytest.mark.parametrize("name", sorted(PLANS.criteria))
def test_a_criterion_lists_the_countries_that_stand_in_the_document(name: str) -> None:
    """The codes in the brackets where its words stand, or the names of countries in that sentence."""
    criterion = PLANS.criteria[name]
    text, words = _text("EMN24"), criterion.source.find
    at = text.index(words)
    first, last = text.rfind(". ", 0, at) + 2, text.index(". ", at + len(words))
    lists = [one for one in _LIST.finditer(text) if one.end() > first and one.start() < last]
    if lists:
        nearest = min(lists, key=lambda one: max(one.start() - at - len(words), at - one.end(), 0))
        named = set(re.findall(r"\b[A-Z]{2}\b", nearest[0]))
    else:
        named = {code for word, code in IN_DUTCH.items() if word in text[first:last]}
    assert set(criterion.countries) - {"NL"} == named - {
        "NL"
    }  # the study is Dutch: what holds here stands beside it


# Codes of countries in brackets; a footnote may stand between them.
_LIST = re.compile(r"\((?:[A-Z]{2}|net als)\b(?:[^()]|\([^()]*\))*\)")
IN_DUTCH = {
    "België": "BE", "Duitsland": "DE", "Estland": "EE", "Ierland": "IE", "Kroatië": "HR", "Letland": "LV",
    "Montenegro": "ME", "Portugal": "PT", "Servië": "RS", "Spanje": "ES", "Nederland": "NL",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_says_where_it_stands(kind: str) -> None:
    for name, entry in getattr(PLANS, kind).items():
        found = [passage for _, passage in within(entry, name, Passage)]
        assert found or isinstance(entry, Plan | Organisation), name
        for passage in found:
            assert passage.document in PLANS.catalogue.documents, name
            assert passage.section.strip(), name
            assert len(passage.find.split()) >= 2, name


@cache
def _text(document: str) -> str:
    """A document with white space collapsed and words put together that a line's end divides."""
    assert SHARED is not None
    (path,) = (SHARED / "seeds").glob(f"{FILES[document]}_*.txt")
    whole = re.sub(r"-\s*\n\s*", "", path.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", whole)


@needs_shared
@pytest.mark.parametrize("document", FILES)
def test_words_to_find_stand_in_the_document_once(document: str) -> None:
    passages = [
        (path, passage)
        for name, entry in entries()
        for path, passage in within(entry, name, Passage)
        if passage.document == document
    ]
    assert passages
    text = _text(document)
    assert [path for path, passage in passages if text.count(passage.find) != 1] == []


# Where sections begin: an Arabic number, of which those of the action plan have parts with Roman ones.
HEADINGS = {
    "AP21": re.compile(r"^ ?(?:(?P<chapter>\d)|(?P<part>I{1,3}|IV|V))\.\s+[A-ZÀ-Ý]", re.MULTILINE),
    "PACT20": re.compile(r"^(?P<chapter>\d(?=\. [A-ZÀ-Ý]{2})|\d\.\d(?= +[A-ZÀ-Ý]))", re.MULTILINE),
}


@needs_shared
@pytest.mark.parametrize("document", HEADINGS)
def test_words_stand_in_the_section_that_is_named(document: str) -> None:
    """Without those of footnotes, which a page may carry over into the next section."""
    sections = dict(_sections(document))
    assert len(sections) > 10
    wrong = [
        path
        for name, entry in entries()
        for path, passage in within(entry, name, Passage)
        if passage.document == document and passage.footnote is None
        if passage.find not in sections[passage.section.split(",")[0]]
        if not _among_key_actions(passage, sections)
    ]
    assert wrong == []


def _sections(document: str) -> Iterator[tuple[str, str]]:
    assert SHARED is not None
    (path,) = (SHARED / "seeds").glob(f"{FILES[document]}_*.txt")
    text = path.read_text(encoding="utf-8")
    starts = [*HEADINGS[document].finditer(text)]
    chapter = ""
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        groups = found.groupdict()
        chapter = groups["chapter"] or chapter
        name = f"{chapter}.{groups['part']}" if groups.get("part") else chapter
        body = text[found.start() : following.start() if following else None]
        yield name, re.sub(r"\s+", " ", body)


def _among_key_actions(passage: Passage, sections: Mapping[str, str]) -> bool:
    """Key actions of a chapter stand at its end, behind its last part."""
    chapter, _, words = passage.section.partition(", ")
    last = max(name for name in sections if name.split(".")[0] == chapter)
    return words == "Kernacties" and passage.find in sections[last].partition("Kernacties")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_are_there_and_differ_except_for_names(kind: str) -> None:
    same = [
        (path, text.en)
        for name, entry in getattr(PLANS, kind).items()
        for path, text in within(entry, name, Text)
        if text.en == text.nl and text.en not in NAMES and not _is_name(path, text.en)
    ]
    assert same == []


def _is_name(path: str, words: str) -> bool:
    """Years, dates, numbers of documents, and what the Dutch documents themselves call a fund."""
    return bool(re.fullmatch(r"(in )?[\d -]+", words)) or path.split(".")[1] in ("number", "names")


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_names_a_file_or_a_line(kind: str) -> None:
    pattern = re.compile(r"(?<!\d )\b00[0-4]\b|\.txt|\.yaml|\bline \d|\bregel \d")
    found = [
        (path, words)
        for name, entry in getattr(PLANS, kind).items()
        for path, text in within(entry, name, Text)
        for words in (text.en, text.nl)
        if pattern.search(words)
    ]
    assert found == []


def test_every_join_resolves() -> None:
    """Written out by hand, beside the loader's own check."""
    known, catalogue = PLANS, PLANS.catalogue
    indicators = {*catalogue.indicators, *catalogue.document_indicators}
    for objective in known.objectives.values():
        assert objective.plan in known.plans
        assert objective.area in catalogue.areas
        assert set(objective.indicators) <= indicators
    for commitment in known.commitments.values():
        assert commitment.plan in known.plans
        assert commitment.area in catalogue.areas
        assert commitment.owners
        assert set(commitment.owners) <= set(known.organisations)
        assert set(commitment.funds) <= set(known.funds)
        assert set(commitment.groups) <= set(catalogue.terms)
        assert set(commitment.objectives) <= set(known.objectives)
        assert set(commitment.indicators) <= indicators
    for practice in known.practices.values():
        assert practice.area in catalogue.areas
        assert practice.organisation is None or practice.organisation in known.organisations
        assert set(practice.groups) <= set(catalogue.terms)
        assert set(practice.commitments) <= set(known.commitments)
        assert set(practice.indicators) <= indicators
    for fund in known.funds.values():
        assert {use.area for use in fund.uses} <= set(catalogue.areas)
        for rule in (*fund.eligible, *fund.exclusions):
            assert set(rule.applicants) <= set(known.organisations)
            assert set(rule.groups) <= set(catalogue.terms)
    assert {position.plan for position in known.positions.values()} <= set(known.plans)
    assert {plan.document for plan in known.plans.values()} <= set(catalogue.documents)


# The commitments that no indicator tells of, and what kind of thing each is.
UNMEASURED: Mapping[str, str] = {
    "product": "AP21-EDU-COM-04 AP21-PAR-COM-05 AP21-CIT-COM-06 AP21-MON-COM-04 AG11-TXT-01 AG11-TXT-08 "
    "PACT20-C4-TXT-12",
    "dialogue": "AP21-PAR-COM-06 PACT20-C7-KA-01 PACT20-C6-TXT-22 PACT20-C7-TXT-07 PACT20-C8-TXT-02",
    "money": "AP21-EMP-COM-06 AP21-PAR-COM-03 AP21-FUN-COM-05 AP21-FUN-MS-03 AP21-FUN-MS-07 AP21-FUN-MS-08 "
    "AP21-FUN-TXT-03 AP21-FUN-TXT-04 NLF-NAT-10 PACT20-C2-TXT-12",
    "rule": "AG11-TXT-21 PACT20-C2-TXT-09 PACT20-C3-TXT-04 PACT20-C3-TXT-05 PACT20-C6-TXT-24",
    "post": "PACT20-C2-KA-08",
    "principle": "AP21-EDU-TXT-01 AP21-EDU-TXT-02 AP21-PAR-TXT-03 AP21-PRI-TXT-03 AP21-PRI-TXT-04 AP21-PRI-TXT-05 "
    "AP21-PRI-TXT-06 AG11-TXT-22 PACT20-C6-KA-03",
}


def test_commitments_without_an_indicator_and_why() -> None:
    """37 name none and say what kind of thing they are; of the others every code is answered or has its reason."""
    why = {name: kind for kind, names in UNMEASURED.items() for name in names.split()}
    assert len(why) == 37
    without = {
        name: one.without_indicator for name, one in PLANS.commitments.items() if not PLANS.indicators_of(one)
    }
    assert without == why
    for commitment in PLANS.commitments.values():
        answered = {code for code in commitment.indicators if PLANS.catalogue.answering(code)}
        reasons = PLANS.not_measured(commitment)
        assert answered | set(reasons) == set(commitment.indicators)
        assert all(reason.en and reason.nl for reason in reasons.values())


def test_the_fund_that_leaves_out_eu_citizens_and_those_that_fill_the_gap() -> None:
    group = "eu_citizens_with_migrant_background"
    out = {name for name, fund in PLANS.funds.items() for rule in fund.exclusions if group in rule.groups}
    assert out == {"FUND-AMIF"}
    (rule,) = PLANS.funds["FUND-AMIF"].exclusions
    assert (rule.source.section, rule.source.footnote) == ("5.II", 53)
    assert any(group in rule.groups for rule in PLANS.funds["FUND-CERV"].eligible)
    assert not PLANS.funds["FUND-ESFPLUS"].exclusions


def test_three_funds_are_named_for_language_courses() -> None:
    """AP21 section 4.I asks Member States to use them for programmes of education, skills and language courses."""
    named = {name for name, fund in PLANS.funds.items() for use in fund.uses if use.area == "language"}
    assert named == {"FUND-AMIF", "FUND-ESFPLUS", "FUND-ERDF"}


def test_the_last_year_of_a_fund_is_the_one_that_its_period_names() -> None:
    """`2021-2027` and `until 2013` name one; `from 2022`, `since 2015` and `yearly` do not."""
    for fund in PLANS.funds.values():
        named = re.match(r"(?:\d{4}-|until )(\d{4})", fund.period.en if fund.period else "")
        assert fund.until == (int(named[1]) if named else None), fund.id


def test_contradictions_stay_visible() -> None:
    countries = {
        name: len(one.contradictions)
        for name, one in PLANS.countries_monitoring.items()
        if one.contradictions
    }
    assert countries == {
        "CTY-AT": 1, "CTY-BE": 1, "CTY-CY": 1, "CTY-CZ": 2, "CTY-EE": 1, "CTY-EL": 1, "CTY-HU": 1, "CTY-IE": 1,
        "CTY-LU": 1, "CTY-LV": 2, "CTY-PL": 1,
    }  # fmt: skip
    commitments = {name for name, one in PLANS.commitments.items() if one.contradictions}
    assert commitments == {"AP21-HEA-MS-03", "PACT20-C8-KA-01"}
