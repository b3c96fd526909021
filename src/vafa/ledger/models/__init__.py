from vafa.ledger.models.account import Account, Activity, Book, Unit
from vafa.ledger.models.hold import Hold
from vafa.ledger.models.lot import Consumption, Lot, LotWarning
from vafa.ledger.models.seal import Checkpoint, SealKey, SealTile
from vafa.ledger.models.transfer import Transfer
from vafa.ledger.models.verification import Verification

__all__ = [
    "Account",
    "Activity",
    "Book",
    "Checkpoint",
    "Consumption",
    "Hold",
    "Lot",
    "LotWarning",
    "SealKey",
    "SealTile",
    "Transfer",
    "Unit",
    "Verification",
]
