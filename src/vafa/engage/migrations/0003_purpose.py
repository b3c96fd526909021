"""What a message is for, whose it is, and that it was not sent without her consent."""

import django.db.models.deletion
from django.db import migrations, models

# What a message says and to whom stays, but that it may be erased.
KEPT = """
CREATE TRIGGER engage_message_erasing_only BEFORE UPDATE OF recipient, text, key ON engage_message
    FOR EACH ROW EXECUTE FUNCTION vafa_erasing_only('recipient', 'text', 'key');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0008_consents'),
        ('core', '0005_erasure'),
        ('engage', '0002_sms'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='message_state_known',
        ),
        migrations.AddField(
            model_name='message',
            name='member',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddField(
            model_name='message',
            name='purpose',
            field=models.CharField(db_default='service', default='service', max_length=20),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('member__isnull', False)), fields=['member', '-created_at'], name='message_of_member'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'queued', 'sending', 'accepted', 'delivered', 'undelivered', 'blocked', 'failed', 'unknown', 'expired', 'withheld'])), name='message_state_known'),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
