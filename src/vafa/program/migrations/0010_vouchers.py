import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import F, Q

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
DROP TRIGGER program_voucher_append_only ON program_voucher;
CREATE TRIGGER program_voucher_given_once BEFORE UPDATE ON program_voucher
    FOR EACH ROW EXECUTE FUNCTION program_voucher_given_once();
CREATE TRIGGER program_voucher_append_only BEFORE DELETE ON program_voucher
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
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

SERIES_FIELDS = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
    ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
    ("told_at", models.DateTimeField(null=True)),
    ("finished_at", models.DateTimeField(null=True)),
    ("trouble", models.CharField(blank=True, default="", max_length=200)),
    ("cancelled_at", models.DateTimeField(null=True)),
    (
        "club",
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="club.club"),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("program", "0009_limits")]
    operations = [
        migrations.CreateModel(
            name="VoucherSeries",
            fields=SERIES_FIELDS,
            options={
                "indexes": [models.Index(fields=["club", "-id"], name="series_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(value__gte=0, min_basket__gte=0, wanted__gt=0, made__gte=0)
                        & Q(made__lte=F("wanted"))
                        & (Q(max_uses__isnull=True) | Q(max_uses__gt=0)),
                        name="series_amounts",
                    ),
                    models.CheckConstraint(
                        condition=Q(starts_at__isnull=True) | Q(starts_at__lt=F("expires_at")),
                        name="series_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.AlterField("voucher", "code", models.CharField(max_length=64)),
        migrations.AddField(
            "voucher",
            "series",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="program.voucherseries",
            ),
        ),
        migrations.AddField("voucher", "max_uses", models.IntegerField(db_default=1, default=1, null=True)),
        migrations.AddField("voucher", "terms", models.JSONField(null=True)),
        migrations.AddField("voucher", "given_at", models.DateTimeField(null=True)),
        migrations.AddField("voucher", "starts_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "voucher",
            models.CheckConstraint(
                condition=(Q(max_uses__isnull=True) | Q(max_uses__gt=0))
                & (Q(starts_at__isnull=True) | Q(starts_at__lt=F("expires_at"))),
                name="voucher_uses_and_window",
            ),
        ),
        migrations.AddIndex(
            "voucher",
            models.Index(
                fields=["series", "id"],
                condition=Q(series__isnull=False, member__isnull=True),
                name="voucher_not_given",
            ),
        ),
        migrations.AddIndex(
            "voucher",
            models.Index(fields=["series", "id"], condition=Q(series__isnull=False), name="voucher_of_series"),
        ),
        migrations.RemoveConstraint("voucheruse", "voucher_single_use"),
        migrations.RemoveConstraint("voucheruse", "voucher_use_purpose"),
        migrations.AlterField("voucheruse", "number", models.IntegerField(default=1)),
        migrations.AlterField("voucheruse", "purpose", models.CharField(default="bill", max_length=10)),
        migrations.AddField(
            "voucheruse",
            "member",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.member",
            ),
        ),
        migrations.AddField("voucheruse", "times", models.SmallIntegerField(default=1)),
        migrations.AddField("voucheruse", "amount", models.BigIntegerField(default=0)),
        migrations.AddField("voucheruse", "shares", models.JSONField(null=True)),
        migrations.AddField("voucheruse", "times_after", models.IntegerField(default=0)),
        migrations.AddField("voucheruse", "amount_after", models.BigIntegerField(default=0)),
        migrations.AddConstraint(
            "voucheruse",
            models.CheckConstraint(
                condition=Q(purpose__in=["bill", "counter"], times=1, amount__gte=0)
                | Q(purpose="given_back", times__in=[0, -1], amount__lte=0)
                | Q(purpose__in=["cancelled", "expired"], times=0, amount=0),
                name="voucher_use_purpose",
            ),
        ),
        migrations.AddIndex(
            "voucheruse",
            models.Index(
                fields=["voucher", "member"],
                condition=Q(member__isnull=False),
                name="voucher_uses_of_member",
            ),
        ),
        migrations.AddField("reward", "max_uses", models.IntegerField(db_default=1, default=1)),
        migrations.AddField("reward", "terms", models.JSONField(db_default={}, default=dict)),
        migrations.AddField(
            "reward",
            "series",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="program.voucherseries",
            ),
        ),
        migrations.AddField("reward", "starts_at", models.DateTimeField(null=True)),
        migrations.AddField("reward", "ends_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "reward",
            "tiers",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            "reward", "segment", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.AddField("reward", "per_member", models.IntegerField(null=True)),
        migrations.RemoveConstraint("reward", "reward_kind_known"),
        migrations.AddConstraint(
            "reward",
            models.CheckConstraint(
                condition=Q(kind__in=["voucher", "gift"], value__gt=0)
                | Q(kind__in=["percent", "product", "buy_get", "delivery", "text"])
                | Q(kind="partner", series__isnull=False),
                name="reward_kind_known",
            ),
        ),
        migrations.AddConstraint(
            "reward",
            models.CheckConstraint(
                condition=Q(max_uses__gt=0)
                & (Q(per_member__isnull=True) | Q(per_member__gt=0))
                & (Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(starts_at__lt=F("ends_at"))),
                name="reward_limits_and_window",
            ),
        ),
        migrations.RunSQL(USES_WITHIN, migrations.RunSQL.noop),
        migrations.RunSQL(GIVEN_ONCE, migrations.RunSQL.noop),
        migrations.RunSQL(SERIES_STAYS, migrations.RunSQL.noop),
    ]
