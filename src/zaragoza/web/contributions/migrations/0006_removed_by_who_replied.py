# Who has replied to something may take it down, but not as wrong.

import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from zaragoza.web.going_back import holds_no


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0005_concerns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_not_after_own_reply",
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewer__isnull", True),
                    models.Q(("outcome", "take_down"), models.Q(("ground", "wrong"), _negated=True)),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.StrIndex(
                            models.F("repliers"),
                            django.db.models.functions.text.Concat(
                                models.Value(" "),
                                django.db.models.functions.comparison.Cast("reviewer", models.CharField()),
                                models.Value(" "),
                            ),
                        ),
                        0,
                    ),
                    _connector="OR",
                ),
                name="decision_not_after_own_reply",
            ),
        ),
        holds_no(
            "contributions",
            "contribution that was taken down by who had replied to it",
            decision=models.Q(
                outcome="take_down",
                repliers__contains=django.db.models.functions.text.Concat(
                    models.Value(" "),
                    django.db.models.functions.comparison.Cast("reviewer", models.CharField()),
                    models.Value(" "),
                ),
            ),
        ),
    ]
