"""What a purchase had brought beside amounts, when it comes back.

A voucher that was not used goes when everything has come back; chances in a draw that is still
open go with it too, those for money spent with each part. What a member did with the rest stays
done, and the answer says so; badges, attributes and messages stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext
from vafa.flows.return_vouchers import is_whole, net_progress
from vafa.flows.return_work import ReturnItem, ReturnWork
from vafa.program.actions.deeds import NewChances, insert_chances
from vafa.program.actions.vouchers import LockedVoucher, NewUse, insert_uses, read_vouchers
from vafa.program.reads.deeds import GivenChances, chances_given, vouchers_given
from vafa.program.reads.undo import Undoable
from vafa.program.rules.deeds import is_deed

_UNDOABLE = ("voucher", "chances")


@dataclass(slots=True)
class Lost:
    """What went back, and what could not: codes of vouchers, numbers of chances."""

    vouchers: list[str] = field(default_factory=list)
    vouchers_kept: list[str] = field(default_factory=list)
    chances: int = 0
    chances_kept: int = 0

    @property
    def saw(self) -> dict[str, int | str]:
        """What the part of the return keeps to be explained."""
        found: dict[str, int | str] = {
            "vouchers": len(self.vouchers),
            "vouchers_kept": len(self.vouchers_kept),
            "chances": self.chances,
            "chances_kept": self.chances_kept,
        }
        return {name: value for name, value in found.items() if value}

    def tell(self, answer: dict[str, Any]) -> None:
        """Add it to the answer of a return."""
        for name in ("vouchers", "vouchers_kept", "chances", "chances_kept"):
            found = getattr(self, name)
            key = name if name.endswith("_kept") else f"{name}_taken"
            if found:
                answer[key] = answer.get(key, type(found)()) + found


def open_deeds(work: ReturnWork, *, lock: bool) -> None:
    """Look up, and lock, what the purchases had brought beside amounts; nothing is asked where
    they had brought none."""
    found = [d for some in work.undoable.values() for d in some if d.trigger != "pay" and _gave(d)]
    if not found:
        return
    numbers = [decision.id for decision in found]
    given = vouchers_given(numbers)
    missing = [one.code for one in given if one.code not in work.vouchers]
    if missing:
        work.vouchers |= read_vouchers(work.club.id, missing, lock=lock)
    for one in given:
        work.given_codes.setdefault(one.decision_id, []).append(one.code)
    for chances in chances_given(numbers, lock=lock):
        work.given_chances.setdefault(chances.decision_id, []).append(chances)


def take_deeds_back(work: ReturnWork, item: ReturnItem, decision: Undoable) -> Lost:
    """Plan what goes back of the deeds of a decision with this return."""
    lost = Lost()
    whole = is_whole(item)
    for code in work.given_codes.get(decision.id, ()) if whole else ():
        use = _cancelled(work.vouchers[code], lost, work.now, item.entry.actor.label)
        work.cancelled_codes += [use] if use else []
    for given in work.given_chances.get(decision.id, ()):
        taken = _chances_back(work, item, decision, given, whole=whole)
        if taken <= 0:
            continue
        if not given.is_open:
            lost.chances_kept += taken
            continue
        lost.chances += taken
        work.chances_back.append(_minus(work.club, given, taken, work.now, item.return_id))
    return lost


def write_deeds_back(work: ReturnWork) -> None:
    """Write what was planned."""
    insert_uses(work.cancelled_codes)
    insert_chances(work.chances_back)


def undo_deeds(club: ClubContext, decision_id: int, return_id: int, at: datetime) -> Lost:
    """Take all of a decision's deeds back at once, as far as that can be done."""
    lost, uses, less = Lost(), [], []
    codes = [one.code for one in vouchers_given([decision_id])]
    found = read_vouchers(club.id, codes, lock=True) if codes else {}
    for code in codes:
        use = _cancelled(found[code], lost, at, system_actor(club.id).label)
        uses += [use] if use else []
    for given in chances_given([decision_id], lock=True):
        if given.is_open:
            lost.chances += given.chances
            less.append(_minus(club, given, given.chances, at, return_id))
        else:
            lost.chances_kept += given.chances
    insert_uses(uses)
    insert_chances(less)
    return lost


def _gave(decision: Undoable) -> bool:
    return any(part[1] in _UNDOABLE and is_deed(part[1], part[3]) for part in decision.parts)


def _cancelled(voucher: LockedVoucher, lost: Lost, at: datetime, actor: str) -> NewUse | None:
    """The end of a voucher, where nothing was done with it yet."""
    if voucher.ended or voucher.expires_at <= at:
        return None
    if voucher.times or voucher.amount or voucher.reserved_by is not None:
        lost.vouchers_kept.append(voucher.code)
        return None
    lost.vouchers.append(voucher.code)
    return voucher.use("cancelled", None, at, actor)


def _chances_back(
    work: ReturnWork, item: ReturnItem, decision: Undoable, given: GivenChances, *, whole: bool
) -> int:
    """How many of the chances in a draw go now: all that should have gone by now, less what did."""
    here: Sequence[Mapping[str, int]] = [
        part[3]
        for part in decision.parts
        if part[1] == "chances" and is_deed(part[1], part[3]) and part[3]["draw"] == given.draw_id
    ]
    back, total = net_progress(work, item)
    gone = 0
    for saw in here:
        if whole:
            gone += saw["chances"]
        elif "paid" in saw and total:
            gone += saw["chances"] * back // total
    return gone - (sum(saw["chances"] for saw in here) - given.chances)


def _minus(
    club: ClubContext, given: GivenChances, taken: int, at: datetime, return_id: int
) -> NewChances:
    return NewChances(
        club.id, given.draw_id, given.member_id, given.decision_id, -taken, at, return_id
    )
