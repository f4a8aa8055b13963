# Who replied before that was kept is told by the history: an account that is still there decides on none of it.

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Replies have the order of the history; who had replied when something was decided is told by their time."""
    replies, events = (apps.get_model("contributions", name).objects for name in ("Reply", "Event"))
    people = set(apps.get_model("accounts", "Person").objects.values_list("pk", flat=True))
    for thing in replies.order_by().values_list("contribution", flat=True).distinct():
        told = events.filter(kind="contribution", thing=str(thing), action="reply").order_by("id")
        given = replies.filter(contribution=thing).order_by("id")
        for reply, person in zip(given, told.values_list("actor", flat=True), strict=False):
            if reply.person_id is None and person in people:
                reply.person_id = person
                reply.save(update_fields=["person"])
        _fill_decisions(
            apps.get_model("contributions", "Decision").objects.filter(contribution=thing), given.all()
        )


def _fill_decisions(decisions: Any, given: Any) -> None:
    """But for those by somebody who had replied: the rules of then let them."""
    for decision in decisions.filter(repliers=""):
        before = given.filter(at__lte=decision.decided_at, person__isnull=False)
        people = sorted(set(before.values_list("person", flat=True)))
        if decision.reviewer_id not in people:
            decision.repliers = "".join(f" {each} " for each in people)
            decision.save(update_fields=["repliers"])


class Migration(migrations.Migration):
    dependencies = [("contributions", "0006_removed_by_who_replied")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
