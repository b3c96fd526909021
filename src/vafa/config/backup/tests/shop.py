"""A shop whose data folder is real, and the ``vafa`` command as its operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from vafa.config.database import connect, owner_settings

_BUYER = """
import sys
from pathlib import Path
from vafa.config.cli.setup import setup_django
setup_django()
from tests.world import make_world
from vafa.config import embedded
from vafa.config.home import data_home
with embedded.serving(data_home()):
    world, stop = make_world(), Path(sys.argv[1])
    n = 0
    while not stop.exists():
        n += 1
        bought = world.buy(30_000_000, key=f"bill-{n}")
        assert bought.status == "recorded", bought.error
        if n % 5 == 0:
            world.give_back(bought.answer["purchase_id"], amount=1_000_000, key=f"back-{n}")
        print(bought.answer["purchase_id"], flush=True)
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    """Variables of a command on a data folder with its embedded database."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "VAFA_PARENT"}}
    programs = str(Path(sys.executable).parent)
    return {
        **kept,
        "VAFA_HOME": str(home),
        "VAFA_MODE": "test",
        "VAFA_LANG": "en",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        **more,
    }


def vafa(home: Path, *words: str | Path, **more: str) -> tuple[int, str]:
    """Exit code and words of one command, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", *map(str, words)],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=180,
    )
    assert "Traceback" not in done.stdout, done.stdout
    return done.returncode, done.stdout


def good(home: Path, *words: str | Path, **more: str) -> str:
    """The words of a command that succeeds."""
    code, text = vafa(home, *words, **more)
    assert code == 0, text
    return text


def refused(home: Path, *words: str | Path, **more: str) -> str:
    """The words of a command that is refused."""
    code, text = vafa(home, *words, **more)
    assert code == 1, text
    return text


@dataclass
class Buyer:
    """A process that records purchases, one after the other, and says which were confirmed."""

    home: Path
    stop_file: Path
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _BUYER, str(self.stop_file)],
            env=environment(self.home),
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Buyer:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def confirmed(self, count: int) -> list[int]:
        """The next ``count`` purchases that have been confirmed."""
        assert self.process.stdout is not None
        return [int(self.process.stdout.readline()) for _ in range(count)]

    def stop(self) -> list[int]:
        """Ends it; the purchases confirmed since the last question."""
        self.stop_file.touch()
        rest = self.process.communicate(timeout=60)[0]
        assert self.process.returncode == 0
        return [int(line) for line in rest.split()]


def ask(settings: dict[str, Any], question: str) -> list[tuple[Any, ...]]:
    """The rows that a question to a running database has."""
    with connect(settings) as connection:
        return connection.execute(question).fetchall()


def purchases(home: Path) -> set[int]:
    """The purchases in the running database of a data folder."""
    return {row[0] for row in ask(owner_settings(home), "SELECT id FROM commerce_purchase")}


def contents(settings: dict[str, Any]) -> dict[str, str]:
    """A digest of the rows of each table, but of what a restore writes itself."""
    with connect(settings) as connection:
        names = [row[0] for row in connection.execute(_TABLES).fetchall()]
        return {name: _digest(connection, name) for name in names}


def _digest(connection: psycopg.Connection[Any], table: str) -> str:
    row = connection.execute(
        f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} AS t"  # type: ignore[arg-type]
    ).fetchone()
    assert row is not None
    return str(row[0])


_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname NOT IN ('django_migrations') ORDER BY 1
"""
