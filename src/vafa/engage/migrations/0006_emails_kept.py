"""What an e-mail says and to whom stays, but that it may be erased."""

from django.db import migrations

KEPT = """
CREATE TRIGGER engage_email_erasing_only
    BEFORE UPDATE OF recipient, subject, text, leave_url, key ON engage_email
    FOR EACH ROW EXECUTE FUNCTION
    vafa_erasing_only('recipient', 'subject', 'text', 'leave_url', 'key');
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_erasure"), ("engage", "0005_quiet_and_members")]
    operations = [migrations.RunSQL(KEPT, migrations.RunSQL.noop)]
