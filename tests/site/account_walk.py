"""Somebody goes past every page of an account, with faults in its forms, and stops at each."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.site.institution import Institution
from tests.site.test_accounts import code

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ANOTHER = f"{PASSWORD} staple"


@dataclass
class Walk:
    """One person in one browser.

    Attributes:
        address: of the site.
        mail: the folder in which its letters lie.
    """

    view: Page
    address: str
    mail: Path
    language: str
    ministry: Institution
    name: str = field(default_factory=lambda: f"p{secrets.token_hex(4)}")

    @property
    def email(self) -> str:
        return f"{self.name}@people.example"

    def stops(self) -> Iterator[str]:
        """Names of the pages, each when it is open."""
        yield from self._sign_up()
        yield from self._log_in()
        yield from self._addresses()
        yield from self._password()
        yield from self._second_factor()
        codes = self._recovery_codes()
        yield from self._with_second_factor(codes)
        yield from self._institution(codes)
        yield from self._forgotten()
        yield from self._others()

    def letters(self) -> str:
        """All that were sent to this person."""
        found = sorted(self.mail.glob("*"), key=lambda path: path.stat().st_mtime)
        texts = [path.read_text(encoding="utf-8") for path in found]
        return "\n".join(text for text in texts if self.name in text)

    def open(self, path: str) -> None:
        self.view.goto(f"{self.address}/{self.language}/account/{path}")

    def send(self, button: str = "button", **fields: str) -> None:
        """Fills in a form of the page and sends it off, past what the browser itself would not send."""
        self.view.locator("main form").evaluate_all("forms => forms.forEach(f => { f.noValidate = true; })")
        for name, value in fields.items():
            self.view.locator(f"main [name={name}]:not([type=hidden])").first.fill(value)
        with self.view.expect_navigation():
            self.view.locator(f"main {button}").first.click()

    def _link(self, part: str) -> str:
        found = re.findall(rf"https?://\S+?(/\S*{part}\S*)", self.letters())
        return f"{self.address}{found[-1]}"

    def _sign_up(self) -> Iterator[str]:
        self.open("signup/")
        yield "sign up"
        self.send(email="no address", password1="short", password2="other")
        yield "sign up: faults"
        self.send(email=self.email, password1=PASSWORD, password2=PASSWORD)
        yield "sign up: a letter is on its way"
        self.view.goto(self._link("confirm-email"))
        yield "confirm an address"
        self.send()
        self.open("confirm-email/nothing/")
        yield "confirm an address: no such link"

    def _log_in(self) -> Iterator[str]:
        self.open("login/")
        yield "log in"
        self.send(login=self.email, password="wrong")  # noqa: S106
        yield "log in: faults"
        self.send(login=self.email, password=PASSWORD)
        self.open("reauthenticate/")
        yield "prove who you are"
        self.send(password="wrong")  # noqa: S106
        yield "prove who you are: faults"
        self.send(password=PASSWORD)
        self.open("reauthenticate/code/")
        yield "prove who you are by a code"

    def _addresses(self) -> Iterator[str]:
        self.open("email/")
        yield "addresses"
        self.send("[name=action_add]", email=self.email)
        yield "addresses: faults"
        self.send("[name=action_add]", email=f"{self.name}.two@people.example")
        self.open("email/")
        yield "addresses: one is to come"
        self.view.goto(self._link("confirm-email"))
        yield "confirm another address"
        self.open("email/")
        self.send("[name=action_remove]")

    def _password(self) -> Iterator[str]:
        self.open("password/change/")
        yield "another password"
        self.send(oldpassword="wrong", password1="12345678901234", password2="x")
        yield "another password: faults"
        self.send(oldpassword=PASSWORD, password1=PASSWORD, password2=PASSWORD)

    def _second_factor(self) -> Iterator[str]:
        self.open("second-factor/")
        yield "second factor: none"
        self.open("second-factor/totp/activate/")
        yield "set up an app"
        self.send(code="000000")
        yield "set up an app: faults"
        secret = self.view.locator("#authenticator_secret").input_value()
        self.send(code=code(secret))
        yield "recovery codes, shown once"
        self.open("second-factor/")
        yield "second factor: set up"
        self.open("second-factor/recovery-codes/")
        yield "recovery codes"
        self.open("second-factor/recovery-codes/generate/")
        yield "new recovery codes"
        self.send()
        yield "new recovery codes, shown"
        self.open("second-factor/totp/deactivate/")
        yield "do without an app"

    def _with_second_factor(self, codes: list[str]) -> Iterator[str]:
        self.open("second-factor/reauthenticate/")
        yield "prove who you are by an app"
        self.send(code="000000")
        yield "prove who you are by an app: faults"
        self.open("logout/")
        yield "log out"
        self.send()
        self.open("login/")
        self.send(login=self.email, password=PASSWORD)
        yield "log in by an app"
        self.send(code="000000")
        yield "log in by an app: faults"
        self.send(code=codes[0])

    def _recovery_codes(self) -> list[str]:
        self.open("second-factor/recovery-codes/")
        return re.findall(r"\b[0-9a-f]{8}\b", self.view.locator("main").inner_html())

    def _institution(self, codes: list[str]) -> Iterator[str]:
        self.open("institution/")
        yield "institutions: none"
        self.ministry.right(sub=self.name, email=self.email, email_verified=True)
        self.open("oidc/ministry/login/?process=connect")
        yield "add an institution"
        self.send()
        if self.view.locator("main [name=code]").count():
            self.send(code=codes[1])
        else:
            self.send(password=PASSWORD)
        self.open("institution/")
        yield "institutions: one"
        self.send("button")
        yield "institutions: faults"

    def _forgotten(self) -> Iterator[str]:
        self.view.context.clear_cookies()
        self.open("password/reset/")
        yield "a password is forgotten"
        self.send(email="no address")
        yield "a password is forgotten: faults"
        self.send(email=self.email)
        yield "a password is forgotten: a letter is on its way"
        self.view.goto(self._link("password/reset/key"))
        yield "a new password"
        self.send(password1="short", password2="other")
        yield "a new password: faults"
        self.send(password1=ANOTHER, password2=ANOTHER)
        yield "a new password is set"
        self.open("password/reset/key/1-nothing/")
        yield "a new password: no such link"

    def _others(self) -> Iterator[str]:
        self.view.context.clear_cookies()
        self.open("oidc/ministry/login/")
        yield "log in through an institution"
        self.ministry.right(sub=f"{self.name}-other")
        self.send()
        yield "log in through an institution: an address is asked for"
        self.send(email="no address")
        yield "log in through an institution: faults"
        self.open("oidc/ministry/login/")
        self.ministry.right()
        self.ministry.state = "forged"
        self.send()
        yield "log in through an institution failed"
        self.open("institution/login/cancelled/")
        yield "log in through an institution was broken off"
        self.open("inactive/")
        yield "an account that is not in use"
