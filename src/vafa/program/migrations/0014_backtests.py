"""Back-tests of drafts, and drafts that are published at a time."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import permanent

# A question stays what it was; only how far it is and what it found are written later, once.
QUESTION_STAYS = """
CREATE FUNCTION program_backtest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := '{told_at,state,reached,total,stop_asked_at,finished_at,trouble,result}';
BEGIN
    IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later
        OR OLD.finished_at IS NOT NULL THEN
        RAISE EXCEPTION 'the question of a back-test, and what it found, never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_backtest_guard BEFORE UPDATE ON program_backtest
    FOR EACH ROW EXECUTE FUNCTION program_backtest_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("program", "0013_referral"), ("club", "0005_permanent")]
    operations = [
        migrations.AddField("revision", "publish_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "revision", "publish_by", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=models.Q(("publish_at__isnull", True), ("status", "draft"), _connector="OR"),
                name="only_a_draft_is_to_be_published",
            ),
        ),
        migrations.CreateModel(
            name="Backtest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draft_number", models.IntegerField()),
                ("document", models.JSONField()),
                ("stamp", models.CharField(max_length=32)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "segments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("reached", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("stop_asked_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=40)),
                ("result", models.JSONField(null=True)),
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
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="program.revision",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["club", "-id"], name="backtest_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))),
                        name="backtest_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["failed", "stopped"])),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("result__isnull", False),
                                ("state", "done"),
                            ),
                            _connector="OR",
                        ),
                        name="backtest_state_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(QUESTION_STAYS, migrations.RunSQL.noop),
        migrations.RunSQL(permanent("program_backtest"), migrations.RunSQL.noop),
    ]
