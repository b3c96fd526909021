from __future__ import annotations

from pathlib import Path

import pytest

from vafa.config.database import database_settings, parse_database_url


def test_an_address_is_read_as_psql_reads_it() -> None:
    assert parse_database_url(
        "postgresql://reza:p%40ss@db.example.com:5433/club?sslmode=require"
    ) == {
        "NAME": "club",
        "USER": "reza",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "5433",
        "OPTIONS": {"connect_timeout": 10, "sslmode": "require"},
    }
    for url in ("postgres:///club?host=/run/postgresql", "postgresql://%2Frun%2Fpostgresql/club"):
        assert parse_database_url(url)["HOST"] == "/run/postgresql"
    several = parse_database_url("postgresql://a:1,b:2/club?target_session_attrs=read-write")
    assert (several["HOST"], several["PORT"]) == ("a,b", "1,2")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://h/club", "must begin with postgresql://"),
        ("sqlite:///club.db", "must begin with postgresql://"),
        ("postgresql://h", "names no database"),
        ("postgresql://h:port/club", "'port' is not a port"),
        ("postgresql://h:70000/club", "'70000' is not a port"),
        ("postgresql://h/club?colour=red", "colour"),
        ("postgresql://u:s3cr%zzet@h/club", "percent-encoded"),
        ("postgresql://u:s3cret@[::1/club", "IPv6"),
    ],
)
def test_nonsense_is_refused_without_telling_the_password(url: str, reason: str) -> None:
    with pytest.raises(SystemExit) as refusal:
        parse_database_url(url)
    assert reason in str(refusal.value)
    assert "s3cr" not in str(refusal.value)


def test_without_an_address_the_embedded_database_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    settings = database_settings(tmp_path)
    assert settings["HOST"] == str(tmp_path / "run")
    monkeypatch.setenv("VAFA_POOL", "many")
    with pytest.raises(SystemExit, match="VAFA_POOL"):
        database_settings(tmp_path)
