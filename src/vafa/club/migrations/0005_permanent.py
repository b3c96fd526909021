from django.db import migrations

from vafa.core.migrations_sql import permanent


class Migration(migrations.Migration):
    dependencies = [("club", "0004_families"), ("core", "0002_guards")]
    operations = [
        migrations.RunSQL(permanent(table), migrations.RunSQL.noop)
        for table in ("club_club", "club_branch", "club_member")
    ]
