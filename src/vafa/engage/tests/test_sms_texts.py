"""Texts that may wait: by day, within limits, each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.sms_server import Standin, serving
from tests.world import World, new_mobile
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.events import NewEvent, append_events
from vafa.engage.actions import delivery
from vafa.engage.actions.delivery import send_due
from vafa.engage.actions.following import follow
from vafa.engage.actions.login_codes import request_code
from vafa.engage.actions.messages import send_text
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.engage.channels.sms.parts import parts_of
from vafa.engage.models import Message
from vafa.engage.rules.quiet import Quiet, when_allowed, when_to_send
from vafa.engage.tests.sms_world import by_day, connect, later, messages, states, steps
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import Say, Words
from vafa.program.rules.rule import Rule, Text

TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.fixture
def house(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """It is day; ``test_nobody_is_written_to_at_night`` knows of nights."""
    monkeypatch.setattr(delivery, "when_allowed", lambda moment, zone: moment)
    with serving() as standin:
        settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
        settings.SMS_URLS = standin.urls
        yield standin


def write(world: World, *texts: str, **more: Any) -> None:
    for text in texts:
        send_text(world.club, new_mobile(), text, "expiry", **more)
    by_day(world)


@pytest.mark.parametrize("kind", ["kavenegar", "smsir"])
def test_texts_go_out_and_arrive(house: Standin, world: World, kind: str) -> None:
    connect(world, kind, footer="لغو۱۱")
    write(world, "یک", "دو", "سه")
    assert send_due(world.club) == 3
    assert [one.text for one in house.sent] == ["یک\nلغو۱۱", "دو\nلغو۱۱", "سه\nلغو۱۱"]
    for one, state in zip(
        house.sent, (10, 11, 14) if kind == "kavenegar" else (1, 2, 7), strict=True
    ):
        one.state = state
    assert follow(world.club) == 3
    assert states(world) == ["delivered", "undelivered", "blocked"]
    assert steps(messages(world)[0]) == ["began", "accepted", "delivered"]
    assert follow(world.club) == 0 and send_due(world.club) == 0


def test_of_texts_for_the_same_reason_one_goes(house: Standin, world: World) -> None:
    connect(world)
    for _ in range(2):
        write(world, "یک", key="the same")
    send_due(world.club)
    assert len(house.sent) == 1


def test_two_workers_send_each_text_once(house: Standin, world: World) -> None:
    connect(world)
    write(world, *(f"text {n}" for n in range(240)))
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        try:
            send_due(world.club)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.text for one in house.sent) == sorted(f"text {n}" for n in range(240))
    assert set(states(world)) == {"accepted"}


def test_a_wrong_number_does_not_hold_the_others(house: Standin, world: World) -> None:
    connect(world)
    write(world, "یک", "دو", "سه")
    house.bad.add("0" + messages(world)[1].recipient[3:])
    assert send_due(world.club) == 2
    assert states(world) == ["accepted", "failed", "accepted"]
    assert messages(world)[1].why == "recipient" and messages(world)[1].cost == 0


def test_of_many_with_a_wrong_number_no_claim_lasts_for_ever(
    house: Standin, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(world)
    write(world, "یک", "دو", "سه")
    house.bad.add("0" + messages(world)[2].recipient[3:])
    monkeypatch.setattr(delivery, "_ALONE_SECONDS", -1.0)
    assert send_due(world.club) == 0 and states(world) == ["queued"] * 3
    monkeypatch.setattr(delivery, "_ALONE_SECONDS", 60.0)
    by_day(world)
    assert send_due(world.club) == 2 and len(house.sent) == 2


def test_what_got_no_answer_and_had_arrived_is_found(house: Standin, world: World) -> None:
    connect(world)
    write(world, "یک", "دو")
    house.break_next("lost")
    assert send_due(world.club) == 0
    assert states(world) == ["unknown", "unknown"]
    assert follow(world.club) == 0, "it may still be on its way into the provider"
    later(world, minutes=3)
    assert follow(world.club) == 2
    assert states(world) == ["accepted", "accepted"] and len(house.sent) == 2


def test_what_got_no_answer_and_never_arrived_is_sent_once(house: Standin, world: World) -> None:
    connect(world)
    write(world, "یک")
    house.break_next("cut")
    send_due(world.club)
    later(world, minutes=3)
    assert follow(world.club) == 1 and states(world) == ["queued"]
    assert send_due(world.club) == 1
    assert steps(messages(world)[0]) == [
        *("began", "unknown no_answer", "queued", "began", "accepted")
    ]


def test_an_account_changed_meanwhile_is_not_asked(house: Standin, world: World) -> None:
    connect(world)
    write(world, "یک")
    house.break_next("lost")
    send_due(world.club)
    later(world, minutes=3)
    connect(world)
    follow(world.club)
    send_due(world.club)
    assert states(world) == ["unknown"] and len(house.sent) == 1


def test_smsir_keeps_no_numbers_of_ours_so_nothing_goes_twice(house: Standin, world: World) -> None:
    connect(world, "smsir")
    write(world, "یک")
    house.break_next("lost")
    send_due(world.club)
    later(world, minutes=3)
    follow(world.club)
    send_due(world.club)
    assert states(world) == ["unknown"] and len(house.sent) == 1


def test_whoever_was_killed_while_sending_leaves_it_unknown(house: Standin, world: World) -> None:
    connect(world, "smsir")
    write(world, "یک")
    Message.objects.filter(club=world.record).update(state="sending", tries=1)
    later(world, minutes=9)
    assert send_due(world.club) == 0 and follow(world.club) == 0
    later(world, minutes=2)
    assert follow(world.club) == 1
    send_due(world.club)
    assert states(world) == ["unknown"] and house.sent == []


@pytest.mark.parametrize(("code", "why"), [(418, "credit"), (403, "key"), (451, "rate")])
def test_what_the_account_cannot_do_waits(
    house: Standin, world: World, code: int, why: str
) -> None:
    connect(world)
    write(world, "یک", "دو")
    house.break_next("refuse", code)
    assert send_due(world.club) == 0
    assert {(one.state, one.why, one.cost) for one in messages(world)} == {("queued", why, 0)}
    later(world, minutes=10)
    assert send_due(world.club) == 2 and len(house.sent) == 2


def test_too_late_it_is_not_sent_any_more(house: Standin, world: World) -> None:
    connect(world)
    write(world, "یک")
    delivery._expire(world.record.id, now() + timedelta(days=3))
    assert states(world) == ["expired"] and send_due(world.club) == 0


def test_codes_keep_a_share_of_every_limit(house: Standin, world: World) -> None:
    connect(world, hour_limit=10)
    write(world, *(str(n) for n in range(12)))
    assert send_due(world.club) == 9
    request_code(world.club, new_mobile())
    assert send_due(world.club) == 0
    connect(world, day_limit=20)
    assert send_due(world.club) == 3, "and what waited goes when it may"


def test_the_months_money_is_not_exceeded(house: Standin, world: World) -> None:
    connect(world, part_price=675, month_limit=10 * 1_350)
    write(world, *("ب" * 100 for _ in range(10)))
    assert send_due(world.club) == 9, "two parts each, nine tenths of the money"
    assert sum(one.cost for one in messages(world)) == 9 * 1_350
    assert send_due(world.club) == 0


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        (Quiet(TEHRAN), ((8, None), (21, None), (22, 32), (23, 32), (0, 8), (7, 8))),
        (Quiet(TEHRAN, 13, 16), ((12, None), (13, 16), (15, 16), (16, None), (0, None))),
        (Quiet(TEHRAN, 0, 7), ((23, None), (0, 7), (6, 7), (7, None))),
        (Quiet(TEHRAN, 9, 9), ((8, None), (9, None), (10, None))),
    ],
)
def test_nobody_is_written_to_at_night(
    quiet: Quiet, hours: tuple[tuple[int, int | None], ...]
) -> None:
    day = datetime(2026, 11, 22, tzinfo=TEHRAN)
    for hour, until in hours:
        moment = day.replace(hour=hour, minute=30)
        allowed = moment if until is None else day + timedelta(hours=until)
        assert when_allowed(moment.astimezone(UTC), quiet) == allowed
        sent = {when_to_send(moment, quiet, f"+98912000{n}") for n in range(9)}
        last = allowed if until is None else allowed + timedelta(hours=1)
        assert allowed <= min(sent) and max(sent) <= last
        assert len(sent) == (1 if until is None else 9)


def test_a_night_text_waits_and_a_code_does_not(
    house: Standin, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(world)
    monkeypatch.setattr(delivery, "when_allowed", lambda moment, zone: moment + timedelta(hours=1))
    write(world, "یک")
    request_code(world.club, new_mobile())
    send_due(world.club)
    assert states(world) == ["queued", "accepted"]


def test_parts_are_counted_as_they_are_billed() -> None:
    counted = {
        **{"a" * 160: 1, "a" * 161: 2, "a" * 306: 2, "a" * 307: 3},
        **{"ب" * 70: 1, "ب" * 71: 2, "ب" * 134: 2, "ب" * 135: 3},
        **{"€" * 80: 1, "€" * 81: 2, "": 1, "😀" * 35: 1, "😀" * 36: 2, "😀" * 67: 3},
    }
    assert {text: parts_of(text) for text in counted} == counted


def caught_up(holds: Any) -> None:
    """Others' transactions on this server hold the event log back."""
    deadline = monotonic() + 60
    while not holds():
        assert monotonic() < deadline
        write_what_is_wanted()
        sleep(0.05)


