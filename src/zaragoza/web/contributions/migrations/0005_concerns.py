import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from zaragoza.web.going_back import holds_no


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0004_taken_down"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="contact_mark",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="decision",
            name="repliers",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="reply",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replies",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewer__isnull", True),
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
            "contribution of which only a mark tells whose it is, so that they do not decide on it",
            contribution=~models.Q(contact_mark=""),
        ),
    ]
