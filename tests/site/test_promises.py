"""Pages of promises say what the catalogue and the database hold: counts, passages, evidence, both versions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import yaml

from tests.repository.files import ROOT
from tests.site.conftest import Releases
from zaragoza.model.plan import Passage
from zaragoza.model.progress import Evidence
from zaragoza.model.text import LANGUAGES, Text
from zaragoza.web.definitions import plans
from zaragoza.web.promises.entries import KINDS
from zaragoza.web.promises.load import load
from zaragoza.web.promises.people import add_entry, report_progress

PLAN = ROOT / "src" / "zaragoza" / "catalogue" / "plan"
PAPER = Evidence(
    title="Report of the partners", address="https://example.org/report", published_on=date(2026, 3, 1)
)


def _entries(kind: str) -> dict[str, dict[str, Any]]:
    """The entries of the catalogue as they stand in its files."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(Path(PLAN / kind).glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


COMMITMENTS = _entries("commitments")


def _page(client: Any, path: str) -> Any:
    answer = client.get(path, headers={"host": "localhost"}, follow=True)
    assert answer.status_code == 200, path
    return lxml.html.fromstring(answer.content.decode())


def _words(node: Any) -> str:
    return " ".join(node.text_content().split())


def _tally(page: Any) -> list[int]:
    """Silent, late, on course, complete."""
    (listed,) = page.xpath("//ul[contains(@class, 'tally')]")
    return [int(each.text_content()) for each in listed.xpath("li/strong")]


def _listed(page: Any) -> list[str]:
    return page.xpath("//ul[contains(@class, 'promises')]/li/@id")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_area_lists_its_commitments(client: Any, site: Releases, language: str) -> None:
    page = _page(client, f"/{language}/plan/")
    rows = {
        row.xpath("th/a/@href")[0].partition("area=")[2]: [int(_words(cell)) for cell in row.xpath("td")]
        for row in page.xpath("//table//tbody/tr")
    }
    assert sum(total for total, *_ in rows.values()) == len(COMMITMENTS) == 327
    assert all(sum(courses) == total for total, *courses in rows.values())
    expected = Counter(each["area"] for each in COMMITMENTS.values())
    assert {area: total for area, (total, *_) in rows.items()} == expected
    for area, (total, *courses) in rows.items():
        found = _page(client, f"/{language}/plan/?area={area}")
        assert len(_listed(found)) == total
        assert set(_listed(found)) == {name for name, each in COMMITMENTS.items() if each["area"] == area}
        assert _tally(found) == courses


def test_the_silent_ones_come_first_and_the_longest_silent_before_them(client: Any, site: Releases) -> None:
    report_progress(
        "AP21-HOU-COM-01", status="limited", text="x", language="en", reported_on=_today(), evidence=[PAPER]
    )
    page = _page(client, "/en/plan/?area=housing")
    courses = page.xpath("//ul[contains(@class, 'promises')]/li//strong/text()")
    assert courses == ["silent"] * 9 + ["on course"]
    assert _listed(page)[0].startswith("AG11")  # 2011; the others were stated in 2020
    assert _listed(page)[-1] == "AP21-HOU-COM-01"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("owner=frontex", lambda each: "frontex" in each.get("owners", ())),
        ("plan=NLF", lambda each: each["plan"] == "NLF"),
        ("deadline=none&area=health", lambda each: "deadline" not in each and each["area"] == "health"),
        ("fund=FUND-ERASMUS", lambda each: "FUND-ERASMUS" in each.get("funds", ())),
        ("objective=AP21-HOU-OBJ-01", lambda each: "AP21-HOU-OBJ-01" in each.get("objectives", ())),
        ("course=complete", lambda each: False),
    ],
)
def test_a_filter_keeps_what_it_names(client: Any, site: Releases, asked: str, wanted: Any) -> None:
    expected = {name for name, each in COMMITMENTS.items() if wanted(each)}
    assert set(_listed(_page(client, f"/en/plan/?{asked}"))) == expected


