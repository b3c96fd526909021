"""Django's database settings: from DATABASE_URL, or for the embedded PostgreSQL."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from vafa.config.home import socket_folder

EMBEDDED_USER = "vafa"
EMBEDDED_DATABASE = "vafa"
_CREDENTIALS = re.compile(r"//[^/?#]*@")


def database_settings(home: Path) -> dict[str, Any]:
    """Django's ``DATABASES["default"]``. Raises SystemExit when DATABASE_URL is nonsense."""
    url = database_url()
    target = _embedded(home) if url is None else parse_database_url(url)
    options: dict[str, Any] = target.pop("OPTIONS", {})
    options.setdefault("application_name", "vafa")
    # Flows' statements are prepared from their fifth time on (core/db.py); Django's own never are.
    options.setdefault("prepare_threshold", 5)
    options["pool"] = _pool_options()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **target,
        "OPTIONS": options,
        # The pool keeps connections open; Django must hand them back after each request.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


def database_url() -> str | None:
    """DATABASE_URL, or None when the embedded database serves."""
    return os.environ.get("DATABASE_URL", "").strip() or None


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


def _embedded(home: Path) -> dict[str, Any]:
    return {
        "NAME": EMBEDDED_DATABASE,
        "USER": EMBEDDED_USER,
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
