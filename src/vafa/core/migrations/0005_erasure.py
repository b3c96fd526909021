from django.db import migrations

from vafa.core.migrations_sql import ERASING_ONLY


class Migration(migrations.Migration):
    dependencies = [("core", "0004_answers")]
    operations = [migrations.RunSQL(ERASING_ONLY, migrations.RunSQL.noop)]
