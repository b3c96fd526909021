"""Django's database settings: from DATABASE_URL, or for the embedded PostgreSQL.

Two roles reach the database. The *owner* makes and changes tables; everything else runs as the
*application*, which owns nothing and may do only what ``grants.py`` lists.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from vafa.config.home import secret_key, socket_folder

EMBEDDED_USER = "vafa"
EMBEDDED_APP = "vafa_app"
EMBEDDED_DATABASE = "vafa"
_CREDENTIALS = re.compile(r"//[^/?#]*@")
_PROBE_SECONDS = 5
_MAX_NAME_BYTES = 63
_PARTS = (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"))
# What psycopg or Django mean by it, not libpq.
_NOT_LIBPQ = {"pool", "prepare_threshold"}


def database_settings(home: Path) -> dict[str, Any]:
    """Django's ``DATABASES["default"]``: as the application's role.

    Where only DATABASE_URL is given, and its role is not the application's, this asks the server
    whether the application's role is ready; if it is not, the role of DATABASE_URL serves.
    Raises SystemExit when DATABASE_URL is nonsense.
    """
    return _django(_application(home), pool=_pool_options())


def owner_settings(home: Path) -> dict[str, Any]:
    """Django's ``DATABASES["owner"]``: as who makes tables, backs up and restores.

    Connects nowhere. Raises SystemExit when the address is nonsense.
    """
    url = owner_url() or database_url()
    target = _embedded(home, EMBEDDED_USER) if url is None else parse_database_url(url)
    settings = _django(target, pool=None)
    # Where tests make a database, the owner does, and waits for nobody.
    return {**settings, "TEST": {"DEPENDENCIES": []}}


def database_address(home: Path) -> str:
    """host:port/name of the database in use, without who reaches it."""
    url = database_url()
    target = _embedded(home, EMBEDDED_USER) if url is None else parse_database_url(url)
    return f"{target['HOST']}:{target['PORT']}/{target['NAME']}"


def database_url() -> str | None:
    """DATABASE_URL, or None when the embedded database serves."""
    return os.environ.get("DATABASE_URL", "").strip() or None


def owner_url() -> str | None:
    """DATABASE_OWNER_URL: the owner's address where DATABASE_URL is the application's own."""
    return os.environ.get("DATABASE_OWNER_URL", "").strip() or None


def app_credentials(home: Path, database: str) -> tuple[str, str] | None:
    """Name and password of the role that Vafa makes for itself beside an owner's DATABASE_URL.

    Drawn from the database's name and the secret key, so that all machines of an installation
    know them, and two databases on one server have a role each. None where the operator wants
    no such role (VAFA_APP_ROLE=off).
    """
    role = os.environ.get("VAFA_APP_ROLE", "").strip() or _named_after(database)
    if role == "off":
        return None
    key = secret_key(home).encode()
    return role, hmac.new(key, f"database role {role}".encode(), hashlib.sha256).hexdigest()


def parse_database_url(url: str) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS of a postgres:// or postgresql:// address.

    libpq's own parser reads it, so Unix sockets, sslmode, several hosts and the rest mean what
    they mean to psql. Raises SystemExit with a sentence that does not contain the password.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise SystemExit(
            "DATABASE_URL must begin with postgresql:// "
            "(for example postgresql://vafa:secret@db.example.com:5432/vafa). "
            "Vafa runs on PostgreSQL 15 or newer only."
        )
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        raise SystemExit(f"DATABASE_URL cannot be read: {_reason(url, error)}") from None
    name = parts.pop("dbname", None)
    if not name:
        raise SystemExit("DATABASE_URL names no database: add its name, as in …/vafa.")
    port = str(parts.pop("port", ""))
    for each in port.split(",") if port else []:
        if each and not (each.isascii() and each.isdigit() and 0 < int(each) < 65536):
            raise SystemExit(f"DATABASE_URL cannot be read: {each!r} is not a port.")
    return {
        "NAME": name,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": port,
        "OPTIONS": {"connect_timeout": 10, **parts},
    }


def libpq_variables(settings: dict[str, Any]) -> dict[str, str]:
    """The environment with which psql, pg_dump and the like reach Django's database.

    Unlike words on a command line, other users of the machine cannot read it.
    """
    variables = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    for name, value in settings["OPTIONS"].items():
        if name.startswith("ssl"):
            variables[f"PG{name.upper()}"] = value
    return {name: value for name, value in variables.items() if value}


def _reason(url: str, error: psycopg.ProgrammingError) -> str:
    """Why libpq refused the address, found again without the credentials, which it might quote."""
    bare = _CREDENTIALS.sub("//", url, count=1)
    try:
        conninfo_to_dict(bare)
    except psycopg.ProgrammingError as again:
        return str(again).strip()
    return "its user name or password has characters that must be percent-encoded (@ is %40)."


def url_of(settings: dict[str, Any]) -> str:
    """The address of Django's database settings: what ``parse_database_url`` reads."""
    parts = {name: settings[key] for name, key in _PARTS if settings[key]}
    options = {k: v for k, v in settings["OPTIONS"].items() if k not in _NOT_LIBPQ}
    query = urlencode({**parts, **options}, quote_via=quote)
    return f"postgresql:///{quote(settings['NAME'], safe='')}?{query}"


