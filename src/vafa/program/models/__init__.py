from vafa.program.models.correction import Adjustment, Reservation
from vafa.program.models.decision import Decision
from vafa.program.models.draw import (
    Draw,
    DrawClaim,
    DrawEntry,
    DrawOutcome,
    DrawSecret,
    DrawWinner,
    DrawWork,
)
from vafa.program.models.revision import Revision
from vafa.program.models.reward import Redemption, Reward, Voucher, VoucherUse

__all__ = [
    "Adjustment",
    "Decision",
    "Draw",
    "DrawClaim",
    "DrawEntry",
    "DrawOutcome",
    "DrawSecret",
    "DrawWinner",
    "DrawWork",
    "Redemption",
    "Reservation",
    "Revision",
    "Reward",
    "Voucher",
    "VoucherUse",
]
