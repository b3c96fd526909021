"""Every address of the staff that writes leaves its row in the audit, or says why it does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.access_stage import fresh_draft
from tests.architecture.access_table import ROUTES
from tests.architecture.audit_stories import STORIES, Fields
from tests.world import PASSWORD, World
from vafa.club.models import Audit
from vafa.program.rules.document import HoldTerms

LOGINS = {"panel:login", "till:login"}
NOT_AUDITED = {
    "panel:second-step": "half a login; web/panel/tests/test_security.py has what it leaves",
    "till:second-step": "half a login; web/panel/tests/test_security.py has what it leaves",
    "till:again": "a login like any other, in place; till/tests/test_again.py has it",
    "panel:order-preview": "writes nothing",
    "panel:members-columns": "keeps how she likes her own list",
    "panel:members-bulk": "asks who is meant in its address; panel/tests/test_many_members.py has it",
    "till:branches": "chooses where one stands, in one's own session",
    "till:redeem": "a redemption is a fact that names its actor",
    "till:hand-over": "a use of a voucher is a fact that names its actor",
    "till:give-up": "a reward given up is a fact that names its actor",
    "till:visit": "a visit is a fact that names its actor",
    "till:confirm": "the payment that it confirms is a fact",
    "till:confirm-send": "sends a message, which keeps its own history",
    "till:leave": "what was set aside goes back; the reservation names its actor",
    "panel:publish-mine": "for the manager of a branch alone; web/panel/tests/test_branches.py has it",
    "panel:try-sms": "sends a message, which keeps its own history",
    "panel:try-email": "sends an e-mail, which keeps its own history",
    "panel:leave-report": "a stranger's: web/panel/tests/test_report_mail.py has it",
    "panel:setup-preview": "computes only",
    "panel:build-rule": "computes only",
    "panel:preview-rule": "computes only",
    "panel:build-segment": "computes only",
    "panel:preview-segment": "computes only",
    "till:preview": "computes only",
    "till:sync": "purchases are facts that name their actors",
    "till:record": "a purchase is a fact that names its actor",
    "till:return-preview": "computes only",
    "till:return": "a return is a fact that names its actor",
}
STAFF = [name for name in ROUTES if name.split(":")[0] in ("panel", "till")]


@pytest.fixture
def furnished(world: World) -> World:
    world.furnish()
    return world


def _post(client: Client, name: str, world: World, fields: Fields) -> Any:
    return client.post(reverse(name, kwargs=ROUTES[name].args(world)), fields)


def test_every_address_that_takes_something_is_listed(furnished: World) -> None:
    takes = set()
    for name in STAFF:
        ROUTES[name].before(furnished)
        if _post(furnished.client("owner"), name, furnished, {}).status_code != 405:
            takes.add(name)
    assert takes == STORIES.keys() | NOT_AUDITED.keys() | LOGINS


@pytest.mark.parametrize("name", STORIES)
def test_what_staff_write_is_audited(furnished: World, name: str) -> None:
    ROUTES[name].before(furnished)
    if name == "panel:discard":
        fresh_draft(furnished)
    if name == "panel:go-back":
        furnished.change_program(holds=HoldTerms(minutes=33))
    rows = Audit.objects.filter(club=furnished.record)
    known = set(rows.values_list("id", flat=True))
    answer = _post(furnished.client("owner"), name, furnished, STORIES[name].fields(furnished))
    assert answer.status_code in (200, 302)
    [row] = rows.exclude(id__in=known)
    assert (row.action, row.actor) == (STORIES[name].action, furnished.owner.label)
    assert (row.role, row.face) == ("owner", name.split(":")[0])
    assert row.address == "127.0.0.1" and len(row.request_id) == 16
    assert PASSWORD not in str(row.after) and "a-long-passphrase" not in str(row.after)


@pytest.mark.parametrize("name", sorted(LOGINS))
def test_logins_are_audited(world: World, name: str) -> None:
    staff, client = world.staff["manager"], Client()
    sent = {"username": staff.user.username, "password": "wrong"}
    assert client.post(reverse(name), sent).status_code == 422
    assert client.post(reverse(name), {**sent, "username": "no-such-person"}).status_code == 422
    assert client.post(reverse(name), {**sent, "password": PASSWORD}).status_code == 302
    rows = Audit.objects.filter(club=world.record, action__startswith="login.").order_by("id")
    assert [(row.action, row.actor, row.thing_id) for row in rows] == [
        ("login.failed", "stranger:0", str(staff.id)),
        ("login.succeeded", f"staff:{staff.id}", str(staff.id)),
    ]
