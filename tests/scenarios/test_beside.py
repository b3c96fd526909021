"""Work in one long transaction, watched and ended from beside it."""

from __future__ import annotations

from time import monotonic, sleep

import pytest
from django.db import transaction

from tests.world import World
from vafa.club.models import Member
from vafa.core import beside
from vafa.core.progress import Progress


class Enough(Exception):
    """Somebody does not want to wait any longer."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far it is is told a hundred times a second."""
    monkeypatch.setattr(beside, "_TELL_EVERY", 0.01)


def test_what_ends_the_watching_undoes_the_work(world: World) -> None:
    before, told = world.member.name, []
    until = monotonic() + 20

    def rename(progress: Progress) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=world.member.pk).update(name="نیمه‌کاره")
            progress.start(None, "renaming")
            while monotonic() < until:
                progress.advance()

    def tell(label: str, reached: int, total: int) -> None:
        told.append((label, total))
        if label and reached > 10:
            raise Enough

    with pytest.raises(Enough):
        beside.work_beside(rename, tell)
    assert told[-1] == ("renaming", 0)
    world.member.refresh_from_db()
    assert world.member.name == before


def test_what_the_work_finds_is_told_and_what_it_raises_is_raised(world: World) -> None:
    told: list[tuple[str, int, int]] = []
    until = monotonic() + 20

    def hear(*wanted: object) -> None:
        """The work stands still until it was told."""
        while wanted not in told and monotonic() < until:
            sleep(0.01)
        assert wanted in told

    def count(progress: Progress) -> int:
        for label in ("first", "second"):
            progress.start(2, label)
            hear(label, 0, 2)
            progress.advance()
            hear(label, 1, 2)
            progress.advance()
        progress.finish()
        return Member.objects.filter(pk=world.member.pk).count()

    assert beside.work_beside(count, lambda *one: told.append(one)) == 1

    def fail(progress: Progress) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=world.member.pk).update(name="نیمه‌کاره")
            raise Enough

    with pytest.raises(Enough):
        beside.work_beside(fail, lambda *one: told.append(one))
    assert Member.objects.get(pk=world.member.pk).name == world.member.name


def test_work_without_a_further_step_is_done_whoever_looks_away(world: World) -> None:
    looked: list[int] = []

    def look_away(*_told: object) -> None:
        looked.append(1)
        raise Enough

    def rename(progress: Progress) -> str:
        progress.start(1, "renaming")
        until = monotonic() + 20
        while not looked and monotonic() < until:
            sleep(0.01)
        Member.objects.filter(pk=world.member.pk).update(name="تازه")
        return "done"

    assert beside.work_beside(rename, look_away) == "done"
    assert looked == [1], "who has ended it is not told any more"
    assert Member.objects.get(pk=world.member.pk).name == "تازه"
