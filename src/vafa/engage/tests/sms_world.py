"""A club that sends text messages through a provider that stands in for the real one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F

from tests.sms_server import KEY
from tests.world import World
from vafa.core.clock import now
from vafa.engage.actions.accounts import SmsChoice, save_sms
from vafa.engage.models import Attempt, Message, SmsSettings


def connect(world: World, kind: str = "kavenegar", **more: Any) -> SmsSettings:
    """The club's account at the stand-in; ``more`` as in ``SmsChoice``."""
    fields = {"sender": "10004346", "template": "77", "part_price": 1_400, **more}
    return save_sms(world.record, SmsChoice(kind, **fields), key=KEY, by=world.owner.label)


def messages(world: World, **filters: Any) -> list[Message]:
    return list(Message.objects.filter(club=world.record, **filters).order_by("id"))


def states(world: World, **filters: Any) -> list[str]:
    return [message.state for message in messages(world, **filters)]


def steps(message: Message) -> list[str]:
    """What became of it, step by step."""
    rows = Attempt.objects.filter(message=message).order_by("id")
    return [f"{row.what} {row.why}{row.code}".strip() for row in rows]


def later(world: World, **span: int) -> None:
    """So much time passes for the club's messages."""
    passed = timedelta(**span)
    Message.objects.filter(club=world.record).update(
        send_after=F("send_after") - passed, changed_at=F("changed_at") - passed
    )
    SmsSettings.objects.filter(club=world.record).update(changed_at=now() - timedelta(hours=1))


def by_day(world: World) -> None:
    """Whatever the hour, what waits for the morning may go."""
    Message.objects.filter(club=world.record, state="queued").update(send_after=now())
