import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Clubs that are there already get their unit of credit with its pools.
CREDIT_FOR_EVERY_CLUB = """
INSERT INTO ledger_unit (book_id, code, scale, warn_days)
    SELECT book_id, 'credit', 0, 0 FROM club_club
    ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, version)
    SELECT nextval('ledger_account_id_seq'), u.book_id, u.id, 0, k, 0
    FROM ledger_unit u, unnest(ARRAY['issuance', 'spent', 'expired']) AS k WHERE u.code = 'credit'
    ON CONFLICT DO NOTHING;
UPDATE club_club c SET credit_unit_id = u.id FROM ledger_unit u
    WHERE u.book_id = c.book_id AND u.code = 'credit';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0003_audit'),
        ('ledger', '0003_holds'),
    ]

    operations = [
        migrations.AddField(
            model_name='club',
            name='credit_unit',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.unit'),
        ),
        migrations.AddField(
            model_name='member',
            name='holder',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='merged_into',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.BigIntegerField(unique=True)),
                ('spenders', models.CharField(default='all', max_length=4)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('club', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member')),
            ],
        ),
        migrations.AddField(
            model_name='member',
            name='household',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='club.household'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('household__isnull', False)), fields=['household'], name='member_household'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='member_merged'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(('spenders__in', ['all', 'head'])), name='household_spenders_known'),
        ),
        migrations.RunSQL(CREDIT_FOR_EVERY_CLUB, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="club",
            name="credit_unit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.unit"
            ),
        ),
    ]
