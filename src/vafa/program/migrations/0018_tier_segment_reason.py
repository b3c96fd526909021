"""A member may lose a tier because she left the segment that it is for."""

from django.db import migrations, models
from django.db.models import F, Q

_WHY = ["risen", "fallen", "taken_back", "new_terms", "segment"]


class Migration(migrations.Migration):
    dependencies = [("program", "0017_decision_inputs")]
    operations = [
        migrations.RemoveConstraint("tierchange", "tier_change_known"),
        migrations.AddConstraint(
            "tierchange",
            models.CheckConstraint(
                condition=Q(why__in=_WHY) & ~Q(before=F("after")), name="tier_change_known"
            ),
        ),
    ]
