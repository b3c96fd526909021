import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import block_sequence

# Answers are written once and deleted when they are old, never changed.
NEVER_CHANGED = """
CREATE TRIGGER core_idempotencyanswer_never_changed BEFORE UPDATE ON core_idempotencyanswer
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER core_idempotencyanswer_no_truncate BEFORE TRUNCATE ON core_idempotencyanswer
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_transaction_clock")]
    operations = [
        migrations.RemoveField("IdempotencyKey", "input_hash"),
        migrations.RemoveField("IdempotencyKey", "answer"),
        migrations.AddField(
            "IdempotencyKey",
            "asked_hash",
            models.CharField(max_length=32, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "IdempotencyKey",
            "asked_marks",
            models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "IdempotencyKey",
            "made",
            models.JSONField(default=dict),
            preserve_default=False,
        ),
        migrations.AddField(
            "IdempotencyKey",
            "refusal",
            models.CharField(max_length=48, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="IdempotencyAnswer",
            fields=[
                ("key_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("club_id", models.BigIntegerField()),
                ("answer", models.TextField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RunSQL(block_sequence("core_idempotencykey", 500), migrations.RunSQL.noop),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
    ]
