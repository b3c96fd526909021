import django.db.models.deletion
from django.db import migrations, models

# What a verification found stays as it was found.
FINISHED_IS_FINAL = """
CREATE TRIGGER ledger_verification_final BEFORE UPDATE ON ledger_verification
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER ledger_verification_no_delete BEFORE DELETE ON ledger_verification
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER ledger_verification_no_truncate BEFORE TRUNCATE ON ledger_verification
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_moved_wallets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('step', models.CharField(default='', max_length=40)),
                ('reached', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('found', models.JSONField(default=list)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book')),
            ],
            options={
                'indexes': [models.Index(fields=['book', '-id'], name='verification_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['waiting', 'running'])), models.Q(('finished_at__isnull', False), ('state__in', ['done', 'failed'])), _connector='OR'), name='verification_state_known')],
            },
        ),
        migrations.RunSQL(FINISHED_IS_FINAL, migrations.RunSQL.noop),
    ]
