"""Programmes, and what they decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from vafa.core.migrations_sql import block_sequence, linked, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Revision",
        ("number", models.IntegerField()),
        ("status", models.CharField(default="draft", max_length=8)),
        ("document", models.JSONField()),
        ("note", models.CharField(blank=True, default="", max_length=200)),
        ("actor", models.CharField(default="", max_length=40)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("published_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", related_name="revisions")),
        ("publish_at", models.DateTimeField(null=True)),
        ("publish_by", models.CharField(blank=True, default="", max_length=40)),
        constraints=[
            models.UniqueConstraint(fields=("club", "number"), name="revision_number_once"),
            models.UniqueConstraint(
                condition=models.Q(("status", "live")), fields=("club",), name="one_live_revision"
            ),
            models.UniqueConstraint(
                condition=models.Q(("status", "draft")), fields=("club",), name="one_draft_revision"
            ),
            models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "live", "past"])),
                name="revision_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("publish_at__isnull", True), ("status", "draft"), _connector="OR"
                ),
                name="only_a_draft_is_to_be_published",
            ),
        ],
    ),
    table(
        "Backtest",
        ("draft_number", models.IntegerField()),
        ("document", models.JSONField()),
        ("stamp", models.CharField(max_length=32)),
        ("first_day", models.DateField()),
        ("last_day", models.DateField()),
        (
            "segments",
            ArrayField(base_field=models.CharField(max_length=40), default=list, size=None),
        ),
        ("asked_by", models.CharField(max_length=40)),
        ("asked_at", models.DateTimeField()),
        ("told_at", models.DateTimeField()),
        ("state", models.CharField(default="waiting", max_length=8)),
        ("reached", models.BigIntegerField(default=0)),
        ("total", models.BigIntegerField(default=0)),
        ("stop_asked_at", models.DateTimeField(null=True)),
        ("finished_at", models.DateTimeField(null=True)),
        ("trouble", models.CharField(blank=True, default="", max_length=40)),
        ("result", models.JSONField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("revision", tied("program.revision", db_index=False)),
        indexes=[models.Index(fields=["club", "-id"], name="backtest_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day"))), name="backtest_period"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["failed", "stopped"])),
                    models.Q(
                        ("finished_at__isnull", False), ("result__isnull", False), ("state", "done")
                    ),
                    _connector="OR",
                ),
                name="backtest_state_known",
            ),
        ],
    ),
    table(
        "Decision",
        ("trigger", models.CharField(max_length=12)),
        ("points", models.BigIntegerField()),
        ("tier_points", models.BigIntegerField(default=0)),
        ("parts", models.JSONField()),
        ("shares", models.JSONField(null=True)),
        ("effective_at", models.DateTimeField()),
        ("tier_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club", db_index=False, db_constraint=False)),
        ("member", tied("club.member", db_index=False, db_constraint=False)),
        ("purchase", tied("commerce.purchase", null=True, db_constraint=False)),
        ("undoes", tied("program.decision", null=True, db_index=False)),
        ("undone_by", tied("commerce.return", null=True, db_index=False)),
        ("revision", tied("program.revision", db_index=False, db_constraint=False)),
        ("credit", models.BigIntegerField(db_default=0, default=0)),
        ("answers", tied("program.decision", null=True, db_index=False)),
        ("counted", models.JSONField(null=True)),
        ("inputs", models.JSONField(null=True)),
        indexes=[
            models.Index(
                condition=models.Q(("undoes__isnull", False)),
                fields=["undoes"],
                name="decision_undoing",
            ),
            models.Index(
                fields=["member", "tier_at"], include=("tier_points",), name="decision_by_member"
            ),
            models.Index(
                condition=models.Q(("answers__isnull", False)),
                fields=["answers"],
                name="decision_answering",
            ),
        ],
        constraints=[
            models.UniqueConstraint(
                condition=models.Q(("trigger", "reverse")),
                fields=("undoes",),
                name="decision_reversed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("trigger__in", ["purchase", "join", "happening"]), _negated=True),
                    ("inputs__isnull", False),
                    _connector="OR",
                ),
                name="decision_of_rules_has_inputs",
            ),
        ],
    ),
    table(
        "Counter",
        ("scope", models.CharField(max_length=9)),
        ("scope_id", models.BigIntegerField()),
        ("per", models.CharField(max_length=5)),
        ("since", models.DateField()),
        ("what", models.CharField(max_length=42)),
        ("points", models.BigIntegerField(db_default=0, default=0)),
        ("times", models.BigIntegerField(db_default=0, default=0)),
        ("club", tied("club.club", db_index=False)),
        ("goes_on", tied("program.counter", null=True)),
        constraints=[
            models.UniqueConstraint(
                fields=("club", "scope", "scope_id", "per", "since", "what"), name="counter_once"
            ),
            models.CheckConstraint(
                condition=models.Q(("points__gte", 0), ("times__gte", 0)),
                name="counter_not_below_zero",
            ),
        ],
    ),
    table(
        "Reservation",
        ("points", models.BigIntegerField(default=0)),
        ("credit", models.BigIntegerField(default=0)),
        ("status", models.CharField(default="open", max_length=8)),
        ("actor", models.CharField(max_length=40)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("expires_at", models.DateTimeField()),
        ("resolved_at", models.DateTimeField(null=True)),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member")),
        ("purchase", tied("commerce.purchase", null=True, db_index=False)),
        ("voucher", tied("program.voucher", null=True, db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("status", "open")),
                fields=["expires_at"],
                name="reservation_expiring",
            )
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("credit__gte", 0),
                    ("points__gte", 0),
                    models.Q(
                        ("points__gt", 0),
                        ("credit__gt", 0),
                        ("voucher__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="reservation_holds_something",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at__isnull", True), ("status", "open")),
                    models.Q(
                        ("resolved_at__isnull", False),
                        ("status__in", ["used", "released", "expired"]),
                    ),
                    _connector="OR",
                ),
                name="reservation_status_known",
            ),
            models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("voucher",),
                name="voucher_reserved_once",
            ),
        ],
    ),
]

PUBLISHED_IS_FINAL = """
CREATE FUNCTION program_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a published revision is never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' IS DISTINCT FROM to_jsonb(OLD) - 'status'
        OR (OLD.status, NEW.status) NOT IN (('live', 'live'), ('live', 'past'), ('past', 'past')))
    THEN
        RAISE EXCEPTION 'a published revision never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_revision_guard BEFORE UPDATE OR DELETE ON program_revision
    FOR EACH ROW EXECUTE FUNCTION program_revision_guard();
