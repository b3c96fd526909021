"""Members, what is known of them, and what they agreed to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, block_sequence, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Member",
        ("mobile", models.CharField(max_length=16, null=True)),
        ("external_id", models.CharField(max_length=64, null=True)),
        ("name", models.CharField(blank=True, default="", max_length=120)),
        ("sort_key", models.CharField(blank=True, default="", max_length=255)),
        ("search_key", models.CharField(blank=True, default="", max_length=160)),
        ("gender", models.CharField(blank=True, default="", max_length=6)),
        ("birth_date", models.DateField(null=True)),
        ("is_active", models.BooleanField(default=True)),
        ("joined_at", models.DateTimeField()),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", null=True, db_index=False)),
        ("club", tied("club.club", related_name="members")),
        ("holder", models.BigIntegerField(null=True)),
        ("merged_into", tied("club.member", null=True, db_index=False)),
        ("household", tied("club.household", related_name="members", null=True, db_index=False)),
        ("attributes", models.JSONField(default=dict)),
        ("acquaintance", models.CharField(blank=True, db_default="", default="", max_length=12)),
        ("calendar", models.CharField(blank=True, db_default="", default="", max_length=9)),
        ("city", models.CharField(blank=True, db_default="", default="", max_length=60)),
        (
            "consents",
            ArrayField(base_field=models.CharField(max_length=29), default=list, size=None),
        ),
        ("education", models.CharField(blank=True, db_default="", default="", max_length=12)),
        ("email", models.CharField(blank=True, db_default="", default="", max_length=254)),
        ("erased_at", models.DateTimeField(null=True)),
        ("former_mobile", models.CharField(max_length=16, null=True)),
        (
            "interests",
            ArrayField(base_field=models.CharField(max_length=64), default=list, size=None),
        ),
        ("language", models.CharField(blank=True, db_default="", default="", max_length=2)),
        ("left_at", models.DateTimeField(null=True)),
        ("terms_version", models.IntegerField(db_default=0, default=0)),
        ("wedding_date", models.DateField(null=True)),
        ("frozen_until", models.DateTimeField(null=True)),
        ("fee_until", models.DateField(null=True)),
        indexes=[
            models.Index(fields=["club", "sort_key", "id"], name="member_by_name"),
            models.Index(fields=["club", "joined_at"], name="member_by_joining"),
            models.Index(
                condition=models.Q(("household__isnull", False)),
                fields=["household"],
                name="member_household",
            ),
            models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="member_merged",
            ),
            models.Index(
                condition=models.Q(("fee_until__isnull", False)),
                fields=["club", "fee_until"],
                name="member_fee_ends",
            ),
            models.Index(
                condition=models.Q(("former_mobile__isnull", False)),
                fields=["club", "former_mobile"],
                name="member_former_mobile",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "mobile"), name="member_mobile_once"),
            models.UniqueConstraint(fields=("club", "external_id"), name="member_external_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ("mobile__isnull", False),
                    ("external_id__isnull", False),
                    ("left_at__isnull", False),
                    _connector="OR",
                ),
                name="member_is_known_by_something",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), ("left_at__isnull", True)),
                    models.Q(
                        ("is_active", False), ("left_at__isnull", False), ("mobile__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="member_who_left_is_gone",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True),
                    models.Q(
                        ("birth_date__isnull", True),
                        ("email", ""),
                        ("external_id__isnull", True),
                        ("former_mobile__isnull", True),
                        ("name", ""),
                    ),
                    _connector="OR",
                ),
                name="member_erased_is_nobody",
            ),
        ],
    ),
    table(
        "Card",
        ("number", models.CharField(max_length=20)),
        ("is_active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", related_name="cards")),
        constraints=[models.UniqueConstraint(fields=("club", "number"), name="card_number_once")],
    ),
    table(
        "Household",
        ("holder", models.BigIntegerField(unique=True)),
        ("spenders", models.CharField(default="all", max_length=4)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        ("head", tied("club.member")),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("spenders__in", ["all", "head"])),
                name="household_spenders_known",
            )
        ],
    ),
    table(
        "MemberAttribute",
        ("key", models.CharField(max_length=40)),
        ("name", models.CharField(max_length=80)),
        ("name_en", models.CharField(blank=True, default="", max_length=80)),
        ("kind", models.CharField(max_length=8)),
        ("choices", models.JSONField(default=list)),
        ("is_active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        constraints=[
            models.UniqueConstraint(fields=("club", "key"), name="attribute_key_once"),
            models.CheckConstraint(
                condition=models.Q(("kind__in", ["text", "number", "yes_no", "date", "choice"])),
                name="attribute_kind_known",
            ),
        ],
    ),
    table(
        "ProfileField",
        ("code", models.CharField(max_length=44)),
        ("ask", models.CharField(max_length=8)),
        ("is_required", models.BooleanField(default=False)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "code"), name="profile_field_once"),
            models.CheckConstraint(
                condition=models.Q(("ask__in", ["joining", "profile", "never"])),
                name="profile_field_asked",
            ),
        ],
    ),
    table(
        "NumberChange",
        ("old_mobile", models.CharField(blank=True, default="", max_length=16)),
        ("new_mobile", models.CharField(blank=True, max_length=16)),
        ("reason", models.CharField(blank=True, default="", max_length=300)),
        ("status", models.CharField(default="waiting", max_length=8)),
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField(db_default=Now())),
        ("decided_by", models.CharField(blank=True, default="", max_length=40)),
        ("decided_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member")),
        indexes=[models.Index(fields=["club", "-id"], name="number_changes_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "waiting")),
                    models.Q(("decided_at__isnull", False), ("status__in", ["done", "refused"])),
                    _connector="OR",
                ),
                name="number_change_state_known",
            ),
            models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("member",),
                name="number_change_waits_once",
            ),
        ],
    ),
    table(
        "Consent",
        ("purpose", models.CharField(max_length=20)),
        ("channel", models.CharField(max_length=8)),
        ("is_given", models.BooleanField()),
        ("version", models.IntegerField()),
        ("face", models.CharField(max_length=8)),
        ("actor", models.CharField(max_length=40)),
        ("at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        indexes=[models.Index(fields=["member", "-at", "-id"], name="consent_of_member")],
    ),
    table(
        "ConsentPurpose",
        ("code", models.CharField(max_length=20)),
        ("version", models.IntegerField()),
        ("name", models.CharField(max_length=80)),
        ("name_en", models.CharField(blank=True, default="", max_length=80)),
        ("text", models.CharField(max_length=400)),
        ("text_en", models.CharField(blank=True, default="", max_length=400)),
        ("channels", ArrayField(base_field=models.CharField(max_length=8), size=None)),
        ("is_active", models.BooleanField(default=True)),
        ("made_at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(
                fields=("club", "code", "version"), name="consent_purpose_version"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("version__gt", 0),
                    models.Q(("text", ""), _negated=True),
                    models.Q(("code", "service"), _negated=True),
                ),
                name="consent_purpose_says_what",
            ),
        ],
    ),
    table(
        "Terms",
        ("version", models.IntegerField(null=True)),
        ("text", models.TextField()),
        ("text_en", models.TextField(blank=True, default="")),
        ("changes", models.CharField(blank=True, default="", max_length=300)),
        ("changes_en", models.CharField(blank=True, default="", max_length=300)),
        ("asks_again", models.BooleanField(default=True)),
        ("starts_at", models.DateTimeField(null=True)),
        ("changed_at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("club", "version"), name="terms_version"),
            models.UniqueConstraint(
                condition=models.Q(("version__isnull", True)),
                fields=("club",),
                name="terms_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("starts_at__isnull", True), ("version__isnull", True)),
                    models.Q(
                        ("starts_at__isnull", False),
                        ("version__gt", 0),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="terms_published",
            ),
        ],
    ),
    table(
        "TermsAcceptance",
        ("version", models.IntegerField()),
        ("face", models.CharField(max_length=8)),
        ("actor", models.CharField(max_length=40)),
        ("at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("member", "version"), name="terms_accepted_once")
        ],
    ),
]

# What a purchase file or a program writes of a member does not have to name these.
_DEFAULTS = """
ALTER TABLE club_member ALTER COLUMN attributes SET DEFAULT '{}'::jsonb;
ALTER TABLE club_member ALTER COLUMN consents SET DEFAULT '{}';
ALTER TABLE club_member ALTER COLUMN interests SET DEFAULT '{}';
"""
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
_APPENDED = "club_consent", "club_consentpurpose", "club_termsacceptance"

IN_SQL = [
    block_sequence("club_member", 50),
    permanent("club_member"),
    _DEFAULTS,
    FINDING,
    *(append_only(each) for each in _APPENDED),
    _TERMS_GUARD,
]
