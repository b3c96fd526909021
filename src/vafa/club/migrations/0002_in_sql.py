from django.db import migrations

from vafa.club.migrations import _clubs, _members, _staff


class Migration(migrations.Migration):
    dependencies = [("club", "0001_tables"), ("core", "0002_in_sql")]
    replaces = [("club", "0002_blocks"), ("club", "0005_permanent"), ("club", "0009_finding")]
    operations = [
        migrations.RunSQL(
            [*_clubs.IN_SQL, *_staff.IN_SQL, *_members.IN_SQL], migrations.RunSQL.noop
        )
    ]
