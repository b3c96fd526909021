"""What people decide beside the rules."""

from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Adjustment",
        ("unit", models.CharField(max_length=6)),
        ("amount", models.BigIntegerField()),
        ("reason", models.CharField(max_length=200)),
        ("status", models.CharField(default="waiting", max_length=8)),
        ("requested_by", models.CharField(max_length=40)),
        ("requested_at", models.DateTimeField()),
        ("decided_by", models.CharField(default="", max_length=40)),
        ("decided_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        (
            "decision",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="+", to="program.decision"
            ),
        ),
        ("member", tied("club.member")),
        indexes=[models.Index(fields=["club", "-requested_at"], name="adjustment_by_time")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), _negated=True), models.Q(("reason", ""), _negated=True)
                ),
                name="adjustment_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(("unit__in", ["points", "credit"])), name="adjustment_unit_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decision__isnull", True),
                        ("status", "waiting"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision__isnull", True),
                        ("status", "refused"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision__isnull", False),
                        ("status", "applied"),
                    ),
                    _connector="OR",
                ),
                name="adjustment_status_known",
            ),
        ],
    ),
    table(
        "BulkAdjustment",
        ("members", models.JSONField()),
        ("points", models.BigIntegerField()),
        ("reason", models.CharField(max_length=200)),
        ("status", models.CharField(default="waiting", max_length=8)),
        ("requested_by", models.CharField(max_length=40)),
        ("requested_at", models.DateTimeField()),
        ("decided_by", models.CharField(default="", max_length=40)),
        ("decided_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["club", "-id"],
                name="bulk_adjustment_waiting",
            )
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("points__gt", 0), models.Q(("reason", ""), _negated=True)),
                name="bulk_adjustment_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "waiting")),
                    models.Q(
                        ("decided_at__isnull", False), ("status__in", ["approved", "refused"])
                    ),
                    _connector="OR",
                ),
                name="bulk_adjustment_status_known",
            ),
        ],
    ),
    table(
        "OpeningBalance",
        ("key", models.CharField(max_length=64)),
        ("undone_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("data_import", tied("commerce.dataimport", db_index=False)),
        ("decision", tied("program.decision", db_index=False)),
        indexes=[models.Index(fields=["data_import", "id"], name="opening_of_import")],
        constraints=[
            models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("club", "key"),
                name="opening_once",
            )
        ],
    ),
    table(
        "OfflineSale",
        ("entry", models.UUIDField()),
        ("asked_hash", models.CharField(max_length=64)),
        ("snapshot", models.CharField(blank=True, default="", max_length=36)),
        ("rung_by", models.CharField(max_length=40)),
        ("sent_by", models.CharField(max_length=40)),
        ("till_at", models.DateTimeField()),
        ("sold_at", models.DateTimeField()),
        ("received_at", models.DateTimeField(db_default=Now())),
        ("customer", models.CharField(blank=True, default="", max_length=24)),
        ("total", models.BigIntegerField()),
        ("asked_points", models.BigIntegerField(default=0)),
        ("asked_credit", models.BigIntegerField(default=0)),
        ("state", models.CharField(default="arrived", max_length=8)),
        ("why", models.CharField(blank=True, default="", max_length=12)),
        ("short_points", models.BigIntegerField(default=0)),
        ("short_credit", models.BigIntegerField(default=0)),
        ("kept", models.JSONField(null=True)),
        ("resolution", models.CharField(blank=True, default="", max_length=9)),
        ("note", models.CharField(blank=True, default="", max_length=200)),
        ("resolved_by", models.CharField(blank=True, default="", max_length=40)),
        ("resolved_at", models.DateTimeField(null=True)),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        (
            "decision",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="+", to="program.decision"
            ),
        ),
        ("member", tied("club.member", null=True, db_index=False)),
        ("purchase", tied("commerce.purchase", null=True, db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("state", "open")),
                fields=["club", "id"],
                name="offline_sale_open",
            ),
            models.Index(fields=["member", "sold_at"], name="offline_sale_by_member"),
            models.Index(fields=["branch", "sold_at"], name="offline_sale_by_branch"),
            models.Index(
                condition=models.Q(("state", "arrived")),
                fields=["club", "received_at"],
                name="offline_sale_unfinished",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "entry"), name="offline_sale_once"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "arrived"), ("why", "")),
                    models.Q(("purchase__isnull", False), ("state", "clean"), ("why", "")),
                    models.Q(
                        models.Q(("why", ""), _negated=True), ("state__in", ["open", "settled"])
                    ),
                    _connector="OR",
                ),
                name="offline_sale_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decision__isnull", True),
                        ("resolution", ""),
                        ("resolved_at__isnull", True),
                        models.Q(("state", "settled"), _negated=True),
                    ),
                    models.Q(
                        ("resolved_at__isnull", False),
                        ("state", "settled"),
                        models.Q(
                            models.Q(("decision__isnull", False), ("resolution", "points")),
                            models.Q(
                                ("decision__isnull", True),
                                ("resolution__in", ["money", "write_off"]),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="offline_sale_settled_once",
            ),
        ],
    ),
]

# The reason of a correction is never empty: of an erased one nothing but a dash is left.
ADJUSTMENTS = """
CREATE FUNCTION program_adjustment_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'reason' IS DISTINCT FROM to_jsonb(OLD) - 'reason'
        OR (SELECT m.erased_at FROM club_member m WHERE m.id = OLD.member_id) IS NULL
    THEN
        RAISE EXCEPTION 'only the reason of a correction may be erased'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_adjustment_guard BEFORE UPDATE ON program_adjustment FOR EACH ROW
    WHEN (NEW.reason <> '-' OR OLD.reason = '-') EXECUTE FUNCTION program_decided_once(
        'waiting', 'status decided_by decided_at decision_id');
CREATE TRIGGER program_adjustment_no_delete BEFORE DELETE ON program_adjustment FOR EACH ROW
    EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_adjustment_erasing_only BEFORE UPDATE ON program_adjustment FOR EACH ROW
    WHEN (NEW.reason = '-' AND OLD.reason <> '-')
    EXECUTE FUNCTION program_adjustment_erasing_only();
CREATE TRIGGER program_adjustment_no_truncate BEFORE TRUNCATE ON program_adjustment
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
# What was sold stays as it was told; it is recorded once, and settled once.
SOLD_STAYS = """
CREATE FUNCTION program_offlinesale_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    recorded text[] := '{state,why,short_points,short_credit,purchase_id,kept}';
    settled text[] := '{state,resolution,note,resolved_by,resolved_at,decision_id}';
    changing text[] := CASE OLD.state WHEN 'arrived' THEN recorded WHEN 'open' THEN settled
        ELSE '{}' END;
BEGIN
    IF NEW.state = OLD.state OR to_jsonb(NEW) - changing IS DISTINCT FROM to_jsonb(OLD) - changing
    THEN
        RAISE EXCEPTION 'a sale of a till without a line is % and stays as it was', OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_offlinesale_guard BEFORE UPDATE ON program_offlinesale
    FOR EACH ROW EXECUTE FUNCTION program_offlinesale_guard();
"""

IN_SQL = [ADJUSTMENTS, SOLD_STAYS, permanent("program_offlinesale")]
