"""Words of the field on a page: found by their forms, explained once, and never at the cost of what a text says."""

from __future__ import annotations

import lxml.html
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from zaragoza.model.monitoring import GlossaryTerm
from zaragoza.model.plan import Passage
from zaragoza.model.text import Text
from zaragoza.web.pages.explained import Explained, Vocabulary, anchor


def _term(id: str, en: str, dutch: str, **words: tuple[str, ...]) -> GlossaryTerm:
    source = Passage(document="AP21", section="1", find="some words of it")
    definition = Text(f"what {en} is", f"wat {dutch} is")
    return GlossaryTerm(
        id=id,
        kind="term",
        status="defined",
        title=Text(en, dutch),
        definition=definition,
        source=source,
        words=words,
    )


MIGRANT = _term("TERM-migrant-1", "Migrant (statistics of the plan)", "Migrant (statistiek van het plan)")
MIGRANT_NL = _term("TERM-migrant-2", "Migrant (Statistics Netherlands)", "Migrant (CBS)")
OUTSIDER = _term(
    "TERM-third", "Third-country national", "Onderdaan van een derde land", nl=("derdelander", "derdelanders")
)
DESCENDANT = _term("TERM-second", "Second generation / descendants", "Tweede generatie / nakomelingen")
INTEGRATION = _term("TERM-integration", "Integration (EU)", "Integratie (EU)")
INDICATORS = _term("TERM-indicators", "Common European indicators", "Gemeenschappelijke Europese indicatoren")
ALL = (MIGRANT, MIGRANT_NL, OUTSIDER, DESCENDANT, INTEGRATION, INDICATORS)


def _page(language: str = "en") -> Explained:
    return Explained(Vocabulary.of(ALL, language))  # type: ignore[arg-type]  # one of the two


def test_the_first_use_is_a_link_and_the_next_is_not() -> None:
    explain = _page()
    assert explain("Integration of a migrant.") == (
        '<a class="term" href="#word-integration">Integration</a>'
        ' of a <a class="term" href="#word-migrant">migrant</a>.'
    )
    assert explain("Every migrant, and their integration.") == "Every migrant, and their integration."


def test_one_word_brings_all_that_documents_mean_by_it() -> None:
    explain = _page()
    explain("Migrants")
    assert list(explain) == [("migrant", (MIGRANT, MIGRANT_NL))]


def test_plurals_and_other_forms_are_the_same_word() -> None:
    assert "#word-third-country-national" in _page()("third-country nationals at work")
    assert "#word-derdelanders" in _page("nl")("werk voor derdelanders")
    assert "#word-nakomelingen" in _page("nl")("Nakomelingen van migranten")


def test_a_part_of_another_word_is_left_alone() -> None:
    for text in ("immigrants", "non-migrant", "reintegration", "migrant-led", "disintegration"):
        assert _page()(text) == text


def test_the_longest_form_wins() -> None:
    explain = Explained(Vocabulary.of((*ALL, _term("TERM-x", "Indicators", "Indicatoren")), "en"))
    explain("the common European indicators")
    assert [form for form, _ in explain] == ["common european indicators"]


def test_a_glossary_without_terms_explains_nothing() -> None:
    explain = Explained(Vocabulary.of((), "en"))
    assert (explain("Integration"), len(explain)) == ("Integration", 0)


_PIECES = st.sampled_from(["migrant", "Integration", "<b>", "&", '"', " ", "descendants", "x", "’s", "-"])


@settings(deadline=None)  # wall time is noise where others work as well
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_what_a_text_says_stays_and_nothing_of_it_becomes_markup(text: str) -> None:
    explain = _page()
    made = explain(text)
    read = lxml.html.fromstring(f"<p>{made}</p>")
    assert read.text_content() == text
    assert {each.tag for each in read.iter()} <= {"p", "a"}
    assert len(read.xpath("//a")) == len(explain)
    assert explain(text) == escape(text)  # nothing is explained twice
    assert [each.get("href") for each in read.xpath("//a")] == [f"#{anchor(form)}" for form, _ in explain]
