# The reason of a decision has a language. No version with decisions was published: `en` is of no row.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0002_members_and_events")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="language",
            field=models.CharField(choices=[("en", "en"), ("nl", "nl")], default="en", max_length=2),
            preserve_default=False,
        ),
    ]
