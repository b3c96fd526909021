from vafa.program.models.decision import Decision
from vafa.program.models.revision import Revision
from vafa.program.models.reward import Redemption, Reward, Voucher, VoucherUse

__all__ = ["Decision", "Redemption", "Revision", "Reward", "Voucher", "VoucherUse"]
