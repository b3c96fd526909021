"""Consents, terms of membership, what members are asked, and how one leaves or is forgotten."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, erasable

# What a purchase file or a program writes of a member does not have to name these.
_DEFAULTS = """
ALTER TABLE club_member ALTER COLUMN consents SET DEFAULT '{}';
ALTER TABLE club_member ALTER COLUMN interests SET DEFAULT '{}';
"""
_APPENDED = ("club_consent", "club_consentpurpose", "club_termsacceptance")
# Terms that hold already are what people accepted.
_TERMS_GUARD = """
CREATE FUNCTION club_terms_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.version IS NOT NULL AND OLD.starts_at <= now() THEN
        RAISE EXCEPTION 'terms that hold are never changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER club_terms_guard BEFORE UPDATE OR DELETE ON club_terms
    FOR EACH ROW EXECUTE FUNCTION club_terms_guard();
CREATE TRIGGER club_terms_no_truncate BEFORE TRUNCATE ON club_terms
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
_OF_PEOPLE = "actor_name", "address", "thing_label", "before", "after", "reason", "search_text"


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0007_joining'),
        ('core', '0005_erasure'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('channel', models.CharField(max_length=8)),
                ('is_given', models.BooleanField()),
                ('version', models.IntegerField()),
                ('face', models.CharField(max_length=8)),
                ('actor', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ConsentPurpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('version', models.IntegerField()),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, default='', max_length=80)),
                ('text', models.CharField(max_length=400)),
                ('text_en', models.CharField(blank=True, default='', max_length=400)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None)),
                ('is_active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='ProfileField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=44)),
                ('ask', models.CharField(max_length=8)),
                ('is_required', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Terms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField(null=True)),
                ('text', models.TextField()),
                ('text_en', models.TextField(blank=True, default='')),
                ('changes', models.CharField(blank=True, default='', max_length=300)),
                ('changes_en', models.CharField(blank=True, default='', max_length=300)),
                ('asks_again', models.BooleanField(default=True)),
                ('starts_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='TermsAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('face', models.CharField(max_length=8)),
                ('actor', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='member',
            name='member_is_known_by_something',
        ),
        migrations.AddField(
            model_name='member',
            name='acquaintance',
            field=models.CharField(blank=True, db_default='', default='', max_length=12),
        ),
        migrations.AddField(
            model_name='member',
            name='calendar',
            field=models.CharField(blank=True, db_default='', default='', max_length=9),
        ),
        migrations.AddField(
            model_name='member',
            name='city',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='member',
            name='consents',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=29), default=list, size=None),
        ),
        migrations.AddField(
            model_name='member',
            name='education',
            field=models.CharField(blank=True, db_default='', default='', max_length=12),
        ),
        migrations.AddField(
            model_name='member',
            name='email',
            field=models.CharField(blank=True, db_default='', default='', max_length=254),
        ),
        migrations.AddField(
            model_name='member',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='former_mobile',
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='interests',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None),
        ),
        migrations.AddField(
            model_name='member',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='member',
            name='left_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='terms_version',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='member',
            name='wedding_date',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('mobile__isnull', False), ('external_id__isnull', False), ('left_at__isnull', False), _connector='OR'), name='member_is_known_by_something'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at__isnull', True), ('left_at__isnull', True)), models.Q(('is_active', False), ('left_at__isnull', False), ('mobile__isnull', True)), _connector='OR'), name='member_who_left_is_gone'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('birth_date__isnull', True), ('email', ''), ('external_id__isnull', True), ('former_mobile__isnull', True), ('name', '')), _connector='OR'), name='member_erased_is_nobody'),
        ),
        migrations.AddField(
            model_name='consent',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='consent',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddField(
            model_name='consentpurpose',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='profilefield',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='terms',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='termsacceptance',
            name='club',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club'),
        ),
        migrations.AddField(
            model_name='termsacceptance',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.member'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['member', '-at', '-id'], name='consent_of_member'),
        ),
        migrations.AddConstraint(
            model_name='consentpurpose',
            constraint=models.UniqueConstraint(fields=('club', 'code', 'version'), name='consent_purpose_version'),
        ),
        migrations.AddConstraint(
            model_name='consentpurpose',
            constraint=models.CheckConstraint(condition=models.Q(('version__gt', 0), models.Q(('text', ''), _negated=True), models.Q(('code', 'service'), _negated=True)), name='consent_purpose_says_what'),
        ),
        migrations.AddConstraint(
            model_name='profilefield',
            constraint=models.UniqueConstraint(fields=('club', 'code'), name='profile_field_once'),
        ),
        migrations.AddConstraint(
            model_name='profilefield',
            constraint=models.CheckConstraint(condition=models.Q(('ask__in', ['joining', 'profile', 'never'])), name='profile_field_asked'),
        ),
        migrations.AddConstraint(
            model_name='terms',
            constraint=models.UniqueConstraint(fields=('club', 'version'), name='terms_version'),
        ),
        migrations.AddConstraint(
            model_name='terms',
            constraint=models.UniqueConstraint(condition=models.Q(('version__isnull', True)), fields=('club',), name='terms_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='terms',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('starts_at__isnull', True), ('version__isnull', True)), models.Q(('starts_at__isnull', False), ('version__gt', 0), models.Q(('text', ''), _negated=True)), _connector='OR'), name='terms_published'),
        ),
        migrations.AddConstraint(
            model_name='termsacceptance',
            constraint=models.UniqueConstraint(fields=('member', 'version'), name='terms_accepted_once'),
        ),
        migrations.RunSQL(_DEFAULTS, migrations.RunSQL.noop),
        *(migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in _APPENDED),
        migrations.RunSQL(_TERMS_GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(erasable("club_audit", _OF_PEOPLE), migrations.RunSQL.noop),
    ]
