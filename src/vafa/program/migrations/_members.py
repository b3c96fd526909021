"""What members reached, what happened to them, and who invited whom."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, erasable, linked, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "TierRun",
        ("day", models.DateField()),
        ("ran_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False)),
        ("revision", tied("program.revision", db_index=False)),
        constraints=[models.UniqueConstraint(fields=("club", "day"), name="tier_run_once")],
    ),
    table(
        "TierChange",
        ("before", models.CharField(max_length=40)),
        ("after", models.CharField(max_length=40)),
        ("why", models.CharField(max_length=10)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        ("run", tied("program.tierrun", related_name="changes", db_index=False)),
        indexes=[models.Index(fields=["club", "member", "-id"], name="tier_change_newest")],
        constraints=[
            models.UniqueConstraint(fields=("member", "run"), name="tier_change_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ("why__in", ["risen", "fallen", "taken_back", "new_terms", "segment"]),
                    models.Q(("before", models.F("after")), _negated=True),
                ),
                name="tier_change_known",
            ),
        ],
    ),
    table(
        "TierWarning",
        ("tier", models.CharField(max_length=40)),
        ("falls_to", models.CharField(max_length=40)),
        ("loses_on", models.DateField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("member", "tier", "loses_on"), name="tier_warning_once")
        ],
    ),
    table(
        "Occasion",
        ("code", models.SlugField(max_length=40)),
        ("name", models.CharField(max_length=120)),
        ("name_en", models.CharField(blank=True, default="", max_length=120)),
        ("calendar", models.CharField(default="jalali", max_length=9)),
        ("month", models.SmallIntegerField()),
        ("day", models.SmallIntegerField()),
        ("official", ArrayField(base_field=models.DateField(), default=list, size=None)),
        ("is_active", models.BooleanField(default=True)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
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
    ),
    table(
        "Happening",
        ("kind", models.CharField(max_length=20)),
        ("what", models.CharField(blank=True, default="", max_length=40)),
        ("occurrence", models.CharField(max_length=200)),
        ("occurred_at", models.DateTimeField()),
        ("data", models.JSONField(null=True)),
        ("purchases", ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
        ("actor", models.CharField(max_length=40)),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", null=True, db_index=False, db_constraint=False)),
        ("club", tied("club.club", db_index=False, db_constraint=False)),
        (
            "decision",
            models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="program.decision",
            ),
        ),
        ("member", tied("club.member", db_index=False, db_constraint=False)),
        indexes=[
            models.Index(fields=["club", "kind", "-occurred_at"], name="happening_newest"),
            GinIndex(
                condition=models.Q(("kind__in", ["challenge", "referral", "event"])),
                fields=["purchases"],
                name="happening_purchases",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("member", "kind", "occurrence"), name="happening_once")
        ],
    ),
    table(
        "HappeningMark",
        ("reached_at", models.DateTimeField()),
        ("club", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.club")),
    ),
    table(
        "MemberDevice",
        ("device", models.CharField(max_length=32)),
        ("member", tied("club.member", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("member", "device"), name="member_device_once")
        ],
    ),
    table(
        "Referral",
        ("actor", models.CharField(max_length=40)),
        ("device", models.CharField(blank=True, default="", max_length=32)),
        ("status", models.CharField(default="waiting", max_length=10)),
        ("reason", models.CharField(blank=True, default="", max_length=16)),
        ("made_at", models.DateTimeField()),
        ("judged_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("friend", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.member")),
        ("inviter", tied("club.member", db_index=False)),
        ("purchase", tied("commerce.purchase", null=True, db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("status", "waiting")), fields=["club"], name="referral_waiting"
            ),
            models.Index(fields=["inviter", "-made_at"], name="referral_by_inviter"),
            models.Index(fields=["club", "-id"], name="referral_newest"),
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("judged_at__isnull", True), ("status", "waiting")),
                    models.Q(
                        ("judged_at__isnull", False),
                        ("status", "refused"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("judged_at__isnull", False),
                        ("purchase__isnull", False),
                        ("status__in", ["paid", "taken_back"]),
                    ),
                    _connector="OR",
                ),
                name="referral_judged",
            ),
            models.CheckConstraint(
                condition=models.Q(("inviter", models.F("friend")), _negated=True),
                name="referral_of_another",
            ),
        ],
    ),
    table(
        "Badge",
        ("code", models.CharField(max_length=40)),
        ("given_at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        ("decision", tied("program.decision", db_index=False)),
        indexes=[models.Index(fields=["club", "code"], name="badge_by_code")],
        constraints=[models.UniqueConstraint(fields=("member", "code"), name="badge_once")],
    ),
]

DEVICES = """
CREATE FUNCTION program_memberdevice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND (SELECT m.erased_at FROM club_member m WHERE m.id = OLD.member_id) IS NOT NULL
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of program_memberdevice is refused: its rows are never changed or deleted',
        TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER program_memberdevice_guard BEFORE UPDATE OR DELETE ON program_memberdevice
    FOR EACH ROW EXECUTE FUNCTION program_memberdevice_guard();
CREATE TRIGGER program_memberdevice_no_truncate BEFORE TRUNCATE ON program_memberdevice
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
LINKS = linked(
    "program_happening",
    {
        "club_id": "club_club",
        "member_id": "club_member",
        "branch_id": "club_branch",
        "decision_id": "program_decision",
    },
    of_club=("member_id", "branch_id", "decision_id"),
)
_APPENDED = (
    "program_tierrun",
    "program_tierchange",
    "program_tierwarning",
    "program_happening",
    "program_badge",
)

IN_SQL = [
    *(append_only(each) for each in _APPENDED),
    erasable("program_happening", ["data"]),
    LINKS,
    DEVICES,
    permanent("program_referral"),
]
