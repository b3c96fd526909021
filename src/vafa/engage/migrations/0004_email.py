"""E-mail through a club's own SMTP account, each once."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0006_attributes'),
        ('engage', '0003_purpose'),
    ]

    operations = [
        migrations.CreateModel(
            name='Email',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, null=True)),
                ('recipient', models.CharField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('leave_url', models.CharField(blank=True, default='', max_length=300)),
                ('file_name', models.CharField(blank=True, default='', max_length=200)),
                ('file_type', models.CharField(blank=True, default='', max_length=100)),
                ('file', models.BinaryField(null=True)),
                ('state', models.CharField(max_length=8)),
                ('why', models.CharField(blank=True, default='', max_length=16)),
                ('tries', models.SmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('send_after', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('club', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
            ],
            options={
                'indexes': [models.Index(fields=['club', '-id'], name='email_newest'), models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['club', 'send_after'], name='email_waiting')],
                'constraints': [models.UniqueConstraint(fields=('club', 'key'), name='email_once'), models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'queued', 'sending', 'sent', 'failed', 'unknown'])), name='email_state_known')],
            },
        ),
        migrations.CreateModel(
            name='EmailSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=120)),
                ('port', models.IntegerField(default=587)),
                ('security', models.CharField(default='starttls', max_length=8)),
                ('user', models.CharField(blank=True, default='', max_length=120)),
                ('sealed_password', models.BinaryField(null=True)),
                ('sender', models.CharField(max_length=120)),
                ('sender_name', models.CharField(blank=True, default='', max_length=80)),
                ('is_on', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('club', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('port__gt', 0), ('port__lt', 65536), ('security__in', ['starttls', 'tls', 'none'])), name='email_server_known')],
            },
        ),
    ]
