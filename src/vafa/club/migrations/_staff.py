"""Who works in a club, how they log in, and who did what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.deletion import CASCADE, PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, erasable
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "User",
        ("password", models.CharField(max_length=128, verbose_name="password")),
        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
        ("username", models.CharField(max_length=80, unique=True)),
        ("name", models.CharField(blank=True, default="", max_length=120)),
        ("language", models.CharField(blank=True, default="", max_length=2)),
        ("is_active", models.BooleanField(default=True)),
        ("factor_reset_at", models.DateTimeField(null=True)),
    ),
    table(
        "Staff",
        ("role", models.CharField(max_length=12)),
        ("is_active", models.BooleanField(default=True)),
        ("branch", tied("club.branch", null=True)),
        ("club", tied("club.club", related_name="staff")),
        ("user", tied(settings.AUTH_USER_MODEL, related_name="roles")),
        ("own_role", tied("club.ownrole", related_name="staff", null=True)),
        constraints=[
            models.UniqueConstraint(fields=("club", "user"), name="one_role_per_club"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("own_role__isnull", False), ("role", "own")),
                    models.Q(models.Q(("role", "own"), _negated=True), ("own_role__isnull", True)),
                    _connector="OR",
                ),
                name="staff_own_role_named",
            ),
        ],
    ),
    table(
        "StaffBranch",
        ("branch", tied("club.branch")),
        (
            "staff",
            models.ForeignKey(on_delete=CASCADE, related_name="more_branches", to="club.staff"),
        ),
        constraints=[models.UniqueConstraint(fields=("staff", "branch"), name="staff_branch_once")],
    ),
    table(
        "OwnRole",
        ("name", models.CharField(max_length=40)),
        ("name_en", models.CharField(blank=True, default="", max_length=40)),
        ("permissions", ArrayField(base_field=models.CharField(max_length=32), size=None)),
        ("of_branches", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        constraints=[models.UniqueConstraint(fields=("club", "name"), name="own_role_once")],
    ),
    table(
        "StaffChoice",
        ("name", models.CharField(max_length=40)),
        ("value", models.JSONField()),
        ("staff", tied("club.staff", db_index=False)),
        constraints=[models.UniqueConstraint(fields=("staff", "name"), name="staff_choice_once")],
    ),
    table(
        "SecondFactor",
        ("sealed_key", models.BinaryField()),
        ("made_at", models.DateTimeField()),
        ("confirmed_at", models.DateTimeField(null=True)),
        ("last_step", models.BigIntegerField(default=0)),
        (
            "recovery",
            ArrayField(base_field=models.CharField(max_length=64), default=list, size=None),
        ),
        (
            "user",
            models.OneToOneField(
                on_delete=PROTECT, related_name="second_factor", to=settings.AUTH_USER_MODEL
            ),
        ),
    ),
    table(
        "Session",
        ("key", models.CharField(max_length=40, unique=True)),
        ("device", models.CharField(max_length=200)),
        ("address", models.CharField(max_length=45)),
        ("started_at", models.DateTimeField()),
        ("last_seen_at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("staff", tied("club.staff", null=True, db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("staff__isnull", False)),
                fields=["staff"],
                name="session_of_staff",
            ),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member"],
                name="session_of_member",
            ),
            models.Index(fields=["last_seen_at"], name="session_by_age"),
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("member__isnull", True), ("staff__isnull", False)),
                    models.Q(("member__isnull", False), ("staff__isnull", True)),
                    _connector="OR",
                ),
                name="session_of_one_person",
            )
        ],
    ),
    table(
        "LoginFailure",
        ("kind", models.CharField(max_length=8)),
        ("name", models.CharField(max_length=80)),
        ("at", models.DateTimeField()),
        indexes=[models.Index(fields=["kind", "name", "at"], name="login_failures")],
    ),
    table(
        "LoginCode",
        ("mobile", models.CharField(max_length=16)),
        ("code_hash", models.CharField(max_length=64)),
        ("created_at", models.DateTimeField()),
        ("expires_at", models.DateTimeField()),
        ("wrong_tries", models.SmallIntegerField(default=0)),
        ("used_at", models.DateTimeField(null=True)),
        ("club", tied("club.club")),
        indexes=[models.Index(fields=["club", "mobile", "created_at"], name="login_code_latest")],
    ),
    table(
        "Audit",
        ("at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("actor_name", models.CharField(max_length=120)),
        ("role", models.CharField(max_length=40)),
        ("face", models.CharField(max_length=8)),
        ("address", models.CharField(max_length=45)),
        ("request_id", models.CharField(max_length=32)),
        ("action", models.CharField(max_length=40)),
        ("thing_kind", models.CharField(max_length=16)),
        ("thing_id", models.CharField(max_length=40)),
        ("thing_label", models.CharField(max_length=160)),
        ("before", models.JSONField(null=True)),
        ("after", models.JSONField(null=True)),
        ("reason", models.CharField(max_length=300)),
        ("search_text", models.TextField()),
        ("branch", tied("club.branch", null=True, db_index=False)),
        ("club", tied("club.club", db_index=False)),
        indexes=[
            models.Index(fields=["club", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["club", "actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["club", "action", "-at", "-id"], name="audit_by_action"),
            models.Index(
                fields=["club", "thing_kind", "thing_id", "-at", "-id"], name="audit_by_thing"
            ),
        ],
    ),
]

# No extension brings trigrams everywhere, so these are our own: each three letters in a row, as
# one number (a code point has 21 bits), for a GIN index that finds any part of a text.
TRIGRAMS = """
CREATE FUNCTION vafa_trigrams(t text) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT (ascii(substr(t, i, 1))::bigint << 42)
        | (ascii(substr(t, i + 1, 1))::bigint << 21) | ascii(substr(t, i + 2, 1))), '{}')
    FROM generate_series(1, length(t) - 2) AS i
$$;
CREATE INDEX audit_by_text ON club_audit USING gin (vafa_trigrams(search_text));
"""
_OF_PEOPLE = "actor_name", "address", "thing_label", "before", "after", "reason", "search_text"

IN_SQL = [TRIGRAMS, append_only("club_audit"), erasable("club_audit", _OF_PEOPLE)]