def connect(settings: dict[str, Any], **options: Any) -> psycopg.Connection[Any]:
    """A connection of our own to the database of Django's settings, outside the pool.

    Every statement commits by itself. Raises psycopg.OperationalError.
    """
    given = {k: v for k, v in settings["OPTIONS"].items() if k != "pool"}
    return psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
        autocommit=True,
        **{**given, **options},
    )


def _application(home: Path) -> dict[str, Any]:
    url = database_url()
    if url is None:
        return _embedded(home, EMBEDDED_APP)
    target = parse_database_url(url)
    credentials = None if owner_url() else app_credentials(home, target["NAME"])
    if credentials is None or target["USER"] == credentials[0]:
        return target
    ours = {**target, "USER": credentials[0], "PASSWORD": credentials[1]}
    # When nobody can be asked, the role that may less is taken.
    return ours if _may_work(ours) or not _answers(target) else target


def _may_work(target: dict[str, Any]) -> bool:
    """Whether this role can log in, and the tables, if there are any, have been granted to it."""
    try:
        with connect(target, connect_timeout=_PROBE_SECONDS) as probe:
            row = probe.execute(
                "select coalesce(has_table_privilege(to_regclass('django_migrations'), 'select'),"
                " true)"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and bool(row[0])


def _answers(target: dict[str, Any]) -> bool:
    try:
        connect(target, connect_timeout=_PROBE_SECONDS).close()
    except psycopg.OperationalError:
        return False
    return True


def _named_after(database: str) -> str:
    """The database's name and "_app", within PostgreSQL's limit for names."""
    role = f"{database}_app"
    if len(role.encode()) <= _MAX_NAME_BYTES:
        return role
    return f"vafa_{hashlib.sha256(database.encode()).hexdigest()[:16]}_app"


def _django(target: dict[str, Any], *, pool: dict[str, Any] | None) -> dict[str, Any]:
    options: dict[str, Any] = dict(target.get("OPTIONS", {}))
    options.setdefault("application_name", "vafa")
    # core/wire.py prepares statements, and nothing else may: see there.
    options["prepare_threshold"] = None
    if pool is not None:
        options["pool"] = pool
    return {
        "ENGINE": "vafa.core.postgres",
        **target,
        "OPTIONS": options,
        # The pool keeps connections open; Django must hand them back after each request.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


def _embedded(home: Path, user: str) -> dict[str, Any]:
    return {
        "NAME": EMBEDDED_DATABASE,
        "USER": user,
        "PASSWORD": "",
        "HOST": str(socket_folder(home)),
        "PORT": "5432",
    }


def _pool_options() -> dict[str, Any]:
    """More than the threads of one web process; VAFA_POOL changes the limit."""
    given = os.environ.get("VAFA_POOL", "32")
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 1000):
        raise SystemExit(f"VAFA_POOL={given!r}: use a number of connections from 1 to 1000.")
    limit = int(given)
    return {"min_size": min(2, limit), "max_size": limit, "timeout": 15, "max_idle": 300}
