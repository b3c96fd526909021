"""Stories of the embedded database: it starts, survives, and is found again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from vafa.config import embedded
from vafa.config.database import connect, owner_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for all stories here: the server is the slow part."""
    folder = tmp_path_factory.mktemp("vafa")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        yield folder
        embedded.stop(folder)


def ask(home: Path, question: str) -> object:
    with connect(owner_settings(home)) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def pid_of(home: Path) -> int:
    pid = embedded.status(home).pid
    assert pid is not None
    return pid


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        # A killed child of nobody's stays a zombie until init takes it.
        if Path(f"/proc/{pid}/cmdline").read_bytes() == b"":
            return
        time.sleep(0.02)


def run_python(home: Path, code: str) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(home)],
        env={**env, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_new_folder_gets_a_safe_private_database(home: Path) -> None:
    assert embedded.start(home) is True
    assert embedded.start(home) is False, "a second start finds the first"

    assert ask(home, "show fsync") == "on"
    assert ask(home, "show data_checksums") == "on"
    assert ask(home, "show server_encoding") == "UTF8"
    assert ask(home, "show listen_addresses") == ""
    assert ask(home, "select upper('é') = 'É' and 'آ' < 'ی' collate \"C\"") is True
    assert embedded.status(home).socket.stat().st_mode & 0o077 == 0
    assert (home / "pg").stat().st_mode & 0o077 == 0


def test_stop_keeps_the_data(home: Path) -> None:
    embedded.start(home)
    with connect(owner_settings(home)) as connection:
        connection.execute("create table kept as select 7 as n")
    assert embedded.stop(home) is True
    assert embedded.status(home).pid is None
    assert embedded.stop(home) is False
    embedded.start(home)
    assert ask(home, "select n from kept") == 7


def test_an_emptied_database_is_a_new_one(home: Path) -> None:
    embedded.start(home)
    with connect(owner_settings(home)) as connection:
        connection.execute("create table thrown_away ()")
        embedded.make_empty(home)
    assert ask(home, "select to_regclass('thrown_away')") is None


def test_the_server_of_a_killed_parent_is_found_again(home: Path) -> None:
    embedded.stop(home)
    parent = run_python(
        home,
        """
        import sys, time
        from pathlib import Path
        from vafa.config import embedded
        with embedded.serving(Path(sys.argv[1])):
            print("up", flush=True)
            time.sleep(60)
        """,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    server = pid_of(home)
    parent.kill()
    parent.wait()

    with embedded.serving(home):
        assert pid_of(home) == server
    assert embedded.status(home).pid is None, "the last one out stops it"


def test_a_killed_server_recovers_what_was_committed(home: Path) -> None:
    embedded.start(home)
    with connect(owner_settings(home)) as connection:
        connection.execute("create table survived as select 11 as n")
        os.kill(pid_of(home), signal.SIGKILL)
    assert embedded.start(home) is True
    assert ask(home, "select n from survived") == 11


def test_a_note_whose_number_now_belongs_to_another_program_is_no_server(home: Path) -> None:
    """After a machine or container restarts, numbers of processes are given out again."""
    embedded.start(home)
    server = pid_of(home)
    os.kill(server, signal.SIGKILL)
    wait_until_gone(server)
    for note in (
        home / "pg" / "postmaster.pid",
        embedded.status(home).socket / ".s.PGSQL.5432.lock",
    ):
        note.write_text(note.read_text().replace(str(server), str(os.getpid()), 1))

    assert embedded.status(home).pid is None
    assert embedded.start(home) is True
    assert ask(home, "select 1") == 1


def test_a_half_made_cluster_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "PG_VERSION").write_text("18\n")
    with embedded.serving(tmp_path):
        assert ask(tmp_path, "select 1") == 1


def test_a_long_path_gets_its_socket_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = tmp_path / ("long" * 30)
    home.mkdir()
    with embedded.serving(home):
        socket = embedded.status(home).socket
        assert home not in socket.parents
        assert socket.stat().st_mode & 0o077 == 0
        assert ask(home, "select 1") == 1


def test_four_at_once_start_one_server_and_the_last_one_stops_it(home: Path) -> None:
    embedded.stop(home)
    code = """
        import sys, time
        from pathlib import Path
        from vafa.config import embedded
        home = Path(sys.argv[1])
        with embedded.serving(home):
            print(embedded.status(home).pid, flush=True)
            time.sleep(1.5)
        """
    processes = [run_python(home, code) for _ in range(4)]
    said = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert len(set(said)) == 1
    assert said[0].isdigit()
    assert embedded.status(home).pid is None


def test_customers_data_stays_out_of_the_servers_log(home: Path) -> None:
    embedded.start(home)
    with connect(owner_settings(home)) as connection:
        connection.execute("create table people (mobile text primary key)")
        connection.execute("insert into people values ('+989120000000')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into people values ('+989120000000')")
    embedded.stop(home)
    logs = (home / "log" / "database").glob("*.log")
    text = "".join(file.read_text() for file in logs)
    assert "people_pkey" in text
    assert "98912" not in text
