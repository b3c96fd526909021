"""Saying whether the database itself refuses what the application must never do."""

from __future__ import annotations

from pathlib import Path

import psycopg
from rich.markup import escape

from vafa.config.database import database_settings
from vafa.config.roles import Guard, look
from vafa.config.terminal import console, error_console, language
from vafa.config.terminal import gettext as _


def show_guard(home: Path) -> None:
    """Prints as whom the application reaches the database, for ``vafa status``."""
    try:
        guard = look({**database_settings(home), "OPTIONS": {"connect_timeout": 5}})
    except psycopg.OperationalError as error:
        reason = str(error).strip()
        console.print(_("The database does not answer: {reason}").format(reason=escape(reason)))
        return
    if guard.is_tight:
        console.print(
            _("The application's role, {role}, cannot change history.").format(role=guard.role)
        )
    else:
        console.print(_warning(guard), style="yellow", markup=False)


def warn_unless_guarded(home: Path) -> None:
    """Says it plainly when only triggers guard the history, or when nobody can be asked."""
    try:
        guard = look(database_settings(home))
    except psycopg.OperationalError as error:
        text = _("The database does not answer: {reason}").format(reason=str(error).strip())
        error_console.print(text, style="yellow", markup=False)
        return
    if not guard.is_tight:
        error_console.print(_warning(guard), style="yellow", markup=False)


def _warning(guard: Guard) -> str:
    words = {
        "superuser": _("superuser"),
        "owner": _("owner of the tables"),
        "create role": _("may make roles"),
        "change of history": _("may change history"),
    }
    comma = "، " if language() == "fa" else ", "
    return _(
        "Vafa reaches the database as {role} ({powers}): triggers alone guard the history. "
        "How to give the application a role of its own is in docs/install.md."
    ).format(role=guard.role, powers=comma.join(words[power] for power in guard.powers))
