"""What a service needs to ask its questions: every answer is looked at and kept before the next question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from zaragoza.collect.fetch.session import Session
from zaragoza.collect.fetch.store import Unfinished
from zaragoza.collect.published import read_message
from zaragoza.collect.published.structure import Structure

FIGURES = "figures"


def holds_figures(content: bytes, url: str) -> None:
    """Refuses an answer that cannot be read as figures.

    Raises:
        InputError: what came instead.
    """
    read_message(content, url)


@dataclass
class Asking:
    """One fetch: asks through a session, keeps what was answered, and knows in which order.

    Attributes:
        base: address of the service.
        most: what the service gives at once, in words.
        this_year: for questions without a last year.
        urls: of the answers that make up the vintage.
        roles: what each of them is.
    """

    session: Session
    unfinished: Unfinished
    base: str
    most: str
    this_year: int
    structure: Structure | None = None
    urls: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def ask(
        self,
        url: str,
        role: str = FIGURES,
        check: Callable[[bytes, str], object] = holds_figures,
        prepare: Callable[[bytes], bytes] | None = None,
    ) -> bytes:
        """The answer at an address: from an interrupted fetch, or from the service.

        Args:
            url: what is asked.
            role: what the answer is.
            check: refuses what is not that.
            prepare: gets the answer that a first one only announces.

        Raises:
            SourceError: see `Session.get`.
            InputError: the answer is not what `check` wants; it is not kept.
        """
        known = self.unfinished.known(url)
        if known is None:
            answer = self.session.get(url)
            content = answer.content if prepare is None else prepare(answer.content)
            check(content, url)
            self.unfinished.keep(url, content, answer.modified, role)
        else:
            content = known[0]
        self.urls.append(url)
        self.roles.append(role)
        return content
