"""Pieces of SQL that several rooms' migrations share. Frozen: change only by adding."""

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
