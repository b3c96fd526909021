"""Back-tests as their pages show them."""

from __future__ import annotations

from vafa.program.models import Backtest


def list_backtests(club_id: int, limit: int = 50) -> list[Backtest]:
    """The club's back-tests, the newest first, without what they tested and found."""
    found = Backtest.objects.filter(club_id=club_id).defer("document", "result")
    return list(found.order_by("-id")[:limit])
