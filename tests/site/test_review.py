"""The review at two days differs exactly by what happened between them, on the page and as PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.reference.read_pdf import Pdf
from tests.site.conftest import Releases
from tests.site.test_promises import COMMITMENTS, PAPER, _page, _words
from zaragoza.model.text import LANGUAGES, Text
from zaragoza.web.definitions import plans
from zaragoza.web.promises.load import load
from zaragoza.web.promises.people import add_milestone, report_progress, withdraw_report

BEFORE, AFTER = "2026-03-31", "2026-04-30"


def _tables(page: Any) -> dict[str, dict[str, list[int]]]:
    return {
        _words(table.xpath("caption")[0]): {
            _words(row.xpath("th")[0]): [int(_words(cell)) for cell in row.xpath("td")]
            for row in table.xpath("tbody/tr")
        }
        for table in page.xpath("//table")
    }


def _points(page: Any) -> list[str]:
    return [_words(each) for each in page.xpath("//main//ul/li")]


def _review(client: Any, site: Releases, on: str, language: str = "en") -> Any:
    return _page(client, f"/{language}/{site.office}/plan/review/?at={on}")


def _happen() -> None:
    """A history of one month: one commitment on housing was begun, one on health completed."""
    for commitment, status, day in (("AP21-HOU-COM-01", "limited", 10), ("AP21-HEA-COM-01", "complete", 20)):
        report_progress(
            commitment,
            status=status,  # type: ignore[arg-type]  # one of the five
            text="Done.",
            language="en",
            reported_on=date(2026, 4, day),
            evidence=[PAPER],
            at=datetime(2026, 4, day, 12, tzinfo=UTC),
        )


def test_two_days_differ_by_what_happened_between_them(client: Any, site: Releases) -> None:
    earlier, same = _review(client, site, BEFORE), _review(client, site, AFTER)
    assert _tables(earlier) == _tables(same)
    assert _points(earlier) == _points(same)
    _happen()
    assert _tables(_review(client, site, BEFORE)) == _tables(earlier)  # the past stays as it was
    after = _review(client, site, AFTER)
    for caption, rows in _tables(after).items():
        changed = {
            name: [now - then for now, then in zip(row, _tables(earlier)[caption][name], strict=True)]
            for name, row in rows.items()
            if row != _tables(earlier)[caption][name]
        }
        # commitments, silent, late, on course, complete
        expected: dict[str, dict[str, list[int]]] = {
            "By area": {"Housing": [0, -1, 0, 1, 0], "Health": [0, -1, 0, 0, 1]},
            "By actor": {"European Commission": [0, -2, 0, 1, 1]},
            "By document": {"Action Plan on Integration and Inclusion 2021-2027": [0, -2, 0, 1, 1]},
        }
        assert changed == expected[caption]
    told = set(_points(after)) - set(_points(earlier))
    assert len(told) == 2
    assert {words.rpartition(": ")[2] for words in told} == {
        "limited progress; last news of 10 April 2026.",
        "complete; last news of 20 April 2026.",
    }
    assert set(_points(earlier)) <= set(_points(after))


def _happened(page: Any) -> dict[str, str]:
    """What is told of each commitment, by its title."""
    points = [_words(each) for each in page.xpath("//h2[@id='happened']/following-sibling::ul[1]/li")]
    return {title: words for title, _, words in (each.partition(": ") for each in points)}


def _title(commitment: str) -> str:
    title: str = COMMITMENTS[commitment]["title"]["en"]
    return title


def test_what_happened_since_an_earlier_day_is_told(client: Any, site: Releases) -> None:
    """Of each commitment that stands otherwise: in what, as it is written here by hand."""
    _happen()
    page = _review(client, site, f"{AFTER}&since={BEFORE}")
    assert _words(page.xpath("//h2[@id='happened']")[0]) == "What happened since 31 March 2026"
    assert _happened(page) == {
        _title(
            "AP21-HOU-COM-01"
        ): "progress: from “no evidence” to “limited progress”; from “silent” to “on course”;"
        " last news of 10 April 2026; one report was added.",
        _title("AP21-HEA-COM-01"): "progress: from “no evidence” to “complete”; from “silent” to “complete”;"
        " last news of 20 April 2026; one report was added.",
    }
    told = "2 commitments stand otherwise than on 31 March 2026."
    assert told in _words(page.xpath("//main")[0])


def test_what_was_taken_back_or_missed_or_reworded_is_told_too(client: Any, site: Releases) -> None:
    withdrawn, missed, reworded = "AP21-HOU-COM-02", "AP21-HOU-COM-01", "AP21-EDU-COM-01"
    march, april = datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 4, 10, 12, tzinfo=UTC)
    report = report_progress(
        withdrawn,
        status="limited",
        text="Done.",
        language="en",
        reported_on=march.date(),
        evidence=[PAPER],
        at=march,
    )
    step = Text("A draft", "Een ontwerp")
    add_milestone(missed, title=step, source="A letter", due=date(2026, 4, 5), at=march)
    withdraw_report(report.id, april)
    now = plans()
    new = replace(now.commitments[reworded], title=Text("Other words", "Andere woorden"))
    load(replace(now, commitments={**now.commitments, reworded: new}), april)
    assert _happened(_review(client, site, f"{AFTER}&since={BEFORE}")) == {
        _title(withdrawn): "progress: from “limited progress” to “no evidence”; from “on course” to “silent”;"
        " no news is left; one report was withdrawn.",
        _title(missed): "from “silent” to “late”; missed: A draft.",
        "Other words": "its words were changed.",
    }


def test_a_plan_that_was_not_public_yet_is_told_as_one(client: Any, site: Releases) -> None:
    told = _happened(_review(client, site, "2020-12-31&since=2020-10-01"))
    plan = sum(each["plan"] == "AP21" for each in COMMITMENTS.values())
    assert (
        told["Action Plan on Integration and Inclusion 2021-2027"]
        == f"stated on 24 November 2020, with {plan} commitments."
    )
    assert not {_title(name) for name, each in COMMITMENTS.items() if each["plan"] == "AP21"} & told.keys()


@pytest.mark.parametrize("since", [BEFORE, AFTER, "2999-01-01", "x", ""])
def test_nothing_happened_between_a_day_and_itself_or_a_later_one(
    client: Any, site: Releases, since: str
) -> None:
    page = _review(client, site, f"{BEFORE}&since={since}")
    assert not page.xpath("//h2[@id='happened']")
    assert page.xpath("//input[@name='since']/@value") == [""]


def test_where_nothing_happened_that_is_said(client: Any, site: Releases) -> None:
    told = _words(_review(client, site, f"{AFTER}&since={BEFORE}").xpath("//main")[0])
    assert "No commitment stands otherwise than on 31 March 2026." in told


def test_what_was_not_stated_yet_is_not_in_it(client: Any, site: Releases) -> None:
    assert "By area" in _tables(_review(client, site, "2015-01-01"))
    assert list(_tables(_review(client, site, "2015-01-01"))["By document"]) == [
        "European Agenda for the Integration of Third-Country Nationals"
    ]


def test_a_day_to_come_or_no_day_at_all_is_today(client: Any, site: Releases) -> None:
    today = datetime.now(UTC).date().isoformat()
    for asked in ("2999-01-01", "yesterday", ""):
        page = _review(client, site, asked)
        assert page.xpath("//input[@name='at']/@value") == [today]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_what_the_page_says(client: Any, site: Releases, language: str) -> None:
    _happen()
    asked = f"{AFTER}&since={BEFORE}"
    page = _review(client, site, asked, language)
    (address,) = page.xpath("//a[@type='application/pdf']/@href")
    assert address == f"/{language}/{site.office}/plan/review.pdf?at={asked}"
    answer = client.get(address, headers={"host": "localhost"})
    assert answer["Content-Type"] == "application/pdf"
    made = Pdf(answer.content)
    assert f"/Lang({language})" in made.catalog
    assert "<pdfuaid:part>1</pdfuaid:part>" in made.metadata
    headings = [_words(each) for each in page.xpath("//main/*[self::h2 or self::h3][not(@id='words')]")]
    tagged = [each.words for each in made.document.all() if each.tag in ("H1", "H2")]
    assert tagged == headings
    assert [" ".join(each.split()) for each in made.words("LBody")] == _points(page)
    cells = [_words(each) for each in page.xpath("//tbody//td")]
    assert [each for each in made.words("TD") if each.isdigit()] == cells


def test_the_same_day_gives_the_same_file(client: Any, site: Releases) -> None:
    path = f"/en/{site.office}/plan/review.pdf?at={BEFORE}"
    first = client.get(path, headers={"host": "localhost"}).content
    assert client.get(path + "&again=1", headers={"host": "localhost"}).content == first
