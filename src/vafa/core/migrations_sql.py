"""Pieces of SQL that several rooms' migrations share. Frozen: change only by adding."""

from __future__ import annotations

from collections.abc import Collection, Mapping

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION vafa_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are never changed or deleted', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> str:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE on ``table``."""
    return f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""


def block_sequence(table: str, size: int) -> str:
    """Let ``table``'s id sequence hand out blocks of ``size`` numbers (see core/ids.py)."""
    return f"ALTER SEQUENCE {table}_id_seq INCREMENT BY {size};"


def permanent(table: str) -> str:
    """Triggers that refuse DELETE, TRUNCATE and a new number for a row of ``table``."""
    return f"""
CREATE TRIGGER {table}_permanent BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER {table}_keeps_number BEFORE UPDATE OF id ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""


def linked(table: str, parents: Mapping[str, str], *, of_club: Collection[str] = ()) -> str:
    """A trigger in the place of foreign keys: once for each INSERT, it looks for the parents.

    ``parents`` maps columns to the tables whose ``id`` they name; where the column is in
    ``of_club`` the parent must belong to the row's club. Only for rows that never change, and
    parents that are never deleted. (docs/adr/0008)
    """
    # Scalar subqueries, never NOT EXISTS: that may be planned as a hash of the whole table.
    lost = " OR ".join(
        f"n.{column} IS NOT NULL AND (SELECT"
        f" {'p.club_id' if column in of_club else 'true'} FROM {parent} p WHERE p.id = n.{column})"
        f" IS {'DISTINCT FROM n.club_id' if column in of_club else 'NULL'}"
        for column, parent in parents.items()
    )
    return f"""
CREATE FUNCTION {table}_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added n WHERE {lost}) THEN
        RAISE EXCEPTION 'a row of {table} names something that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_links AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_links();
"""


ERASING_ONLY = """
CREATE OR REPLACE FUNCTION vafa_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF new_row = old_row OR new_row - TG_ARGV IS DISTINCT FROM old_row - TG_ARGV THEN
        RAISE EXCEPTION 'UPDATE of % is refused: its rows are never changed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF new_row -> name IS DISTINCT FROM old_row -> name
            AND coalesce(new_row ->> name, '') <> ''
        THEN
            RAISE EXCEPTION 'UPDATE of % is refused: % may only be erased', TG_TABLE_NAME, name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def erasable(table: str, columns: Collection[str]) -> str:
    """In the place of ``append_only``'s trigger: these columns may be emptied (NULL or ""), nothing
    else may happen to a row. (docs/adr/0022)"""
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER {table}_erasing_only BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION vafa_erasing_only({names});
"""
