"""Which pg_dump, pg_restore and psql speak with a server.

PostgreSQL's programs serve their own version's servers and older ones, never newer ones. Those
that come with Vafa serve nearly every server; for a newer one others are looked for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vafa.config.backup.errors import BackupError
from vafa.config.embedded import program
from vafa.config.terminal import gettext as _

OLDEST_SERVER = 15
_VARIABLE = "VAFA_PG_BIN"
_USUAL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL's programs and their version (180004 is 18.4)."""

    folder: Path
    version: int

    def path(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def programs_for(major: int) -> Programs:
    """Programs that serve a server, or a dump, of this major version.

    Raises BackupError that says what to install.
    """
    if major < OLDEST_SERVER:
        raise BackupError(
            _("The server is PostgreSQL {major}: Vafa needs {oldest} or newer.").format(
                major=major, oldest=OLDEST_SERVER
            )
        )
    for folder in _folders():
        version = _version_of(folder)
        if version is not None and version // 10_000 >= major:
            return Programs(folder, version)
    raise BackupError(
        _(
            "This is about a server of PostgreSQL {major}, which needs pg_dump, pg_restore and psql"
            " of version {major} or newer: install them (on Debian and Ubuntu the package"
            " postgresql-client-{major}) or name their folder in {variable}."
        ).format(major=major, variable=_VARIABLE)
    )


def _folders() -> Iterator[Path]:
    """Where programs may be: where the operator says, else Vafa's own and the usual places."""
    named = os.environ.get(_VARIABLE)
    if named:
        yield Path(named)
        return
    yield program("pg_dump").parent
    found = shutil.which("pg_dump")
    if found:
        yield Path(found).parent
    for pattern in _USUAL:
        yield from sorted(Path("/").glob(pattern[1:]), reverse=True)


def _version_of(folder: Path) -> int | None:
    """The version of the programs in a folder, where all that are needed are there."""
    if not all(os.access(folder / name, os.X_OK) for name in ("pg_dump", "pg_restore", "psql")):
        return None
    said = subprocess.run(  # noqa: S603  (constant arguments, no shell)
        [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = _VERSION.search(said)
    return int(match[1]) * 10_000 + int(match[2] or 0) if match else None
