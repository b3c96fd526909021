"""Bills are tied to club, branch, member and product once for each statement (docs/adr/0008)."""

import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import linked, permanent


def _tied_by_trigger(model: str, name: str, to: str, **options: object) -> migrations.AlterField:
    protect = django.db.models.deletion.PROTECT
    field = models.ForeignKey(to, protect, db_constraint=False, **options)
    return migrations.AlterField(model, name, field)


_HIDDEN = {"related_name": "+", "db_index": False}


class Migration(migrations.Migration):
    dependencies = [("commerce", "0003_credit_and_delivery"), ("club", "0005_permanent")]
    operations = [
        _tied_by_trigger("purchase", "club", "club.club", **_HIDDEN),
        _tied_by_trigger("purchase", "branch", "club.branch", **_HIDDEN),
        _tied_by_trigger("purchase", "member", "club.member", null=True, **_HIDDEN),
        _tied_by_trigger("purchaseline", "purchase", "commerce.purchase", related_name="lines"),
        _tied_by_trigger("purchaseline", "product", "commerce.product", null=True, **_HIDDEN),
        migrations.RunSQL(permanent("commerce_product"), migrations.RunSQL.noop),
        migrations.RunSQL(
            linked(
                "commerce_purchase",
                {"club_id": "club_club", "branch_id": "club_branch", "member_id": "club_member"},
                of_club=("branch_id", "member_id"),
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            linked(
                "commerce_purchaseline",
                {"purchase_id": "commerce_purchase", "product_id": "commerce_product"},
            ),
            migrations.RunSQL.noop,
        ),
    ]
