"""What a reader comes for, in a real browser: four ways through the site, in both languages, one by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.site.conftest import Releases
from tests.site.serving import Site
from tests.site.test_promises import COMMITMENTS
from zaragoza.model.text import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]

# What is clicked and read, by language.
WORDS = {
    "en": {
        "promises": "Promises", "area": "Area", "housing": "Housing", "course": "What became of it", "silent": "silent",
        "show": "Show", "indicators": "Indicators", "rate": "Employment rate", "funds": "Funds",
        "about": "And what was promised about this?", "gap": "Compared with “Born in the country”",
        "who": "Local and regional authorities", "where": "Netherlands",
        "whom": "EU citizens with a migrant background",
        "what": "Language and civic orientation", "excluded": "excluded by the document", "unknown": "not stated",
        "monitoring": "Monitoring", "finland": "Finland", "finland_does": "How does Finland monitor integration?",
        "policy": "National policy or strategy for monitoring", "not_listed": "which is no proof of absence",
    },
    "nl": {
        "promises": "Toezeggingen", "area": "Terrein", "housing": "Wonen", "course": "Wat ervan kwam", "silent": "stil",
        "show": "Toon", "indicators": "Indicatoren", "rate": "Arbeidsdeelname", "funds": "Fondsen",
        "about": "En wat is hierover toegezegd?", "gap": "Vergeleken met “In het land zelf geboren”",
        "who": "Gemeenten en regio’s", "where": "Nederland", "whom": "EU-burgers met een migratieachtergrond",
        "what": "Taal en inburgering", "excluded": "uitgesloten door het document", "unknown": "niet vermeld",
        "monitoring": "Monitoring", "finland": "Finland", "finland_does": "Hoe volgt Finland de integratie?",
        "policy": "Nationaal beleid of strategie", "not_listed": "wat niet bewijst dat het er niet is",
    },
}  # fmt: skip


def _menu(view: Page, name: str) -> Locator:
    return view.locator("header nav").get_by_role("link", name=name, exact=True)


def _listed(view: Page) -> list[str]:
    ids: list[str] = view.locator("ul.promises > li").evaluate_all("all => all.map(each => each.id)")
    return ids


def test_the_silent_commitments_on_housing(
    view: Page, running: Site, releases: Releases, language: str
) -> None:
    words = WORDS[language]
    view.goto(f"{running.address}{language}/")
    _menu(view, words["promises"]).click()
    view.get_by_role("combobox", name=words["area"], exact=True).select_option(label=words["housing"])
    view.wait_for_url("**area=housing*")
    view.get_by_role("combobox", name=words["course"], exact=True).select_option(label=words["silent"])
    view.wait_for_url("**course=silent*")
    # None of the ten names a day by which it is due, and nobody has reported on one: all are silent.
    housing = {name for name, each in COMMITMENTS.items() if each["area"] == "housing"}
    assert not any("deadline" in COMMITMENTS[name] for name in housing)
    assert set(_listed(view)) == housing
    assert view.locator("ul.promises strong").all_inner_texts() == [words["silent"]] * len(housing)


def test_from_an_employment_gap_to_what_was_promised_about_it(
    view: Page, running: Site, releases: Releases, language: str
) -> None:
    words = WORDS[language]
    view.goto(f"{running.address}{language}/{releases.union}/")
    _menu(view, words["indicators"]).click()
    view.get_by_role("link", name=words["rate"], exact=True).first.click()
    assert words["gap"] in view.locator("main").inner_text()
    assert view.get_by_role("heading", name=words["about"]).is_visible()
    first = _listed(view)[0]
    assert COMMITMENTS[first]["indicators"]
    view.locator("ul.promises > li > a").first.click()
    view.wait_for_url(f"**/{releases.union}/plan/{first}/")
    assert view.locator("h1").inner_text().replace("\xad", "") == COMMITMENTS[first]["title"][language]
    assert view.locator("figure svg").is_visible()
    assert words["gap"] in view.locator("figure figcaption").inner_text()
    view.locator("figure").locator("xpath=preceding-sibling::h3[1]/a").click()  # and back to the gap
    view.wait_for_url("**/indicators/employment_rate/")


def test_which_fund_pays_for_language_courses_in_four_clicks(
    view: Page, running: Site, releases: Releases, language: str
) -> None:
    words = WORDS[language]
    view.goto(f"{running.address}{language}/funds/")
    for question in ("who", "where", "whom", "what"):
        view.locator("main nav").get_by_role("link", name=words[question], exact=True).click()
        view.wait_for_url(f"**{question}=*")
    assert view.locator("main nav").count() == 0  # nothing is left to ask
    refused = view.locator("#may_not + ul.advice > li", has_text="AMIF").first.inner_text()
    assert words["excluded"] in refused
    pays = view.locator("#may + ul.advice > li", has=view.locator("a[href$='/funds/FUND-ESFPLUS/']"))
    assert words["unknown"] in pays.inner_text()
    assert view.locator("#may + ul.advice a[href$='/funds/FUND-AMIF/']").count() == 0


def test_how_finland_monitors(view: Page, running: Site, releases: Releases, language: str) -> None:
    words = WORDS[language]
    view.goto(f"{running.address}{language}/")
    _menu(view, words["monitoring"]).click()
    view.get_by_role("link", name=words["finland"], exact=True).click()
    view.wait_for_url("**/countries/monitoring/FI/")
    assert view.locator("h1").inner_text() == words["finland_does"]
    told = view.locator("main").inner_text()
    assert words["policy"] in told
    assert words["not_listed"] in told


def test_the_silent_commitments_on_housing_by_keyboard_alone(
    view: Page, running: Site, releases: Releases, language: str
) -> None:
    """Tab, arrows and Enter: to the plan, the area and the course, and on to a commitment."""
    words = WORDS[language]
    view.goto(f"{running.address}{language}/")
    _go_to(view, words["promises"])
    view.keyboard.press("Enter")
    view.wait_for_url("**/plan/")
    for name, label, value in (("area", words["area"], "housing"), ("course", words["course"], "silent")):
        _go_to(view, label)
        while parse_qs(urlsplit(view.url).query).get(name) != [value]:
            before = view.url
            view.keyboard.press("ArrowDown")  # the list keeps the focus while the page shows each choice
            view.wait_for_url(lambda address, before=before: address != before)
    first = _listed(view)[0]
    _go_to(view, COMMITMENTS[first]["title"][language])
    view.keyboard.press("Enter")
    view.wait_for_url(f"**/plan/{first}/")


def _go_to(view: Page, name: str) -> None:
    """Presses Tab until the link, list or button of that name has the focus, which must be seen."""
    named = (
        "(() => { const e = document.activeElement; const label = e.labels && e.labels[0];"
        " return [(label ? label.firstChild.textContent : e.textContent).trim(),"
        " getComputedStyle(e).outlineStyle !== 'none']; })()"
    )
    for _ in range(200):
        view.keyboard.press("Tab")
        found, seen = view.evaluate(named)
        if found == name:
            assert seen
            return
    raise AssertionError(f"the keyboard does not reach {name}")
