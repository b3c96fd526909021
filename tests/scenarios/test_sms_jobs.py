"""Text messages by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sms_server import Standin, serving
from tests.world import World, new_mobile
from vafa.config import jobs
from vafa.engage.actions.login_codes import request_code
from vafa.engage.tests.sms_world import connect, later, states


@pytest.fixture
def house(settings: Any) -> Iterator[Standin]:
    with serving() as standin:
        settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
        settings.SMS_URLS = standin.urls
        yield standin


def test_the_workers_jobs_do_it_for_every_club(house: Standin, world: World) -> None:
    connect(world)
    house.break_next("refuse", 409)
    request_code(world.club, new_mobile())
    later(world, minutes=1)
    jobs.send_messages_of(world.record.id)
    assert states(world) == ["accepted"]
    house.sent[0].state = 10
    jobs.send_messages(0)
    jobs.follow_messages(0)
    assert states(world) == ["delivered"]
