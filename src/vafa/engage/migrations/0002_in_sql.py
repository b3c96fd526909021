from django.db import migrations

from vafa.core.migrations_sql import append_only

# What a message says and to whom stays, but that it may be erased.
MESSAGES_KEPT = """
CREATE TRIGGER engage_message_erasing_only BEFORE UPDATE OF recipient, text, key ON engage_message
    FOR EACH ROW EXECUTE FUNCTION vafa_erasing_only('recipient', 'text', 'key');
"""
# What an e-mail says and to whom stays, but that it may be erased.
EMAILS_KEPT = """
CREATE TRIGGER engage_email_erasing_only
    BEFORE UPDATE OF recipient, subject, text, leave_url, key ON engage_email
    FOR EACH ROW EXECUTE FUNCTION
    vafa_erasing_only('recipient', 'subject', 'text', 'leave_url', 'key');
"""

IN_SQL = [append_only("engage_attempt"), MESSAGES_KEPT, EMAILS_KEPT]


class Migration(migrations.Migration):
    dependencies = [("engage", "0001_tables"), ("core", "0002_in_sql")]
    replaces = [("engage", "0006_emails_kept")]
    operations = [migrations.RunSQL(IN_SQL, migrations.RunSQL.noop)]
