"""What proves later that nothing was changed: seals, and verifications."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "SealKey",
        ("origin", models.CharField(max_length=120)),
        ("verifier", models.CharField(max_length=240)),
        ("since", models.DateTimeField(db_default=Now())),
        ("book", tied("ledger.book")),
        constraints=[models.UniqueConstraint(fields=("book", "verifier"), name="seal_key_once")],
    ),
    table(
        "SealTile",
        ("level", models.SmallIntegerField()),
        ("number", models.BigIntegerField()),
        ("hashes", models.BinaryField()),
        ("transfers", ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
        ("first_transaction", models.BigIntegerField(null=True)),
        ("first_transfer", models.BigIntegerField(null=True)),
        ("book", tied("ledger.book", db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("level", 0)),
                fields=["book", "first_transaction", "first_transfer"],
                name="seal_tile_of",
            )
        ],
        constraints=[
            models.UniqueConstraint(fields=("book", "level", "number"), name="seal_tile_once")
        ],
    ),
    table(
        "Checkpoint",
        ("size", models.BigIntegerField()),
        ("root", models.BinaryField()),
        ("note", models.TextField()),
        ("last_transaction", models.BigIntegerField()),
        ("last_transfer", models.BigIntegerField()),
        ("sealed_at", models.DateTimeField()),
        ("book", tied("ledger.book", db_index=False)),
        ("key", tied("ledger.sealkey", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("book", "size"), name="checkpoint_once"),
            models.CheckConstraint(
                condition=models.Q(("size__gt", 0)), name="checkpoint_not_empty"
            ),
        ],
    ),
    table(
        "Verification",
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField()),
        ("told_at", models.DateTimeField()),
        ("finished_at", models.DateTimeField(null=True)),
        ("state", models.CharField(default="waiting", max_length=8)),
        ("step", models.CharField(default="", max_length=40)),
        ("reached", models.BigIntegerField(default=0)),
        ("total", models.BigIntegerField(default=0)),
        ("found", models.JSONField(default=list)),
        ("book", tied("ledger.book", db_index=False)),
        indexes=[models.Index(fields=["book", "-id"], name="verification_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                    _connector="OR",
                ),
                name="verification_state_known",
            )
        ],
    ),
]

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
# What a verification found stays as it was found.
FINISHED_IS_FINAL = """
CREATE TRIGGER ledger_verification_final BEFORE UPDATE ON ledger_verification
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER ledger_verification_no_delete BEFORE DELETE ON ledger_verification
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER ledger_verification_no_truncate BEFORE TRUNCATE ON ledger_verification
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""

IN_SQL = [
    TILES_ONLY_GROW,
    HEADS_ONLY_GROW,
    FINISHED_IS_FINAL,
    append_only("ledger_sealkey"),
    append_only("ledger_checkpoint"),
]
