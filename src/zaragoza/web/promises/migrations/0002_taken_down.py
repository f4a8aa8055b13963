from django.db import migrations, models

from zaragoza.web.going_back import holds_no


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenDown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("thing", models.CharField(max_length=100)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("personal_data", "personal_data"),
                            ("law", "law"),
                            ("wrong", "wrong"),
                            ("asked", "asked"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["kind", "thing"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "thing"), name="taken_down_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ("personal_data", "law", "wrong", "asked"))),
                        name="taken_down_ground_is_known",
                    ),
                ],
            },
        ),
        holds_no("promises", "row that keeps down what was taken down", takendown=models.Q()),
    ]
