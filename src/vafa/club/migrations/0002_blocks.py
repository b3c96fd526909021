from django.db import migrations

from vafa.core.migrations_sql import block_sequence


class Migration(migrations.Migration):
    dependencies = [("club", "0001_initial")]
    operations = [migrations.RunSQL(block_sequence("club_member", 50), migrations.RunSQL.noop)]
