"""What the rules were told is kept with what they decided."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("program", "0016_chances_as_rewards")]
    operations = [
        migrations.AddField("decision", "inputs", models.JSONField(null=True)),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=~Q(trigger__in=["purchase", "join", "happening"])
                | Q(inputs__isnull=False),
                name="decision_of_rules_has_inputs",
            ),
        ),
    ]
