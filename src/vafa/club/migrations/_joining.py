"""How one becomes a member, and what it costs."""

from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "JoiningTerms",
        ("version", models.IntegerField()),
        ("mode", models.CharField(max_length=6)),
        ("by_invitation", models.BooleanField(default=False)),
        ("by_code", models.BooleanField(default=False)),
        ("by_receipt_of", models.BigIntegerField(null=True)),
        ("receipt_days", models.SmallIntegerField(default=30)),
        ("by_approval", models.BooleanField(default=False)),
        ("actor", models.CharField(max_length=40)),
        ("made_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        constraints=[
            models.UniqueConstraint(fields=("club", "version"), name="joining_terms_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ("mode", "open"),
                    models.Q(("by_invitation", True), ("mode", "closed")),
                    models.Q(("by_code", True), ("mode", "closed")),
                    models.Q(("by_approval", True), ("mode", "closed")),
                    models.Q(("by_receipt_of__isnull", False), ("mode", "closed")),
                    _connector="OR",
                ),
                name="closed_club_has_a_door",
            ),
        ],
    ),
    table(
        "JoiningCode",
        ("code", models.CharField(max_length=20)),
        ("name", models.CharField(max_length=80)),
        ("opens", models.BooleanField(default=True)),
        ("most_uses", models.IntegerField(null=True)),
        ("uses", models.IntegerField(default=0)),
        ("last_day", models.DateField(null=True)),
        ("is_active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", null=True, db_index=False)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "code"), name="joining_code_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ("most_uses__isnull", True),
                    ("uses__lte", models.F("most_uses")),
                    _connector="OR",
                ),
                name="joining_code_within_limit",
            ),
        ],
    ),
    table(
        "JoiningRequest",
        ("mobile", models.CharField(max_length=16)),
        ("name", models.CharField(max_length=120)),
        ("birth_date", models.DateField(null=True)),
        ("invitation", models.CharField(blank=True, default="", max_length=40)),
        ("code", models.CharField(blank=True, default="", max_length=20)),
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField()),
        ("state", models.CharField(default="waiting", max_length=8)),
        ("decided_by", models.CharField(blank=True, default="", max_length=40)),
        ("decided_at", models.DateTimeField(null=True)),
        ("reason", models.CharField(blank=True, default="", max_length=200)),
        ("branch", tied("club.branch", null=True, db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("told", models.JSONField(default=dict)),
        indexes=[models.Index(fields=["club", "state", "asked_at"], name="joining_requests")],
        constraints=[
            models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("club", "mobile"),
                name="joining_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "accepted", "refused"])),
                name="joining_request_state_known",
            ),
        ],
    ),
    table(
        "Joining",
        ("way", models.CharField(max_length=10)),
        ("purchase", models.BigIntegerField(null=True)),
        ("at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("member", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.member")),
        ("code", tied("club.joiningcode", null=True)),
        ("request", tied("club.joiningrequest", null=True, db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "purchase"), name="joining_receipt_once")
        ],
    ),
    table(
        "FeeTerms",
        ("version", models.IntegerField()),
        ("amount", models.BigIntegerField(default=0)),
        ("months", models.SmallIntegerField(default=12)),
        ("first_free_days", models.SmallIntegerField(default=0)),
        ("grace_days", models.SmallIntegerField(default=0)),
        ("remind_days", models.SmallIntegerField(default=14)),
        ("actor", models.CharField(max_length=40)),
        ("made_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False)),
        constraints=[
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
    ),
]
