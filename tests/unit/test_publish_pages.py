"""Pages: what they must hold, read from their HTML. How they look and behave is tests/web's."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.web.definitions import AREAS, BIRTH, QUALITY, SNAPSHOT
from tests.web.made_up import COLUMNS, INDICATORS, NOW, monitor, observations
from zaragoza.model.classification import Breakdown, Category
from zaragoza.model.observation import STATUS
from zaragoza.model.text import Text
from zaragoza.publish import view
from zaragoza.publish.observations import prepare
from zaragoza.publish.page import Content, pages
from zaragoza.publish.words import _WORDS

SOME = tuple(
    one for one in INDICATORS if one.id in ("employment_rate", "neet", "poverty_risk", "equivalised_income")
)
_VOID = {"meta", "link", "br", "col", "hr", "img", "input"}


class Tree(HTMLParser):
    """Tags with their attributes in order, the text of each, and whether all tags close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.found.append((tag, dict(attrs), ""))
        else:
            self.open.append((tag, dict(attrs), []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        for _, _, words in self.open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        started, attributes, words = self.open.pop()
        assert started == tag
        self.found.append((tag, attributes, re.sub(r"\s+", " ", "".join(words)).strip()))

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None], str]]:
        return [each for each in self.found if each[0] in tags]


def made(folder: Path, table: pa.Table | None = None, **others: object) -> dict[str, str]:
    one = replace(monitor(folder, SOME), **others)  # type: ignore[arg-type]  # any keyword
    rows = prepare(observations(SOME) if table is None else table, one, "made_up_survey")
    content = Content(
        release="2023-r1",
        monitor=one,
        snapshot=SNAPSHOT,
        quality=QUALITY,
        areas=AREAS,
        country=Text("Netherlands", "Nederland"),
        sheets=view.sheets(rows, one, COLUMNS),
        now=NOW,
    )
    return pages(content)


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return made(Path())


@pytest.fixture(scope="module")
def trees(site: dict[str, str]) -> dict[str, Tree]:
    return {path: Tree(html) for path, html in site.items()}


def test_every_page_exists_in_both_languages(site: dict[str, str]) -> None:
    names = {"index", "quality", *(indicator.id for indicator in SOME)}
    assert set(site) == {"index.html", *(f"{lang}/{name}.html" for lang in ("en", "nl") for name in names)}


def test_language_is_set_and_the_structure_is_the_same_in_both(trees: dict[str, Tree]) -> None:
    for path, tree in trees.items():
        if path.startswith("en/"):
            twin = trees["nl" + path[2:]]
            assert tree.all("html")[0][1]["lang"] == "en"
            assert twin.all("html")[0][1]["lang"] == "nl"
            skip = {"text"}  # labels may need another number of lines
            counts, others = (
                Counter(tag for tag, _, _ in each.found if tag not in skip) for each in (tree, twin)
            )
            assert counts == others


def test_dutch_pages_hold_no_english_sentence(site: dict[str, str]) -> None:
    long = [
        text.en for text in _WORDS.values() if len(text.en) > 14 and text.en != text.nl and "{" not in text.en
    ]
    assert len(long) > 40
    for path, html in site.items():
        if path.startswith("nl/"):
            assert [words for words in long if words in html] == []


