"""Whatever is sent in through a form: kept as what it shows, or refused with the fault of every field."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contributions.conftest import EVIDENCE
from zaragoza.model.plan import STATUSES
from zaragoza.model.practice import GRADES
from zaragoza.web.contributions import forms, text
from zaragoza.web.contributions.refusal import UnfitError

pytestmark = pytest.mark.django_db
CORRECTION = {
    "part": "deadline", "text": "It was moved.", "source_title": "Letter", "source_address": "https://a.example/",
}  # fmt: skip


def refused(kind: str, data: dict[str, Any]) -> set[str]:
    with pytest.raises(UnfitError) as found:
        forms.content(kind, data)
    return {fault.field for fault in found.value.faults}


def test_every_status_that_needs_evidence_and_every_grade_can_be_chosen() -> None:
    status, grade = forms.Evidence.base_fields["status"], forms.Practice.base_fields["grade"]
    assert [value for value, _ in status.choices if value] == [
        each for each in STATUSES if each != "no_evidence"
    ]
    assert [value for value, _ in grade.choices if value] == list(GRADES)


@pytest.mark.parametrize("kind", forms.FORMS)
def test_every_kind_needs_a_source(kind: str) -> None:
    assert {"source_title", "source_address"} <= refused(kind, {})


def test_every_fault_is_told_at_once() -> None:
    wrong = EVIDENCE | {
        "status": "splendid",
        "reported_on": "soon",
        "source_address": "ftp://a.example/",
        "text": "",
    }
    assert refused("evidence", wrong) == {"status", "reported_on", "source_address", "text"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://office.example/", "//office.example/", "office.example",
        "https://", "https://localhost/", "https://user:secret@office.example/", "https://office.example/\u202e",
        "https://office.example/ x", "https://[::1", "https://office.example:99999/", "https://office.example:0/",
        "https://.example/", "https://office..example/", "https://./", "https://evil.example\\.office.example/",
        "https://office.example:x/", "https://off%69ce.example/", "file:///etc/passwd",
        "https://office.example/" + "x" * 1000,
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere_plain(address: str) -> None:
    assert refused("evidence", EVIDENCE | {"source_address": address}) == {"source_address"}


@pytest.mark.parametrize(
    "address",
    [
        "https://office.example:8443/a%20b?c=d|e#f", "http://office.example./", "HTTPS://Office.Example/",
        "https://b\u00fcro.example/", "https://192.0.2.1/report.pdf",
    ],
)  # fmt: skip
def test_addresses_that_lead_somewhere(address: str) -> None:
    assert forms.content("evidence", EVIDENCE | {"source_address": address})["source_address"] == address


@pytest.mark.parametrize(
    "day", ["2999-01-01", "1900-01-01", "2026-02-30", "01/02/2026", "0000-00-00", "2026-03-01T00:00"]
)
def test_days_that_cannot_be(day: str) -> None:
    assert refused("evidence", EVIDENCE | {"reported_on": day}) == {"reported_on"}


@pytest.mark.parametrize("status", ["no_evidence", "", "Complete", "complete ", "<script>"])
def test_a_status_with_evidence_is_one_of_four(status: str) -> None:
    assert refused("evidence", EVIDENCE | {"status": status}) == {"status"}


@pytest.mark.parametrize("field", ["text", "source_title", "source_passage"])
@pytest.mark.parametrize("words", ["\u202eevil", "a\x00b", "\x1b[2J", "x" * 10_000_000])
def test_hostile_words_in_every_field_of_text(field: str, words: str) -> None:
    assert refused("evidence", EVIDENCE | {field: words}) == {field}


@pytest.mark.parametrize("field", ["text", "source_title", "source_passage"])
def test_scripts_are_kept_as_the_words_they_are(field: str) -> None:
    found = forms.content("evidence", EVIDENCE | {field: "<script>alert(1)</script>"})
    assert found[field] == "<script>alert(1)</script>"
    assert "<script" not in text.html(found[field])


def test_a_line_is_one_line() -> None:
    found = forms.content("evidence", EVIDENCE | {"source_title": "A\r\nBcc: b@people.example"})
    assert found["source_title"] == "A Bcc: b@people.example"


def test_a_report_is_named_where_one_is_meant() -> None:
    assert forms.content("correction", CORRECTION) == CORRECTION
    assert refused("correction", CORRECTION | {"part": "report"}) == {"report"}
    assert refused("correction", CORRECTION | {"report": "00000000-0000-0000-0000-000000000001"}) == {
        "report"
    }
    assert refused("correction", CORRECTION | {"part": "report", "report": "1 OR 1=1"}) == {"report"}


def test_what_readers_of_both_languages_see_is_given_in_both(loaded: None) -> None:
    told = {
        "title_en": "A", "title_nl": "B", "summary_en": "C", "summary_nl": "D", "area": "housing", "geo": "NL",
        "grade": "described", "source_title": "E", "source_address": "https://a.example/",
    }  # fmt: skip
    assert forms.content("practice", told) == told
    assert refused("practice", {k: v for k, v in told.items() if k != "title_nl"}) == {"title_nl"}
    assert refused("practice", told | {"measured_en": "F"}) == {"measured_nl"}
    assert refused("practice", told | {"area": "nowhere", "geo": "nl"}) == {"area", "geo"}


def test_a_call_names_a_fund_of_this_site(loaded: None) -> None:
    told = {
        "title_en": "A", "title_nl": "B", "summary_en": "C", "summary_nl": "D", "fund": "F1",
        "source_title": "E", "source_address": "https://a.example/",
    }  # fmt: skip
    assert forms.content("call", told) == told
    assert refused("call", told | {"fund": "F9"}) == {"fund"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([*EVIDENCE, "state", "id"]), st.text(max_size=50)))
def test_whatever_is_sent_it_is_kept_or_refused(data: dict[str, str]) -> None:
    with suppress(UnfitError):
        assert set(forms.content("evidence", EVIDENCE | data)) <= set(forms.FORMS["evidence"].base_fields)
