"""Search: words of titles, definitions, codes, places, groups and documents, in the reader's language."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest

from tests.site.conftest import Releases


def _found(client: Any, language: str, words: str) -> list[tuple[str, str]]:
    answer = client.get(f"/{language}/search/", {"q": words}, headers={"host": "localhost"})
    assert answer.status_code == 200
    links = lxml.html.fromstring(answer.content.decode()).xpath("//main//li/a")
    return [(link.text_content(), link.get("href")) for link in links]


@pytest.mark.parametrize(
    ("language", "words", "title", "address"),
    [
        ("en", "employment rate", "Employment rate", "/indicators/employment_rate/"),
        ("en", "EMPLOYMENT", "Employment rate", "/indicators/employment_rate/"),
        ("nl", "arbeidsdeelname", "Arbeidsdeelname", "/indicators/employment_rate/"),
        ("en", "IND-EMP-RATE", "Employment rate", "/indicators/employment_rate/"),
        ("en", "netherl", "Netherlands", "/places/NL/"),
        ("nl", "oostenr", "Oostenrijk", "/places/AT/"),
    ],
)
def test_what_is_meant_is_found_first(
    client: Any, site: Releases, language: str, words: str, title: str, address: str
) -> None:
    found = _found(client, language, words)
    assert found[0][0] == title
    assert found[0][1].endswith(address)


def test_all_words_must_be_there(client: Any, site: Releases) -> None:
    assert _found(client, "en", "employment rate of dragons") == []


def test_what_documents_state_is_found(client: Any, site: Releases) -> None:
    titles = [
        title
        for title, address in _found(client, "en", "third-country nationals 2010")
        if "/documents/" in address
    ]
    assert any("Employment rate" in title for title in titles)


def test_signs_in_a_question_do_no_harm(client: Any, site: Releases) -> None:
    answer = client.get("/en/search/", {"q": "<script>\"&'%_"}, headers={"host": "localhost"})
    assert '<script>"' not in answer.content.decode()
