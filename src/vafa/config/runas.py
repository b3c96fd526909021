"""Who runs the database's programs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "vafa-db"
# Bits of CapBnd in /proc/self/status, strongest need first: passing folders, or any permission.
_CAPABILITIES = (("dac_read_search", 2), ("dac_override", 1))


class RunAsError(RuntimeError):
    """The database's programs cannot be run; the text tells the operator why."""


@dataclass(frozen=True)
class RunAs:
    """The user of the database's programs, and whether it must be helped through folders."""

    uid: int
    gid: int
    capability: str | None = None

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Gives a file or folder to this user, when it is not ourselves."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)

    def run(
        self, command: Sequence[str | Path], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of the database to its end and returns what it said.

        Raises subprocess.TimeoutExpired.
        """
        argv = [str(part) for part in command]
        if self.capability is not None:
            argv = [*self._setpriv(), *argv]
        switch = self.capability is None and not self.is_us
        return subprocess.run(  # noqa: S603  (our own program list, no shell)
            argv,
            env=_environment(),
            # The user may not be able to stand in the present folder.
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
        )

    def _setpriv(self) -> list[str]:
        return [
            "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps=-all,+{self.capability}",
            f"--ambient-caps=-all,+{self.capability}",
            "--",
        ]


def database_user(data: Path, programs: Path) -> RunAs:
    """The user for the cluster in ``data``: its owner; else we, or a system user when we are root.

    ``data`` need not exist yet; ``programs`` is the folder of the binaries. Raises RunAsError.
    """
    me = os.geteuid()
    owner = data.stat() if data.exists() else None
    if me != 0:
        if owner is not None and owner.st_uid != me:
            raise RunAsError(f"The database in {data} belongs to another user of this machine.")
        return RunAs(me, os.getegid())
    if owner is not None and owner.st_uid != 0:
        uid, gid = owner.st_uid, owner.st_gid
    else:
        uid, gid = _system_user()
    _let_through(data.parent, gid)
    if _reachable(programs, uid, gid) and _reachable(data.parent, uid, gid):
        return RunAs(uid, gid)
    return RunAs(uid, gid, _capability(data, programs))


def _let_through(home: Path, gid: int) -> None:
    """Lets the database's user pass through our data folder, and nobody else."""
    if home.stat().st_uid == os.geteuid():
        os.chown(home, -1, gid)
        home.chmod(0o710)


def _system_user() -> tuple[int, int]:
    """The system user for the database, made on first use; else the machine's "nobody"."""
    if sys.platform != "linux":
        raise RunAsError("PostgreSQL refuses to run as root: start Vafa as an ordinary user.")
    entry = _find_user(SYSTEM_USER)
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if entry is None and useradd:
        subprocess.run(  # noqa: S603  (constant arguments, no shell)
            [
                useradd,
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir=/nonexistent",
                "--shell=/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        entry = _find_user(SYSTEM_USER)
    entry = entry or _find_user("nobody")
    if entry is None:
        raise RunAsError(
            "PostgreSQL refuses to run as root, and no system user could be made for it: "
            "start Vafa as an ordinary user."
        )
    return entry.pw_uid, entry.pw_gid


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _reachable(folder: Path, uid: int, gid: int) -> bool:
    """Whether that user may pass through every folder down to this one."""
    for each in (folder, *folder.parents):
        if not each.exists():
            continue
        status = each.stat()
        if status.st_uid == uid:
            bit = stat.S_IXUSR
        elif status.st_gid == gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not status.st_mode & bit:
            return False
    return True


def _capability(data: Path, programs: Path) -> str:
    """The least capability that lets the user through folders closed to it, such as /root.

    Opening those folders to everyone would change the machine behind its owner's back.
    """
    if shutil.which("setpriv"):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("CapBnd:"):
                allowed = int(line.split()[1], 16)
                for name, bit in _CAPABILITIES:
                    if allowed >> bit & 1:
                        return name
    raise RunAsError(
        f"The database's user cannot reach {data.parent} or {programs}: some folder above them is "
        "closed to other users. Install Vafa and put VAFA_HOME outside it (for example under "
        "/opt and /var/lib), or start Vafa as an ordinary user."
    )


def _environment() -> dict[str, str]:
    """Ours without the variables that would change what PostgreSQL's programs do."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
