from django.db import migrations

# Names as ``core.text.search_key`` folds them.
FOLDS = {"ا": "آأإٱ", "ی": "ئيى", "ک": "ك", "ه": "ةۀ", "و": "ؤ"}
FOLDS |= {str(n): "٠١٢٣٤٥٦٧٨٩"[n] + "۰۱۲۳۴۵۶۷۸۹"[n] for n in range(10)}
DROPPED = "\u200c -_.''’`ءًٌٍَُِّْ"
FROM = "".join(FOLDS.values()) + DROPPED
TO = "".join(letter * len(others) for letter, others in FOLDS.items())

# A family name begins behind the first space. Ordered by code points whatever the database's
# collation, so that a beginning is a range.
FINDING = f"""
CREATE FUNCTION club_family_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(translate(substr(name, strpos(name, ' ') + 1), '{FROM}', '{TO}'))
$$;
CREATE INDEX member_found_by_name ON club_member (club_id, (search_key COLLATE "C"), id);
CREATE INDEX member_found_by_family
    ON club_member (club_id, (club_family_key(name) COLLATE "C"), id) WHERE strpos(name, ' ') > 0;
CREATE INDEX member_found_by_ending ON club_member (club_id, (reverse(mobile) COLLATE "C"), id);
CREATE INDEX member_found_by_number
    ON club_member (club_id, (lower(external_id) COLLATE "C"), id) WHERE external_id IS NOT NULL;
CREATE INDEX member_found_inside ON club_member USING gin (vafa_trigrams(
    search_key || '|' || coalesce(substr(mobile, 2), '') || '|' || coalesce(lower(external_id), '')
));
CREATE INDEX member_found_by_attribute ON club_member USING gin (attributes jsonb_path_ops)
    WHERE attributes <> '{{}}'::jsonb;
"""


class Migration(migrations.Migration):
    dependencies = [("club", "0008_consents")]
    operations = [migrations.RunSQL(FINDING, migrations.RunSQL.noop)]
