"""What the application's role may do with each table, and nothing more.

Every table has a line here; a test compares the list with the schema and with what the role can
really do. Applied after every migration: what is not listed is taken away. All tables may be
read. Nothing may be truncated, and nobody but the owner may change a table or its triggers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

ALL = ("*",)


@dataclass(frozen=True, slots=True)
class Rights:
    """Beside SELECT: inserting, updating (some columns, or ALL), deleting.

    ``stamped`` columns are the database's own to fill when a row is inserted.
    """

    insert: bool = False
    update: tuple[str, ...] = ()
    delete: bool = False
    stamped: tuple[str, ...] = ()


READ = Rights()
APPEND = Rights(insert=True)
# The moment and the place in the order of history cannot be made up.
RECORD = Rights(insert=True, stamped=("recorded_at",))
RECORD_IN_ORDER = Rights(insert=True, stamped=("recorded_at", "transaction"))
# PostgreSQL lets only those lock a row who may update a column of it; a trigger refuses the update.
RECORD_AND_LOCK = Rights(insert=True, update=("id",), stamped=("recorded_at",))
FULL = Rights(insert=True, update=ALL, delete=True)


def _changing(*columns: str) -> Rights:
    return Rights(insert=True, update=columns)


RIGHTS: dict[str, Rights] = {
    # What happened is never changed or deleted.
    "core_event": RECORD_IN_ORDER,
    "core_idempotencykey": RECORD,
    # Answers are forgotten after a month, and never changed before.
    "core_idempotencyanswer": Rights(insert=True, delete=True),
    "ledger_transfer": RECORD_IN_ORDER,
    "ledger_consumption": APPEND,
    "ledger_activity": APPEND,
    "ledger_lotwarning": APPEND,
    "ledger_sealkey": APPEND,
    "ledger_checkpoint": APPEND,
    # Beside: what may be erased when a person is (docs/adr/0022); triggers refuse all else.
    "club_audit": _changing(
        *("actor_name", "address", "thing_label", "before", "after", "reason", "search_text")
    ),
    "club_consent": APPEND,
    "club_consentpurpose": APPEND,
    "club_termsacceptance": APPEND,
    "commerce_purchase": Rights(
        insert=True, update=("id", "payment_card"), stamped=("recorded_at",)
    ),
    "commerce_purchaseline": APPEND,
    "commerce_delivery": APPEND,
    "commerce_return": Rights(insert=True, update=("reason",), stamped=("recorded_at",)),
    # Beside: who bought is forgotten with the person; triggers refuse all else.
    "commerce_document": Rights(insert=True, update=("buyer",), stamped=("issued_at",)),
    "commerce_orderstep": Rights(insert=True, stamped=("at",)),
    "commerce_returnline": APPEND,
    "program_decision": Rights(insert=True, update=("parts", "inputs"), stamped=("recorded_at",)),
    "program_happening": Rights(insert=True, update=("data",), stamped=("recorded_at",)),
    "program_redemption": APPEND,
    "program_tierrun": RECORD,
    "program_tierchange": APPEND,
    "program_tierwarning": RECORD,
    "program_voucheruse": APPEND,
    # A trigger lets a code of a series be given to somebody, once.
    "program_voucher": _changing("id", "member_id", "given_at"),
    "program_voucherseries": _changing("made", "finished_at", "cancelled_at"),
    "program_drawsecret": APPEND,
    "program_badge": APPEND,
    "program_drawchance": APPEND,
    "program_drawclaim": APPEND,
    "program_drawentry": APPEND,
    "program_drawwinner": APPEND,
    "program_drawoutcome": APPEND,
    "engage_attempt": APPEND,
    # What is kept up to date: only the columns that change.
    "ledger_book": _changing("frozen_at", "frozen_reason"),
    "ledger_unit": _changing("warn_days"),
    "ledger_account": _changing("balance", "version", "active_at", "moved_at"),
    "ledger_lot": _changing("remaining"),
    "ledger_hold": _changing("captured", "status", "resolved_at"),
    "ledger_sealtile": _changing("hashes", "transfers"),
    "ledger_verification": _changing(
        *("told_at", "finished_at", "state", "step", "reached", "total", "found")
    ),
    "club_club": APPEND,
    "club_clubdisplayunit": APPEND,
    "club_merchant": _changing("name"),
    "club_branch": _changing("merchant_id", "name", "kind", "city", "is_active"),
    # What was answered and agreed stays; the newest version holds.
    "club_clubsetup": APPEND,
    "club_joiningterms": APPEND,
    "club_joining": APPEND,
    "club_feeterms": APPEND,
    "club_joiningcode": _changing(
        *("name", "branch_id", "opens", "most_uses", "uses", "last_day", "is_active")
    ),
    "club_joiningrequest": _changing(
        *("mobile", "name", "birth_date", "branch_id", "invitation", "code", "told"),
        *("state", "decided_by", "decided_at", "reason", "member_id"),
    ),
    "club_user": _changing(
        *("password", "last_login", "name", "language", "is_active", "factor_reset_at")
    ),
    "club_staff": _changing("is_active", "role", "own_role_id", "branch_id"),
    "club_staffbranch": Rights(insert=True, delete=True),
    "club_ownrole": Rights(
        insert=True, update=("name", "name_en", "permissions", "of_branches"), delete=True
    ),
    "club_secondfactor": Rights(
        insert=True,
        update=("sealed_key", "made_at", "confirmed_at", "last_step", "recovery"),
        delete=True,
    ),
    "club_session": Rights(insert=True, update=("last_seen_at", "address", "device"), delete=True),
    # What was asked for stays; the numbers go where the member's data is erased.
    "club_numberchange": _changing(
        *("status", "decided_by", "decided_at", "old_mobile", "new_mobile", "reason")
    ),
    "club_staffchoice": FULL,
    "club_apikey": _changing("revoked_at"),
    "club_member": _changing(
        *("name", "sort_key", "search_key", "gender", "birth_date", "is_active"),
        *("holder", "household_id", "merged_into_id", "attributes"),
        *("email", "city", "education", "acquaintance", "interests", "wedding_date"),
        *("language", "calendar", "consents", "terms_version"),
        *("mobile", "external_id", "former_mobile", "left_at", "erased_at", "frozen_until"),
        "fee_until",
    ),
    # A trigger keeps terms that hold.
    "club_terms": FULL,
    "club_profilefield": FULL,
    "club_memberattribute": _changing("name", "name_en", "choices", "is_active"),
    "club_household": FULL,
    "club_householdinvitation": _changing("mobile", "state", "answered_at", "member_id"),
    "club_card": _changing("number", "is_active"),
    "program_counter": _changing("points", "times", "goes_on_id"),
    "program_adjustment": _changing("status", "decided_by", "decided_at", "decision_id", "reason"),
    "program_bulkadjustment": _changing("status", "decided_by", "decided_at"),
    "program_reservation": _changing("status", "resolved_at", "purchase_id"),
    # A trigger lets a sale be recorded once and settled once.
    "program_offlinesale": _changing(
        *("state", "why", "short_points", "short_credit", "purchase_id", "kept"),
        *("resolution", "note", "resolved_by", "resolved_at", "decision_id"),
    ),
    "commerce_category": _changing("name", "sort_key"),
    "commerce_dataimport": _changing(
        *("choices", "sample", "digest", "found", "counts", "undone", "state", "started_at"),
        *("finished_at", "undone_at", "check_task_id", "run_task_id", "undo_task_id", "upload_id"),
    ),
    "commerce_importedrow": _changing("closed_at"),
    "commerce_order": _changing(
        *("branch_id", "state", "channel", "payment", "vouchers", "total", "recipient", "phone"),
        *("address", "note", "wanted_on", "purchase_id", "covers_from", "covers_until"),
    ),
    "commerce_orderline": Rights(insert=True, delete=True),
    # A trigger lets a series only go on by one.
    "commerce_documentseries": _changing("last"),
    "commerce_sellerdetails": _changing(
        *("name", "address", "postcode", "phone", "economic_code", "national_id"),
        *("registration_no", "note"),
    ),
    "program_openingbalance": _changing("undone_at"),
    "commerce_product": _changing(*ALL),
    "program_reward": _changing(*ALL),
    "program_occasion": _changing(
        "name", "name_en", "calendar", "month", "day", "official", "is_active"
    ),
    "program_memberdevice": Rights(insert=True, delete=True),
    "program_referral": _changing("status", "reason", "judged_at", "purchase_id", "device"),
    "program_happeningmark": _changing("reached_at"),
    "audience_segment": Rights(
        insert=True,
        update=("name", "name_en", "sort_key", "definition", "changed_at", "archived_at"),
        delete=True,
    ),
    # A trigger keeps what each step of a draw has published.
    "program_draw": _changing(*ALL),
    # A trigger keeps the question, and what was found.
    "program_backtest": _changing("result"),
    # What a message says and to whom stays.
    "engage_message": _changing(
        *("sealed", "cost", "state", "why", "provider_id", "tries", "send_after", "changed_at"),
        *("recipient", "text", "key"),
    ),
    "engage_smssettings": _changing(
        *("kind", "sealed_key", "key_end", "sender", "template", "footer", "part_price"),
        *("hour_limit", "day_limit", "month_limit", "is_on", "changed_at"),
    ),
    "engage_eventcursor": _changing("transaction", "event"),
    # What an e-mail says and to whom stays, until its person is forgotten; its file is forgotten.
    "engage_email": _changing(
        *("state", "why", "tries", "send_after", "changed_at", "file"),
        *("recipient", "subject", "text", "leave_url", "key"),
    ),
    "engage_quiethours": _changing("begins", "ends", "changed_at"),
    "engage_emailsettings": _changing(
        *("host", "port", "security", "user", "sealed_password", "sender", "sender_name"),
        *("is_on", "changed_at"),
    ),
    # Made again from the facts at any time.
    "insight_eventreading": _changing("transaction", "event", "read_at"),
    "insight_keptclub": Rights(
        insert=True,
        update=("is_whole", "waiting_since", "transaction", "transfer"),
        delete=True,
    ),
    "insight_waitingday": Rights(insert=True, delete=True),
    "insight_dayfigures": Rights(insert=True, delete=True),
    "insight_daypools": Rights(
        insert=True,
        update=("issued", "clawed_back", "spent", "restored", "expired", "revived"),
        delete=True,
    ),
    "insight_savedreport": Rights(insert=True, update=("name", "query", "is_shared"), delete=True),
    "insight_reportschedule": Rights(
        insert=True,
        update=(
            *("staff_id", "rhythm", "hour", "weekday", "day", "format", "language", "origin"),
            *("is_on", "next_at", "trouble"),
        ),
        delete=True,
    ),
    "insight_reportreceiver": Rights(insert=True, update=("left_at",), delete=True),
    "insight_reportrun": Rights(
        insert=True, update=("state", "tries", "told_at", "receivers", "trouble"), delete=True
    ),
    # A draft is changed and thrown away; a trigger keeps what was published.
    "program_revision": FULL,
    "club_task": _changing(
        *("told_at", "started_at", "state", "step", "reached", "total", "stop_asked_at"),
        *("finished_at", "trouble", "trouble_words", "result"),
    ),
    # What is forgotten again.
    "club_taskfile": Rights(insert=True, update=("size",), delete=True),
    "club_taskchunk": Rights(insert=True, delete=True),
    "club_logincode": FULL,
    "club_loginfailure": Rights(insert=True, delete=True),
    "django_session": FULL,
    "procrastinate_jobs": FULL,
    "procrastinate_events": FULL,
    "procrastinate_periodic_defers": FULL,
    "procrastinate_workers": FULL,
    # Django's own, which only migrations write.
    "django_migrations": READ,
    "django_content_type": READ,
    "auth_permission": READ,
    "auth_group": READ,
    "auth_group_permissions": READ,
}


def apply_grants(owner: psycopg.Connection[Any], role: str) -> None:
    """Give ``role`` exactly the listed rights on the tables that are there, all at once.

    ``owner`` owns the tables. Raises psycopg.Error.
    """
    who = sql.Identifier(role)
    with owner.transaction():
        schema = sql.Identifier(_one(owner, "select current_schema()"))
        for kind in ("TABLES", "SEQUENCES"):
            owner.execute(
                sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM {}").format(
                    sql.SQL(kind), schema, who
                )
            )
        owner.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(schema, who))
        owner.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, who))
        if not _one(owner, _MAY_CONNECT, role):
            name = sql.Identifier(owner.info.dbname)
            owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, who))
        for table in tables(owner):
            if table in RIGHTS:
                owner.execute(_grant(table, RIGHTS[table], columns(owner, table), who))
        for sequence in _sequences(owner):
            owner.execute(
                sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(sequence), who)
            )


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """The tables of our schema, partitioned ones included, their parts not."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = current_schema()::regnamespace"
        " and relkind in ('r', 'p') and not relispartition order by relname"
    )
    return [name for (name,) in rows]


def columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """The columns of one of our tables."""
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
        " and not attisdropped order by attnum",
        [table],
    )
    return [name for (name,) in rows]


def _grant(table: str, rights: Rights, names: list[str], role: sql.Identifier) -> sql.Composed:
    wanted: list[sql.Composable] = [sql.SQL("SELECT")]
    if rights.stamped:
        wanted.append(_on(sql.SQL("INSERT"), [n for n in names if n not in rights.stamped]))
    elif rights.insert:
        wanted.append(sql.SQL("INSERT"))
    if rights.update == ALL:
        wanted.append(sql.SQL("UPDATE"))
    elif rights.update:
        wanted.append(_on(sql.SQL("UPDATE"), rights.update))
    if rights.delete:
        wanted.append(sql.SQL("DELETE"))
    return sql.SQL("GRANT {} ON {} TO {}").format(
        sql.SQL(", ").join(wanted), sql.Identifier(table), role
    )


def _on(right: sql.SQL, names: Sequence[str]) -> sql.Composed:
    """A right on some columns only."""
    return sql.SQL("{} ({})").format(right, sql.SQL(", ").join(map(sql.Identifier, names)))


def _sequences(owner: psycopg.Connection[Any]) -> list[str]:
    """Sequences that number the rows of tables into which the application inserts."""
    rows = owner.execute(
        "select s.relname, t.relname from pg_class s"
        " join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass"
        " and d.deptype in ('a', 'i') join pg_class t on t.oid = d.refobjid"
        " where s.relkind = 'S' and s.relnamespace = current_schema()::regnamespace"
    )
    return [name for name, table in rows if RIGHTS.get(table, READ).insert]


def _one(connection: psycopg.Connection[Any], question: LiteralString, *params: str) -> Any:
    row = connection.execute(question, params).fetchone()
    return row[0] if row else None


_MAY_CONNECT = "select has_database_privilege(%s, current_database(), 'CONNECT')"
