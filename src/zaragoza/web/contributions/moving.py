"""The one way in which a contribution moves: right, order, what changes, its event and letters, all or none of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zaragoza.web.contributions import attachments, notices, states
from zaragoza.web.contributions.actors import held
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.models import Contribution, Decision, listed, owners_of
from zaragoza.web.contributions.refusal import not_allowed, out_of_order
from zaragoza.web.contributions.roles import Actor, acting_as, may

KIND = "contribution"
_BY_ITS_AUTHOR = ("submit", "confirm")
_LEAVES_PUBLIC = ("keep", "reply")  # so that an editor may still take it down
_OPENS_A_ROUND = (*_BY_ITS_AUTHOR, "reply", "ask_removal")  # after which somebody decides anew


@contextmanager
def moving(actor: Actor, id: UUID, move: states.Move, **told: str) -> Iterator[tuple[Actor, Contribution]]:
    """One move, in one transaction.

    Args:
        actor: who does it.
        id: of the contribution.
        move: by the table of states.
        told: what its event tells beside where the contribution is then; never words of people.

    Yields:
        Who does it, by what they may do now; and the contribution, for the caller to change before it is written. Both
        are locked.

    Raises:
        NotAllowedError: whoever asks may not, or there is none.
        OutOfOrderError: it cannot be done now.
    """
    with transaction.atomic():
        found = locked(id)
        if found is None:
            raise not_allowed(move)
        actor = held(actor, move)
        role, after = acting_as(actor, move, found), states.following(found.state, move)
        if after is None and may(actor, "read", found):
            raise out_of_order(move, found.state)
        if role is None or after is None:
            raise not_allowed(move)
        before, state = found.hash, found.state
        yield actor, found
        now = timezone.now()
        if move in _OPENS_A_ROUND and after != state:
            found.round += 1
        if move in _BY_ITS_AUTHOR:
            found.submitted_at = now
        _let_go(found, move, after)
        if after != state:
            found.state, found.moved_at = after, now
            found.due_at = states.due(after, found.lane, _waits_since(found, move, now))
        found.save(force_update=True)
        where = {"state": after, "round": found.round, "became": found.became}
        record(actor, role, move, KIND, id, before=before, after=found.hash, **where, **told)
        if after != state:
            notices.moved(found)


def _let_go(found: Contribution, move: states.Move, after: states.Name) -> None:
    """Of who has it, and of what is kept of it, what nobody needs where it comes to."""
    if after != "in_review":
        found.taken_by_id = None
    if after == "withdrawn" and not found.round:
        forget(found)
    if states.settled(after) and move not in _LEAVES_PUBLIC:
        found.contact_mark = ""  # nobody has to be kept from deciding any more


def _waits_since(found: Contribution, move: states.Move, now: datetime) -> datetime:
    """What is put back has waited all the while since its author, or an owner with a reply, brought it to reviewers."""
    if move != "put_back":
        return now
    brought = [found.submitted_at, *found.replies.values_list("at", flat=True)]
    return max(each for each in brought if each is not None)


def decided(actor: Actor, found: Contribution, **told: Any) -> Decision:
    """Writes what somebody settles of it in its round, with all whom it concerns. Call it within its move."""
    return Decision.objects.create(
        contribution=found,
        round=found.round,
        reviewed_hash=found.hash,
        reviewer_id=actor.id,
        reviewer_organisation=actor.organisation,
        author_id=found.author_id,
        organisation=found.organisation,
        owners=owners_of(found.commitment),
        repliers=listed(sorted(found.repliers)),
        decided_at=timezone.now(),
        **told,
    )


def forget(found: Contribution) -> None:
    """Takes its words and files away, for the caller to write; events keep the hash of what they were."""
    files = list(found.attachments.values_list("sha256", flat=True))
    found.content, found.contact = {}, ""
    found.attachments.all().delete()
    found.hash = found.judged
    transaction.on_commit(lambda: _erase_files(files))


def _erase_files(files: Iterable[str]) -> None:
    for sha256 in files:
        attachments.discard(attachments.path(sha256))


def locked(id: UUID) -> Contribution | None:
    """It, so that nobody else moves it within this transaction."""
    return Contribution.objects.select_for_update().filter(pk=id).first()


def locked_about(commitment: str) -> None:
    """All that is about a commitment: nobody decides on it or replies until this transaction says who owns that."""
    about = Contribution.objects.select_for_update().filter(commitment=commitment).order_by("pk")
    list(about.values_list("pk", flat=True))
