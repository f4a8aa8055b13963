"""Funds, practices, the matrix of countries and the glossary: what documents state, and where they state nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.site.conftest import Releases
from tests.site.test_promises import _entries, _page, _words
from zaragoza.model.funding import Call
from zaragoza.model.plan import Passage
from zaragoza.model.text import LANGUAGES, Text
from zaragoza.web.definitions import plans
from zaragoza.web.promises.entries import KINDS
from zaragoza.web.promises.people import add_entry

FUNDS, CRITERIA = _entries("funds"), _entries("criteria")
COUNTRIES = _entries("countries_monitoring")
LANGUAGE_COURSES = "who=other&where=NL&what=language"


def _advised(page: Any) -> dict[str, dict[str, list[str]]]:
    """Reasons by fund, by verdict."""
    found: dict[str, dict[str, list[str]]] = {}
    for heading in page.xpath("//h2[following-sibling::*[1][contains(@class, 'advice')]]"):
        (listed,) = heading.xpath("following-sibling::*[1]")
        found[heading.get("id")] = {
            each.xpath("a/@href")[0].split("/")[-2]: [_words(reason) for reason in each.xpath("ul/li")]
            for each in listed.xpath("li")
        }
    return found


def test_every_fund_stands_under_one_verdict(client: Any, site: Releases) -> None:
    for asked in ("", "?who=member_states", f"?{LANGUAGE_COURSES}&whom=migrants"):
        advised = _advised(_page(client, f"/en/funds/{asked}"))
        named = [name for held in advised.values() for name in held]
        assert sorted(named) == sorted(FUNDS)


def test_language_courses_for_migrants_and_for_citizens_with_a_migrant_background(
    client: Any, site: Releases
) -> None:
    """AP21, note 53: AMIF is not for EU citizens with a migrant background; 4.I names three funds."""
    migrants = _advised(_page(client, f"/en/funds/?{LANGUAGE_COURSES}&whom=migrants"))
    assert list(migrants["may"])[:2] == ["FUND-AMIF", "FUND-ESFPLUS"]
    assert "FUND-ERDF" in migrants["may"]
    citizens = _advised(
        _page(client, f"/en/funds/?{LANGUAGE_COURSES}&whom=eu_citizens_with_migrant_background")
    )
    assert "FUND-AMIF" not in citizens["may"]
    (reason,) = [each for each in citizens["may_not"]["FUND-AMIF"] if "excluded by the document" in each]
    assert "Measures for the inclusion of EU citizens with a migrant background." in reason
    assert "COM(2020) 758, section 5.II, note 53; to be found by" in reason
    assert {"FUND-ESFPLUS", "FUND-ERDF", "FUND-CERV"} <= set(citizens["may"])


def test_what_no_document_states_is_said(client: Any, site: Releases) -> None:
    advised = _advised(_page(client, f"/en/funds/?{LANGUAGE_COURSES}&whom=migrants"))
    assert "? Who may apply: not stated" in advised["may"]["FUND-CERV"]
    assert "? Where it pays: not stated" in advised["may"]["FUND-AMIF"]
    assert "− its period is over: 2007-2013" in advised["may_not"]["FUND-EIF"]
    assert "− Where it pays: pays elsewhere only" in advised["may_not"]["FUND-FRT"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fund_has_its_uses_and_where_they_stand(client: Any, site: Releases, language: str) -> None:
    for name, each in FUNDS.items():
        page = _page(client, f"/{language}/funds/{name}/")
        told = _words(page.xpath("//main")[0])
        for stated in (*each["uses"], *each.get("exclusions", ()), *each.get("amounts", ())):
            assert " ".join(stated["source"]["find"].split()) in told, name
        if "eligible" not in each:
            words = {"en": "who may apply: not stated", "nl": "wie mag aanvragen: niet vermeld"}[language]
            assert words in told
        for amount in each.get("amounts", ()):
            shown = f"{amount['stated']:g}".replace(".", "," if language == "nl" else ".")
            assert f"{shown} {amount['unit'][language]}" in told


def test_practices_say_how_well_their_effect_is_known(client: Any, site: Releases) -> None:
    page = _page(client, "/en/practices/")
    known = _entries("practices")
    assert {each.get("id") for each in page.xpath("//main/h2") if each.get("id") != "words"} == set(known)
    told = _words(page.xpath("//main")[0])
    assert told.count("described only") >= sum(each["grade"] == "described" for each in known.values())
    assert "few" in _words(page.xpath("//p[@class='lead']")[0])
    finland = _page(client, "/en/practices/?place=FI")
    assert set(finland.xpath("//main/h2/@id")) == {n for n, each in known.items() if each.get("geo") == "FI"}


def test_what_partners_add_names_its_own_source(client: Any, site: Releases) -> None:
    """A title and an address in place of a document and a section, as contributions have them."""
    address = "https://city.example/evaluation"
    source = Passage(document="Evaluation of the city", section=address, find="")
    practice = replace(plans().practices["PRAC-FR-SURVEYS"], id="partner-practice-1", source=source)
    add_entry(KINDS["practice"], practice)
    page = _page(client, "/en/practices/")
    assert "21 practices are known here. One was added by partners;" in _words(
        page.xpath("//p[@class='lead']")[0]
    )
    own = page.xpath("//h2[@id='partner-practice-1']/following-sibling::dl[1]//span[@class='passage']/a")
    assert [(_words(each), each.get("href")) for each in own] == [("Evaluation of the city", address)]


def test_a_call_says_whether_it_is_open(client: Any, site: Releases) -> None:
    source = Passage(document="The call", section="https://fund.example/call", find="language courses")
    days = {"past": date(2020, 5, 1), "open": date(2999, 5, 1), "none": None}
    for name, day in days.items():
        words = Text(name, name)
        call = Call(
            id=f"call-{name}", fund="FUND-AMIF", title=words, summary=words, source=source, closes_on=day
        )
        add_entry(KINDS["call"], call)
    page = _page(client, "/en/funds/FUND-AMIF/")
    told = {
        words.split(":")[0]: words
        for words in map(_words, page.xpath("//h2[@id='calls']/following-sibling::ul[1]/li"))
    }
    assert "closed on 1 May 2020" in told["past"]
    assert "due by 1 May 2999" in told["open"]
    assert "no deadline stated" in told["none"]
    assert all(words.endswith("The call: language courses") for words in told.values())


def test_the_matrix_marks_each_country_as_the_document_lists_it(client: Any, site: Releases) -> None:
    page = _page(client, "/en/countries/monitoring/")
    codes = [_words(each) for each in page.xpath("//thead//th")][1:]
    assert sorted(codes) == sorted(each["geo"] for each in COUNTRIES.values())
    lines = {
        row.xpath("th/a/@href")[0].removeprefix("#"): [_words(cell) for cell in row.xpath("td")]
        for row in page.xpath("//tbody/tr[th/a]")
    }
    assert set(lines) == set(CRITERIA)
    for name, cells in lines.items():
        each = CRITERIA[name]
        for code, cell in zip(codes, cells, strict=True):
            unknown = "–" if each["complete"] else "?open list"
            assert cell == ("✓listed" if code in each["countries"] else unknown), (name, code)
        assert page.xpath(f"//dt[@id='{name}']/following-sibling::dd[1]")


def test_the_matrix_is_sorted_as_asked(client: Any, site: Releases) -> None:
    def order(asked: str) -> list[str]:
        page = _page(client, f"/en/countries/monitoring/?{asked}")
        return [_words(each) for each in page.xpath("//thead//th")][1:]

    assert order("")[:3] == ["AT", "BE", "BG"]  # Austria, Belgium, Bulgaria
    numbers = {
        each["geo"]: sum(each["geo"] in one["countries"] for one in CRITERIA.values())
        for each in COUNTRIES.values()
    }
    assert [numbers[code] for code in order("sort=number")] == sorted(numbers.values(), reverse=True)
    for name, each in CRITERIA.items():
        listed = order(f"sort={name}")[: len(each["countries"])]
        assert set(listed) == set(each["countries"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_shows_what_is_listed_of_it(client: Any, site: Releases, language: str) -> None:
    page = _page(client, f"/{language}/countries/monitoring/FI/")
    told = _words(page.xpath("//main")[0])
    for name, each in CRITERIA.items():
        assert " ".join(each["title"][language].split()) in told, name
        if "FI" in each["countries"]:
            assert " ".join(each["source"]["find"].split()) in told
    answer = client.get(f"/{language}/countries/monitoring/XX/", headers={"host": "localhost"})
    assert answer.status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_has_every_word_with_its_source(client: Any, site: Releases, language: str) -> None:
    page = _page(client, f"/{language}/glossary/")
    for name, each in _entries("glossary").items():
        (term,) = page.xpath(f"//dt[@id='{name}']")
        meaning = _words(term.getnext())
        assert _words(term) == " ".join(each["title"][language].split())
        assert " ".join(each["definition"][language].split()) in meaning
        assert " ".join(each["source"]["find"].split()) in meaning


def test_words_are_explained_on_the_page_that_uses_them(client: Any, site: Releases) -> None:
    page = _page(client, "/en/funds/FUND-AMIF/")
    links = page.xpath("//a[@class='term']/@href")
    assert links
    assert len(links) == len(set(links))
    for link in links:
        (term,) = page.xpath(f"//section[@class='words']//dt[@id='{link.removeprefix('#')}']")
        assert len(_words(term.getnext())) > 20
