import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0015_request_told'),
        ('engage', '0004_email'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins', models.SmallIntegerField()),
                ('ends', models.SmallIntegerField()),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='email',
            name='email_state_known',
        ),
        migrations.AddField(
            model_name='email',
            name='kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='email',
            name='member',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddField(
            model_name='email',
            name='purpose',
            field=models.CharField(db_default='service', default='service', max_length=20),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('member__isnull', False)), fields=['member', '-created_at'], name='email_of_member'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('member__isnull', False)), fields=['club', '-id'], name='email_to_members'),
        ),
        migrations.AddConstraint(
            model_name='email',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'queued', 'sending', 'sent', 'failed', 'unknown', 'withheld'])), name='email_state_known'),
        ),
        migrations.AddField(
            model_name='quiethours',
            name='club',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddConstraint(
            model_name='quiethours',
            constraint=models.CheckConstraint(condition=models.Q(('begins__gte', 0), ('begins__lte', 23), ('ends__gte', 0), ('ends__lte', 23)), name='quiet_hours_of_a_day'),
        ),
    ]
