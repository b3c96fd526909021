"""What happened, in order, and what was asked before."""

from django.db import migrations, models
from django.db.models.functions import Now

from vafa.core.migrations_tables import Together, table

TABLES = [
    table(
        "Event",
        ("club_id", models.BigIntegerField()),
        ("name", models.CharField(max_length=48)),
        ("payload", models.JSONField()),
        ("happened_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
    ),
    table(
        "IdempotencyKey",
        ("club_id", models.BigIntegerField()),
        ("client", models.CharField(max_length=40)),
        ("operation", models.CharField(max_length=32)),
        ("key", models.CharField(max_length=128)),
        ("status", models.SmallIntegerField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("asked_hash", models.CharField(max_length=32)),
        ("asked_marks", models.TextField()),
        ("made", models.JSONField()),
        ("refusal", models.CharField(max_length=48)),
        constraints=[
            models.UniqueConstraint(
                fields=("club_id", "client", "operation", "key"), name="idempotency_once"
            )
        ],
    ),
    migrations.CreateModel(
        "IdempotencyAnswer",
        [
            ("key_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ("club_id", models.BigIntegerField()),
            ("answer", models.TextField()),
            ("recorded_at", models.DateTimeField(db_default=Now())),
        ],
    ),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    replaces = [("core", "0001_initial"), ("core", "0004_answers")]
    operations = [Together(TABLES)]
