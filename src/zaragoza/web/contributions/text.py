"""What people write: plain lines and Markdown, harmless on a page whatever was sent in."""

from __future__ import annotations

import re
import unicodedata

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from markdown_it import MarkdownIt

LINE, MAIL, ADDRESS, TEXT = 200, 254, 1000, 5000  # characters at most
# Control characters but for line ends and tabs; signs that turn the direction of what follows (Unicode TR 36, 3.2;
# CVE-2021-42574); noncharacters, lone surrogates, and invisible signs that spell words (tags).
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5,}"
)  # piled on one letter
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline", "hr", "fence", "code"]
)
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code"}


def checked(text: str, most: int) -> str:
    """The text in one form of Unicode (NFC) and with one kind of line end.

    Args:
        text: as it was sent in.
        most: characters.

    Raises:
        ValidationError: it is too long, or holds signs that do not show as what they are.
    """
    if len(text) > most:
        raise ValidationError(gettext("Too long: at most {most} characters.").format(most=most), "long")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _UNWANTED.search(text):
        raise ValidationError(
            gettext("It holds invisible signs that control a screen or turn the direction of writing."),
            "signs",
        )
    if _MARKS.search(text):
        raise ValidationError(gettext("It piles marks on one letter."), "marks")
    return text


def address(given: str) -> str:
    """An e-mail address as it is kept: each in one way of writing, as letters go to it (RFC 3490, 4).

    Else whoever writes it otherwise would pass for another one. A name in quotes is refused: it can be written in many
    ways, which are all of one mailbox (RFC 5321, 4.1.2).

    Raises:
        ValidationError: it is none, or longer than one can be (RFC 5321, 4.5.3.1.3).
    """
    validate_email(given)
    name, _, domain = given.lower().rpartition("@")
    try:
        found = f"{name}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        found = ""
    if '"' in name or not found:
        raise ValidationError(validate_email.message, validate_email.code)
    if len(found) > MAIL:
        raise ValidationError(gettext("Too long: at most {most} characters.").format(most=MAIL), "long")
    return found


def mailbox(address: str) -> str:
    """Whose an address is: what stands behind a plus is no other mailbox (RFC 5233)."""
    name, _, domain = address.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def html(text: str) -> str:
    """Markdown as HTML that is safe on a page: paragraphs, emphasis, lists, quotations and links that pass nothing on.

    Args:
        text: what `checked` let through; what is older is made harmless all the same.
    """
    return nh3.clean(
        _MARKDOWN.render(_UNWANTED.sub("\ufffd", text)),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
