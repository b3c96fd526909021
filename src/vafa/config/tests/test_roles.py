"""Stories of the application's role on real servers: made, let in, refused, told apart."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from vafa.config import embedded
from vafa.config.database import (
    EMBEDDED_APP,
    app_credentials,
    connect,
    database_settings,
    owner_settings,
    url_of,
)
from vafa.config.roles import RoleRefused, look, may_change_tables, needs_making, secure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A server that asks everybody but its superuser for a password; the superuser's settings."""
    home = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VAFA_APP_ROLE", "VAFA_SECRET_KEY"):
            patch.delenv(name, raising=False)
        embedded.start(home)
        settings = owner_settings(home)
        rules = home / "pg" / "pg_hba.conf"
        rules.write_text("local all vafa trust\nlocal all all scram-sha-256\n")
        with connect(settings) as admin:
            admin.execute("select pg_reload_conf()")
        yield settings
        embedded.stop(home)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_OWNER_URL", "VAFA_APP_ROLE", "VAFA_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Club:
    """A database of its own with tables of one owner, who is no superuser."""

    def __init__(self, server: dict[str, object], *, may_make_roles: bool) -> None:
        self.name = f"club_{secrets.token_hex(4)}"
        self.boss = f"boss_{self.name}"
        owner = sql.Identifier(self.boss)
        right = sql.SQL("CREATEROLE" if may_make_roles else "NOCREATEROLE")
        with connect(server) as admin:
            create = sql.SQL("create role {} login password 'pass' {}")
            admin.execute(create.format(owner, right))
            create = sql.SQL("create database {} owner {}")
            admin.execute(create.format(sql.Identifier(self.name), owner))
        self.settings = {**server, "NAME": self.name, "USER": self.boss, "PASSWORD": "pass"}
        with connect(self.settings) as own:
            own.execute("create table django_migrations (id int)")
            own.execute("create table ledger_transfer (id int)")
            own.execute("insert into ledger_transfer values (1)")

    @property
    def url(self) -> str:
        return url_of(self.settings)


def refused(settings: dict[str, object], statement: str) -> bool:
    with connect(settings) as own:
        try:
            own.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return True
    return False


