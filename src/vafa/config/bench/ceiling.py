"""The ceiling: PostgreSQL alone, told by pgbench to write the rows of a purchase and nothing else."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from vafa.config.bench.databases import Databases
from vafa.config.bench.seeding import PRODUCTS, Scene
from vafa.config.embedded import program
from vafa.config.supervisor import StartFailed

CLIENTS = 16
_THREADS = 2
_RATE = re.compile(r"^tps = ([0-9.]+)", re.M)
_SEQUENCES = (
    "commerce_purchase",
    "commerce_purchaseline",
    "ledger_transfer",
    "ledger_lot",
)
# One statement, one commit: the balance, and then the rows that hang on it. Points and dates are
# plain arithmetic here; deciding them is Vafa's own cost, not the ceiling's.
_SCRIPT = """
\\set m random(0, {last_place})
\\set total random(100, 5000) * 1000
\\set points :total / 100000
\\set branch random(0, {last_branch})
\\set product random(0, {last_product})
WITH a AS (
    UPDATE ledger_account SET balance = balance + :points::bigint, version = version + 1
    WHERE unit_id = {unit} AND holder = {first_member} + :m::bigint AND kind = 'available'
    RETURNING id, holder, balance, version
), n AS (
    SELECT nextval('commerce_purchase_id_seq') AS id,
        ('{{{branches}}}'::bigint[])[:branch::int + 1] AS branch_id
), p AS (
    INSERT INTO commerce_purchase (id, club_id, branch_id, member_id, receipt_no, channel, total,
        paid_by_points, discount, content_hash, source, actor, purchased_at)
    SELECT n.id, {club}, n.branch_id, a.holder, 'ceiling-' || n.id, 'store', :total::bigint, 0, 0,
        '0000000000000000000000000000000000000000000000000000000000000000', 'api', 'key:1', now()
    FROM n, a RETURNING id, branch_id, member_id, purchased_at
), l AS (
    INSERT INTO commerce_purchaseline (id, purchase_id, number, product_id, name, quantity, amount)
    SELECT nextval('commerce_purchaseline_id_seq'), p.id, 1, {first_product} + :product::bigint,
        'Product', 1000, :total::bigint FROM p
), t AS (
    INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id, amount,
        kind, source, source_id, effective_at, credit_version, credit_balance)
    SELECT nextval('ledger_transfer_id_seq'), {book}, {unit}, {issuance}, a.id, :points::bigint,
        'earn', 'decision', p.id, p.purchased_at, a.version, a.balance
    FROM a, p RETURNING id, credit_account_id, amount, effective_at
), o AS (
    INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, amount, remaining, earned_at,
        expires_at)
    SELECT nextval('ledger_lot_id_seq'), t.credit_account_id, t.id, t.id, t.amount, t.amount,
        t.effective_at, t.effective_at + interval '1 year' FROM t
)
INSERT INTO core_event (club_id, name, payload, happened_at)
SELECT {club}, 'purchase.recorded', jsonb_build_object('purchase', p.id, 'branch', p.branch_id,
    'member', p.member_id, 'total', :total::bigint, 'points', :points::bigint), p.purchased_at
FROM p;
"""


class Ceiling:
    """pgbench on the ceiling's database; ``members`` of the club buy, by default all."""

    def __init__(self, databases: Databases, scene: Scene, members: int | None = None) -> None:
        self._databases = databases
        self._script = _SCRIPT.strip().format(
            club=scene.club_id,
            book=scene.book_id,
            unit=scene.unit_id,
            issuance=scene.issuance_id,
            branches=",".join(str(number) for number, _ in scene.branches),
            last_branch=len(scene.branches) - 1,
            first_member=scene.first_member,
            last_place=(members or scene.members) - 1,
            first_product=scene.first_product,
            last_product=PRODUCTS - 1,
        )
        with databases.connect(databases.ceiling) as own:
            for table in _SEQUENCES:
                # Numbers in blocks are for who keeps them in memory; here each is asked for.
                own.execute(f"ALTER SEQUENCE {table}_id_seq INCREMENT BY 1")

    def measure(self, seconds: float) -> float:
        """Purchases per second during about ``seconds`` (whole ones). Raises StartFailed."""
        with tempfile.TemporaryDirectory(prefix="vafa-bench-") as folder:
            script = Path(folder) / "purchase.sql"
            script.write_text(self._script)
            words: list[str | Path] = [program("pgbench"), "-n", "-M", "prepared"]
            words += ["-c", str(CLIENTS), "-j", str(_THREADS)]
            words += ["-T", str(max(1, round(seconds))), "-f", script]
            done = subprocess.run(  # noqa: S603  (PostgreSQL's own program, no shell)
                words,
                env=self._databases.libpq(self._databases.ceiling),
                capture_output=True,
                text=True,
                check=False,
            )
        found = _RATE.search(done.stdout)
        if done.returncode != 0 or found is None:
            raise StartFailed(f"pgbench failed: {done.stderr.strip()[-2000:]}")
        return float(found[1])
