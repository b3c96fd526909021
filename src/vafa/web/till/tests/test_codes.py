"""Several codes on one bill at the till."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.world import World
from vafa.core.clock import now
from vafa.flows.voucher_series import make_series
from vafa.program.models import Reservation, Voucher, VoucherUse
from vafa.web.till.bill import voucher_codes
from vafa.web.till.tests.steps import bill, preview, record, words


def code(world: World, kind: str, **fields: Any) -> str:
    until = now() + timedelta(days=9)
    series = make_series(world.club, world.owner, name="کد", kind=kind, expires_at=until, **fields)
    return Voucher.objects.get(series=series).code


def test_codes_are_read_however_they_are_separated() -> None:
    one, two = "ABCD-EFGH-JKLM-NPQR", "YALDA-234567"
    for typed in (f"{one}, {two}", f"{one} {two}", f"{one.replace('-', ' ')}، {two.lower()}"):
        assert voucher_codes(typed) == (one, two)
    assert voucher_codes("abcd efgh jklm npqr") == (one,)
    assert voucher_codes("") == ()


def test_two_codes_and_a_public_one_go_onto_a_bill(world: World) -> None:
    off, ten = code(world, "voucher", value=100_000), code(world, "percent", terms={"percent": 10})
    public = code(world, "percent", terms={"percent": 50, "alone": True}, max_uses=None)
    client = world.client("cashier")
    posted = bill(world, amount="200000", voucher=f"{off}, {ten}")
    # 10% of 200,000 toman, then 10,000 off.
    assert "۱۷۰٬۰۰۰" in words(preview(client, posted))
    held = Reservation.objects.get(club=world.record, status="open")
    assert held.voucher is not None and held.voucher.code == off

    better = {**posted, "voucher": f"{off} {public}", "reservation": held.pk}
    shown = words(preview(client, better))
    assert "۱۰۰٬۰۰۰" in shown and "برای عضو می‌ماند" in shown
    assert record(client, {**posted, "reservation": held.pk}).status_code == 200
    uses = VoucherUse.objects.filter(voucher__code__in=[off, ten, public])
    assert sorted(use.amount for use in uses) == [100_000, 200_000]
    world.verify()
