"""What time brings: no contribution, and no commitment, lapses in silence.

Once a day: contributions whose time has come are moved as the table of states says, whoever let the time pass is
reminded, and what is no longer needed is taken away. Once a week: the digest of what grew stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from zaragoza.errors import ZaragozaError
from zaragoza.web.contributions import attachments
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.models import (
    Attachment,
    Contribution,
    Event,
    Invitation,
    Membership,
    Ownership,
    answering,
)
from zaragoza.web.contributions.notices import Recipient, address, deliver, letter, members, with_role
from zaragoza.web.contributions.roles import SITE
from zaragoza.web.contributions.services import in_time
from zaragoza.web.contributions.states import NAMES, STATES, settled
from zaragoza.web.promises.state import Tracked, state, today

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_CONTACT_KEPT = timedelta(days=30)  # after a contribution has ended, for questions about it
_INVITED = timedelta(days=30)  # for which an invitation holds
_SITE_KIND = "site"
_MOST_LISTED = 40


@task()
def tend() -> list[str]:
    """Does it once, and asks to be done again tomorrow.

    Returns:
        Ids of contributions that should have been moved but could not be.
    """
    with_tomorrow()
    stuck = move_on()
    forget()
    if week_is_over():
        send_digest()
    return stuck


def take_up() -> None:
    """What a process that was killed had begun is begun again: a letter twice is better than none."""
    DBTaskResult.objects.running().update(status=TaskResultStatus.READY)
    tend.enqueue()


def with_tomorrow() -> None:
    """Makes sure that it is asked for, once."""
    asked = DBTaskResult.objects.filter(task_path=tend.module_path, status=TaskResultStatus.READY)
    if not asked.exists():
        tend.using(run_after=timezone.now() + DAY).enqueue()


def move_on() -> list[str]:
    """Moves what is due, each in a transaction of its own.

    Returns:
        Ids of those that the promises refuse; the digest names them to the editors.
    """
    stuck = []
    moved_by_time = [name for name in NAMES if STATES[name].in_time]
    for each in Contribution.objects.filter(state__in=moved_by_time, due_at__lte=timezone.now()):
        try:
            in_time(each.pk)
        except ZaragozaError:
            stuck.append(str(each.pk))
    return stuck


def forget() -> None:
    """Takes away addresses, invitations, results of tasks and files that nothing needs any more."""
    now = timezone.now()
    ended = Contribution.objects.filter(state__in=[name for name in NAMES if settled(name)])
    ended.filter(moved_at__lt=now - _CONTACT_KEPT).exclude(contact="").update(contact="")
    Invitation.objects.filter(at__lt=now - _INVITED).delete()
    call_command("clearsessions")
    call_command("prune_db_task_results", min_age_days=7, failed_min_age_days=30, verbosity=0)
    used = set(Attachment.objects.values_list("sha256", flat=True))
    for path in attachments.kept():
        if path.name not in used and path.stat().st_mtime < (now - DAY).timestamp():
            path.unlink()


def week_is_over() -> bool:
    """Whether the last digest was sent a week ago."""
    last = Event.objects.filter(kind=_SITE_KIND, action="digest").order_by("-at").first()
    return last is None or last.at <= timezone.now() - WEEK + timedelta(hours=1)


def send_digest() -> int:
    """Tells each organisation of its stale commitments, editors of those nobody answers for and of overdue reviews.

    Returns:
        How many letters.
    """
    stale = {
        name: each
        for name, each in state(today()).tracked.items()
        if each.standing.course in ("late", "silent")
    }
    letters = [*_to_owners(stale), *_to_editors(stale)]
    if not deliver(letters):
        return 0  # tomorrow it is due still
    record(SITE, "site", "digest", _SITE_KIND, today(), letters=len(letters))
    return len(letters)


def _to_owners(stale: Mapping[str, Tracked]) -> Iterable[EmailMessage]:
    for organisation in Membership.objects.values_list("organisation", flat=True).distinct():
        owned = Ownership.objects.filter(organisation=organisation).values_list("commitment", flat=True)
        own = [stale[name] for name in owned if name in stale]
        for to in members(organisation) if own else ():
            yield _digest(to, own, [])


def _to_editors(stale: Mapping[str, Tracked]) -> Iterable[EmailMessage]:
    owned = set(answering().values_list("commitment", flat=True))
    own = [each for name, each in stale.items() if name not in owned]
    overdue = list(Contribution.objects.filter(due_at__lt=timezone.now()).order_by("due_at"))
    for to in with_role("editor") if own or overdue else ():
        yield _digest(to, own, overdue)


def _digest(to: Recipient, own: list[Tracked], overdue: list[Contribution]) -> EmailMessage:
    with translation.override(to.language):
        courses = {"late": gettext("late"), "silent": gettext("silent")}
        parts = [
            ngettext(
                "{n} commitment is late or silent.", "{n} commitments are late or silent.", len(own)
            ).format(n=len(own)),
            "\n".join(
                f"{each.commitment.id}: {each.commitment.title[to.language]} "
                f"({courses[each.standing.course]})"
                for each in own[:_MOST_LISTED]
            ),
        ]
        if overdue:
            parts += [
                gettext("Contributions that should have been moved:"),
                "\n".join(address(each, to) for each in overdue[:_MOST_LISTED]),
            ]
        return letter(to, gettext("What grew stale this week"), *(part for part in parts if part))
