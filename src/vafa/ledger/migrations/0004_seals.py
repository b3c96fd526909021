import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only

# The order in which transfers are sealed, and the way from a transfer to the lots that it opened.
IN_ORDER = """
ALTER TABLE ledger_transfer ADD COLUMN transaction bigint NOT NULL DEFAULT vafa_transaction();
CREATE INDEX transfer_in_order ON ledger_transfer (book_id, transaction, id);
CREATE INDEX lot_opened_by ON ledger_lot (transfer_id);
"""

TILES_ONLY_GROW = """
CREATE FUNCTION ledger_sealtile_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.book_id, NEW.level, NEW.number, NEW.first_transaction,
            NEW.first_transfer, substr(NEW.hashes, 1, octet_length(OLD.hashes)),
            NEW.transfers[1:cardinality(OLD.transfers)])
        IS DISTINCT FROM (OLD.id, OLD.book_id, OLD.level, OLD.number, OLD.first_transaction,
            OLD.first_transfer, OLD.hashes, OLD.transfers) THEN
        RAISE EXCEPTION 'hashes may only be added to a tile' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_sealtile_guard BEFORE UPDATE OR DELETE ON ledger_sealtile
    FOR EACH ROW EXECUTE FUNCTION ledger_sealtile_guard();
CREATE TRIGGER ledger_sealtile_no_truncate BEFORE TRUNCATE ON ledger_sealtile
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
-- Hashes cannot be compressed.
ALTER TABLE ledger_sealtile ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE ledger_sealtile ADD CONSTRAINT seal_tile_whole_hashes CHECK (
    octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0
    AND (level = 0) = (transfers IS NOT NULL)
    AND (level > 0 OR cardinality(transfers) * 32 = octet_length(hashes)));
"""

HEADS_ONLY_GROW = """
CREATE FUNCTION ledger_checkpoint_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_checkpoint c WHERE c.book_id = NEW.book_id
            AND c.size >= NEW.size) THEN
        RAISE EXCEPTION 'a checkpoint extends the one before' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_checkpoint_guard BEFORE INSERT ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_checkpoint_guard();
ALTER TABLE ledger_checkpoint ADD CONSTRAINT checkpoint_root_whole CHECK (octet_length(root) = 32);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_holds"), ("core", "0003_transaction_clock")]
    operations = [
        migrations.RunSQL(IN_ORDER, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='SealKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=120)),
                ('verifier', models.CharField(max_length=240)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'verifier'), name='seal_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SealTile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SmallIntegerField()),
                ('number', models.BigIntegerField()),
                ('hashes', models.BinaryField()),
                ('transfers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('first_transaction', models.BigIntegerField(null=True)),
                ('first_transfer', models.BigIntegerField(null=True)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('level', 0)), fields=['book', 'first_transaction', 'first_transfer'], name='seal_tile_of')],
                'constraints': [models.UniqueConstraint(fields=('book', 'level', 'number'), name='seal_tile_once')],
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('last_transaction', models.BigIntegerField()),
                ('last_transfer', models.BigIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book')),
                ('key', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.sealkey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'size'), name='checkpoint_once'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='checkpoint_not_empty')],
            },
        ),
        migrations.RunSQL(TILES_ONLY_GROW, migrations.RunSQL.noop),
        migrations.RunSQL(HEADS_ONLY_GROW, migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_sealkey"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_checkpoint"), migrations.RunSQL.noop),
    ]
