"""One pass over a book that finds the accounts that may not add up, however many there are.

Looking at each transfer and lot on its own means joining and sorting all of them, several times
over. The sieve reads each table once and adds up, for some thousand groups of accounts,

- *chain*: the standing (account, version, balance) before and after each transfer, hashed, and
  at last that of the account itself. What comes after one transfer comes before the next, so
  everything cancels out;
- *sum*: what each transfer moved into or out of an account less what it did to the lots there;
  what is missing in each lot less its consumptions; what is left of the lots less the balance:
  each times a hash of whose it is, so that it is nothing only when every part of it is.

Hashes and the modulus are drawn anew each time, so that what escapes (one error in hundreds of
millions) cannot be arranged beforehand. The accounts of a group that does not add up are looked
at exactly, by the checks of ``verification.py``.
"""

from __future__ import annotations

import secrets

_MOST_SUSPECTS = 20_000
_GROUPS = 4096
_BITS = 30


def fresh_numbers() -> dict[str, int]:
    """The parameters ``seed`` and ``prime`` (below 2³⁰, so that products are below 2⁶³) of a run."""
    while True:
        prime = secrets.randbits(_BITS) | 1 << (_BITS - 1) | 1
        if all(prime % n for n in range(3, int(prime**0.5) + 1, 2)):
            return {"seed": secrets.randbits(62), "prime": prime}


def _times(hashed: str, seed: str, amount: str) -> str:
    """``amount`` times the hash of a number, below 2⁶⁰."""
    weight = f"(hashint8extended({hashed}, {seed} # %(seed)s::bigint) & {(1 << _BITS) - 1})"
    return f"{weight} * (({amount}) %% %(prime)s::bigint)"


def _small(number: str) -> str:
    """As a remainder that fits an int4, of which sums are quick."""
    return f"(({number}) %% %(prime)s::bigint)::int4"


def _standing(account: str, unit: str, version: str, balance: str) -> str:
    whose = f"hashint8extended({account}, {unit} # %(seed)s::bigint)"
    return f"hashint8extended({balance}, {whose} # ({version}))"


def _flow(transfer: str, account: str, amount: str) -> str:
    return _times(transfer, account, amount)


def _of_lot(lot: str, amount: str) -> str:
    return _times(lot, "(-1)::bigint", amount)


def _open(account: str, amount: str) -> str:
    return _times(account, "(-2)::bigint", amount)


def _side(side: str, into: bool) -> str:
    """A row for each transfer's one side. Of pools, and of accounts without lots, only the unit."""
    account, version, balance = f"t.{side}_account_id", f"t.{side}_version", f"t.{side}_balance"
    before = f"{balance} {'-' if into else '+'} t.amount"
    return f"""
        SELECT CASE WHEN {version} IS NULL THEN -{account}
                ELSE {account} & {_GROUPS - 1} END AS part,
            {_standing(account, "t.unit_id", version, balance)}
                # {_standing(account, "t.unit_id", f"{version} - 1", before)} AS chain,
            CASE WHEN n.id IS NOT NULL THEN (n.unit_id <> t.unit_id OR n.holder > 0 AND {version} IS NULL)::int4
                ELSE {"" if into else "-"}{_small(_flow("t.id", account, "t.amount"))} END AS sum
        FROM ledger_transfer t LEFT JOIN no_lots n ON n.id = {account}
        WHERE t.book_id = %(book)s"""


# Mostly there is one book, so that those of others are quicker left out than its own picked.
_OF_THE_BOOK = (
    "WHERE NOT EXISTS (SELECT 1 FROM ledger_account o"
    " WHERE o.id = l.account_id AND o.book_id <> %(book)s)"
)

SUSPECTS = f"""
    WITH own AS NOT MATERIALIZED (SELECT * FROM ledger_account WHERE book_id = %(book)s),
    no_lots AS NOT MATERIALIZED (
        SELECT id, unit_id, holder FROM own WHERE kind NOT IN ('pending', 'available')
    ), bad AS MATERIALIZED (
        SELECT part FROM (
            {_side("credit", into=True)}
            UNION ALL {_side("debit", into=False)}
            UNION ALL
            SELECT l.account_id & {_GROUPS - 1}, NULL, {
    _small(
        f"{_of_lot('l.id', 'l.amount - l.remaining')}"
        f" + {_open('l.account_id', 'l.remaining')}"
        f" - {_flow('l.transfer_id', 'l.account_id', 'l.amount')}"
    )
} FROM ledger_lot l {_OF_THE_BOOK}
            UNION ALL
            SELECT l.account_id & {_GROUPS - 1}, NULL, {
    _small(f"{_flow('c.transfer_id', 'l.account_id', 'c.amount')} - {_of_lot('l.id', 'c.amount')}")
} FROM ledger_consumption c JOIN ledger_lot l ON l.id = c.lot_id {_OF_THE_BOOK}
            UNION ALL
            SELECT id & {_GROUPS - 1},
                {_standing("id", "unit_id", "version", "balance")}
                    # {_standing("id", "unit_id", "0", "0")},
                CASE WHEN kind IN ('pending', 'available')
                    THEN -{_small(_open("id", "balance"))} ELSE 0 END
            FROM own WHERE holder > 0
        ) rows GROUP BY part
        HAVING bit_xor(chain) <> 0 OR sum(sum) %% %(prime)s::bigint <> 0
    )
    SELECT id FROM ledger_account
    WHERE id & {_GROUPS - 1} IN (SELECT part FROM bad) OR -id IN (SELECT part FROM bad)
    ORDER BY id LIMIT {_MOST_SUSPECTS}
"""