def test_what_rules_say_is_written_once(house: Standin, world: World) -> None:
    connect(world)
    write_what_is_wanted()
    says = Rule(
        id="thanks", name=Text(fa="سپاس"), gives=Say(words=Words(fa="سپاس از خریدتان", en="Thanks"))
    )
    program = live_program(world.record.id).program
    world.publish(program.model_copy(update={"rules": (*program.rules, says)}))
    world.buy(1_000_000)
    caught_up(lambda: messages(world, kind="rule"))
    write_what_is_wanted()
    [message] = messages(world, kind="rule")
    assert (message.text, message.recipient) == ("سپاس از خریدتان", world.member.mobile)


def test_a_tier_about_to_be_lost_is_written_of_and_old_news_is_not(
    house: Standin, world: World
) -> None:
    connect(world)
    write_what_is_wanted()
    tier = live_program(world.record.id).program.tiers[-1]
    risk = {"member": world.member.id, "tier": tier.code, "falls_to": "", "loses_on": "2026-12-22"}
    old = now() - timedelta(days=30)
    append_events([NewEvent(world.record.id, "tier.at_risk", risk, old)])
    append_events([NewEvent(world.record.id, "tier.at_risk", risk, now())])
    caught_up(lambda: messages(world, kind="tier"))
    [message] = messages(world, kind="tier")
    assert tier.name.fa in message.text and "آذر" in message.text


def test_a_club_without_an_account_is_not_written_for_later(house: Standin, world: World) -> None:
    write_what_is_wanted()
    tier = live_program(world.record.id).program.tiers[-1]
    risk = {"member": world.member.id, "tier": tier.code, "falls_to": "", "loses_on": "2026-12-22"}
    append_events([NewEvent(world.record.id, "tier.at_risk", risk, now())])
    caught_up(
        lambda: fetch(
            "SELECT 1 FROM engage_eventcursor WHERE transaction >="
            " (SELECT max(transaction) FROM core_event WHERE club_id = %s)",
            [world.record.id],
        )
    )
    connect(world)
    write_what_is_wanted()
    assert messages(world) == []


def test_the_outbox_stays_for_who_has_no_account(
    house: Standin, world: World, settings: Any
) -> None:
    settings.OUTBOX_PAGE = True
    write(world, "یک")
    request_code(world.club, new_mobile())
    assert states(world) == ["stored", "stored"] and house.sent == []
    assert Client().get(reverse("site:outbox")).status_code == 200
