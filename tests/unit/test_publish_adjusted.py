"""Adjusted gaps on the pages and in the manifest of a release."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.web.adjusted import SETS, adjusted_monitor, adjusted_observations, infeasible
from tests.web.definitions import AREAS, QUALITY, SNAPSHOT
from tests.web.made_up import COLUMNS, INDICATORS, NOW
from zaragoza.errors import ReleaseError
from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import LANGUAGES, Language, Text
from zaragoza.publish.adjusted import VERDICTS, adjusted_views, adjustment_title
from zaragoza.publish.manifest import _adjustment
from zaragoza.publish.observations import as_parquet, prepare
from zaragoza.publish.page import Content, pages
from zaragoza.publish.view import sheets
from zaragoza.publish.words import words

ONE = tuple(one for one in INDICATORS if one.id == "employment_rate")


def made() -> tuple[pa.Table, Monitor]:
    """The made-up observations of one indicator, with adjusted gaps."""
    where = adjusted_monitor(Path(), ONE)
    return prepare(adjusted_observations(ONE), where, "made up"), where


def page(language: Language, change: Callable[[pa.Table], pa.Table] = lambda table: table) -> str:
    table, where = made()
    table = change(table)
    content = Content(
        release="2023-r1",
        monitor=where,
        snapshot=SNAPSHOT,
        quality=QUALITY,
        areas=AREAS,
        country=Text("Netherlands", "Nederland"),
        sheets=sheets(table, where, COLUMNS),
        now=NOW,
    )
    return pages(content)[f"{language}/employment_rate.html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_set_with_charts_table_verdict_and_caveat(language: Language) -> None:
    html = page(language)
    parts = html.split('<section class="adjusted"')[1:]
    by_birth = [part.split("</section>")[0] for part in parts if 'id="birth-group-' in part[:60]]
    assert len(by_birth) == len(SETS)
    for part in by_birth:
        assert CAVEAT[language] in part
        assert part.count("<svg") == part.count("<desc") == 2
        assert part.count("<table") == 1
        assert any(word in part for word in ("proportional", "evenredig"))
    assert [APART[language] in part for part in by_birth] == [False, True]  # those apart stand last


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("en", ("of which sex", "of which degree of urbanisation")),
        ("nl", ("waarvan geslacht", "waarvan stedelijkheid")),
    ],
)
def test_what_each_characteristic_contributes_stands_in_chart_and_table(
    language: Language, named: tuple[str, ...]
) -> None:
    _, alone, together = page(language).split('<section class="adjusted"')[:3]
    for name in named:
        assert name not in alone
        assert together.count(name) >= 3  # words beside the bar, its description, the heading of a column


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Goes with both together"), ("nl", "Gaat samen met beide tegelijk")]
)
def test_the_interaction_of_three_parts_stands_in_chart_and_table(language: Language, named: str) -> None:
    def three(table: pa.Table) -> pa.Table:
        explained = pc.and_(pc.equal(table["statistic"], "explained"), pc.is_null(table["detail"]))
        added = table.filter(explained)
        name = pa.array(["interaction"] * len(added), table.schema.field("statistic").type)
        return pa.concat_tables(
            [table, added.set_column(table.column_names.index("statistic"), "statistic", name)]
        )

    in_chart, title = (
        named[:1].lower() + named[1:],
        words(language)["adjusted_three_parts"].split("{held}")[1],
    )
    assert named not in page(language)
    assert title not in page(language)
    for part in page(language, three).split('<section class="adjusted"')[1:3]:
        assert f">{named}</th>" in part
        assert title in part
        assert words(language)["adjusted_parts"].split("{held}")[1] not in part
        assert part.count(in_chart) >= 2  # beside the bar, and in the description


def test_no_column_for_what_no_method_tells() -> None:
    """Matching gives no explained part."""
    heading = words("en")["adjusted_explained"]

    def alone(table: pa.Table) -> pa.Table:
        return table.filter(pc.not_equal(table["statistic"], "explained"))

    assert heading in page("en")
    assert heading not in page("en", alone)


@pytest.mark.parametrize(("language", "figures"), [("en", ("1,234", "98.8%")), ("nl", ("1.234", "98,8%"))])
def test_overlap_and_effective_number_stand_beside_what_remains(
    language: Language, figures: tuple[str, str]
) -> None:
    table = page(language).split('<section class="adjusted"')[1].split("</section>")[0]
    for figure, heading in zip(figures, ("adjusted_effective", "adjusted_compared"), strict=True):
        assert f'<td class="number">{figure}</td>' in table
        assert words(language)[heading] in table
    assert words(language)["adjusted_told"] in table


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "no weights make the two groups alike in: Sex “Women”"),
        ("nl", "geen gewichten maken de twee groepen gelijk op: Geslacht “Vrouwen”"),
    ],
)
def test_the_moment_that_cannot_be_balanced_is_named(language: Language, told: str) -> None:
    section = page(language, infeasible).split('<section class="adjusted"')[1].split("</section>")[0]
    assert section.count(told) >= 2  # in the sentence and in the table
    assert CAVEAT[language] in section


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_have_no_verdict_and_no_margin(language: Language) -> None:
    """Two points are no margin for euros."""
    euros = tuple(one for one in INDICATORS if one.unit == "euro")
    where = adjusted_monitor(Path(), euros)
    table = prepare(adjusted_observations(euros), where, "made up")
    (sheet, *_) = sheets(table, where, COLUMNS)
    views = [v for s in sheet.sections for v in adjusted_views(s, sheet.indicator, where, language)]
    assert views
    for view in views:
        assert view.margin == ""
        assert {row.verdict for row in view.rows} == {""}
        for word in (*VERDICTS.values(), Text("band:", "band:")):
            assert view.dumbbell is not None
            assert word[language] not in view.finding.lower() + view.dumbbell.svg()


def test_observations_hold_the_set_after_the_reference() -> None:
    table, _ = made()
    names = table.column_names
    assert names[names.index("reference") + 1 :][:2] == ["adjustment", "detail"]
    rows = table.to_pylist()
    assert {row["adjustment"] for row in rows} == {None, "sex+urbanisation", "sex"}
    assert all(
        (row["adjustment"] is not None) == (row["statistic"] in ("adjusted_gap", "explained")) for row in rows
    )


def test_the_file_says_that_what_remains_is_not_discrimination() -> None:
    table, _ = made()
    raw = table.filter(pc.is_null(table["adjustment"]))
    told = [pq.ParquetFile(pa.BufferReader(as_parquet(each))).schema_arrow.metadata for each in (table, raw)]
    assert json.loads(told[0][b"caveat"]) == {language: CAVEAT[language] for language in LANGUAGES}
    assert not told[1]


def test_a_set_that_the_monitor_does_not_have_is_refused() -> None:
    table, where = made()
    with pytest.raises(ReleaseError, match="adjustment"):
        prepare(table, replace(where, adjustments=SETS[:1]), "made up")


def test_a_contribution_of_what_no_set_holds_is_refused() -> None:
    table, where = made()
    strange = pa.array(["income" if each else None for each in table["detail"].to_pylist()], pa.string())
    table = table.set_column(table.column_names.index("detail"), "detail", strange)
    with pytest.raises(ReleaseError, match="detail"):
        prepare(table, where, "made up")


def test_titles() -> None:
    _, where = made()
    assert adjustment_title(SETS[0], where) == SETS[0].title
    assert adjustment_title(SETS[1], where).nl == adjustment_title(SETS[1], where).nl.lower()


def test_the_manifest_explains_a_set() -> None:
    _, where = made()
    standard = replace(SETS[0], options={"standard": {("F", "DEG1"): 0.5, ("M", "DEG1"): 0.5}})
    assert _adjustment(standard, where)["options"] == {"standard": {"F x DEG1": 0.5, "M x DEG1": 0.5}}
    found = _adjustment(SETS[0], where)
    assert found["covariates"] == ["sex", "urbanisation"]
    assert found["caveat"] == {"en": CAVEAT.en, "nl": CAVEAT.nl}
    assert found["apart"] == {"en": APART.en, "nl": APART.nl}
    assert _adjustment(SETS[1], where)["apart"] is None
    matched = replace(SETS[1], method="matching")
    variances = [_adjustment(each, where)["variance"] for each in (SETS[1], matched)]
    assert variances == ["design", "abadie-imbens"]  # no error of matching follows from a design
