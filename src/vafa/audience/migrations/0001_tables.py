"""Segments."""

from django.db import migrations, models
from django.db.models.functions import Now

from vafa.core.migrations_tables import Together, table, tied

TABLES = [
    table(
        "Segment",
        ("code", models.CharField(max_length=40)),
        ("name", models.CharField(max_length=120)),
        ("name_en", models.CharField(blank=True, default="", max_length=120)),
        ("sort_key", models.CharField(default="", max_length=255)),
        ("definition", models.JSONField()),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("archived_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", related_name="segments")),
        constraints=[models.UniqueConstraint(fields=("club", "code"), name="segment_code_once")],
    )
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("club", "0001_tables")]
    replaces = [("audience", "0001_initial")]
    operations = [Together(TABLES)]
