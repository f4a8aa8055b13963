"""What time brings: no contribution, and no commitment, lapses in silence.

Once a day: contributions whose time has come are moved as the table of states says, whoever let the time pass is
reminded, and what is no longer needed is taken away. Once a week: the digest of what grew stale.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from zaragoza.errors import ZaragozaError
from zaragoza.web.accounts import attempts
from zaragoza.web.contributions import attachments, letters
from zaragoza.web.contributions.digest import send_digest, week_is_over
from zaragoza.web.contributions.models import Attachment, Contribution, Invitation
from zaragoza.web.contributions.personal import forget_contacts
from zaragoza.web.contributions.services import in_time
from zaragoza.web.contributions.states import NAMES, PUBLIC, STATES, settled

DAY = timedelta(days=1)
_CONTACT_KEPT = timedelta(days=30)  # after a contribution has ended, for questions about it
_INVITED = timedelta(days=30)  # for which an invitation holds
_LETTER_KEPT = timedelta(days=30)  # in the site's folder


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
    """Takes away what nothing needs any more: addresses, invitations, counts, results of tasks, letters and files."""
    now = timezone.now()
    ended = Contribution.objects.filter(state__in=[name for name in NAMES if settled(name)])
    forget_contacts(ended.filter(moved_at__lt=now - _CONTACT_KEPT).exclude(contact=""), while_in=PUBLIC)
    Invitation.objects.filter(at__lt=now - _INVITED).delete()
    attempts.sweep()
    call_command("clearsessions")
    call_command("prune_db_task_results", min_age_days=7, failed_min_age_days=30, verbosity=0)
    for path in letters.kept():
        with suppress(FileNotFoundError):  # who is erased takes theirs along
            if path.stat().st_mtime < (now - _LETTER_KEPT).timestamp():
                path.unlink()
    used = set(Attachment.objects.values_list("sha256", flat=True))
    for path in attachments.kept():
        with suppress(FileNotFoundError):  # one that was being written has its own name by now
            if path.name not in used and path.stat().st_mtime < (now - DAY).timestamp():
                attachments.discard(path)
