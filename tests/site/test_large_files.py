"""Whoever adds a file that is far too large reads why, as a browser shows it; on a server that runs."""

from __future__ import annotations

from uuid import UUID

import lxml.html
import pytest

from tests.site.serving import Site

HERE = f"contributions/{UUID(int=1)}/"
SAID = {"en": "a file of at most 5 MB", "nl": "een bestand van hoogstens 5 MB"}


def sent(site: Site, path: str, size: int) -> tuple[int, str, str]:
    """Status, language and words of the answer; what is sent is taken, else there would be none."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'
    body += b"x" * size + b"\r\n--x--\r\n"
    headers = {"Content_Type": "multipart/form-data; boundary=x", "Cookie": f"form={'t' * 32}"}
    answer = site.ask(path, "POST", body, **headers)
    page = lxml.html.fromstring(answer.body.decode())
    return answer.status, str(page.get("lang")), " ".join(page.text_content().split())


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("size", [17 * 1024**2, 40 * 1024**2])
def test_a_file_that_is_far_too_large_is_refused_in_words(running: Site, language: str, size: int) -> None:
    status, shown, said = sent(running, f"/{language}/{HERE}", size)
    assert (status, shown, SAID[language] in said) == (413, language, True)


def test_a_form_that_a_page_takes_is_looked_at_by_that_page(running: Site) -> None:
    """This one is of elsewhere, as it has no token."""
    status, shown, said = sent(running, f"/en/{HERE}", 15 * 1024**2)
    assert (status, shown, "before you logged in or out" in said) == (403, "en", True)
