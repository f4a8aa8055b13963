"""The pages of contributions, as somebody's browser asks for them."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import lxml.html
from django.test import Client

from tests.contributions.conftest import COMMITMENT, person

FORM = f"/en/plan/{COMMITMENT}/contribute/evidence/"


def browser(name: str = "", **options: Any) -> Client:
    """Of somebody with an account, or of nobody."""
    made = Client(**options)
    if name:
        made.force_login(person(name), "allauth.account.auth_backends.AuthenticationBackend")
    return made


def at(id: UUID, key: str = "", language: str = "en") -> str:
    """The address of a contribution."""
    return f"/{language}/contributions/{id}/{f'?key={key}' if key else ''}"


def read(answer: Any) -> Any:
    """The page, to look into."""
    return lxml.html.fromstring(answer.content.decode())


def words(answer: Any) -> str:
    """What its main part says."""
    (main,) = read(answer).xpath("//main")
    return " ".join(main.text_content().split())


def held(answer: Any, name: str) -> str:
    """What a hidden field of its first form with such a one holds."""
    return str(read(answer).xpath(f"//main//input[@name='{name}']/@value")[0])


def packed(answer: Any) -> dict[str, bytes]:
    """The files of a ZIP that is given away."""
    with ZipFile(io.BytesIO(b"".join(answer))) as found:
        return {name: found.read(name) for name in found.namelist()}


def step(asks: Client, address: str, name: str, **told: Any) -> int:
    """One step with a contribution; the status of the answer."""
    return int(asks.post(address, {"step": name, **told}).status_code)
