"""Rewards, vouchers and their uses."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Reward",
        ("name", models.CharField(max_length=120)),
        ("name_en", models.CharField(blank=True, default="", max_length=120)),
        ("sort_key", models.CharField(default="", max_length=255)),
        ("kind", models.CharField(max_length=8)),
        ("points", models.BigIntegerField()),
        ("value", models.BigIntegerField(default=0)),
        ("valid_days", models.IntegerField(default=90)),
        ("min_basket", models.BigIntegerField(default=0)),
        ("stock", models.IntegerField(null=True)),
        ("is_active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", related_name="rewards")),
        ("product", tied("commerce.product", null=True)),
        ("max_uses", models.IntegerField(db_default=1, default=1)),
        ("terms", models.JSONField(db_default={}, default=dict)),
        ("series", tied("program.voucherseries", null=True)),
        ("starts_at", models.DateTimeField(null=True)),
        ("ends_at", models.DateTimeField(null=True)),
        (
            "tiers",
            ArrayField(
                base_field=models.CharField(max_length=40), db_default=[], default=list, size=None
            ),
        ),
        ("segment", models.CharField(blank=True, db_default="", default="", max_length=40)),
        ("per_member", models.IntegerField(null=True)),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                name="reward_stock_not_below_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("max_uses__gt", 0),
                    models.Q(("per_member__isnull", True), ("per_member__gt", 0), _connector="OR"),
                    models.Q(
                        ("starts_at__isnull", True),
                        ("ends_at__isnull", True),
                        ("starts_at__lt", models.F("ends_at")),
                        _connector="OR",
                    ),
                ),
                name="reward_limits_and_window",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("value__gte", 0),
                    models.Q(
                        ("points__gt", 0),
                        models.Q(("kind", "chances"), ("points__gte", 0)),
                        _connector="OR",
                    ),
                ),
                name="reward_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["voucher", "gift", "chances"]), ("value__gt", 0)),
                    ("kind__in", ["percent", "product", "buy_get", "delivery", "text"]),
                    models.Q(("kind", "partner"), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="reward_kind_known",
            ),
        ],
    ),
    table(
        "Redemption",
        ("points", models.BigIntegerField()),
        ("actor", models.CharField(max_length=40)),
        ("redeemed_at", models.DateTimeField()),
        ("club", tied("club.club")),
        (
            "decision",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="program.decision"),
        ),
        ("member", tied("club.member")),
        ("reward", tied("program.reward")),
        (
            "voucher",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="program.voucher"),
        ),
    ),
    table(
        "VoucherSeries",
        ("name", models.CharField(max_length=120)),
        ("kind", models.CharField(max_length=8)),
        ("value", models.BigIntegerField(default=0)),
        ("min_basket", models.BigIntegerField(default=0)),
        ("max_uses", models.IntegerField(default=1, null=True)),
        ("terms", models.JSONField(default=dict)),
        ("starts_at", models.DateTimeField(null=True)),
        ("expires_at", models.DateTimeField()),
        ("prefix", models.CharField(blank=True, default="", max_length=16)),
        ("letters", models.SmallIntegerField(default=16)),
        ("wanted", models.IntegerField()),
        ("made", models.IntegerField(default=0)),
        ("actor", models.CharField(max_length=40)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("told_at", models.DateTimeField(null=True)),
        ("finished_at", models.DateTimeField(null=True)),
        ("trouble", models.CharField(blank=True, default="", max_length=200)),
        ("cancelled_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        indexes=[models.Index(fields=["club", "-id"], name="series_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("made__gte", 0),
                    ("min_basket__gte", 0),
                    ("value__gte", 0),
                    ("wanted__gt", 0),
                    ("made__lte", models.F("wanted")),
                    models.Q(("max_uses__isnull", True), ("max_uses__gt", 0), _connector="OR"),
                ),
                name="series_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("starts_at__isnull", True),
                    ("starts_at__lt", models.F("expires_at")),
                    _connector="OR",
                ),
                name="series_ends_after_it_starts",
            ),
        ],
    ),
    table(
        "Voucher",
        ("code", models.CharField(max_length=64)),
        ("kind", models.CharField(max_length=8)),
        ("value", models.BigIntegerField(default=0)),
        ("min_basket", models.BigIntegerField(default=0)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("expires_at", models.DateTimeField()),
        ("club", tied("club.club")),
        ("member", tied("club.member", null=True)),
        ("reward", tied("program.reward", null=True)),
        ("series", tied("program.voucherseries", null=True, db_index=False)),
        ("max_uses", models.IntegerField(db_default=1, default=1, null=True)),
        ("terms", models.JSONField(null=True)),
        ("given_at", models.DateTimeField(null=True)),
        ("starts_at", models.DateTimeField(null=True)),
        ("decision", tied("program.decision", null=True, db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("member__isnull", True), ("series__isnull", False)),
                fields=["series", "id"],
                name="voucher_not_given",
            ),
            models.Index(
                condition=models.Q(("series__isnull", False)),
                fields=["series", "id"],
                name="voucher_of_series",
            ),
            models.Index(
                condition=models.Q(("decision__isnull", False)),
                fields=["decision"],
                name="voucher_of_decision",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "code"), name="voucher_code_once"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("max_uses__isnull", True), ("max_uses__gt", 0), _connector="OR"),
                    models.Q(
                        ("starts_at__isnull", True),
                        ("starts_at__lt", models.F("expires_at")),
                        _connector="OR",
                    ),
                ),
                name="voucher_uses_and_window",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("decision__isnull", True),
                    models.Q(("member__isnull", False), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="voucher_of_a_rule_is_personal",
            ),
        ],
    ),
    table(
        "VoucherUse",
        ("number", models.IntegerField(default=1)),
        ("used_at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("purchase", tied("commerce.purchase", null=True)),
        ("voucher", tied("program.voucher", related_name="uses")),
        ("purpose", models.CharField(default="bill", max_length=10)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("times", models.SmallIntegerField(default=1)),
        ("amount", models.BigIntegerField(default=0)),
        ("shares", models.JSONField(null=True)),
        ("times_after", models.IntegerField(default=0)),
        ("amount_after", models.BigIntegerField(default=0)),
        indexes=[
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["voucher", "member"],
                name="voucher_uses_of_member",
            )
        ],
        constraints=[
            models.UniqueConstraint(fields=("voucher", "number"), name="voucher_used_once"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gte", 0), ("purpose__in", ["bill", "counter"]), ("times", 1)
                    ),
                    models.Q(("amount__lte", 0), ("purpose", "given_back"), ("times__in", [0, -1])),
                    models.Q(
                        ("amount", 0), ("purpose__in", ["cancelled", "expired"]), ("times", 0)
                    ),
                    _connector="OR",
                ),
                name="voucher_use_purpose",
            ),
        ],
    ),
]

# Numbers without a gap, each with what it adds up to: two that begin from the same row cannot
# both be written, and none goes above what the voucher allows.
USES_WITHIN = """
CREATE FUNCTION program_voucheruse_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_kind text; most bigint; uses integer;
    used integer := 0; taken bigint := 0; ended text;
