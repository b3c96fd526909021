import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


DECIDED_ONCE = """
CREATE FUNCTION program_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_status text := TG_ARGV[0];
    changing text[] := string_to_array(TG_ARGV[1], ' ');
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - changing IS DISTINCT FROM to_jsonb(OLD) - changing THEN
        RAISE EXCEPTION 'only the end of a % may be added', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> open_status OR NEW.status = open_status THEN
        RAISE EXCEPTION 'it is % already, and that is final', OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_adjustment_guard BEFORE UPDATE OR DELETE ON program_adjustment
    FOR EACH ROW EXECUTE FUNCTION program_decided_once(
        'waiting', 'status decided_by decided_at decision_id');
CREATE TRIGGER program_reservation_guard BEFORE UPDATE OR DELETE ON program_reservation
    FOR EACH ROW EXECUTE FUNCTION program_decided_once('open', 'status resolved_at purchase_id');
CREATE TRIGGER program_adjustment_no_truncate BEFORE TRUNCATE ON program_adjustment
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_reservation_no_truncate BEFORE TRUNCATE ON program_reservation
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0004_families'),
        ('commerce', '0003_credit_and_delivery'),
        ('program', '0003_holds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=6)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('status', models.CharField(default='waiting', max_length=8)),
                ('requested_by', models.CharField(max_length=40)),
                ('requested_at', models.DateTimeField()),
                ('decided_by', models.CharField(default='', max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.BigIntegerField(default=0)),
                ('credit', models.BigIntegerField(default=0)),
                ('status', models.CharField(default='open', max_length=8)),
                ('actor', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='credit',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('trigger', 'reverse')), fields=('undoes',), name='decision_reversed_once'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='decision',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.decision'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='branch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.branch'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='purchase',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commerce.purchase'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='voucher',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.voucher'),
        ),
        migrations.AddIndex(
            model_name='adjustment',
            index=models.Index(fields=['club', '-requested_at'], name='adjustment_by_time'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), _negated=True), models.Q(('reason', ''), _negated=True)), name='adjustment_says_what_and_why'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(('unit__in', ['points', 'credit'])), name='adjustment_unit_known'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decision__isnull', True), ('status', 'waiting')), models.Q(('decided_at__isnull', False), ('decision__isnull', True), ('status', 'refused')), models.Q(('decided_at__isnull', False), ('decision__isnull', False), ('status', 'applied')), _connector='OR'), name='adjustment_status_known'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='reservation_expiring'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('credit__gte', 0), ('points__gte', 0), models.Q(('points__gt', 0), ('credit__gt', 0), ('voucher__isnull', False), _connector='OR')), name='reservation_holds_something'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('status', 'open')), models.Q(('resolved_at__isnull', False), ('status__in', ['used', 'released', 'expired'])), _connector='OR'), name='reservation_status_known'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('voucher',), name='voucher_reserved_once'),
        ),
        migrations.RunSQL(DECIDED_ONCE, migrations.RunSQL.noop),
    ]
