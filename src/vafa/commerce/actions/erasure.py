"""Purchases of who is erased stay as numbers of nobody."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.commerce.actions.documents import forget_buyers
from vafa.core.db import execute


def erase_from_commerce(member_ids: Sequence[int]) -> None:
    """Forget with which bank cards these members paid, where their orders went, and that documents
    were made out to them: what was sold stays."""
    execute(
        "UPDATE commerce_purchase SET payment_card = '' WHERE member_id = ANY(%s)"
        " AND payment_card <> ''",
        [list(member_ids)],
    )
    execute(
        "UPDATE commerce_order SET recipient = '', phone = '', address = '', note = ''"
        " WHERE member_id = ANY(%s)",
        [list(member_ids)],
    )
    forget_buyers(list(member_ids))
    execute(
        "UPDATE commerce_return SET reason = '' WHERE member_id = ANY(%s) AND reason <> ''",
        [list(member_ids)],
    )
