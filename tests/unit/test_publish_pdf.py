"""Reports as PDF, read back by their tags: what a screen reader says is what the data say, and nothing else."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
import typst

from tests.reference.read_pdf import Pdf
from zaragoza.publish.pdf import pdf
from zaragoza.publish.report import Part, Point, Report, Table, as_pdf

NOON = datetime(2024, 12, 31, 12, tzinfo=UTC)
REPORT = Report(
    language="nl",
    title="Wat er van de beloften kwam",
    about="Stand op 31 december 2024.",
    foot="Uitgave union 2023-r1",
    parts=(
        Part(
            "Per thema",
            "areas",
            words=("Eén zin – met “tekens” & #hek *ster* 12,3 %.",),
            points=(Point("eerste", "punt", "/nl/plan/"), Point("tweede", "punt")),
            tables=(
                Table(
                    "Thema’s", ("Thema", "op schema", "te laat"), (("Wonen", "1", "2"), ("Zorg", "0", "4"))
                ),
            ),
        ),
        Part("Wonen", "housing", level=2),
    ),
)


def test_the_file_says_what_it_is() -> None:
    made = Pdf(as_pdf(REPORT, NOON))
    assert "/Lang(nl)" in made.catalog
    assert "/MarkInfo<</Marked true" in made.catalog
    assert "/DisplayDocTitle true" in made.catalog
    assert "<pdfuaid:part>1</pdfuaid:part>" in made.metadata
    assert "Wat er van de beloften kwam" in made.metadata
    assert "2024-12-31T12:00:00" in made.metadata


def test_all_words_are_there_in_their_order_under_their_tags() -> None:
    made = Pdf(as_pdf(REPORT, NOON))
    assert made.words("Title") == ["Wat er van de beloften kwam"]
    assert made.words("H1") == ["Per thema"]
    assert made.words("H2") == ["Wonen"]
    assert made.words("TH") == ["Thema", "op schema", "te laat"]
    assert made.words("TD") == ["Wonen", "1", "2", "Zorg", "0", "4"]
    assert "Eén zin – met “tekens” & #hek *ster* 12,3 %." in made.words(
        "P"
    )  # signs of the typesetter are words here
    assert made.words("LBody") == ["eerste: punt", "tweede: punt"]
    (whole,) = made.words("Document")
    order = ["Stand op", "Per thema", "Eén zin", "eerste: punt", "Thema’s", "Zorg", "Wonen"]
    assert sorted(order, key=whole.rindex) == order


def test_the_same_data_give_the_same_bytes() -> None:
    assert as_pdf(REPORT, NOON) == as_pdf(REPORT, NOON)


def test_a_long_table_goes_on_over_pages_and_keeps_its_rows() -> None:
    rows = tuple((f"thema {number}", "1", "2") for number in range(150))
    part = Part("Veel", "many", tables=(Table("Lang", ("Thema", "a", "b"), rows),))
    made = Pdf(as_pdf(replace(REPORT, parts=(part,)), NOON))
    assert len(made.pages) > 1
    assert [words for words in made.words("TD") if words.startswith("thema")] == [row[0] for row in rows]


def test_a_report_without_a_title_is_refused() -> None:
    with pytest.raises(typst.TypstError):
        pdf("report.typ", asdict(REPORT) | {"title": None}, NOON)
