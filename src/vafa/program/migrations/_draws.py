"""Draws: each step once and in order, and what a step has published never changes (docs/adr/0009)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, linked, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Draw",
        ("name", models.CharField(max_length=120)),
        ("name_en", models.CharField(blank=True, default="", max_length=120)),
        ("permit", models.CharField(max_length=60)),
        ("starts_on", models.DateField()),
        ("ends_on", models.DateField()),
        ("from_amount", models.BigIntegerField(null=True)),
        ("step_amount", models.BigIntegerField(null=True)),
        ("step_points", models.BigIntegerField(null=True)),
        ("free_chances", models.IntegerField(default=1)),
        ("free_words", models.CharField(max_length=400)),
        ("free_words_en", models.CharField(blank=True, default="", max_length=400)),
        ("cap", models.IntegerField(null=True)),
        ("branches", ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
        ("excludes_staff", models.BooleanField(default=True)),
        (
            "excluded_mobiles",
            ArrayField(base_field=models.CharField(max_length=16), default=list, size=None),
        ),
        ("prizes", models.JSONField()),
        ("reserves", models.IntegerField(default=0)),
        ("draws_at", models.DateTimeField()),
        ("public_value_is", models.CharField(max_length=300)),
        ("public_value_is_en", models.CharField(blank=True, default="", max_length=300)),
        ("status", models.CharField(default="draft", max_length=9)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("opened_at", models.DateTimeField(null=True)),
        ("seed_hash", models.CharField(blank=True, default="", max_length=64)),
        ("frozen_at", models.DateTimeField(null=True)),
        ("list_hash", models.CharField(blank=True, default="", max_length=64)),
        ("entrants", models.BigIntegerField(default=0)),
        ("chances", models.BigIntegerField(default=0)),
        ("drawn_at", models.DateTimeField(null=True)),
        ("public_value", models.CharField(blank=True, default="", max_length=200)),
        ("seed", models.CharField(blank=True, default="", max_length=64)),
        ("closed_at", models.DateTimeField(null=True)),
        ("cancelled_at", models.DateTimeField(null=True)),
        ("cancel_reason", models.CharField(blank=True, default="", max_length=300)),
        ("club", tied("club.club", db_index=False)),
        indexes=[models.Index(fields=["club", "-id"], name="draw_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("permit__regex", "^.{3,60}$"), ("starts_on__lte", models.F("ends_on"))
                ),
                name="draw_permit_and_period",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_amount__isnull", True), ("from_amount__gt", 0), _connector="OR"
                    ),
                    models.Q(
                        ("step_amount__isnull", True), ("step_amount__gt", 0), _connector="OR"
                    ),
                    models.Q(
                        ("step_points__isnull", True), ("step_points__gt", 0), _connector="OR"
                    ),
                    models.Q(
                        ("cap__isnull", True),
                        ("cap__gte", models.F("free_chances")),
                        _connector="OR",
                    ),
                    ("free_chances__gte", 1),
                    ("reserves__gte", 0),
                ),
                name="draw_chances",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", True), ("seed_hash", ""), ("status", "draft")),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("frozen_at__isnull", True),
                        ("status", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", True),
                        ("opened_at__isnull", False),
                        ("seed_hash__regex", "^[0-9a-f]{64}$"),
                        ("status__in", ["open", "frozen", "drawn", "closed"]),
                    ),
                    _connector="OR",
                ),
                name="draw_opened",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frozen_at__isnull", True),
                        ("list_hash", ""),
                        ("status__in", ["draft", "open", "cancelled"]),
                    ),
                    models.Q(
                        ("frozen_at__lt", models.F("draws_at")),
                        ("list_hash__regex", "^[0-9a-f]{64}$"),
                        ("status__in", ["frozen", "drawn", "closed"]),
                    ),
                    _connector="OR",
                ),
                name="draw_frozen",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("drawn_at__isnull", True),
                        ("public_value", ""),
                        ("seed", ""),
                        ("status__in", ["draft", "open", "cancelled", "frozen"]),
                    ),
                    models.Q(
                        ("drawn_at__gte", models.F("draws_at")),
                        ("seed__regex", "^[0-9a-f]{64}$"),
                        ("status__in", ["drawn", "closed"]),
                        models.Q(("public_value", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="draw_drawn",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="draw_closed",
            ),
        ],
    ),
    table(
        "DrawSecret",
        ("seed", models.BinaryField()),
        ("key", models.BinaryField()),
        ("draw", models.OneToOneField(on_delete=PROTECT, related_name="+", to="program.draw")),
    ),
    table(
        "DrawClaim",
        ("claimed_at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("draw", tied("program.draw", db_index=False)),
        ("member", tied("club.member")),
        constraints=[models.UniqueConstraint(fields=("draw", "member"), name="draw_claimed_once")],
    ),
    table(
        "DrawEntry",
        ("number", models.IntegerField()),
        ("tag", models.CharField(max_length=32)),
        ("chances", models.BigIntegerField()),
        ("draw", tied("program.draw", db_index=False, db_constraint=False)),
        ("member", tied("club.member", db_index=False, db_constraint=False)),
        constraints=[
            models.UniqueConstraint(fields=("draw", "number"), name="draw_entry_number"),
            models.UniqueConstraint(fields=("member", "draw"), name="draw_entry_member"),
            models.CheckConstraint(
                condition=models.Q(("chances__gt", 0)), name="draw_entry_chances"
            ),
        ],
    ),
    table(
        "DrawChance",
        ("chances", models.BigIntegerField()),
        ("given_at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("draw", tied("program.draw", db_index=False)),
        ("member", tied("club.member", db_index=False)),
        ("decision", tied("program.decision")),
        ("undone_by", tied("commerce.return", null=True, db_index=False)),
        ("given_up_by", tied("program.decision", null=True, db_index=False)),
        indexes=[models.Index(fields=["draw", "member"], name="draw_chance_of_member")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("chances__gt", 0),
                        ("given_up_by__isnull", True),
                        ("undone_by__isnull", True),
                    ),
                    models.Q(
                        ("chances__lt", 0),
                        ("given_up_by__isnull", True),
                        ("undone_by__isnull", False),
                    ),
                    models.Q(
                        ("chances__lt", 0),
                        ("given_up_by__isnull", False),
                        ("undone_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="draw_chance_given_or_undone",
            )
        ],
    ),
    table(
        "DrawWinner",
        ("place", models.IntegerField()),
        ("draw", tied("program.draw", db_index=False)),
        (
            "entry",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="program.drawentry"),
        ),
        constraints=[
            models.UniqueConstraint(fields=("draw", "place"), name="draw_place_once"),
            models.CheckConstraint(
                condition=models.Q(("place__gt", 0)), name="draw_place_positive"
            ),
        ],
    ),
    table(
        "DrawOutcome",
        ("kind", models.CharField(max_length=9)),
        ("reason", models.CharField(blank=True, default="", max_length=300)),
        ("actor", models.CharField(max_length=40)),
        ("at", models.DateTimeField()),
        ("draw", tied("program.draw", db_index=False)),
        (
            "successor",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="+", to="program.drawwinner"
            ),
        ),
        (
            "winner",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="program.drawwinner"),
        ),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "confirmed"), ("reason", ""), ("successor__isnull", True)),
                    models.Q(("kind", "replaced"), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="draw_outcome_known",
            )
        ],
    ),
    table(
        "DrawWork",
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField()),
        ("told_at", models.DateTimeField()),
        ("reached", models.BigIntegerField(default=0)),
        ("total", models.BigIntegerField(default=0)),
        ("finished_at", models.DateTimeField(null=True)),
        ("trouble", models.CharField(blank=True, default="", max_length=40)),
        ("draw", tied("program.draw")),
    ),
]

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
# The list of a draw is closed once: chances come and go only while it is open.
WHILE_OPEN = """
CREATE TRIGGER program_drawchance_in_time AFTER INSERT ON program_drawchance
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION program_draw_parts('open');
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

IN_SQL = [
    STEPS,
    permanent("program_draw"),
    *(append_only(each) + written_while(each, status) for each, status in _PARTS.items()),
    linked("program_drawentry", {"member_id": "club_member"}),
    append_only("program_drawchance"),
    WHILE_OPEN,
]
