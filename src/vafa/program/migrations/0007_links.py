"""Decisions are tied to what they speak of once for each statement (docs/adr/0008)."""

import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import linked

_PARENTS = {
    "club_id": "club_club",
    "member_id": "club_member",
    "revision_id": "program_revision",
    "purchase_id": "commerce_purchase",
}


def _tied_by_trigger(name: str, to: str, **options: object) -> migrations.AlterField:
    protect = django.db.models.deletion.PROTECT
    field = models.ForeignKey(to, protect, related_name="+", db_constraint=False, **options)
    return migrations.AlterField("decision", name, field)


class Migration(migrations.Migration):
    dependencies = [("program", "0006_gifts"), ("commerce", "0004_links")]
    operations = [
        _tied_by_trigger("club", "club.club", db_index=False),
        _tied_by_trigger("member", "club.member", db_index=False),
        _tied_by_trigger("revision", "program.revision", db_index=False),
        _tied_by_trigger("purchase", "commerce.purchase", null=True),
        migrations.RunSQL(
            linked(
                "program_decision",
                _PARENTS,
                of_club=("member_id", "revision_id", "purchase_id"),
            ),
            migrations.RunSQL.noop,
        ),
    ]
