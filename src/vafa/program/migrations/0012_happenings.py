import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, linked

_PARENTS = {
    "club_id": "club_club",
    "member_id": "club_member",
    "branch_id": "club_branch",
    "decision_id": "program_decision",
}


def _id():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _tied(to, **options):
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(to, protect, related_name="+", db_constraint=False, **options)


class Migration(migrations.Migration):
    dependencies = [("program", "0011_tiers"), ("club", "0005_permanent")]
    operations = [
        migrations.CreateModel(
            name="Happening",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(max_length=20)),
                ("what", models.CharField(blank=True, default="", max_length=40)),
                ("occurrence", models.CharField(max_length=200)),
                ("occurred_at", models.DateTimeField()),
                ("data", models.JSONField(null=True)),
                (
                    "purchases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("actor", models.CharField(max_length=40)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("branch", _tied("club.branch", db_index=False, null=True)),
                ("club", _tied("club.club", db_index=False)),
                (
                    "decision",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="program.decision",
                    ),
                ),
                ("member", _tied("club.member", db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "kind", "occurrence"), name="happening_once"
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["club", "kind", "-occurred_at"], name="happening_newest"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("kind__in", ["challenge", "referral"])),
                        fields=["purchases"],
                        name="happening_purchases",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occasion",
            fields=[
                ("id", _id()),
                ("code", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, default="", max_length=120)),
                ("calendar", models.CharField(default="jalali", max_length=9)),
                ("month", models.SmallIntegerField()),
                ("day", models.SmallIntegerField()),
                (
                    "official",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), default=list, size=None
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
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
                    models.UniqueConstraint(fields=("club", "code"), name="occasion_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("calendar__in", ("jalali", "hijri", "gregorian")),
                            ("day__gte", 1),
                            ("day__lte", 31),
                            ("month__gte", 1),
                            ("month__lte", 12),
                        ),
                        name="occasion_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HappeningMark",
            fields=[
                ("id", _id()),
                ("reached_at", models.DateTimeField()),
                (
                    "club",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(append_only("program_happening"), migrations.RunSQL.noop),
        migrations.RunSQL(
            linked(
                "program_happening",
                _PARENTS,
                of_club=("member_id", "branch_id", "decision_id"),
            ),
            migrations.RunSQL.noop,
        ),
    ]