def test_beside_an_owner_who_may_make_roles_the_application_gets_its_own(
    server: dict[str, object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(server, may_make_roles=True)
    monkeypatch.setenv("DATABASE_URL", club.url)
    assert database_settings(home)["USER"] == club.boss, "nothing is made yet"
    assert not look(database_settings(home)).is_tight
    assert needs_making(home)

    secure(home)
    secure(home)
    application = database_settings(home)
    assert application["USER"] == f"{club.name}_app"
    assert look(application).is_tight
    assert not needs_making(home)
    with connect(application) as own:
        assert own.execute("select id from ledger_transfer").fetchall() == [(1,)]
        own.execute("insert into ledger_transfer values (2)")
    for statement in (
        "update ledger_transfer set id = 3",
        "delete from ledger_transfer",
        "truncate ledger_transfer",
        "alter table ledger_transfer disable trigger user",
        "create table mine (id int)",
    ):
        assert refused(application, statement), statement
    assert owner_settings(home)["USER"] == club.boss


def test_its_password_is_the_installations(
    server: dict[str, object], home: Path, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    club = Club(server, may_make_roles=True)
    monkeypatch.setenv("DATABASE_URL", club.url)
    monkeypatch.setenv("VAFA_SECRET_KEY", "a" * 40)
    secure(home)
    elsewhere = tmp_path_factory.mktemp("another machine")
    assert database_settings(elsewhere)["USER"] == f"{club.name}_app"

    monkeypatch.setenv("VAFA_SECRET_KEY", "b" * 40)
    assert database_settings(home)["USER"] == club.boss, "with another key it cannot log in"
    assert needs_making(home)
    secure(home)
    assert database_settings(home)["USER"] == f"{club.name}_app"


def test_two_databases_on_one_server_have_a_role_each(
    server: dict[str, object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clubs = [Club(server, may_make_roles=True) for _ in range(2)]
    for club in clubs:
        monkeypatch.setenv("DATABASE_URL", club.url)
        secure(home)
    for club in clubs:
        monkeypatch.setenv("DATABASE_URL", club.url)
        assert look(database_settings(home)).role == f"{club.name}_app"
    other = {**database_settings(home), "NAME": clubs[0].name}
    assert refused(other, "select * from ledger_transfer")


def test_an_owner_who_may_not_make_roles_goes_on_alone(
    server: dict[str, object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(server, may_make_roles=False)
    monkeypatch.setenv("DATABASE_URL", club.url)
    with pytest.raises(RoleRefused, match="cannot be made"):
        secure(home)
    assert not needs_making(home), "trying again would not help"
    assert look(database_settings(home)).powers == ("owner", "change of history")


def test_a_role_that_somebody_else_made_is_given_its_rights(
    server: dict[str, object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(server, may_make_roles=False)
    till = f"till_{club.name}"
    with connect(server) as admin:
        admin.execute(sql.SQL("create role {} login password 'other'").format(sql.Identifier(till)))
    application = {**club.settings, "USER": till, "PASSWORD": "other"}
    monkeypatch.setenv("DATABASE_URL", url_of(application))
    monkeypatch.setenv("DATABASE_OWNER_URL", club.url)
    secure(home)
    assert (owner_settings(home)["USER"], database_settings(home)["USER"]) == (club.boss, till)
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert database_settings(home)["USER"] == till, "as on a machine that only serves"
    assert look(database_settings(home)).is_tight
    assert refused(database_settings(home), "update ledger_transfer set id = 3")
    with connect(database_settings(home)) as own:
        assert not may_change_tables(own)


@pytest.mark.parametrize("power", ["superuser", "createrole", "in role"])
def test_a_powerful_role_is_no_application(
    server: dict[str, object], home: Path, power: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(server, may_make_roles=False)
    till = sql.Identifier(f"till_{club.name}")
    member = sql.SQL("in role {}").format(sql.Identifier(club.boss))
    extra = member if power == "in role" else sql.SQL(power)
    with connect(server) as admin:
        admin.execute(sql.SQL("create role {} login password 'other' {}").format(till, extra))
    application = {**club.settings, "USER": f"till_{club.name}", "PASSWORD": "other"}
    monkeypatch.setenv("DATABASE_URL", url_of(application))
    monkeypatch.setenv("DATABASE_OWNER_URL", club.url)
    with pytest.raises(RoleRefused, match="more than its rights"):
        secure(home)
    assert not look(application).is_tight


def test_no_role_where_none_is_wanted(
    server: dict[str, object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(server, may_make_roles=True)
    monkeypatch.setenv("DATABASE_URL", club.url)
    monkeypatch.setenv("VAFA_APP_ROLE", "off")
    with pytest.raises(RoleRefused, match="off"):
        secure(home)
    assert database_settings(home)["USER"] == club.boss
    assert not needs_making(home)


def test_the_role_may_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAFA_APP_ROLE", "shop")
    named = app_credentials(home, "club")
    assert named is not None and named[0] == "shop"
    monkeypatch.delenv("VAFA_APP_ROLE")
    long = [app_credentials(home, "باشگاه" * 5 + end) for end in "ab"]
    assert all(found is not None and len(found[0].encode()) <= 63 for found in long)
    assert long[0] != long[1]


def test_the_embedded_database_has_it_from_the_beginning(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with embedded.serving(home):
        _vafa(home, "migrate")
        guard = look(database_settings(home))
        assert (guard.role, guard.is_tight) == (EMBEDDED_APP, True)
        history = "update core_event set id = id"
        assert refused(database_settings(home), history)
        assert not refused(owner_settings(home), history), "the owner's trigger has no row to see"
        said = _vafa(home, "status", code=3)
        assert "vafa_app, cannot change history" in said
        assert "vafa_app" in _vafa(home, "psql", "-Atc", "select current_user")
        assert "vafa\n" in _vafa(home, "psql", "--owner", "-Atc", "select current_user")


def _vafa(home: Path, *words: str, code: int = 0) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "VAFA_"))}
    env |= {"VAFA_HOME": str(home), "VAFA_MODE": "test", "VAFA_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", *words],
        env={**env, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout
