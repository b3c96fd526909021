"""The demo's logins, and where there is no demo."""

from __future__ import annotations

import pytest

from vafa.commerce.models import DataImport, Product
from vafa.config.cli.addresses import faces
from vafa.config.demo import DemoLogins, seed
from vafa.config.demo_desk import furnish_offices
from vafa.core.progress import SilentProgress
from vafa.engage.models import Message
from vafa.flows.demo.tests.interrupting import interrupted_demo
from vafa.flows.verification import verify
from vafa.insight.models import ReportSchedule, SavedReport
from vafa.ledger.reads.verifications import latest_verification


def test_every_login_belongs_to_a_face() -> None:
    logins = DemoLogins().by_path()
    assert set(logins) <= {path for _, path in faces()}
    assert "vafa-demo" in logins["/panel/"] and "0912 000 1234" in logins["/portal/"]


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_its_offices_are_furnished_once() -> None:
    club = interrupted_demo()
    furnish_offices(club)
    checked = latest_verification(club.book_id)
    furnish_offices(club)
    assert checked is not None and checked == latest_verification(club.book_id)
    found = DataImport.objects.filter(club_id=club.id).order_by("id")
    assert [(one.kind, one.state) for one in found] == [("members", "done"), ("products", "undone")]
    assert found[0].counts["refused"] == 2
    assert not Product.objects.filter(club_id=club.id, sku__startswith="sample", is_active=True)
    assert SavedReport.objects.filter(club_id=club.id).count() == 3
    assert ReportSchedule.objects.filter(club_id=club.id).count() == 1
    assert Message.objects.filter(club_id=club.id, kind="expiry").exists()
    assert verify(club.id) == []


def test_a_real_installation_has_no_demo(settings: object) -> None:
    settings.MODE = "production"  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        seed(SilentProgress())
