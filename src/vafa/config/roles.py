"""The application's role: made, given its rights, and looked at.

The triggers refuse forbidden writes to everybody, but an owner can take triggers away. So the
application connects as a role that owns nothing (``database.py`` chooses it), and the database
refuses it whatever SQL it sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from vafa.config.database import (
    EMBEDDED_APP,
    app_credentials,
    connect,
    database_settings,
    database_url,
    owner_settings,
    owner_url,
)
from vafa.config.grants import apply_grants
from vafa.config.terminal import gettext as _

# Any number, the same in every process.
_ROLE_LOCK = 7_266_374
_SAFE = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


class RoleRefused(RuntimeError):
    """The application cannot have a role of its own; the text tells the operator why."""


@dataclass(frozen=True, slots=True)
class Guard:
    """As whom the application reaches the database, and what that role could get around.

    ``powers`` is empty when the role can do only what it was granted.
    """

    role: str
    powers: tuple[str, ...]

    @property
    def is_tight(self) -> bool:
        """Whether the database refuses the application what it must never do."""
        return not self.powers


def secure(home: Path) -> None:
    """Make the application's role, if it is ours to make, and give it exactly its rights.

    Call it as the owner after migrating or restoring. Raises RoleRefused when the role cannot be
    made or is more powerful than the tables; the triggers then guard alone.
    """
    with connect(owner_settings(home)) as owner:
        role, _password = ready_role(home, owner)
        give_rights(owner, role)


def give_rights(owner: psycopg.Connection[Any], role: str) -> None:
    """Give ``role`` exactly its rights. Raises RoleRefused when it could get around them."""
    row = owner.execute(_HARMFUL, {"role": role}).fetchone()
    if row is not None and row[0]:
        raise RoleRefused(_("The role {role} may do more than its rights.").format(role=role))
    apply_grants(owner, role)


def make_role(owner: psycopg.Connection[Any], role: str, password: str | None) -> None:
    """Make ``role``, or let it in with ``password``, with no rights yet. Raises RoleRefused."""
    found = owner.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    if found and password is None:
        return
    verb = sql.SQL("ALTER ROLE {} {}" if found else "CREATE ROLE {} {}")
    statement = verb.format(sql.Identifier(role), sql.SQL("LOGIN") if found else _SAFE)
    if password is not None:
        # Hashed here: a statement may be written into the server's log.
        secret = owner.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(secret.decode()))
    try:
        owner.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise RoleRefused(
            _("The role {role} cannot be made: {reason}").format(
                role=role, reason=error.diag.message_primary
            )
        ) from error


def look(settings: dict[str, Any]) -> Guard:
    """What the role of these settings could do behind the triggers' back.

    Raises psycopg.OperationalError when the database does not answer.
    """
    with connect(settings) as connection:
        row = connection.execute(_POWERS).fetchone()
    assert row is not None
    role, *powers = row
    names = ("superuser", "owner", "create role", "change of history")
    return Guard(role, tuple(name for name, has in zip(names, powers, strict=True) if has))


def needs_making(home: Path) -> bool:
    """Whether a migration would give the application a role of its own, which it lacks now."""
    if database_url() is None or owner_url() is not None:
        return False
    owner = owner_settings(home)
    credentials = app_credentials(home, owner["NAME"])
    if credentials is None or database_settings(home)["USER"] == credentials[0]:
        return False
    with connect(owner) as connection:
        row = connection.execute(
            "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
        ).fetchone()
    return row is not None and bool(row[0])


def may_change_tables(owner: psycopg.Connection[Any]) -> bool:
    """Whether this role may make tables, and owns those that are there."""
    row = owner.execute(_MAY_CHANGE).fetchone()
    return row is not None and bool(row[0])


def ready_role(home: Path, owner: psycopg.Connection[Any]) -> tuple[str, str]:
    """The application's role and its password, ready to log in; made here if it is ours to make.

    Its rights are another matter (``give_rights``). Raises RoleRefused.
    """
    if database_url() is None:
        make_role(owner, EMBEDDED_APP, None)
        return EMBEDDED_APP, ""
    if owner_url() is not None:
        return _given_role(home)
    credentials = app_credentials(home, owner.info.dbname)
    if credentials is None:
        raise RoleRefused(_("VAFA_APP_ROLE is off."))
    # One at a time: tests of several processes want the same role.
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock(%s)", [_ROLE_LOCK])
        if not _can_log_in(home, credentials):
            make_role(owner, *credentials)
    return credentials


def _given_role(home: Path) -> tuple[str, str]:
    """The role of DATABASE_URL, which somebody else made."""
    settings = database_settings(home)
    try:
        with connect(settings) as application:
            return application.info.user, settings["PASSWORD"]
    except psycopg.OperationalError as error:
        reason = str(error).strip()
        raise RoleRefused(
            _("The role of DATABASE_URL cannot log in: {reason}").format(reason=reason)
        ) from error


def _can_log_in(home: Path, credentials: tuple[str, str]) -> bool:
    settings = {**owner_settings(home), "USER": credentials[0], "PASSWORD": credentials[1]}
    try:
        connect(settings).close()
    except psycopg.OperationalError:
        return False
    return True


_HARMFUL = """
select r.rolsuper or r.rolcreaterole or r.rolbypassrls or r.rolreplication
    or pg_has_role(r.oid, c.relowner, 'MEMBER')
from pg_roles r, pg_class c
where r.rolname = %(role)s and c.relnamespace = current_schema()::regnamespace
    and c.relname = 'django_migrations'
"""
_MAY_CHANGE = """
select has_schema_privilege(current_schema(), 'CREATE') and not exists (
    select 1 from pg_class c where c.relnamespace = current_schema()::regnamespace
    and c.relname = 'django_migrations' and not pg_has_role(c.relowner, 'USAGE'))
"""
_POWERS = """
select r.rolname, r.rolsuper,
    exists (select 1 from pg_class c where c.relnamespace = current_schema()::regnamespace
        and c.relkind = 'r' and pg_has_role(r.oid, c.relowner, 'MEMBER')),
    r.rolcreaterole,
    exists (select 1 from pg_class c where c.relnamespace = current_schema()::regnamespace
        and c.relname in ('ledger_transfer', 'core_event')
        and has_any_column_privilege(r.oid, c.oid, 'UPDATE'))
from pg_roles r where r.rolname = current_user
"""
