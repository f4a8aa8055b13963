"""What people write is shown as what it is, or refused; nothing of it runs."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from zaragoza.web.contributions.text import TEXT, checked, html

# Of OWASP's cheat sheet on filter evasion, as Markdown and as HTML.
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "![a](https://evil.example/pixel.png)",
    '<https://evil.example/" onmouseover=alert(1)>',
    "<iframe src=//evil.example></iframe>",
    "<a href=x style=position:fixed>a</a>",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "`<script>`",
    "<!--><script>-->",
    '<math><mi//xlink:href="data:x,<script>">',
)
_TAG = re.compile(r"<(/?)([a-z]+)([^>]*)>")
_ALLOWED = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code"}
_LINK = re.compile(r'( href="(https?://|mailto:)?[^"]*"| rel="nofollow ugc noopener noreferrer")*')


def harmless(shown: str) -> None:
    """Only tags of the list, without attributes but those of a link that leads somewhere plain."""
    for _, tag, attributes in _TAG.findall(shown):
        assert tag in _ALLOWED
        assert not attributes or (tag == "a" and _LINK.fullmatch(attributes))
    assert "<" not in _TAG.sub("", shown)
    for address in re.findall(r'<a[^>]* href="([^"]*)"', shown):
        assert not re.match(r"\s*(javascript|data|vbscript)", address, re.IGNORECASE)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs(text: str) -> None:
    harmless(html(text))


@given(st.text(alphabet=st.sampled_from("<>[]()!&#;:/\"'=ajvscript \n\t*_`\\x0"), max_size=80))
def test_whatever_is_written_is_harmless(text: str) -> None:
    harmless(html(text))


def test_what_markdown_is_for() -> None:
    assert html("**a** _b_\n\n- c\n- d\n\n> e") == (
        "<p><strong>a</strong> <em>b</em></p>\n<ul>\n<li>c</li>\n<li>d</li>\n</ul>\n"
        "<blockquote>\n<p>e</p>\n</blockquote>\n"
    )


def test_links_pass_nothing_on() -> None:
    found = html("[report](https://office.example/r.pdf)")
    assert 'href="https://office.example/r.pdf"' in found
    assert 'rel="nofollow ugc noopener noreferrer"' in found


@pytest.mark.parametrize(
    "sign",
    [
        chr(code)
        for code in (0, 7, 8, 0x1B, 0x7F, 0x9B, 0x2028, 0x202A, 0x202E, 0x2066, 0x2069, 0xFFFE, 0xE0041)
    ],
)
def test_signs_that_are_not_what_they_show_are_refused(sign: str) -> None:
    """Control characters, overrides of the direction of writing, noncharacters and invisible tags."""
    with pytest.raises(ValidationError):
        checked(f"pay {sign} them", TEXT)
    assert sign not in html(f"pay {sign} them")


# Arabic; Hebrew with marks of direction, which its readers need; Latin; a family joined by invisible joiners.
SCRIPTS = (
    "\u0645\u0631\u062d\u0628\u0627",
    "\u05e9\u05dc\u05d5\u05dd\u200e\u200f",
    "Łódź – naïve",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "a\tb\nc",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_is_let_through(text: str) -> None:
    assert checked(text, TEXT) == text


def test_one_form_of_unicode_and_of_line_ends() -> None:
    assert checked("e\u0301\r\nb\rc", TEXT) == "\u00e9\nb\nc"


def test_piled_marks_are_refused() -> None:
    with pytest.raises(ValidationError):
        checked("a" + "\u0315\u031b\u0321\u0322\u0327\u0328", TEXT)


def test_ten_megabytes_are_refused_before_they_are_worked_on() -> None:
    with pytest.raises(ValidationError) as refused:
        checked("\u202e" * 10_000_000, TEXT)
    assert refused.value.code == "long"


def test_nesting_does_not_take_long() -> None:
    """Nested quotations, lists and brackets as deep as a text may be."""
    for sign in (">", "- ", "[", "*a_", "![", "\\("):
        harmless(html(sign * (TEXT // len(sign))))
