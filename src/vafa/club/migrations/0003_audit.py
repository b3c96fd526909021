import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import append_only

# No extension brings trigrams everywhere, so these are our own: each three letters in a row, as
# one number (a code point has 21 bits), for a GIN index that finds any part of a text.
TRIGRAMS = """
CREATE FUNCTION vafa_trigrams(t text) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT (ascii(substr(t, i, 1))::bigint << 42)
        | (ascii(substr(t, i + 1, 1))::bigint << 21) | ascii(substr(t, i + 2, 1))), '{}')
    FROM generate_series(1, length(t) - 2) AS i
$$;
CREATE INDEX audit_by_text ON club_audit USING gin (vafa_trigrams(search_text));
"""


class Migration(migrations.Migration):
    dependencies = [("club", "0002_blocks"), ("core", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
                ('actor_name', models.CharField(max_length=120)),
                ('role', models.CharField(max_length=12)),
                ('face', models.CharField(max_length=8)),
                ('address', models.CharField(max_length=45)),
                ('request_id', models.CharField(max_length=32)),
                ('action', models.CharField(max_length=40)),
                ('thing_kind', models.CharField(max_length=16)),
                ('thing_id', models.CharField(max_length=40)),
                ('thing_label', models.CharField(max_length=160)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('reason', models.CharField(max_length=300)),
                ('search_text', models.TextField()),
                ('branch', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.branch')),
                ('club', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.club')),
            ],
            options={
                'indexes': [models.Index(fields=['club', '-at', '-id'], name='audit_newest'), models.Index(fields=['club', 'actor', '-at', '-id'], name='audit_by_actor'), models.Index(fields=['club', 'action', '-at', '-id'], name='audit_by_action'), models.Index(fields=['club', 'thing_kind', 'thing_id', '-at', '-id'], name='audit_by_thing')],
            },
        ),
        migrations.RunSQL(append_only("club_audit"), migrations.RunSQL.noop),
        migrations.RunSQL(TRIGRAMS, migrations.RunSQL.noop),
    ]
