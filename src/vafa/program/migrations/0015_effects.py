"""What rules do beside giving an amount: vouchers of theirs, badges, chances in draws."""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Q

from vafa.core.migrations_sql import append_only

# The list of a draw is closed once: chances come and go only while it is open.
WHILE_OPEN = """
CREATE TRIGGER program_drawchance_in_time AFTER INSERT ON program_drawchance
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION program_draw_parts('open');
"""
_PROTECT = django.db.models.deletion.PROTECT


def _to(model, **more):
    return models.ForeignKey(on_delete=_PROTECT, related_name="+", to=model, **more)


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("program", "0014_backtests"), ("commerce", "0001_initial")]
    operations = [
        migrations.AddField(
            "voucher", "decision", _to("program.decision", null=True, db_index=False)
        ),
        migrations.AddConstraint(
            "voucher",
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(member__isnull=False, series__isnull=False),
                name="voucher_of_a_rule_is_personal",
            ),
        ),
        migrations.AddIndex(
            "voucher",
            models.Index(
                fields=["decision"], condition=Q(decision__isnull=False), name="voucher_of_decision"
            ),
        ),
        migrations.CreateModel(
            name="Badge",
            fields=[
                ("id", _id()),
                ("code", models.CharField(max_length=40)),
                ("given_at", models.DateTimeField()),
                ("club", _to("club.club", db_index=False)),
                ("member", _to("club.member", db_index=False)),
                ("decision", _to("program.decision", db_index=False)),
            ],
            options={
                "indexes": [models.Index(fields=["club", "code"], name="badge_by_code")],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "code"), name="badge_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawChance",
            fields=[
                ("id", _id()),
                ("chances", models.BigIntegerField()),
                ("given_at", models.DateTimeField()),
                ("club", _to("club.club", db_index=False)),
                ("draw", _to("program.draw", db_index=False)),
                ("member", _to("club.member", db_index=False)),
                ("decision", _to("program.decision")),
                ("undone_by", _to("commerce.return", null=True, db_index=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["draw", "member"], name="draw_chance_of_member")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(chances__gt=0, undone_by__isnull=True)
                        | Q(chances__lt=0, undone_by__isnull=False),
                        name="draw_chance_given_or_undone",
                    )
                ],
            },
        ),
        migrations.RemoveIndex("happening", "happening_purchases"),
        migrations.AddIndex(
            "happening",
            GinIndex(
                fields=["purchases"],
                condition=Q(kind__in=["challenge", "referral", "event"]),
                name="happening_purchases",
            ),
        ),
        migrations.RunSQL(append_only("program_badge"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("program_drawchance"), migrations.RunSQL.noop),
        migrations.RunSQL(WHILE_OPEN, migrations.RunSQL.noop),
    ]