def test_a_choice_that_does_not_exist_is_no_choice(client: Any, site: Releases) -> None:
    page = _page(client, "/en/plan/?area=dragons&owner=x&fund=<b>")
    assert len(page.xpath("//table//tbody/tr")) == len({each["area"] for each in COMMITMENTS.values()})


@pytest.mark.parametrize(("language", "step"), [("en", 1), ("nl", 10)])
def test_every_commitment_shows_where_it_stands(
    client: Any, site: Releases, language: str, step: int
) -> None:
    """All of them in one language, each tenth in the other, which has the same template."""
    for name in list(COMMITMENTS)[::step]:
        each = COMMITMENTS[name]
        page = _page(client, f"/{language}/{site.office}/plan/{name}/")
        (passage,) = page.xpath("//dl//span[@class='passage']")
        assert _words(page.xpath("//h1")[0]) == each["title"][language], name
        assert _words(passage.xpath("q")[0]) == " ".join(each["source"]["find"].split())
        assert passage.xpath("q/@lang") == ["nl"]
        assert f" {each['source']['section']}" in _words(passage)
        assert each["summary"][language].split()[0] in _words(page.xpath("//dl")[0])
        moves = _words(page.xpath("//main")[0])
        assert ("No indicator tells of it" in moves) == ("without_indicator" in each) or language == "nl"


def test_a_commitment_leads_to_the_release_that_has_its_figures(client: Any, site: Releases) -> None:
    """The employment rate is among the published figures, and not among those of the office, which comes first."""
    wanted = [name for name, each in COMMITMENTS.items() if "IND-EMP-RATE" in each.get("indicators", ())]
    answer = client.get(f"/en/plan/{wanted[0]}/", headers={"host": "localhost"})
    assert answer["Location"] == f"/en/{site.union}/plan/{wanted[0]}/"
    page = _page(client, answer["Location"])
    assert page.xpath("//figure//svg")
    assert "Compared with “Born in the country”" in _words(page.xpath("//figure")[0])