BEGIN
    SELECT v.kind, v.value, v.max_uses INTO of_kind, most, uses
        FROM program_voucher v WHERE v.id = NEW.voucher_id;
    IF NEW.number <> 1 THEN
        SELECT u.times_after, u.amount_after, u.purpose INTO used, taken, ended
            FROM program_voucheruse u
            WHERE u.voucher_id = NEW.voucher_id AND u.number = NEW.number - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'use % of voucher % has none before it', NEW.number, NEW.voucher_id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.times_after := used + NEW.times;
    NEW.amount_after := taken + NEW.amount;
    IF ended IN ('cancelled', 'expired') OR NEW.times_after NOT BETWEEN 0 AND coalesce(uses, NEW.times_after)
        OR NEW.amount_after < 0 OR of_kind = 'gift' AND NEW.amount_after > most
    THEN
        RAISE EXCEPTION 'voucher % does not allow this', NEW.voucher_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_voucheruse_within BEFORE INSERT ON program_voucheruse
    FOR EACH ROW EXECUTE FUNCTION program_voucheruse_guard();
"""
GIVEN_ONCE = """
CREATE FUNCTION program_voucher_given_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given text[] := ARRAY['member_id', 'given_at'];
BEGIN
    IF OLD.member_id IS NOT NULL OR OLD.series_id IS NULL OR NEW.member_id IS NULL
        OR NEW.given_at IS NULL OR to_jsonb(NEW) - given IS DISTINCT FROM to_jsonb(OLD) - given
    THEN
        RAISE EXCEPTION 'a voucher never changes; one of a series may be given to somebody, once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_voucher_given_once BEFORE UPDATE ON program_voucher
    FOR EACH ROW EXECUTE FUNCTION program_voucher_given_once();
CREATE TRIGGER program_voucher_append_only BEFORE DELETE ON program_voucher
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_voucher_no_truncate BEFORE TRUNCATE ON program_voucher
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
SERIES_STAYS = """
CREATE FUNCTION program_voucherseries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    progress text[] := ARRAY['made', 'told_at', 'finished_at', 'trouble', 'cancelled_at'];
BEGIN
    IF TG_OP = 'DELETE' OR NEW.made < OLD.made
        OR OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at
        OR to_jsonb(NEW) - progress IS DISTINCT FROM to_jsonb(OLD) - progress
    THEN
        RAISE EXCEPTION 'what a series of vouchers promised never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_voucherseries_guard BEFORE UPDATE OR DELETE ON program_voucherseries
    FOR EACH ROW EXECUTE FUNCTION program_voucherseries_guard();
CREATE TRIGGER program_voucherseries_no_truncate BEFORE TRUNCATE ON program_voucherseries
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""

IN_SQL = [
    append_only("program_redemption"),
    append_only("program_voucheruse"),
    USES_WITHIN,
    GIVEN_ONCE,
    SERIES_STAYS,
]
