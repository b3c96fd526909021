from vafa.ledger.models.account import Account, Book, Unit
from vafa.ledger.models.lot import Consumption, Lot
from vafa.ledger.models.transfer import Transfer

__all__ = ["Account", "Book", "Consumption", "Lot", "Transfer", "Unit"]