def test_a_report_with_evidence_is_shown_at_once_and_one_without_counts_for_nothing(
    client: Any, site: Releases
) -> None:
    path = f"/en/{site.office}/plan/AP21-HOU-COM-02/"
    assert "Nobody has reported on it here." in _words(_page(client, path))
    report_progress(
        "AP21-HOU-COM-02", status="no_evidence", text="All is well.", language="en", reported_on=_today()
    )
    told = _words(_page(client, path).xpath("//main")[0])
    assert "told without evidence, so it does not count" in told
    assert "Silent: no news since it was stated" in told.replace("silent:", "Silent:")
    report_progress(
        "AP21-HOU-COM-02",
        status="substantial",
        text="Two seminars were held.",
        language="en",
        reported_on=_today(),
        evidence=[PAPER],
    )
    page = _page(client, path)
    assert "substantial progress" in _words(page)
    assert "Two seminars were held." in _words(page)
    assert page.xpath("//a[@href='https://example.org/report']")
    assert "on course" in _words(page.xpath("//p[contains(@class, 'lead')]")[0])
    assert _tally(_page(client, "/en/plan/?area=housing")) == [9, 0, 1, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_entry_shows_both_versions(client: Any, site: Releases, language: str) -> None:
    now = plans()
    old = now.commitments["AP21-HOU-COM-01"]
    new = replace(
        old, title=Text("Another title", "Een andere titel"), summary=Text("More of it.", "Meer ervan.")
    )
    load(replace(now, commitments={**now.commitments, old.id: new}))
    page = _page(client, f"/{language}/{site.office}/plan/{old.id}/")
    assert _words(page.xpath("//h1")[0]) == new.title[language]  # type: ignore[index]
    before, since = page.xpath("//del"), page.xpath("//ins")
    assert [_words(each) for each in before] == [old.title[language], old.summary[language]]  # type: ignore[index]
    assert [_words(each) for each in since] == [new.title[language], new.summary[language]]  # type: ignore[index]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "entry", "field", "path"),
    [
        ("funds", "FUND-AMIF", "kind", "funds/FUND-AMIF/"),
        ("practices", "PRAC-FR-SURVEYS", "summary", "practices/"),
        ("objectives", "AP21-HOU-OBJ-01", "title", "{office}/areas/housing/"),
        ("commitments", "AP21-HOU-COM-01", "owners", "{office}/plan/AP21-HOU-COM-01/"),
        ("plans", "AP21", "until", "references/"),
    ],
)
def test_every_kind_of_entry_shows_both_versions(
    client: Any, site: Releases, language: str, kind: str, entry: str, field: str, path: str
) -> None:
    address = f"/{language}/{path.format(office=site.office)}"
    assert not _page(client, address).xpath("//del")
    now = plans()
    old = getattr(now, kind)[entry]
    values: dict[str, tuple[Any, str]] = {
        "owners": (("frontex", "europol"), "frontex; europol"),
        "until": (date(2028, 12, 31), "2028-12-31"),
    }
    text = Text("Said anew", "Nieuw gezegd")
    new, shown = values.get(field, (text, text[language]))  # type: ignore[index]
    load(replace(now, **{kind: {**getattr(now, kind), entry: replace(old, **{field: new})}}))
    page = _page(client, address)
    before = {"owners": "commission", "until": "2027-12-31"}
    stated = _entries(kind)[entry][field]
    expected = before.get(field) or " ".join(stated[language].split())
    assert [_words(each) for each in page.xpath("//del")] == [expected]
    assert [_words(each) for each in page.xpath("//ins")] == [shown]
    load(replace(now, **{kind: {n: e for n, e in getattr(now, kind).items() if n != entry}}))
    load(now)
    words = {"en": "stated again", "nl": "opnieuw vermeld"}[language]
    assert words in _words(_page(client, address).xpath("//main")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_governments_say_of_a_plan_stands_beside_it(client: Any, site: Releases, language: str) -> None:
    page = _page(client, f"/{language}/plan/?plan=AP21")
    for name, each in _entries("positions").items():
        (topic,) = page.xpath(f"//dt[@id='{name}']")
        assert each["stance"][language] in _words(topic)
        told = _words(topic.getnext())
        for words in (each["summary"][language], each.get("consequence", {}).get(language, "")):
            assert " ".join(words.split()) in told, name
        assert " ".join(each["source"]["find"].split()) in told, name
    assert not _page(client, f"/{language}/plan/?plan=AG11").xpath("//h2[@id='positions']")
    country = _page(client, f"/{language}/countries/monitoring/NL/")
    assert country.xpath("//h2[@id='positions']/following::a[1]/@href") == [
        f"/{language}/plan/?plan=AP21#positions"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_documents_cite_stands_with_where_they_do(
    client: Any, site: Releases, language: str
) -> None:
    page = _page(client, f"/{language}/references/")
    for name, each in _entries("references").items():
        (cited,) = page.xpath(f"//dt[@id='{name}']")
        told = _words(cited.getnext())
        title = each["title"] if isinstance(each["title"], str) else each["title"][language]
        assert " ".join(title.split()) in _words(cited), name
        assert " ".join(each.get("note", {}).get(language, "").split()) in told, name
        for passage in each["cited_in"]:
            assert " ".join(passage["find"].split()) in told, name
    counted = Counter(each["plan"] for each in COMMITMENTS.values())
    links = {
        each.get("href").partition("plan=")[2]: int(_words(each).split()[0])
        for each in page.xpath("//main//a[contains(@href, '/plan/?plan=')]")
    }
    assert links == counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_answers_what_was_promised_about_it(client: Any, site: Releases, language: str) -> None:
    expected = {name for name, each in COMMITMENTS.items() if "IND-EMP-RATE" in each.get("indicators", ())}
    page = _page(client, f"/{language}/{site.union}/indicators/employment_rate/")
    about = page.xpath(
        "//h2[@id='promised']/following::a[contains(@href, 'indicator=employment_rate')]/@href"
    )
    found = _page(client, about[0])
    assert expected <= set(_listed(found))
    assert set(_listed(page)) <= set(_listed(found))
    assert sum(_tally(page)) == len(_listed(found))


def test_a_place_tells_how_it_monitors_and_what_it_promised(client: Any, site: Releases) -> None:
    page = _page(client, f"/en/{site.union}/places/NL/")
    own = {"nl_government", "nl_municipalities"}
    assert set(_listed(page)) == {
        name for name, each in COMMITMENTS.items() if own & set(each.get("owners", ()))
    }
    listed = sum("NL" in each.get("countries", ()) for each in _entries("criteria").values())
    assert f"lists it for {listed} of 33 points" in _words(page)
    assert page.xpath("//a[@href='/en/countries/monitoring/NL/']")


def test_the_first_page_counts_commitments(client: Any, site: Releases) -> None:
    silent, late, on_course, complete = _tally(_page(client, f"/en/{site.office}/"))
    assert (silent + late, on_course, complete) == (327, 0, 0)


def test_an_area_joins_figures_promises_money_and_practice(client: Any, site: Releases) -> None:
    for area in ("employment", "housing", "governance"):
        page = _page(client, f"/en/{site.union}/areas/{area}/")
        paid = {
            name for name, each in _entries("funds").items() for use in each["uses"] if use["area"] == area
        }
        tried = {name for name, each in _entries("practices").items() if each["area"] == area}
        wanted = {name for name, each in _entries("objectives").items() if each["area"] == area}
        assert {
            each.rsplit("/", 2)[1] for each in page.xpath("//h2[@id='money']/following::ul[1]//@href")
        } >= paid
        assert tried <= {each.rpartition("#")[2] for each in page.xpath("//main//@href")}
        assert wanted == set(page.xpath("//h2[@id='objectives']/following::dl[1]/dt/@id"))
        assert sum(_tally(page)) == sum(each["area"] == area for each in COMMITMENTS.values())


@pytest.mark.parametrize(
    ("language", "words", "title", "address"),
    [
        ("en", "AP21-HOU-COM-01", None, "/en/plan/AP21-HOU-COM-01/"),
        ("nl", "asiel en migratie", "Fonds voor asiel en migratie 2021-2027", "/nl/funds/FUND-AMIF/"),
        ("en", "how does finland", "How does Finland monitor integration?", "/en/countries/monitoring/FI/"),
        ("en", "scoreboard joint", "Joint scoreboard", "/en/glossary/#TERM-scoreboard"),
    ],
)
def test_search_finds_promises_funds_countries_and_words(
    client: Any, site: Releases, language: str, words: str, title: str | None, address: str
) -> None:
    page = _page(client, f"/{language}/search/?q={words}")
    links = {each.get("href"): _words(each) for each in page.xpath("//main//li/a")}
    assert address in links
    assert title in (None, links[address])


def test_a_page_that_is_kept_asks_the_database_for_little(
    client: Any, site: Releases, django_assert_max_num_queries: Any
) -> None:
    """Which releases are the latest, and what stands in the revision: no more, however many commitments it lists."""
    _page(client, "/en/plan/?area=migration")
    with django_assert_max_num_queries(2):
        _page(client, "/en/plan/?area=migration")


def _today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def known(site: Releases) -> None:
    """The catalogue as it comes with the package, whatever a test before it loaded."""
    load(plans())


def test_words_of_people_show_their_markdown_and_those_of_documents_do_not(
    client: Any, site: Releases
) -> None:
    practice = replace(
        next(iter(plans().practices.values())),
        id="partner-practice-1",
        commitments=(),
        summary=Text("A **good** one\n\n- first\n- <script>x</script>", "Een **goede**"),
        measured=Text("*Nothing*", "*Niets*"),
        source=Passage(document="Their report", section="https://example.org/report", find="good"),
    )
    add_entry(KINDS["practice"], practice)
    page = _page(client, "/en/practices/")
    summary = page.xpath("//h2[@id='partner-practice-1']/following-sibling::ul[1]/li")
    assert [_words(each) for each in summary] == ["first", "<script>x</script>"]
    assert "good" in [_words(each) for each in page.xpath("//main//strong")]
    assert "Nothing" in [_words(each) for each in page.xpath("//dd//em")]
    assert not page.xpath("//main//script")
