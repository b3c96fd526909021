"""A stranger's file is refused before a byte of it is read: over real HTTP, by the head alone."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from tests.world import World
from vafa.commerce.models import DataImport

BOUNDARY = "x" * 30
ANNOUNCED = 40_000_000


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    server = LiveServer("127.0.0.1:0")
    yield urlsplit(server.url).netloc
    server.stop()


class Sender:
    """A browser that sends a file of 40 MB, as slowly as one likes."""

    def __init__(self, site: str, cookies: dict[str, str]) -> None:
        token = "a" * 32
        self._line = http.client.HTTPConnection(site, timeout=20)
        self._line.putrequest("POST", reverse("panel:new-import"))
        sent = cookies | {settings.CSRF_COOKIE_NAME: token}
        self._line.putheader("Cookie", "; ".join(f"{k}={v}" for k, v in sent.items()))
        self._line.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        self._line.putheader("Content-Length", str(ANNOUNCED))
        self._line.endheaders()
        head = 'Content-Disposition: form-data; name="file"; filename="codes.csv"\r\n\r\n'
        self._line.send(f"--{BOUNDARY}\r\n{head}".encode())

    def send(self, size: int) -> None:
        self._line.send(b"x" * size)

    def answer(self) -> tuple[int, str]:
        """The status and where it leads, though most of the file is still to come."""
        told = self._line.getresponse()
        return told.status, told.headers.get("Location", "")

    def hang_up(self) -> None:
        self._line.close()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server puts what is uploaded."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("cookies", [{}, {settings.SESSION_COOKIE_NAME: "s" * 32}])
def test_who_is_not_logged_in_is_answered_before_the_file_comes(
    site: str, disk: Path, cookies: dict[str, str]
) -> None:
    stranger = Sender(site, cookies)
    status, leads = stranger.answer()
    assert status == 302 and leads.startswith(reverse("panel:login"))
    assert not list(disk.iterdir())
    stranger.hang_up()


def test_a_member_of_the_club_is_no_staff(world: World, site: str, disk: Path) -> None:
    hers = world.client("member").cookies[settings.SESSION_COOKIE_NAME].value
    sender = Sender(site, {settings.SESSION_COOKIE_NAME: hers})
    assert sender.answer()[0] == 302
    assert not list(disk.iterdir())
    sender.hang_up()


def test_who_was_logged_out_meanwhile_is_led_to_the_login(
    world: World, site: str, disk: Path
) -> None:
    """In the middle of a session the file is read; once it was ended it is not."""
    owner = world.client("owner")
    hers = owner.cookies[settings.SESSION_COOKIE_NAME].value
    sender = Sender(site, {settings.SESSION_COOKIE_NAME: hers})
    sender.send(2_000_000)
    until = monotonic() + 20
    while not any(path.stat().st_size for path in disk.iterdir()):
        assert monotonic() < until, "a file of the staff is read while it comes"
        sleep(0.05)
    sender.hang_up()
    owner.post(reverse("panel:logout"))
    ended = Sender(site, {settings.SESSION_COOKIE_NAME: hers})
    assert ended.answer()[0] == 302
    ended.hang_up()
    assert not DataImport.objects.filter(club=world.record).exists()
