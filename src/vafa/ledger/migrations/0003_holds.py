import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, block_sequence

LOT_KEEPS_ITS_ORIGIN = """
CREATE OR REPLACE FUNCTION ledger_lot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.account_id, NEW.transfer_id, NEW.origin_id, NEW.amount,
            NEW.earned_at, NEW.matures_at, NEW.expires_at, NEW.slides_months, NEW.instead_of_id)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.transfer_id, OLD.origin_id, OLD.amount,
            OLD.earned_at, OLD.matures_at, OLD.expires_at, OLD.slides_months, OLD.instead_of_id)
    THEN
        RAISE EXCEPTION 'only what remains of a lot may change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

HOLD_IS_RESOLVED_ONCE = """
CREATE FUNCTION ledger_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.account_id, NEW.transfer_id, NEW.amount, NEW.expires_at,
            NEW.source, NEW.source_id, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.transfer_id, OLD.amount, OLD.expires_at,
            OLD.source, OLD.source_id, OLD.created_at) THEN
        RAISE EXCEPTION 'only the resolution of a hold may be added'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'open' OR NEW.status = 'open' THEN
        RAISE EXCEPTION 'a hold is resolved once: it is % already', OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_guard BEFORE UPDATE OR DELETE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_guard();
CREATE TRIGGER ledger_hold_no_truncate BEFORE TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""

# The error code is Vafa's own: flows turn it into a refusal in the reader's language.
FROZEN_BOOKS_DO_NOT_MOVE = """
CREATE FUNCTION ledger_frozen_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_book b WHERE b.frozen_at IS NOT NULL
            AND b.id IN (SELECT book_id FROM added)) THEN
        RAISE EXCEPTION 'the book is read-only' USING ERRCODE = 'VF001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_frozen_guard AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=16)),
                ('source_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('captured', models.BigIntegerField(default=0)),
                ('status', models.CharField(default='open', max_length=8)),
                ('expires_at', models.DateTimeField(null=True)),
                ('source', models.CharField(max_length=16)),
                ('source_id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('resolved_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LotWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('warned_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='active_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='book',
            name='calendar',
            field=models.CharField(default='jalali', max_length=10),
        ),
        migrations.AddField(
            model_name='book',
            name='frozen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='book',
            name='frozen_reason',
            field=models.CharField(default='', max_length=400),
        ),
        migrations.AddField(
            model_name='book',
            name='zone',
            field=models.CharField(default='Asia/Tehran', max_length=40),
        ),
        migrations.AddField(
            model_name='lot',
            name='instead_of',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.lot'),
        ),
        migrations.AddField(
            model_name='lot',
            name='slides_months',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='unit',
            name='warn_days',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='consumption',
            name='lot',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.lot'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('remaining__gt', 0), ('slides_months__isnull', False)), fields=['account'], name='lot_sliding'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('instead_of__isnull', False)), fields=['transfer'], name='lot_instead'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('slides_months__isnull', True), models.Q(('expires_at__isnull', True), ('slides_months__gt', 0)), _connector='OR'), name='lot_slides_or_has_a_date'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['capture', 'release', 'revive'])), fields=('reverses', 'kind'), name='transfer_reversed_once'),
        ),
        migrations.AddField(
            model_name='activity',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='hold',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='hold',
            name='transfer',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer'),
        ),
        migrations.AddField(
            model_name='lotwarning',
            name='lot',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.lot'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['account'], name='hold_open'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('expires_at__isnull', False), ('status', 'open')), fields=['expires_at'], name='hold_expiring'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(fields=['source_id', 'source'], name='hold_source'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('captured__gte', 0), ('captured__lte', models.F('amount'))), name='hold_captured_within'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('captured__gt', 0), ('resolved_at__isnull', False), ('status', 'captured')), models.Q(('captured', 0), ('resolved_at__isnull', True), ('status', 'open')), models.Q(('captured', 0), ('resolved_at__isnull', False), ('status__in', ['released', 'expired', 'moved'])), _connector='OR'), name='hold_status_known'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('source_id', 'source', 'account'), name='hold_open_once'),
        ),
        migrations.AddConstraint(
            model_name='lotwarning',
            constraint=models.UniqueConstraint(fields=('lot', 'due_at'), name='lot_warned_once'),
        ),
        migrations.RunSQL(LOT_KEEPS_ITS_ORIGIN, migrations.RunSQL.noop),
        migrations.RunSQL(HOLD_IS_RESOLVED_ONCE, migrations.RunSQL.noop),
        migrations.RunSQL(FROZEN_BOOKS_DO_NOT_MOVE, migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_activity"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_lotwarning"), migrations.RunSQL.noop),
        migrations.RunSQL(block_sequence("ledger_hold", 100), migrations.RunSQL.noop),
    ]
