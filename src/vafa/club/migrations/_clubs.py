"""Clubs, their branches and keys, and work that goes on behind."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.deletion import CASCADE, PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Club",
        ("name", models.CharField(max_length=120)),
        ("slug", models.SlugField(max_length=60, unique=True)),
        ("currency", models.CharField(default="IRR", max_length=3)),
        ("zone", models.CharField(default="Asia/Tehran", max_length=40)),
        ("calendar", models.CharField(default="jalali", max_length=9)),
        ("language", models.CharField(default="fa", max_length=2)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("book", models.OneToOneField(on_delete=PROTECT, to="ledger.book")),
        (
            "points_unit",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="ledger.unit"),
        ),
        (
            "credit_unit",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="ledger.unit"),
        ),
    ),
    table(
        "ClubDisplayUnit",
        ("unit", models.CharField(max_length=16)),
        ("effective_from", models.DateField()),
        ("club", tied("club.club", related_name="display_units")),
        constraints=[
            models.UniqueConstraint(fields=("club", "effective_from"), name="display_unit_once")
        ],
    ),
    table(
        "ClubSetup",
        ("step", models.CharField(max_length=12)),
        ("version", models.IntegerField()),
        ("answers", models.JSONField(default=dict)),
        ("actor", models.CharField(max_length=40)),
        ("made_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "step", "version"), name="setup_answer_once")
        ],
    ),
    table(
        "Merchant",
        ("name", models.CharField(max_length=120)),
        ("club", tied("club.club", related_name="merchants")),
    ),
    table(
        "Branch",
        ("code", models.SlugField(max_length=32)),
        ("name", models.CharField(max_length=120)),
        ("kind", models.CharField(default="store", max_length=8)),
        ("city", models.CharField(blank=True, default="", max_length=60)),
        ("is_active", models.BooleanField(default=True)),
        ("club", tied("club.club", related_name="branches")),
        ("merchant", tied("club.merchant", related_name="branches")),
        constraints=[models.UniqueConstraint(fields=("club", "code"), name="branch_code_once")],
    ),
    table(
        "ApiKey",
        ("name", models.CharField(max_length=80)),
        ("prefix", models.CharField(max_length=16)),
        ("secret_hash", models.CharField(max_length=64, unique=True)),
        ("scopes", ArrayField(base_field=models.CharField(max_length=32), size=None)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("revoked_at", models.DateTimeField(null=True)),
        ("branch", tied("club.branch", null=True)),
        ("club", tied("club.club", related_name="api_keys")),
        ("merchant", tied("club.merchant", null=True)),
    ),
    table(
        "Task",
        ("kind", models.CharField(max_length=40)),
        ("params", models.JSONField(default=dict)),
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField(db_default=Now())),
        ("told_at", models.DateTimeField()),
        ("started_at", models.DateTimeField(null=True)),
        ("state", models.CharField(default="waiting", max_length=8)),
        ("step", models.CharField(blank=True, default="", max_length=40)),
        ("reached", models.BigIntegerField(default=0)),
        ("total", models.BigIntegerField(default=0)),
        ("stop_asked_at", models.DateTimeField(null=True)),
        ("finished_at", models.DateTimeField(null=True)),
        ("trouble", models.CharField(blank=True, default="", max_length=60)),
        ("trouble_words", models.JSONField(default=dict)),
        ("result", models.JSONField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("staff", tied("club.staff", null=True, db_index=False)),
        indexes=[models.Index(fields=["club", "-id"], name="task_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["failed", "stopped"])),
                    models.Q(
                        ("finished_at__isnull", False), ("result__isnull", False), ("state", "done")
                    ),
                    _connector="OR",
                ),
                name="task_state_known",
            )
        ],
    ),
    table(
        "TaskFile",
        ("role", models.CharField(max_length=20)),
        ("name", models.CharField(max_length=200)),
        ("content_type", models.CharField(max_length=100)),
        ("size", models.BigIntegerField(default=0)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("task", models.ForeignKey(on_delete=CASCADE, related_name="files", to="club.task")),
    ),
    table(
        "TaskChunk",
        ("number", models.IntegerField()),
        ("content", models.BinaryField()),
        (
            "file",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="chunks", to="club.taskfile"
            ),
        ),
        constraints=[models.UniqueConstraint(fields=("file", "number"), name="task_chunk_once")],
    ),
]


IN_SQL = [permanent("club_club"), permanent("club_branch")]
