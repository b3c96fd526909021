"""Chances in a draw as a reward, which may cost nothing and can be given up again."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("program", "0015_effects")]
    operations = [
        migrations.RemoveConstraint("reward", "reward_amounts"),
        migrations.AddConstraint(
            "reward",
            models.CheckConstraint(
                condition=Q(value__gte=0) & (Q(points__gt=0) | Q(points__gte=0, kind="chances")),
                name="reward_amounts",
            ),
        ),
        migrations.RemoveConstraint("reward", "reward_kind_known"),
        migrations.AddConstraint(
            "reward",
            models.CheckConstraint(
                condition=Q(kind__in=["voucher", "gift", "chances"], value__gt=0)
                | Q(kind__in=["percent", "product", "buy_get", "delivery", "text"])
                | Q(kind="partner", series__isnull=False),
                name="reward_kind_known",
            ),
        ),
        migrations.AddField(
            "drawchance",
            "given_up_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="program.decision",
            ),
        ),
        migrations.RemoveConstraint("drawchance", "draw_chance_given_or_undone"),
        migrations.AddConstraint(
            "drawchance",
            models.CheckConstraint(
                condition=Q(chances__gt=0, undone_by__isnull=True, given_up_by__isnull=True)
                | Q(chances__lt=0, undone_by__isnull=False, given_up_by__isnull=True)
                | Q(chances__lt=0, undone_by__isnull=True, given_up_by__isnull=False),
                name="draw_chance_given_or_undone",
            ),
        ),
    ]
