"""`{% frame %}`: the site's own page around what django-allauth shows; and what that does not say."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from zaragoza.web.contributions.letters import A_DAY
from zaragoza.web.pages.frame import page

register = template.Library()


class Frame(Node):
    """Title up to `{% body %}`, then the content."""

    child_nodelists = ("_title", "_body")  # where Django looks for blocks

    def __init__(self, title: NodeList, body: NodeList) -> None:
        self._title, self._body = title, body

    def render(self, context: Context) -> Any:
        """The whole page."""
        request = context["request"]
        title, body = self._title.render(context).strip(), self._body.render(context)
        html = page(request, "account", heading=title, body=body).content.decode()
        return mark_safe(html)  # noqa: S308 - both parts come from templates, which escape


@register.simple_tag
def letters_a_day() -> str:
    """Whether one goes is told to nobody, so that every page says how many do."""
    words = gettext(
        "At most {most} such letters go to one address in a day. More can be asked for the next day."
    )
    return words.format(most=A_DAY)


@register.tag
def frame(parser: Parser, token: Token) -> Frame:
    """`{% frame %}title{% body %}content{% endframe %}`."""
    title = parser.parse(("body",))
    parser.delete_first_token()
    body = parser.parse(("endframe",))
    parser.delete_first_token()
    return Frame(title, body)
