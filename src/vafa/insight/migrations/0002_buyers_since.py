from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# The figures of days are made anew from the facts: a club without a row of its own is begun by the worker.
_FORGET = [
    f"DELETE FROM insight_{table}" for table in ("dayfigures", "daypools", "waitingday", "keptclub")
]


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_tables")]
    operations = [
        migrations.RunSQL(_FORGET, migrations.RunSQL.noop),
        migrations.RemoveField("dayfigures", "last_but_one"),
        migrations.RemoveField("dayfigures", "last_of_once"),
        migrations.AddField(
            "dayfigures", "buyers_since", ArrayField(models.IntegerField(), default=list)
        ),
        migrations.AddField(
            "dayfigures", "twice_since", ArrayField(models.IntegerField(), default=list)
        ),
    ]
