"""Reports that are kept under a name, and figures that are kept by day."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_tables import Together, table, tied

TABLES = [
    table(
        "SavedReport",
        ("name", models.CharField(max_length=80)),
        ("kind", models.CharField(max_length=20)),
        ("query", models.CharField(blank=True, default="", max_length=400)),
        ("is_shared", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        ("staff", tied("club.staff")),
        constraints=[
            models.UniqueConstraint(fields=("staff", "name"), name="saved_report_name_once")
        ],
    ),
    table(
        "ReportSchedule",
        ("rhythm", models.CharField(max_length=7)),
        ("hour", models.SmallIntegerField()),
        ("weekday", models.SmallIntegerField(default=5)),
        ("day", models.SmallIntegerField(default=1)),
        ("format", models.CharField(max_length=4)),
        ("language", models.CharField(max_length=2)),
        ("origin", models.CharField(max_length=200)),
        ("is_on", models.BooleanField(default=True)),
        ("next_at", models.DateTimeField()),
        ("trouble", models.CharField(blank=True, default="", max_length=40)),
        ("club", tied("club.club")),
        ("staff", tied("club.staff")),
        (
            "report",
            models.OneToOneField(
                on_delete=PROTECT, related_name="schedule", to="insight.savedreport"
            ),
        ),
        indexes=[
            models.Index(
                condition=models.Q(("is_on", True)), fields=["next_at"], name="report_schedule_due"
            )
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("format__in", ["xlsx", "pdf"]),
                    ("rhythm__in", ["daily", "weekly", "monthly"]),
                    ("hour__gte", 0),
                    ("hour__lte", 23),
                    ("weekday__gte", 0),
                    ("weekday__lte", 6),
                    ("day__gte", 1),
                    ("day__lte", 31),
                ),
                name="report_schedule_times",
            )
        ],
    ),
    table(
        "ReportRun",
        ("due_at", models.DateTimeField()),
        ("state", models.CharField(default="making", max_length=8)),
        ("tries", models.SmallIntegerField(default=0)),
        ("told_at", models.DateTimeField()),
        ("receivers", models.SmallIntegerField(default=0)),
        ("trouble", models.CharField(blank=True, default="", max_length=40)),
        (
            "schedule",
            models.ForeignKey(on_delete=CASCADE, related_name="runs", to="insight.reportschedule"),
        ),
        indexes=[
            models.Index(
                condition=models.Q(("state", "making")),
                fields=["told_at"],
                name="report_run_unfinished",
            )
        ],
        constraints=[
            models.UniqueConstraint(fields=("schedule", "due_at"), name="report_run_once"),
            models.CheckConstraint(
                condition=models.Q(("state__in", ["making", "sent", "failed"])),
                name="report_run_state_known",
            ),
        ],
    ),
    table(
        "ReportReceiver",
        ("address", models.CharField(max_length=120)),
        ("left_at", models.DateTimeField(null=True)),
        (
            "schedule",
            models.ForeignKey(
                on_delete=CASCADE, related_name="receivers", to="insight.reportschedule"
            ),
        ),
        constraints=[
            models.UniqueConstraint(fields=("schedule", "address"), name="report_receiver_once")
        ],
    ),
    table(
        "EventReading",
        ("name", models.CharField(max_length=20, unique=True)),
        ("transaction", models.BigIntegerField()),
        ("event", models.BigIntegerField()),
        ("read_at", models.DateTimeField()),
    ),
    table(
        "KeptClub",
        ("zone", models.CharField(max_length=40)),
        ("is_whole", models.BooleanField(default=False)),
        ("waiting_since", models.DateTimeField(null=True)),
        ("transaction", models.BigIntegerField(default=0)),
        ("transfer", models.BigIntegerField(default=0)),
        ("club", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.club")),
    ),
    table(
        "DayFigures",
        ("place", models.BigIntegerField()),
        ("day", models.DateField()),
        ("sales", models.BigIntegerField()),
        ("purchases", models.BigIntegerField()),
        ("returned", models.BigIntegerField()),
        ("returns", models.BigIntegerField()),
        ("joined", models.BigIntegerField()),
        ("given", models.BigIntegerField()),
        ("used", models.BigIntegerField()),
        ("buyers", models.BigIntegerField()),
        ("twice", models.BigIntegerField()),
        ("gaps", ArrayField(base_field=models.IntegerField(), default=list, size=None)),
        ("last", ArrayField(base_field=models.IntegerField(), default=list, size=None)),
        ("last_but_one", ArrayField(base_field=models.IntegerField(), default=list, size=None)),
        ("last_of_once", ArrayField(base_field=models.IntegerField(), default=list, size=None)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "place", "day"), name="day_figures_once")
        ],
    ),
    table(
        "DayPools",
        ("day", models.DateField()),
        ("issued", models.BigIntegerField()),
        ("clawed_back", models.BigIntegerField()),
        ("spent", models.BigIntegerField()),
        ("restored", models.BigIntegerField()),
        ("expired", models.BigIntegerField()),
        ("revived", models.BigIntegerField()),
        ("club", tied("club.club", db_index=False)),
        ("unit", tied("ledger.unit", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "unit", "day"), name="day_pools_once")
        ],
    ),
    table(
        "WaitingDay",
        ("day", models.DateField()),
        ("club", tied("club.club", db_index=False)),
        constraints=[models.UniqueConstraint(fields=("club", "day"), name="waiting_day_once")],
    ),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_tables"), ("club", "0001_tables")]
    replaces = [("insight", "0001_saved_reports"), ("insight", "0002_kept_figures")]
    operations = [Together(TABLES)]
