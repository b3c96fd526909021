"""Sales that tills rang up without a line."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import permanent


# What was sold stays as it was told; it is recorded once, and settled once.
SOLD_STAYS = """
CREATE FUNCTION program_offlinesale_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    recorded text[] := '{state,why,short_points,short_credit,purchase_id,kept}';
    settled text[] := '{state,resolution,note,resolved_by,resolved_at,decision_id}';
    changing text[] := CASE OLD.state WHEN 'arrived' THEN recorded WHEN 'open' THEN settled
        ELSE '{}' END;
BEGIN
    IF NEW.state = OLD.state OR to_jsonb(NEW) - changing IS DISTINCT FROM to_jsonb(OLD) - changing
    THEN
        RAISE EXCEPTION 'a sale of a till without a line is % and stays as it was', OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_offlinesale_guard BEFORE UPDATE ON program_offlinesale
    FOR EACH ROW EXECUTE FUNCTION program_offlinesale_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0009_finding'),
        ('commerce', '0008_erasure'),
        ('program', '0019_erasure'),
    ]

    operations = [
        migrations.CreateModel(
            name='OfflineSale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.UUIDField()),
                ('asked_hash', models.CharField(max_length=64)),
                ('snapshot', models.CharField(blank=True, default='', max_length=36)),
                ('rung_by', models.CharField(max_length=40)),
                ('sent_by', models.CharField(max_length=40)),
                ('till_at', models.DateTimeField()),
                ('sold_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('customer', models.CharField(blank=True, default='', max_length=24)),
                ('total', models.BigIntegerField()),
                ('asked_points', models.BigIntegerField(default=0)),
                ('asked_credit', models.BigIntegerField(default=0)),
                ('state', models.CharField(default='arrived', max_length=8)),
                ('why', models.CharField(blank=True, default='', max_length=12)),
                ('short_points', models.BigIntegerField(default=0)),
                ('short_credit', models.BigIntegerField(default=0)),
                ('kept', models.JSONField(null=True)),
                ('resolution', models.CharField(blank=True, default='', max_length=9)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('resolved_by', models.CharField(blank=True, default='', max_length=40)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('branch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.branch')),
                ('club', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
                ('decision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.decision')),
                ('member', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member')),
                ('purchase', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commerce.purchase')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['club', 'id'], name='offline_sale_open'), models.Index(fields=['member', 'sold_at'], name='offline_sale_by_member'), models.Index(fields=['branch', 'sold_at'], name='offline_sale_by_branch')],
                'constraints': [models.UniqueConstraint(fields=('club', 'entry'), name='offline_sale_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'arrived'), ('why', '')), models.Q(('purchase__isnull', False), ('state', 'clean'), ('why', '')), models.Q(models.Q(('why', ''), _negated=True), ('state__in', ['open', 'settled'])), _connector='OR'), name='offline_sale_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', True), ('resolution', ''), ('resolved_at__isnull', True), models.Q(('state', 'settled'), _negated=True)), models.Q(('resolved_at__isnull', False), ('state', 'settled'), models.Q(models.Q(('decision__isnull', False), ('resolution', 'points')), models.Q(('decision__isnull', True), ('resolution__in', ['money', 'write_off'])), _connector='OR')), _connector='OR'), name='offline_sale_settled_once')],
            },
        ),
        migrations.RunSQL(SOLD_STAYS),
        migrations.RunSQL(permanent("program_offlinesale")),
    ]
