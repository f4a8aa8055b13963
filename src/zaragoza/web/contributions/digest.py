"""The weekly digest: what grew stale, for who answers for it; and what waits for editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django_tasks import task

from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions import queues
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.letters import Recipient, letter, members, people, send, with_role
from zaragoza.web.contributions.models import Contribution, Event, Membership, Ownership, answering
from zaragoza.web.contributions.notices import address
from zaragoza.web.contributions.roles import SITE
from zaragoza.web.contributions.words import titled
from zaragoza.web.promises.state import Tracked, state, today

_WEEK = timedelta(days=7)
_SITE_KIND = "site"
_MOST_LISTED = 40  # of a list in a letter; a page has all of it


def week_is_over() -> bool:
    """Whether the last digest was sent a week ago."""
    last = Event.objects.filter(kind=_SITE_KIND, action="digest").order_by("-at").first()
    return last is None or last.at <= timezone.now() - _WEEK + timedelta(hours=1)


def send_digest() -> int:
    """Queues a letter for each whose organisation has stale commitments, and for editors where something is theirs.

    Returns:
        How many letters.
    """
    found = stale()
    asked = [to for organisation in _organisations(found) for to in members(organisation)]
    if _unanswered(found) or _overdue().exists():
        asked += with_role("editor")
    told = {to.person for to in asked if to.person is not None}
    with transaction.atomic():
        for person in told:
            digest.enqueue(person)
        record(SITE, "site", "digest", _SITE_KIND, today(), letters=len(told))
    return len(told)


@task()
def digest(person: int, tried: int = 0) -> bool:
    """Sends it to one of them, as things are then; none where nothing is left to tell.

    Returns:
        Whether it was taken.

    Raises:
        UndeliveredError: it is given up.
    """
    to = next(people(Person.objects.filter(pk=person)), None)
    if to is None:
        return False
    with translation.override(to.language):
        made = _letter(to, person)
    return made is not None and send(made, digest, person, tried=tried)


def stale() -> dict[str, Tracked]:
    """Commitments that are late or silent today, by id."""
    tracked = state(today()).tracked.items()
    return {name: each for name, each in tracked if each.standing.course in ("late", "silent")}


def _organisations(found: Mapping[str, Tracked]) -> Iterator[str]:
    """Those that somebody speaks for and that own some of these."""
    owned = answering().filter(commitment__in=found)
    yield from owned.order_by().values_list("organisation", flat=True).distinct()


def _unanswered(found: Mapping[str, Tracked]) -> list[Tracked]:
    """Those that nobody answers for."""
    owned = set(answering().values_list("commitment", flat=True))
    return [each for name, each in found.items() if name not in owned]


def _overdue() -> QuerySet[Contribution]:
    """What waits for review or for a reply longer than it should."""
    return Contribution.objects.filter(state__in=queues.WAITING, due_at__lt=timezone.now()).order_by("due_at")


def _letter(to: Recipient, person: int) -> EmailMessage | None:
    """In the language in force."""
    found = stale()
    parts = [*_of_owners(found, to, person)]
    if any(each.person == person for each in with_role("editor")):
        parts += _of_editors(found, to)
    return letter(to, gettext("What grew stale this week"), *parts) if parts else None


def _of_owners(found: Mapping[str, Tracked], to: Recipient, person: int) -> Iterator[str]:
    organisation = Membership.objects.filter(person=person).values_list("organisation", flat=True).first()
    owned = Ownership.objects.filter(organisation=organisation).values_list("commitment", flat=True)
    own = [found[name] for name in owned if name in found] if organisation else []
    if own:
        yield ngettext(
            "{n} commitment of your organisation is late or silent:",
            "{n} commitments of your organisation are late or silent:",
            len(own),
        ).format(n=len(own))
        yield from _listed(_lines(own, to), len(own), [_page(to, f"organisations/{organisation}/")])


def _of_editors(found: Mapping[str, Tracked], to: Recipient) -> Iterator[str]:
    own, overdue = _unanswered(found), list(_overdue())
    if own:
        yield ngettext(
            "{n} commitment that nobody answers for is late or silent:",
            "{n} commitments that nobody answers for are late or silent:",
            len(own),
        ).format(n=len(own))
        courses = sorted({each.standing.course for each in own})
        yield from _listed(
            _lines(own, to), len(own), [_page(to, f"plan/?course={course}") for course in courses]
        )
    if overdue:
        yield gettext("Contributions that should have been moved:")
        lines = (f"{titled(each, to.language)}\n{address(each, to)}" for each in overdue)
        yield from _listed(lines, len(overdue), [_page(to, "contributions/review/")])


def _listed(lines: Iterable[str], total: int, pages: Sequence[str]) -> Iterator[str]:
    """The first lines, how many more there are, and where all of them stand."""
    yield "\n".join(islice(lines, _MOST_LISTED))
    more = total - _MOST_LISTED
    if more > 0:
        yield gettext("And {n} more.").format(n=more)
    yield "\n".join((gettext("All of them:"), *pages))


def _lines(found: Iterable[Tracked], to: Recipient) -> Iterator[str]:
    courses = {"late": gettext("late"), "silent": gettext("silent")}
    for each in found:
        title = each.commitment.title[to.language]
        yield f"{each.commitment.id}: {title} ({courses[each.standing.course]})"


def _page(to: Recipient, path: str) -> str:
    return f"{settings.ADDRESS}/{to.language}/{path}"
