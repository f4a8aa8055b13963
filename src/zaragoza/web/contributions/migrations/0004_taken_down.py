import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from zaragoza.web.going_back import holds_no


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0003_decision_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="contribution",
            name="contribution_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="contribution",
            name="contribution_is_due_until_it_ends",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_outcome_is_known",
        ),
        migrations.AddField(
            model_name="contribution",
            name="asks_removal",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("personal_data", "personal_data"),
                    ("law", "law"),
                    ("wrong", "wrong"),
                    ("asked", "asked"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="owners",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="contribution",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("unconfirmed", "unconfirmed"),
                    ("submitted", "submitted"),
                    ("in_review", "in_review"),
                    ("returned", "returned"),
                    ("waiting", "waiting"),
                    ("accepted", "accepted"),
                    ("removal_asked", "removal_asked"),
                    ("rejected", "rejected"),
                    ("withdrawn", "withdrawn"),
                    ("taken_down", "taken_down"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accept", "accept"),
                    ("ask", "ask"),
                    ("return", "return"),
                    ("reject", "reject"),
                    ("keep", "keep"),
                    ("take_down", "take_down"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "draft",
                            "unconfirmed",
                            "submitted",
                            "in_review",
                            "returned",
                            "waiting",
                            "accepted",
                            "removal_asked",
                            "rejected",
                            "withdrawn",
                            "taken_down",
                        ),
                    )
                ),
                name="contribution_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", True),
                        ("state__in", ["accepted", "rejected", "withdrawn", "taken_down"]),
                    ),
                    models.Q(
                        ("due_at__isnull", False),
                        (
                            "state__in",
                            [
                                "draft",
                                "unconfirmed",
                                "submitted",
                                "in_review",
                                "returned",
                                "waiting",
                                "removal_asked",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="contribution_is_due_until_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ("accept", "ask", "return", "reject", "keep", "take_down"))
                ),
                name="decision_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ground__in", ("personal_data", "law", "wrong", "asked")), ("outcome", "take_down")
                    ),
                    models.Q(models.Q(("outcome", "take_down"), _negated=True), ("ground", "")),
                    _connector="OR",
                ),
                name="decision_ground_where_taken_down",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewer_organisation__isnull", True),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.StrIndex(
                            models.F("owners"),
                            django.db.models.functions.text.Concat(
                                models.Value(" "), models.F("reviewer_organisation"), models.Value(" ")
                            ),
                        ),
                        0,
                    ),
                    _connector="OR",
                ),
                name="decision_not_on_own_promise",
            ),
        ),
        holds_no(
            "contributions",
            "contribution that was taken down, or of which that is or was asked",
            contribution=models.Q(state__in=("removal_asked", "taken_down")),
            decision=models.Q(outcome__in=("keep", "take_down")),
        ),
    ]
