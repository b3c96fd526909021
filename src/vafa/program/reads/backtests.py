"""Back-tests as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from vafa.core.clock import now
from vafa.program.models import Backtest

# After so long without one, a running back-test is taken for dead.
SIGN_OF_LIFE = timedelta(minutes=2)
# One that waits may wait for others.
_PATIENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a back-test is: ``state`` waiting, running, done, failed or stopped."""

    state: str
    reached: int
    total: int
    is_stopping: bool

    @property
    def is_alive(self) -> bool:
        """Whether its end may still be expected."""
        return self.state in ("waiting", "running")


def progress_of(test: Backtest) -> Progress:
    """How far it is; one that gave no sign of life for long has failed."""
    state = test.state
    patience = _PATIENCE if state == "waiting" else SIGN_OF_LIFE
    if state in ("waiting", "running") and test.told_at < now() - patience:
        state = "failed"
    return Progress(state, test.reached, test.total, test.stop_asked_at is not None)


def list_backtests(club_id: int, limit: int = 50) -> list[Backtest]:
    """The club's back-tests, the newest first, without what they tested and found."""
    found = Backtest.objects.filter(club_id=club_id).defer("document", "result")
    return list(found.order_by("-id")[:limit])


def running_backtest(club_id: int) -> Backtest | None:
    """The club's back-test that waits or runs."""
    newest = list_backtests(club_id, 1)
    return newest[0] if newest and progress_of(newest[0]).is_alive else None
