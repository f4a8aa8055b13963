"""What was public is taken down: its author or organisation asks, an editor decides, for a reason that all can read."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from zaragoza.model.progress import GROUNDS, Ground
from zaragoza.web.contributions import given, letters, states
from zaragoza.web.contributions.grounds import ERASED, ERASING
from zaragoza.web.contributions.models import Contribution, Decision
from zaragoza.web.contributions.moving import decided, forget, moving
from zaragoza.web.contributions.refusal import not_allowed, stale, unfit
from zaragoza.web.contributions.roles import Actor, may
from zaragoza.web.promises import models as promises
from zaragoza.web.promises.people import tell_again, told_again_as, told_as
from zaragoza.web.promises.revision import writing
from zaragoza.web.promises.taken_down import REPORT, take_away, taken_down


def ask_removal(actor: Actor, id: UUID, words: str) -> Contribution:
    """Its author, or a manager of its organisation, asks that it is public no longer; an editor decides.

    Args:
        actor: who asks.
        id: of the contribution.
        words: why, for editors alone; they are kept until that is decided.

    Raises:
        NotAllowedError: it is another's.
        OutOfOrderError: it is not public, or this was asked already.
        UnfitError: no words, or such as do not fit.
    """
    said = given.words("why", words)
    with moving(actor, id, "ask_removal") as (_, found):
        found.asks_removal = said
    return found


def why_asked(actor: Actor, found: Contribution) -> str:
    """Why it is to be taken down, for the editors who decide and for whoever asks; else nothing."""
    asks = may(actor, "ask_removal", found) and found.asked_by in (None, actor.id)
    return found.asks_removal if asks or may(actor, "keep", found) else ""


def keep(actor: Actor, id: UUID, reason: str, language: str, round: int) -> Decision:
    """An editor lets it stand, and says why.

    Args:
        actor: the editor.
        id: of the contribution.
        reason: in words, for its author and for readers.
        language: of the reason.
        round: that this was to settle when the editor read it.

    Raises:
        NotAllowedError: whoever asks is no editor, or it is their own, of their organisation, or about its promise.
        OutOfOrderError: nobody asks for its removal.
        StaleError: that was settled meanwhile.
        UnfitError: the reason is empty or does not fit.
    """
    said, written_in = given.words("reason", reason), given.language(language)
    with moving(actor, id, "keep") as (by, found):
        _refuse_stale(found, round)
        made = decided(by, found, outcome="keep", reason=said, language=written_in)
        found.asks_removal = ""
    return made


def take_down(actor: Actor, id: UUID, ground: str, reason: str, language: str, round: int) -> Decision:
    """An editor takes it down, asked or not: no reader sees its words, files and status any more.

    For some grounds nothing is kept of its words and files, nor of what was said about them. The status of a
    commitment becomes what the evidence that is left says, at once: its owner is told, and not asked before.

    Args:
        actor: the editor.
        id: of the contribution.
        ground: one of the grounds.
        reason: in words, for its author and for readers.
        language: of the reason.
        round: that this was to settle when the editor read it.

    Raises:
        NotAllowedError: whoever asks is no editor, or it is their own, of their organisation, or about its promise; or
            they would call wrong what they have replied to.
        OutOfOrderError: it is not public.
        StaleError: another editor has settled that meanwhile.
        UnfitError: another ground; or the reason is empty or does not fit.
    """
    known = _ground(ground)
    said, written_in = given.words("reason", reason), given.language(language)
    with moving(actor, id, "take_down", ground=known) as (by, found), writing():
        if known not in grounds(by, found):
            raise not_allowed("take_down")
        _refuse_stale(found, round)
        found.round = found.settles
        made = decided(by, found, outcome="take_down", ground=known, reason=said, language=written_in)
        found.asks_removal = ""
        _unpublish(found, known)
        if known in ERASING:
            _erase(found)
    return made


def grounds(actor: Actor, found: Contribution) -> Collection[Ground]:
    """For which an editor may take something down: whoever has replied to it does not judge whether it is wrong."""
    return [each for each in GROUNDS if each != "wrong" or may(actor, "judge_wrong", found)]


def _ground(given_as: str) -> Ground:
    for known in GROUNDS:
        if given_as == known:
            return known
    raise unfit("ground", gettext("one of the reasons of this page"), gettext("another one"))


def _refuse_stale(found: Contribution, round: int) -> None:
    if found.settles != round:
        raise stale()


def _unpublish(found: Contribution, ground: Ground) -> None:
    """Takes what it became out of the promises; of a correction, what it did to a report where that was wrong."""
    if found.kind in ("practice", "call"):
        take_away(found.kind, found.became, ground)
    elif found.kind != "correction":
        for report in told_as(UUID(found.became)):
            take_away(REPORT, str(report), ground)
    elif found.became and ground == "wrong" and not _wrong_by_another(found):
        _back(UUID(found.became))


def _wrong_by_another(correction: Contribution) -> bool:
    """Whether another correction that stands says the same of the report."""
    others = Contribution.objects.filter(kind="correction", state__in=states.PUBLIC, became=correction.became)
    return others.exclude(pk=correction.pk).exists()


def _back(report: UUID) -> None:
    """The report that it took away is shown again, unless it is already, or was taken down itself."""
    withdrawn = promises.ProgressReport.objects.filter(pk=report, withdrawn_at__isnull=False)
    again = promises.ProgressReport.objects.filter(pk=told_again_as(report))
    if withdrawn.exists() and not again.exists() and (REPORT, str(report)) not in taken_down():
        tell_again(report)


def _erase(found: Contribution) -> None:
    """Nothing is left of its words and files, nor of what reviewers and owners said about them."""
    contact = found.contact  # a letter still goes there
    forget(found)
    found.contact = contact
    found.decisions.exclude(outcome="take_down").update(reason=ERASED)
    found.replies.update(text=ERASED)
    transaction.on_commit(lambda: letters.take_away_about(found.pk))
