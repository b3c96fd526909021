"""Counters of limits, and what of them each decision drew on."""

import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import block_sequence, permanent


class Migration(migrations.Migration):
    dependencies = [("program", "0008_draws"), ("club", "0005_permanent")]
    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=9)),
                ("scope_id", models.BigIntegerField()),
                ("per", models.CharField(max_length=5)),
                ("since", models.DateField()),
                ("what", models.CharField(max_length=42)),
                ("points", models.BigIntegerField(default=0, db_default=0)),
                ("times", models.BigIntegerField(default=0, db_default=0)),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
                (
                    "goes_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="program.counter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("club", "scope", "scope_id", "per", "since", "what"),
                        name="counter_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0), ("times__gte", 0)),
                        name="counter_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.AddField("decision", "counted", models.JSONField(null=True)),
        migrations.RunSQL(block_sequence("program_counter", 100), migrations.RunSQL.noop),
        migrations.RunSQL(permanent("program_counter"), migrations.RunSQL.noop),
    ]
