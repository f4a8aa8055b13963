"""A new link for whoever sent something in without an account, when that of their last letter is too old."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from zaragoza.web.contributions import given, notices
from zaragoza.web.contributions.models import Contribution, mark
from zaragoza.web.contributions.moving import locked
from zaragoza.web.contributions.text import mailbox


def ask(id: UUID, email: str) -> None:
    """Queues the letter, if the contribution came from this address; whoever asks cannot tell whether it did.

    It goes to the address that is kept. Where time has left only its mark, that address is kept again for as long as
    any, but as it is written without what stands behind a plus: that could be somebody else's at some servers.

    Raises:
        UnfitError: it is no address.
    """
    asking = given.address(email)
    with transaction.atomic():
        found = locked(id)
        own = found is not None and found.mark == mark(asking)
        if found is not None and own and not found.contact:
            Contribution.objects.filter(pk=id).update(contact=mailbox(asking), contact_mark="")
        notices.link.enqueue(str(id) if own else "")  # one task either way takes as long