"""
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
CREATE TRIGGER program_reservation_guard BEFORE UPDATE OR DELETE ON program_reservation
    FOR EACH ROW EXECUTE FUNCTION program_decided_once('open', 'status resolved_at purchase_id');
CREATE TRIGGER program_reservation_no_truncate BEFORE TRUNCATE ON program_reservation
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
# Of a decision: what the rules were told of her person, and what people wrote to each other.
DECISIONS = """
CREATE FUNCTION program_wordless(parts jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(p -> 3) = 'object'
        THEN jsonb_set(p, '{3}', (p -> 3) - ARRAY['reason', 'message']) ELSE p END ORDER BY n), '[]')
    FROM jsonb_array_elements(parts) WITH ORDINALITY AS e(p, n)
$$;
CREATE FUNCTION program_impersonal(inputs jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN inputs ?| ARRAY['birth_date', 'gender', 'attributes']
        THEN (inputs - ARRAY['birth_date', 'gender', 'attributes']) || '{"erased": true}'
        ELSE inputs END
$$;
-- What one side of a gift wrote stands with both: it goes with either.
CREATE FUNCTION program_is_of_erased(decision program_decision) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM club_member m WHERE m.erased_at IS NOT NULL AND m.id IN (
            SELECT decision.member_id
            UNION ALL SELECT g.member_id FROM program_decision g WHERE g.id = decision.answers_id
            UNION ALL SELECT t.member_id FROM program_decision t WHERE t.answers_id = decision.id
        )
    )
$$;
CREATE FUNCTION program_decision_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := ARRAY['parts', 'inputs'];
BEGIN
    IF NEW IS NOT DISTINCT FROM OLD
        OR to_jsonb(NEW) - erasable IS DISTINCT FROM to_jsonb(OLD) - erasable
        OR NEW.parts IS DISTINCT FROM program_wordless(OLD.parts)
        OR NEW.inputs IS DISTINCT FROM OLD.inputs
            AND NEW.inputs IS DISTINCT FROM program_impersonal(OLD.inputs)
        OR NOT program_is_of_erased(OLD)
    THEN
        RAISE EXCEPTION 'UPDATE of program_decision is refused: its rows are never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_decision_append_only BEFORE DELETE ON program_decision
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_decision_erasing_only BEFORE UPDATE ON program_decision
    FOR EACH ROW EXECUTE FUNCTION program_decision_erasing_only();
CREATE TRIGGER program_decision_no_truncate BEFORE TRUNCATE ON program_decision
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
# A question stays what it was; only how far it is and what it found are written later, once.
QUESTION_STAYS = """
CREATE FUNCTION program_backtest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := '{told_at,state,reached,total,stop_asked_at,finished_at,trouble,result}';
BEGIN
    IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later
        OR OLD.finished_at IS NOT NULL THEN
        RAISE EXCEPTION 'the question of a back-test, and what it found, never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_backtest_guard BEFORE UPDATE ON program_backtest
    FOR EACH ROW EXECUTE FUNCTION program_backtest_guard();
"""
# Decisions are tied to what they speak of once for each statement (docs/adr/0008).
LINKS = linked(
    "program_decision",
    {
        "club_id": "club_club",
        "member_id": "club_member",
        "revision_id": "program_revision",
        "purchase_id": "commerce_purchase",
    },
    of_club=("member_id", "revision_id", "purchase_id"),
)

IN_SQL = [
    PUBLISHED_IS_FINAL,
    DECIDED_ONCE,
    DECISIONS,
    LINKS,
    block_sequence("program_decision", 1000),
    QUESTION_STAYS,
    permanent("program_backtest"),
    block_sequence("program_counter", 100),
    permanent("program_counter"),
]
