"""Text messages through providers: how far each is, every step of it, and whose account sends."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0006_attributes'),
        ('engage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=12)),
                ('why', models.CharField(blank=True, default='', max_length=16)),
                ('code', models.CharField(blank=True, default='', max_length=16)),
                ('cost', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='EventCursor',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('transaction', models.BigIntegerField()),
                ('event', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SmsSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('sealed_key', models.BinaryField()),
                ('key_end', models.CharField(blank=True, default='', max_length=4)),
                ('sender', models.CharField(max_length=20)),
                ('template', models.CharField(blank=True, default='', max_length=60)),
                ('footer', models.CharField(blank=True, default='', max_length=40)),
                ('part_price', models.IntegerField(default=0)),
                ('hour_limit', models.IntegerField(default=0)),
                ('day_limit', models.IntegerField(default=0)),
                ('month_limit', models.BigIntegerField(default=0)),
                ('is_on', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='message',
            name='cost',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='good_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='key',
            field=models.CharField(max_length=120, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='local_id',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='parts',
            field=models.SmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name='message',
            name='provider_id',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='message',
            name='sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='send_after',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='message',
            name='state',
            field=models.CharField(db_default='stored', max_length=12),
        ),
        migrations.AddField(
            model_name='message',
            name='tries',
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='why',
            field=models.CharField(blank=True, db_default='', max_length=16),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'sending', 'unknown'])), fields=['club', 'send_after'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'accepted')), fields=['club', 'changed_at'], name='message_on_its_way'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['club', 'state', 'created_at'], name='message_by_state'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('club', 'key'), name='message_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'queued', 'sending', 'accepted', 'delivered', 'undelivered', 'blocked', 'failed', 'unknown', 'expired'])), name='message_state_known'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='engage.message'),
        ),
        migrations.AddField(
            model_name='smssettings',
            name='club',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('what', 'began')), fields=['club', 'at'], name='attempt_begun'),
        ),
        migrations.AddConstraint(
            model_name='smssettings',
            constraint=models.CheckConstraint(condition=models.Q(('day_limit__gte', 0), ('hour_limit__gte', 0), ('month_limit__gte', 0), ('part_price__gte', 0)), name='sms_limits_not_negative'),
        ),
        migrations.RunSQL(append_only("engage_attempt"), migrations.RunSQL.noop),
    ]
