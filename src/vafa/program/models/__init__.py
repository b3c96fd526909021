from vafa.program.models.backtest import Backtest
from vafa.program.models.correction import Adjustment, BulkAdjustment, Reservation
from vafa.program.models.counter import Counter
from vafa.program.models.decision import Decision
from vafa.program.models.deed import Badge, DrawChance
from vafa.program.models.draw import (
    Draw,
    DrawClaim,
    DrawEntry,
    DrawOutcome,
    DrawSecret,
    DrawWinner,
)
from vafa.program.models.happening import Happening, HappeningMark, Occasion
from vafa.program.models.offline import OfflineSale
from vafa.program.models.opening import OpeningBalance
from vafa.program.models.referral import MemberDevice, Referral
from vafa.program.models.revision import Revision
from vafa.program.models.reward import Redemption, Reward
from vafa.program.models.series import VoucherSeries
from vafa.program.models.tier import TierChange, TierRun, TierWarning
from vafa.program.models.voucher import Voucher, VoucherUse

__all__ = [
    "Adjustment",
    "Backtest",
    "Badge",
    "BulkAdjustment",
    "Counter",
    "Decision",
    "Draw",
    "DrawChance",
    "DrawClaim",
    "DrawEntry",
    "DrawOutcome",
    "DrawSecret",
    "DrawWinner",
    "Happening",
    "HappeningMark",
    "MemberDevice",
    "Occasion",
    "OfflineSale",
    "OpeningBalance",
    "Redemption",
    "Referral",
    "Reservation",
    "Revision",
    "Reward",
    "TierChange",
    "TierRun",
    "TierWarning",
    "Voucher",
    "VoucherSeries",
    "VoucherUse",
]
