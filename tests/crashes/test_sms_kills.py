"""A process that is killed while the provider works: what it sent is found, and not sent again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connections

from tests.sms_server import Standin, serving
from tests.world import World, new_mobile
from vafa.config import database
from vafa.engage.actions import delivery
from vafa.engage.actions.delivery import send_due
from vafa.engage.actions.following import follow
from vafa.engage.actions.messages import send_text
from vafa.engage.tests.sms_world import by_day, connect, later, states

_SENDER = """
import sys
import django
from django.conf import settings
django.setup()
settings.SMS_URLS = {"kavenegar": sys.argv[2]}
settings.REAL_MESSAGES = True
from vafa.club.reads.context import club_context
from vafa.engage.actions import delivery
delivery.when_allowed = lambda moment, zone: moment
delivery.send_due(club_context(int(sys.argv[1])))
"""


@pytest.fixture
def house(settings: Any) -> Iterator[Standin]:
    with serving() as standin:
        settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
        settings.SMS_URLS = standin.urls
        yield standin


@pytest.mark.parametrize("arrives", [True, False])
def test_killed_in_the_middle_of_a_request(
    house: Standin, world: World, arrives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "when_allowed", lambda moment, zone: moment)
    connect(world)
    send_text(world.club, new_mobile(), "یک", "expiry")
    by_day(world)
    # The provider takes the message after its reader is gone; or never sees the whole of it.
    house.break_next(*(("slow", 2.0) if arrives else ("swallow", 2.0)))
    sender = subprocess.Popen(
        [sys.executable, "-c", _SENDER, str(world.record.id), house.urls["kavenegar"]],
        env={
            **os.environ,
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
            "DJANGO_SETTINGS_MODULE": "vafa.config.settings",
        },
    )
    wait_until(lambda: house.asked)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    assert states(world) == ["sending"] and send_due(world.club) == 0
    wait_until(lambda: house.idle)

    later(world, minutes=11)
    follow(world.club)
    assert states(world) == ["unknown"]
    later(world, minutes=3)
    follow(world.club)
    by_day(world)
    send_due(world.club)
    assert len(house.sent) == 1


def wait_until(holds: Any) -> None:
    deadline = monotonic() + 60
    while not holds():
        assert monotonic() < deadline
        sleep(0.02)
