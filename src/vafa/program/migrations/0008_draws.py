"""Draws: each step once and in order, and what a step has published never changes (docs/adr/0009)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, linked, permanent

STEPS = """
CREATE FUNCTION program_draw_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step text := OLD.status || ' to ' || NEW.status;
    changing text := CASE step
        WHEN 'draft to open' THEN 'status opened_at seed_hash'
        WHEN 'draft to cancelled' THEN 'status cancelled_at cancel_reason'
        WHEN 'open to cancelled' THEN 'status cancelled_at cancel_reason'
        WHEN 'open to frozen' THEN 'status frozen_at list_hash entrants chances'
        WHEN 'frozen to drawn' THEN 'status drawn_at public_value seed'
        WHEN 'drawn to closed' THEN 'status closed_at'
    END;
    columns text[] := string_to_array(changing, ' ');
BEGIN
    IF step = 'draft to draft' THEN
        IF NEW.id <> OLD.id OR NEW.club_id <> OLD.club_id THEN
            RAISE EXCEPTION 'a draw stays where it is' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF changing IS NULL OR to_jsonb(NEW) - columns IS DISTINCT FROM to_jsonb(OLD) - columns THEN
        RAISE EXCEPTION 'a draw that is % does not change so (%)', OLD.status, step
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_draw_guard BEFORE UPDATE ON program_draw
    FOR EACH ROW EXECUTE FUNCTION program_draw_guard();

CREATE FUNCTION program_draw_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'a draw begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_draw_begins BEFORE INSERT ON program_draw
    FOR EACH ROW EXECUTE FUNCTION program_draw_begins();

ALTER TABLE program_draw ADD CONSTRAINT draw_seed_is_the_promised CHECK (
    seed = '' OR encode(sha256(decode(seed, 'hex')), 'hex') = seed_hash);

-- What belongs to a step is written while it lasts; FOR SHARE, so that the step waits for it.
CREATE FUNCTION program_draw_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM program_draw d WHERE d.id IN (SELECT n.draw_id FROM added n) FOR SHARE;
    IF EXISTS (SELECT FROM (SELECT DISTINCT draw_id FROM added) n WHERE
        (SELECT d.status FROM program_draw d WHERE d.id = n.draw_id) IS DISTINCT FROM TG_ARGV[0])
    THEN
        RAISE EXCEPTION 'rows of % are written while the draw is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


def written_while(table: str, status: str) -> str:
    return f"""
CREATE TRIGGER {table}_in_time AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION program_draw_parts('{status}');
"""


