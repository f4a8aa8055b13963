"""Letters: to whom they go, that each goes by itself, and what becomes of one that nobody takes.

A task holds the id of a person, never an address: that is looked up when the letter is written, so that an account
that was erased meanwhile gets none, and the queue holds nothing about a person.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from zaragoza.model.text import Language
from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.text import mailbox
from zaragoza.web.counting import Counters, counters
from zaragoza.web.letterbox import folder

# What anybody may ask for, to any address: each is counted apart, so that one does not keep another back.
Asked = Literal["contribution", "link", "invitation", "account", "password"]
A_DAY = 5  # of these to one address, of each kind
_FIRST, _LONGEST = timedelta(minutes=10), timedelta(hours=4)  # between two tries, twice as long each time
_TRIES = 34  # five days of them (RFC 5321, 4.5.4.1)
_DAY = 24 * 3600  # seconds
_FOR_GOOD = 500  # replies from here on (RFC 5321, 4.2.1)
_BETWEEN = re.compile(r"[\s<>()\[\],;:\"]+")  # addresses
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipient:
    """To whom, and in which language.

    Attributes:
        person: id of the account; None for somebody without one.
    """

    email: str
    language: Language
    person: int | None = None


class UndeliveredError(Exception):
    """A letter was given up. Its words are kept with the task, so that they hold no address."""


def send(found: EmailMessage, task: Task[..., Any], *about: Any, tried: int) -> bool:
    """Sends a letter; where it is not taken now its task is asked to write it again, and no other letter waits for it.

    Args:
        found: the letter.
        task: that wrote it; its last argument is how often it was tried.
        about: the other arguments.
        tried: how often already.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is refused for good, or was tried for five days.
    """
    why, for_good = _given(found)
    if not why:
        return True
    if for_good or tried >= _TRIES:
        _log.warning("a letter is given up: %s", why)
        raise UndeliveredError(why)
    wait = min(_FIRST * 2**tried, _LONGEST)
    task.using(run_after=timezone.now() + wait).enqueue(*about, tried + 1)
    return False


def _given(found: EmailMessage) -> tuple[str, bool]:
    """Why the server did not take it, without its own words, as they hold addresses; and whether it never will.

    A refusal of the letter or of its address is one for good; that of who the site is, or no answer, may be mended.
    """
    try:
        get_connection().send_messages([found])
    except SMTPRecipientsRefused as refused:
        code = min(code for code, _ in refused.recipients.values())
        return f"its address is refused ({code})", code >= _FOR_GOOD
    except SMTPDataError as refused:
        return f"it is refused ({refused.smtp_code})", refused.smtp_code >= _FOR_GOOD
    except OSError as error:  # all others of SMTP are such
        return f"no server takes it ({type(error).__name__})", False
    except ValueError:
        return "its address cannot be written to", True
    return "", False


def may_go(asked: Asked, email: str) -> bool:
    """Counts a letter that anybody may have asked for; whoever asks is answered alike, whether it goes or not.

    Returns:
        False where enough of its kind have gone to that address today (UTC).
    """
    goes = _asked_for().one_more(_counted(asked, email), _today()) <= A_DAY
    if not goes:
        _log.warning("enough letters for today to one address: %s", asked)
    return goes


def did_not_go(asked: Asked, email: str) -> None:
    """No server took it, so that it does not count."""
    _asked_for().one_less(_counted(asked, email), _today())


def tomorrow() -> datetime:
    """When the next ones may go."""
    return datetime.fromtimestamp((_today() + 1) * _DAY, UTC)


def _today() -> int:
    return int(timezone.now().timestamp()) // _DAY


def _asked_for() -> Counters:
    return counters(Path(settings.DATA) / ".letters")


def _counted(asked: Asked, email: str) -> str:
    return f"{asked} {mailbox(email)}"


def undelivered() -> QuerySet[DBTaskResult[..., Any]]:
    """Tasks whose letters were given up, the latest first; they are known for thirty days."""
    why = f"{UndeliveredError.__module__}.{UndeliveredError.__qualname__}"
    return DBTaskResult.objects.failed().filter(exception_class_path=why).order_by("-finished_at")


def letter(to: Recipient, subject: str, *paragraphs: str) -> EmailMessage:
    """A letter of plain text; a subject is one line, whatever titles are in it."""
    return EmailMessage(" ".join(subject.split()), "\n\n".join(paragraphs) + "\n", None, [to.email])


def people(found: Iterable[Person]) -> Iterator[Recipient]:
    """Those of them who can read letters."""
    for person in found:
        if person.is_active:
            yield Recipient(person.email, person.language, person.pk)


def members(organisation: str) -> Iterator[Recipient]:
    """Of an organisation."""
    return people(Person.objects.filter(membership__organisation=organisation))


def with_role(*roles: str) -> Iterator[Recipient]:
    """On the whole site."""
    return people(Person.objects.filter(site_roles__role__in=roles).distinct())


# Without a server letters lie in the site's folder, those of accounts as well.


def kept() -> Iterator[Path]:
    """Every letter that lies there."""
    return (found for found in folder().glob("*") if found.is_file())


def take_away(emails: Iterable[str]) -> None:
    """Takes away the letters there that name one of these addresses."""
    named = {each.lower() for email in emails for each in (email, sanitize_address(email, "utf-8"))}
    for path, content in _read():
        if named & set(_addresses(content)):
            path.unlink(missing_ok=True)


def take_away_about(contribution: UUID) -> None:
    """Takes away the letters there that lead to a contribution: they say what it is called, and what was decided."""
    for path, content in _read():
        if any(str(contribution) in words for words in _words(content)):
            path.unlink(missing_ok=True)


def _read() -> Iterator[tuple[Path, bytes]]:
    """Every letter with what it holds; who takes some away meanwhile is not in the way."""
    for path in kept():
        with suppress(FileNotFoundError):
            yield path, path.read_bytes()


def _addresses(content: bytes) -> Iterator[str]:
    """Those that a letter holds."""
    for words in _words(content):
        yield from (each.lower().strip(".") for each in _BETWEEN.split(words) if "@" in each)


def _words(content: bytes) -> Iterator[str]:
    """What a letter holds: its head, and its parts as they are read."""
    found = message_from_bytes(content, policy=policy.default)
    yield from map(str, found.values())
    yield from (part.get_content() for part in found.walk() if part.get_content_maintype() == "text")