def test_headings_are_in_order_and_there_is_one_first(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        levels = [int(tag[1]) for tag, _, _ in tree.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_labels_point_to_them(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        ids = [attributes["id"] for _, attributes, _ in tree.found if attributes.get("id")]
        assert len(ids) == len(set(ids))
        pointed = [a.get("aria-labelledby") or "" for _, a, _ in tree.found]
        assert set(" ".join(pointed).split()) <= set(ids)


def test_every_link_leads_to_a_file_of_the_release(site: dict[str, str], trees: dict[str, Tree]) -> None:
    data = {"observations.csv", "observations.parquet", "manifest.json"}
    for path, tree in trees.items():
        ids = {attributes.get("id") for _, attributes, _ in tree.found}
        for _, attributes, _ in tree.all("a", "link"):
            target = attributes.get("href") or ""
            if target == "data:,":
                continue
            if target.startswith("#"):
                assert target[1:] in ids
            else:
                assert normpath(join(dirname(path), target)) in {*site, *data}


def test_there_is_no_script_no_cookie_and_no_request(site: dict[str, str], trees: dict[str, Tree]) -> None:
    for path, html in site.items():
        assert trees[path].all("script", "iframe", "img", "object", "embed", "form") == []
        assert not any(name.startswith("on") for _, attributes, _ in trees[path].found for name in attributes)
        addresses = set(re.findall(r"(?:https?:)?//[a-z][^\"' <)]*", html))
        assert addresses <= {"http://www.w3.org/2000/svg"}  # a name space, never fetched
        assert "default-src 'none'" in html
        assert 'http-equiv="refresh"' not in html


def test_pages_are_light(site: dict[str, str]) -> None:
    for html in site.values():
        assert len(html.encode()) <= 300_000
        assert len(gzip.compress(html.encode())) <= 60_000


def test_tables_have_captions_and_scopes(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        assert len(tree.all("table")) == len(tree.all("caption"))
        assert all(words for _, _, words in tree.all("caption"))
        assert {attributes.get("scope") for _, attributes, _ in tree.all("th")} <= {"col", "row", "rowgroup"}


def test_the_indicator_page_answers_who_how_much_and_how_sure(trees: dict[str, Tree]) -> None:
    tree = trees["en/employment_rate.html"]
    text = " ".join(words for tag, _, words in tree.all("main"))
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Employment rate" in tree.all("h1")[0][2]
    # 0.651 - 0.812 = -16.1 points; its error is sqrt(0.014^2 + 0.004^2) = 0.01456, times 1.96 = 2.85 points
    assert "Born outside the EU: 16.1 points lower (13.2 to 19.0)" in text
    # 0.798 - 0.812 = -1.4 points, error sqrt(0.018^2 + 0.004^2) = 0.01844, times 1.96 = 3.61: it holds zero
    assert "Born in another EU country: no clear difference (−5.0 to +2.2)" in text
    assert "65.1% (62.4 to 67.8%)" in text
    for expected in (
        "activity = 'employed'",
        "age BETWEEN 20 AND 64",
        "lfsa_ergacob",
        "EU-LFS",
        "12,890 people",
    ):
        assert expected in text
    assert [words for tag, _, words in tree.all("h2")][:3] == [
        "Country of birth",
        "Citizenship",
        "More breakdowns",
    ]
    crossed = [words for tag, _, words in tree.all("h3")]
    assert crossed == ["Sex", "Degree of urbanisation", "Country of birth, by sex"]


def test_dutch_is_written_as_in_dutch(trees: dict[str, Tree]) -> None:
    text = " ".join(words for _, _, words in trees["nl/employment_rate.html"].all("main"))
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Buiten de EU geboren: 16,1 procentpunt lager (13,2 tot 19,0)" in text
    assert "Geboorteland, naar geslacht" in text
    assert "1.170" in text


def rows_of(tree: Tree) -> list[str]:
    return [words for _, _, words in tree.all("tr")]


def test_hidden_figures_say_why_in_every_language_and_never_show_a_digit(trees: dict[str, Tree]) -> None:
    for language in ("en", "nl"):
        rows = rows_of(trees[f"{language}/neet.html"])
        label = BIRTH.label("EU27_2020_FOR")[language]
        hidden = [row.removeprefix(label) for row in rows if row.startswith(label)]
        assert hidden
        for row in hidden:
            assert STATUS["too_few"].words[language] in row
            assert not re.search(r"\d", row)
        for reason in ("too_few", "secondary", "dominance"):
            assert any(STATUS[reason].words[language] in row for row in rows)


def test_unknown_stands_last_in_every_table_of_groups(trees: dict[str, Tree]) -> None:
    tree = trees["en/poverty_risk.html"]
    bodies = [words for tag, _, words in tree.all("tbody") if "Native-born" in words]
    assert bodies
    for words in bodies:
        places = [
            words.index(label) for label in ("Native-born", "Born in another", "Born outside", "Unknown")
        ]
        assert places == sorted(places)


def test_made_up_data_is_marked_on_every_page_and_real_data_is_not(
    site: dict[str, str], tmp_path: Path
) -> None:
    assert all("Made-up data" in html or "Verzonnen gegevens" in html for html in site.values())
    real = made(tmp_path, synthetic=False)
    assert not any("Made-up data" in html or "Verzonnen gegevens" in html for html in real.values())


def test_charts_are_named_by_their_finding(trees: dict[str, Tree]) -> None:
    titles = [words for _, _, words in trees["en/employment_rate.html"].all("title")]
    assert any("Born outside the EU”: 16.1 points lower" in words for words in titles)
    assert (
        len([each for each in trees["en/employment_rate.html"].all("svg") if each[1]["role"] == "img"]) == 4
    )


def test_words_of_definitions_cannot_break_the_page(tmp_path: Path) -> None:
    evil = '<script>alert("x")</script>'
    table = observations(SOME)
    one = monitor(tmp_path, SOME)
    indicators = tuple(
        replace(each, title=Text(evil, evil), definition=Text(evil, evil)) for each in one.indicators
    )
    categories = tuple(replace(each, title=Text(evil, evil)) for each in BIRTH.categories)
    classifications = (replace(BIRTH, categories=categories), *one.classifications[1:])
    site = made(
        tmp_path, table, indicators=indicators, classifications=classifications, title=Text(evil, evil)
    )
    for html in site.values():
        assert "<script" not in html
        Tree(html)


def test_a_long_table_is_left_to_the_data_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(view, "LONGEST", 8)  # the crossing of 5 and 2 has 10 rows
    html = made(tmp_path)["en/employment_rate.html"]
    assert "This table has 10 rows. They are in the data files below." in html
    assert "Country of birth, by sex" in html


def test_a_page_holds_no_more_rows_than_it_can_carry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # country of birth 5, citizenship 5, sex 3, urbanisation 4; the crossing of 10 is beyond 20
    monkeypatch.setattr(view, "LONGEST_PAGE", 20)
    html = made(tmp_path)["en/employment_rate.html"]
    assert html.count("They are in the data files below.") == 1
    assert "This table has 10 rows." in html


def test_a_breakdown_without_figures_is_named(tmp_path: Path) -> None:
    table = observations(SOME)
    html = made(tmp_path, table.filter(pc.equal(table["citizen_group"], "_T")))["en/neet.html"]
    assert re.search(r"Not available from this source: Citizenship\.", html)


def test_without_groups_there_is_no_headline_and_no_gap(tmp_path: Path) -> None:
    rows = [
        row
        for row in observations(SOME).to_pylist()
        if row["birth_group"] == row["citizen_group"] == "_T" and row["statistic"] == "level"
    ]
    only = pa.Table.from_pylist(rows, schema=observations(SOME).schema)
    site = made(tmp_path, only, breakdowns=(Breakdown(("sex",)), Breakdown(("urbanisation",))))
    tree = Tree(site["en/index.html"])
    assert "svg" not in {tag for tag, _, _ in tree.found}
    assert "Everyone: 78.1%" in site["en/index.html"]
    assert "Difference from" not in site["en/employment_rate.html"]


def test_many_groups_are_counted_and_keep_their_colours(tmp_path: Path) -> None:
    codes = [f"G{number}" for number in range(9)]
    categories = (
        BIRTH.categories[0],
        *(Category(code, Text(f"Group {code}", f"Groep {code}"), "TRUE") for code in codes),
    )
    rows = []
    for row in observations(SOME).to_pylist():
        if row["birth_group"] == "NEU27_2020_FOR":
            rows += [row | {"birth_group": code} for code in codes]
        elif row["birth_group"] in ("_T", "NAT", "_U"):
            rows.append(row)
    table = pa.Table.from_pylist(rows, schema=observations(SOME).schema)
    many = replace(BIRTH, categories=categories)
    others = monitor(tmp_path).classifications[1:]
    site = made(tmp_path, table, classifications=(many, *others))
    assert "lower for 9 groups." in site["en/employment_rate.html"]
    assert "The other groups are on the page of each indicator." in site["en/index.html"]
    for html in site.values():
        assert len(html.encode()) <= 300_000


@pytest.mark.parametrize(
    ("title", "heading", "cited"),
    [
        ("Monitor 2023", "Monitor 2023", "Monitor 2023, Netherlands"),
        ("Monitor", "Monitor, 2023", "Monitor, Netherlands, 2023"),
        ("The Netherlands", "The Netherlands, 2023", "The Netherlands, 2023"),
    ],
)
def test_a_title_says_period_and_country_once(title: str, heading: str, cited: str) -> None:
    site = made(Path(), title=Text(title, title))
    assert f"<title>{heading}</title>" in site["en/index.html"]
    assert f"<title>{heading}</title>" in site["index.html"]
    assert f'<meta name="description" content="{cited}">' in site["en/index.html"]


def test_the_source_is_named_in_the_language_of_the_page(site: dict[str, str]) -> None:
    assert "Made-up Survey of Exampleland, 2023" in site["en/employment_rate.html"]
    assert "Verzonnen enquête van Voorbeeldland, 2023" in site["nl/employment_rate.html"]
    assert not any("Made-up Survey" in html for path, html in site.items() if path.startswith("nl/"))
