"""Re-derive everything and name every difference."""

from __future__ import annotations

from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.commerce.reads.verification import CHECKS as COMMERCE
from vafa.core.progress import Progress, SilentProgress
from vafa.core.verification import Difference, Examination, one_snapshot
from vafa.flows.tier_changes import tier_differences
from vafa.ledger.reads.account_sieve import fresh_numbers
from vafa.ledger.reads.seal_verification import seal_differences
from vafa.ledger.reads.verification import CHECKS as LEDGER
from vafa.program.reads.deed_verification import CHECKS as DEEDS
from vafa.program.reads.offline_verification import CHECKS as OFFLINE
from vafa.program.reads.replay import decision_differences
from vafa.program.reads.verification import CHECKS as PROGRAM
from vafa.program.reads.voucher_verification import CHECKS as VOUCHERS

ALL_CHECKS = (*LEDGER, *COMMERCE, *PROGRAM, *VOUCHERS, *DEEDS, *OFFLINE)


def verify(
    club_id: int | None = None,
    progress: Progress | None = None,
    *,
    seal_key: bytes | None = None,
    decisions: bool = True,
) -> list[Difference]:
    """Every difference in one club, or in all; empty when all is well.

    Each club is looked at as it was at one moment, so that work goes on meanwhile.
    ``seal_key`` is the public key by which seals must be signed, where it is known. ``decisions``
    False: the rules' decisions are not made again, which is most of the time.
    """
    bar = progress or SilentProgress()
    clubs = Club.objects.order_by("id")
    if club_id is not None:
        clubs = clubs.filter(pk=club_id)
    return [each for club in clubs for each in _verify_club(club, bar, seal_key, decisions)]


def _verify_club(
    club: Club, bar: Progress, seal_key: bytes | None, decisions: bool
) -> list[Difference]:
    found: list[Difference] = []
    params = {"club": club.id, "book": club.book_id, "points": club.points_unit_id}
    examination = Examination({**params, **fresh_numbers()})
    with one_snapshot():
        bar.start(len(ALL_CHECKS), f"verify {club.slug}")
        for check in ALL_CHECKS:
            found += examination.run(check)
            bar.advance(1)
        bar.finish()
        found += seal_differences(club.book_id, bar, trusted=seal_key)
        found += tier_differences(club_context(club.id))
        if decisions:
            found += decision_differences(club.id, bar)
    return found
