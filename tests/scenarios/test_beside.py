"""Work in one long transaction, watched and ended from beside it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.world import World
from vafa.club.models import Member
from vafa.core import beside
from vafa.core.progress import Progress


class Enough(Exception):
    """Somebody does not want to wait any longer."""


def test_what_ends_the_watching_undoes_the_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_TELL_EVERY", 0.01)
    before, told = world.member.name, []

    def rename(progress: Progress) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=world.member.pk).update(name="نیمه‌کاره")
            progress.start(None, "renaming")
            while True:
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
