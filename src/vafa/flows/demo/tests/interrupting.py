"""The demo club that several tests look at; there can be only one in a database."""

from __future__ import annotations

from functools import cache

import pytest

from vafa.club.reads.context import ClubContext
from vafa.core.progress import SilentProgress
from vafa.flows.demo.making import make_demo

SCALE = 0.03


class Interrupted(Exception):
    pass


class InterruptedProgress(SilentProgress):
    """Somebody presses Ctrl-C in the middle."""

    def __init__(self, after: int) -> None:
        self.left = after

    def advance(self, n: int = 1) -> None:
        self.left -= n
        if self.left <= 0:
            raise Interrupted


@cache
def interrupted_demo() -> ClubContext:
    """The club, whose making was interrupted twice and then completed."""
    for after in (100, 45):
        with pytest.raises(Interrupted):
            make_demo(InterruptedProgress(after), "demo", scale=SCALE)
    return make_demo(SilentProgress(), "demo", scale=SCALE)
