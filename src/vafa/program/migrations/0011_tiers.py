"""The history of tiers: when they were looked at, what had changed, and who was warned."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only

TABLES = ("program_tierrun", "program_tierchange", "program_tierwarning")


def _id():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _to(model, related_name="+"):
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(model, protect, related_name=related_name, db_index=False)


def _recorded():
    return models.DateTimeField(db_default=django.db.models.functions.datetime.Now())


class Migration(migrations.Migration):
    dependencies = [("program", "0010_vouchers"), ("club", "0005_permanent")]
    operations = [
        migrations.CreateModel(
            name="TierRun",
            fields=[
                ("id", _id()),
                ("day", models.DateField()),
                ("ran_at", models.DateTimeField()),
                ("recorded_at", _recorded()),
                ("club", _to("club.club")),
                ("revision", _to("program.revision")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("club", "day"), name="tier_run_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TierChange",
            fields=[
                ("id", _id()),
                ("before", models.CharField(max_length=40)),
                ("after", models.CharField(max_length=40)),
                ("why", models.CharField(max_length=10)),
                ("club", _to("club.club")),
                ("member", _to("club.member")),
                ("run", _to("program.tierrun", "changes")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "run"), name="tier_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__in", ["risen", "fallen", "taken_back", "new_terms"]),
                            models.Q(("before", models.F("after")), _negated=True),
                        ),
                        name="tier_change_known",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["club", "member", "-id"], name="tier_change_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="TierWarning",
            fields=[
                ("id", _id()),
                ("tier", models.CharField(max_length=40)),
                ("falls_to", models.CharField(max_length=40)),
                ("loses_on", models.DateField()),
                ("recorded_at", _recorded()),
                ("club", _to("club.club")),
                ("member", _to("club.member")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "tier", "loses_on"), name="tier_warning_once"
                    )
                ],
            },
        ),
        *(migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in TABLES),
    ]