_PARTS = {
    "program_drawsecret": "draft",
    "program_drawclaim": "open",
    "program_drawentry": "open",
    "program_drawwinner": "frozen",
    "program_drawoutcome": "drawn",
}
GUARDS = "".join(append_only(table) + written_while(table, at) for table, at in _PARTS.items())


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0005_permanent'),
        ('program', '0007_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, default='', max_length=120)),
                ('permit', models.CharField(max_length=60)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('from_amount', models.BigIntegerField(null=True)),
                ('step_amount', models.BigIntegerField(null=True)),
                ('step_points', models.BigIntegerField(null=True)),
                ('free_chances', models.IntegerField(default=1)),
                ('free_words', models.CharField(max_length=400)),
                ('free_words_en', models.CharField(blank=True, default='', max_length=400)),
                ('cap', models.IntegerField(null=True)),
                ('branches', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('excludes_staff', models.BooleanField(default=True)),
                ('excluded_mobiles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('prizes', models.JSONField()),
                ('reserves', models.IntegerField(default=0)),
                ('draws_at', models.DateTimeField()),
                ('public_value_is', models.CharField(max_length=300)),
                ('public_value_is_en', models.CharField(blank=True, default='', max_length=300)),
                ('status', models.CharField(default='draft', max_length=9)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('opened_at', models.DateTimeField(null=True)),
                ('seed_hash', models.CharField(blank=True, default='', max_length=64)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('list_hash', models.CharField(blank=True, default='', max_length=64)),
                ('entrants', models.BigIntegerField(default=0)),
                ('chances', models.BigIntegerField(default=0)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('public_value', models.CharField(blank=True, default='', max_length=200)),
                ('seed', models.CharField(blank=True, default='', max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, default='', max_length=300)),
                ('club', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
            ],
        ),
        migrations.CreateModel(
            name='DrawClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
                ('draw', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member')),
            ],
        ),
        migrations.CreateModel(
            name='DrawEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('tag', models.CharField(max_length=32)),
                ('chances', models.BigIntegerField()),
                ('draw', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member')),
            ],
        ),
        migrations.CreateModel(
            name='DrawSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.BinaryField()),
                ('key', models.BinaryField()),
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
            ],
        ),
        migrations.CreateModel(
            name='DrawWinner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.IntegerField()),
                ('draw', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.drawentry')),
            ],
        ),
        migrations.CreateModel(
            name='DrawOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=9)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('actor', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('draw', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
                ('successor', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.drawwinner')),
                ('winner', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.drawwinner')),
            ],
        ),
        migrations.CreateModel(
            name='DrawWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('reached', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, default='', max_length=40)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.draw')),
            ],
        ),
        migrations.AddIndex(
            model_name='draw',
            index=models.Index(fields=['club', '-id'], name='draw_newest'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(('permit__regex', '^.{3,60}$'), ('starts_on__lte', models.F('ends_on'))), name='draw_permit_and_period'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_amount__isnull', True), ('from_amount__gt', 0), _connector='OR'), models.Q(('step_amount__isnull', True), ('step_amount__gt', 0), _connector='OR'), models.Q(('step_points__isnull', True), ('step_points__gt', 0), _connector='OR'), models.Q(('cap__isnull', True), ('cap__gte', models.F('free_chances')), _connector='OR'), ('free_chances__gte', 1), ('reserves__gte', 0)), name='draw_chances'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', True), ('seed_hash', ''), ('status', 'draft')), models.Q(('cancelled_at__isnull', False), ('frozen_at__isnull', True), ('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(('cancelled_at__isnull', True), ('opened_at__isnull', False), ('seed_hash__regex', '^[0-9a-f]{64}$'), ('status__in', ['open', 'frozen', 'drawn', 'closed'])), _connector='OR'), name='draw_opened'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('frozen_at__isnull', True), ('list_hash', ''), ('status__in', ['draft', 'open', 'cancelled'])), models.Q(('frozen_at__lt', models.F('draws_at')), ('list_hash__regex', '^[0-9a-f]{64}$'), ('status__in', ['frozen', 'drawn', 'closed'])), _connector='OR'), name='draw_frozen'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drawn_at__isnull', True), ('public_value', ''), ('seed', ''), ('status__in', ['draft', 'open', 'cancelled', 'frozen'])), models.Q(('drawn_at__gte', models.F('draws_at')), ('seed__regex', '^[0-9a-f]{64}$'), ('status__in', ['drawn', 'closed']), models.Q(('public_value', ''), _negated=True)), _connector='OR'), name='draw_drawn'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='draw_closed'),
        ),
        migrations.AddConstraint(
            model_name='drawclaim',
            constraint=models.UniqueConstraint(fields=('draw', 'member'), name='draw_claimed_once'),
        ),
        migrations.AddConstraint(
            model_name='drawentry',
            constraint=models.UniqueConstraint(fields=('draw', 'number'), name='draw_entry_number'),
        ),
        migrations.AddConstraint(
            model_name='drawentry',
            constraint=models.UniqueConstraint(fields=('member', 'draw'), name='draw_entry_member'),
        ),
        migrations.AddConstraint(
            model_name='drawentry',
            constraint=models.CheckConstraint(condition=models.Q(('chances__gt', 0)), name='draw_entry_chances'),
        ),
        migrations.AddConstraint(
            model_name='drawwinner',
            constraint=models.UniqueConstraint(fields=('draw', 'place'), name='draw_place_once'),
        ),
        migrations.AddConstraint(
            model_name='drawwinner',
            constraint=models.CheckConstraint(condition=models.Q(('place__gt', 0)), name='draw_place_positive'),
        ),
        migrations.AddConstraint(
            model_name='drawoutcome',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'confirmed'), ('reason', ''), ('successor__isnull', True)), models.Q(('kind', 'replaced'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='draw_outcome_known'),
        ),
        migrations.RunSQL(STEPS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(permanent("program_draw"), migrations.RunSQL.noop),
        migrations.RunSQL(
            linked("program_drawentry", {"member_id": "club_member"}), migrations.RunSQL.noop
        ),
    ]
