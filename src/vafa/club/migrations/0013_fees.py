import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0012_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="fee_until",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="FeeTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.IntegerField()),
                ("amount", models.BigIntegerField(default=0)),
                ("months", models.SmallIntegerField(default=12)),
                ("first_free_days", models.SmallIntegerField(default=0)),
                ("grace_days", models.SmallIntegerField(default=0)),
                ("remind_days", models.SmallIntegerField(default=14)),
                ("actor", models.CharField(max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("club", "version"), name="fee_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0),
                            ("first_free_days__gte", 0),
                            ("grace_days__gte", 0),
                            ("months__gt", 0),
                            ("remind_days__gte", 0),
                        ),
                        name="fee_terms_sane",
                    ),
                ],
            },
        ),
    ]
