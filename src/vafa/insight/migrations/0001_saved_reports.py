"""Reports that are kept under a name, and sent by e-mail."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('club', '0006_attributes'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=20)),
                ('query', models.CharField(blank=True, default='', max_length=400)),
                ('is_shared', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('club', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.staff')),
            ],
        ),
        migrations.CreateModel(
            name='ReportSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(max_length=7)),
                ('hour', models.SmallIntegerField()),
                ('weekday', models.SmallIntegerField(default=5)),
                ('day', models.SmallIntegerField(default=1)),
                ('format', models.CharField(max_length=4)),
                ('language', models.CharField(max_length=2)),
                ('origin', models.CharField(max_length=200)),
                ('is_on', models.BooleanField(default=True)),
                ('next_at', models.DateTimeField()),
                ('trouble', models.CharField(blank=True, default='', max_length=40)),
                ('club', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.staff')),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='schedule', to='insight.savedreport')),
            ],
        ),
        migrations.CreateModel(
            name='ReportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(default='making', max_length=8)),
                ('tries', models.SmallIntegerField(default=0)),
                ('told_at', models.DateTimeField()),
                ('receivers', models.SmallIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, default='', max_length=40)),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='insight.reportschedule')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'making')), fields=['told_at'], name='report_run_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('schedule', 'due_at'), name='report_run_once'), models.CheckConstraint(condition=models.Q(('state__in', ['making', 'sent', 'failed'])), name='report_run_state_known')],
            },
        ),
        migrations.CreateModel(
            name='ReportReceiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=120)),
                ('left_at', models.DateTimeField(null=True)),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receivers', to='insight.reportschedule')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('schedule', 'address'), name='report_receiver_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='savedreport',
            constraint=models.UniqueConstraint(fields=('staff', 'name'), name='saved_report_name_once'),
        ),
        migrations.AddIndex(
            model_name='reportschedule',
            index=models.Index(condition=models.Q(('is_on', True)), fields=['next_at'], name='report_schedule_due'),
        ),
        migrations.AddConstraint(
            model_name='reportschedule',
            constraint=models.CheckConstraint(condition=models.Q(('format__in', ['xlsx', 'pdf']), ('rhythm__in', ['daily', 'weekly', 'monthly']), ('hour__gte', 0), ('hour__lte', 23), ('weekday__gte', 0), ('weekday__lte', 6), ('day__gte', 1), ('day__lte', 31)), name='report_schedule_times'),
        ),
    ]
