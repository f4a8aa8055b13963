"""What can be done with a contribution until it is public; `removal` has what comes after. Nothing else writes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from zaragoza.web.contributions import attachments, forms, given, notices, states
from zaragoza.web.contributions.actors import held
from zaragoza.web.contributions.apply import apply, lowers, published
from zaragoza.web.contributions.history import record
from zaragoza.web.contributions.models import (
    ABOUT_A_COMMITMENT,
    Attachment,
    Contribution,
    Decision,
    Reply,
)
from zaragoza.web.contributions.moving import KIND, decided, locked, moving
from zaragoza.web.contributions.refusal import not_allowed, stale, unfit
from zaragoza.web.contributions.roles import SITE, Actor, acting_as, may
from zaragoza.web.promises.models import Commitment, ProgressReport
from zaragoza.web.promises.revision import writing


def draft(
    actor: Actor,
    kind: str,
    data: Mapping[str, Any],
    *,
    language: str,
    commitment: str | None = None,
    contact: str = "",
    id: UUID | None = None,
) -> Contribution:
    """Begins a contribution; without an account it is sent in at once, and waits until the address is confirmed.

    Args:
        actor: who contributes.
        kind: of the contribution.
        data: field of its form -> what was sent in.
        language: of the words.
        commitment: what it is about, where its kind is about one.
        contact: the address of who has no account.
        id: of the form that was filled in, so that a form that is sent twice makes one contribution; one that was gone
            back to and says something else makes another one.

    Raises:
        NotAllowedError: the id is that of somebody else's.
        UnfitError: with every fault.
    """
    if kind not in forms.FORMS:
        raise unfit("kind", gettext("a kind of contribution"), gettext("another one"))
    written_in = given.language(language)
    about = commitment if kind in ABOUT_A_COMMITMENT else None
    if kind in ABOUT_A_COMMITMENT and not Commitment.objects.filter(pk=about, withdrawn_at=None).exists():
        raise unfit("commitment", gettext("a commitment of this site"), gettext("another one"))
    content = _content(kind, data, about)
    now, state = timezone.now(), states.start(account=actor.id is not None)
    made = Contribution(
        id=id or uuid4(),
        kind=kind,
        commitment=about,
        content=content,
        language=written_in,
        base=published(about),
        state=state,
        author_id=actor.id,
        contact="" if actor.id is not None else given.address(contact),
        created_at=now,
        moved_at=now,
    )
    made.hash = made.judged
    anew = uuid5(made.pk, made.hash + made.contact)
    with transaction.atomic():
        for each in sorted((made.pk, anew)):
            locked(each)
        actor = held(actor, "draft")
        role = acting_as(actor, "draft")
        if role is None:
            raise not_allowed("draft")
        made.organisation = actor.organisation
        made.lane = "organisation" if actor.organisation else "open"
        made.due_at = states.due(state, made.lane, now)
        known = _known(actor, made)
        if known is not None and (known.hash, known.contact) != (made.hash, made.contact):
            # The same form with other words, or for another address: nothing of it is lost.
            made.id = anew
            made.hash = made.judged
            known = _known(actor, made)
        if known is not None:
            return known
        record(actor, role, "draft", KIND, made.pk, after=made.hash, state=state)
        notices.moved(made)
    return made


def _content(kind: str, data: Mapping[str, Any], about: str | None) -> forms.Content:
    """What is kept; a report that is corrected is one about the same commitment, and shown."""
    content = forms.content(kind, data)
    report = content.get("report")
    if report and not ProgressReport.objects.filter(pk=report, commitment=about, withdrawn_at=None).exists():
        raise unfit("report", gettext("a report about this commitment"), gettext("another one"))
    return content


def edit(actor: Actor, id: UUID, data: Mapping[str, Any]) -> Contribution:
    """Says something else, before it is sent in or when it was returned."""
    with moving(actor, id, "edit") as (_, found):
        found.content = _content(found.kind, data, found.commitment)
        found.base = published(found.commitment)
        found.hash = found.judged
    return found


def attach(actor: Actor, id: UUID, name: str, content: bytes) -> Attachment:
    """Adds a file; the same bytes twice are one.

    Raises:
        UnfitError: it is of another kind than may be added, too large, or there are enough.
    """
    file = attachments.looked_at(name, content)
    with attachments.alone_with(file.sha256), moving(actor, id, "edit") as (_, found):
        known = found.attachments.filter(sha256=file.sha256).first()
        if known is not None:
            return known
        if found.attachments.count() >= attachments.MOST_FILES:
            most = gettext("at most {most} files").format(most=attachments.MOST_FILES)
            raise unfit("attachment", most, gettext("more"), gettext("Remove one first."))
        attachments.keep(file)
        made = Attachment.objects.create(
            contribution=found,
            name=file.name,
            kind=file.kind,
            size=len(content),
            sha256=file.sha256,
            added_at=timezone.now(),
        )
        found.hash = found.judged
    return made


def detach(actor: Actor, id: UUID, attachment: int) -> None:
    """Takes a file away; its bytes go when nothing has them any more."""
    with moving(actor, id, "edit") as (_, found):
        found.attachments.filter(pk=attachment).delete()
        found.hash = found.judged


def submit(actor: Actor, id: UUID) -> Contribution:
    """Sends it in for review."""
    with moving(actor, id, "submit") as (_, found):
        pass
    return found


def confirm(actor: Actor, id: UUID) -> Contribution:
    """Whoever sent it in without an account has opened the letter."""
    with moving(actor, id, "confirm") as (_, found):
        pass
    return found


def withdraw(actor: Actor, id: UUID) -> Contribution:
    """Takes it back, for good."""
    with moving(actor, id, "withdraw") as (_, found):
        pass
    return found


def take(actor: Actor, id: UUID) -> Contribution:
    """A reviewer begins with it; no other can decide then."""
    with moving(actor, id, "take") as (by, found):
        found.taken_by_id = by.id
    return found


def put_back(actor: Actor, id: UUID) -> Contribution:
    """Another reviewer may take it."""
    with moving(actor, id, "put_back") as (_, found):
        pass
    return found


def decide(
    actor: Actor, id: UUID, outcome: states.Move, reason: str, reviewed_hash: str, language: str
) -> Decision:
    """Settles a contribution, and publishes it where it is accepted: both, or neither.

    Where an acceptance would lower the status of a commitment whose owner was not heard yet, the owner is asked first.

    Args:
        actor: the reviewer who has taken it.
        id: of the contribution.
        outcome: accept, return or reject.
        reason: in words, for its author and for readers.
        reviewed_hash: the hash of what the reviewer has read.
        language: of the reason.

    Raises:
        NotAllowedError: not taken by this reviewer, or one's own or one's own organisation's.
        OutOfOrderError: it is not in review.
        StaleError: it is no longer what was read.
        UnfitError: the reason is empty or does not fit.
        InputError: the promises refuse it.
    """
    if outcome not in ("accept", "return", "reject"):
        raise unfit("outcome", gettext("accept, return or reject"), gettext("another one"))
    said, written_in = given.words("reason", reason), given.language(language)
    with transaction.atomic():
        found, actor = locked(id), held(actor, outcome)
        if outcome == "accept" and found is not None:
            with writing():  # from here on nobody else changes a status
                outcome = "ask" if lowers(found) and not _heard(found) else outcome
        with moving(actor, id, outcome) as (by, found):
            if not found.hash == found.judged == reviewed_hash:
                raise stale()
            made = decided(by, found, outcome=outcome, reason=said, language=written_in)
            if outcome == "accept":
                found.became = apply(found)
    return made


def _heard(found: Contribution) -> bool:
    """Whether the owner was asked about these very words: only a reply leads from there back to a reviewer."""
    return found.decisions.filter(outcome="ask", reviewed_hash=found.hash).exists()


def reply(actor: Actor, id: UUID, words: str, language: str) -> Reply:
    """The owner of the commitment says what it thinks; if it was asked before a status is lowered, review goes on.

    Raises:
        NotAllowedError: another organisation owns the commitment.
        OutOfOrderError: the contribution is neither public nor waiting for it.
    """
    said = given.words("text", words)
    with transaction.atomic():
        found, actor = locked(id), held(actor, "reply")
        known = _replied(actor, found, said)
        if known is not None:
            return known
        with moving(actor, id, "reply") as (by, found):
            made = Reply.objects.create(
                contribution=found,
                person_id=by.id,
                organisation=_replies_for(by, found),
                text=said,
                language=given.language(language),
                at=timezone.now(),
            )
            if found.state in states.PUBLIC:
                with writing():  # readers are shown it
                    pass
    return made


def wait_anew(commitments: Iterable[str]) -> list[Contribution]:
    """An owner that can only be asked from now on has as long to reply as any. Call it within a transaction.

    Returns:
        What waits for a reply about these commitments.
    """
    waiting = Contribution.objects.filter(state="waiting", commitment__in=commitments).order_by("pk")
    all_found = list(waiting.select_for_update())
    for found in all_found:
        found.due_at = states.due(found.state, found.lane, timezone.now())
        found.save(update_fields=["due_at"])
    return all_found


def _replied(actor: Actor, found: Contribution | None, said: str) -> Reply | None:
    """The same form once more makes no second reply."""
    if found is None or found.state not in states.PUBLIC or not may(actor, "reply", found):
        return None
    return found.replies.filter(organisation=_replies_for(actor, found), text=said).first()


def _replies_for(actor: Actor, found: Contribution) -> str | None:
    """The owner in whose name somebody replies; none of an editor who does so in its place."""
    return actor.organisation if found.commitment in actor.owns else None


def in_time(id: UUID) -> bool:
    """Does what the table of states says the site does by itself, if its time has come.

    Returns:
        Whether something was done.

    Raises:
        InputError: the promises refuse what would be published.
    """
    with transaction.atomic():
        found = locked(id)
        move = states.STATES[found.state].in_time if found else None
        if found is None or move is None or found.due_at is None or found.due_at > timezone.now():
            return False
        by_itself(id, move)
    return True


def by_itself(id: UUID, move: states.Move) -> None:
    """The site moves a contribution: because its time has come, or because an account is erased."""
    with moving(SITE, id, move) as (_, found):
        if move == "lower":
            found.became = apply(found)


def read(actor: Actor, id: UUID) -> Contribution:
    """A contribution, for those who may see it.

    Raises:
        NotAllowedError: whoever asks may not, or there is none.
    """
    found = Contribution.objects.filter(pk=id).first()
    if found is None or not may(actor, "read", found):
        raise not_allowed("read")
    return found


def _known(actor: Actor, made: Contribution) -> Contribution | None:
    """What the same form made before; None where it is written now."""
    found = locked(made.pk) or _entered(made)
    return found and _sent_again(actor, found)


def _entered(made: Contribution) -> Contribution | None:
    """Writes the row; where the same form came in at this very moment, the row that is there instead."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        known = locked(made.pk)
        if known is None:  # it was another constraint
            raise
        return known
    return None


def _sent_again(actor: Actor, known: Contribution) -> Contribution:
    """The same form once more: from an account its own, without one nothing that anybody could learn from."""
    own = known.author_id == actor.id if actor.id is not None else known.state == "unconfirmed"
    if not own:
        raise not_allowed("draft")
    return known
