"""Who may what: built-in roles, roles of the club's own, branches, and their limits."""

from __future__ import annotations

from threading import Thread
from time import monotonic, sleep
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World
from vafa.club.access import staff_actor
from vafa.club.actions.clubs import create_staff
from vafa.club.actions.staff import save_own_role
from vafa.club.models import Audit, OwnRole, Session, Staff
from vafa.club.permissions import PERMISSIONS, ROLE_PERMISSIONS
from vafa.club.reads.staff import staff_with_scope
from vafa.core.db import fetch
from vafa.web.panel.roles import permission_groups


def post(client: Client, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(f"panel:{name}", args=args), data)


def place(world: World, role: str, *branches: Any) -> dict[str, Any]:
    return {"role": role, "branches": [str(branch.pk) for branch in branches]}


def hire(world: World, role: str, **fields: Any) -> Staff:
    """One more person of the staff, under ``client(role)``."""
    login = f"more-{role}-{Staff.objects.count()}"
    made = create_staff(
        world.record, username=login, password=PASSWORD, name="نو", role=role, **fields
    )
    world.staff["more"] = made
    return made


def test_every_permission_has_words_and_belongs_to_the_owner() -> None:
    told = [name for _group, rows in permission_groups() for name, _words in rows]
    assert sorted(told) == sorted(PERMISSIONS)
    assert ROLE_PERMISSIONS["owner"] == frozenset(PERMISSIONS)


def test_a_role_of_ones_own_opens_what_it_says_and_nothing_else(world: World) -> None:
    owner = world.client("owner")
    form = {"name": "انباردار", "name_en": "Stock", "permissions": ["products.edit"]}
    assert post(owner, "new-role", {**form, "permissions": []}).status_code == 422
    assert post(owner, "new-role", {**form, "name": "owner"}).status_code == 422
    assert post(owner, "new-role", form).status_code == 302
    assert post(owner, "new-role", form).status_code == 422, "the name is taken"
    role = OwnRole.objects.get(club=world.record, name="انباردار")
    person = world.staff["support"]
    assert post(owner, "edit-staff", place(world, f"own:{role.pk}"), person.pk).status_code == 302
    hers = world.client("support")
    assert hers.get(reverse("panel:products")).status_code == 200
    assert hers.get(reverse("panel:members")).status_code == 403
    assert hers.get(reverse("panel:dashboard"), follow=True).redirect_chain[-1][0] == reverse(
        "panel:products"
    )
    assert post(owner, "edit-role", {**form, "name": "انبار"}, role.pk).status_code == 302
    assert post(owner, "edit-role", form, role.pk).status_code == 302
    row = Audit.objects.filter(club=world.record, action="staff.changed").get()
    assert (row.before, row.after) == ({"role": "support"}, {"role": "انباردار"})

    assert post(owner, "remove-role", {}, role.pk).status_code == 302
    assert OwnRole.objects.filter(pk=role.pk).exists(), "somebody has it"
    post(owner, "edit-staff", place(world, "support"), person.pk)
    post(owner, "remove-role", {}, role.pk)
    assert not OwnRole.objects.filter(pk=role.pk).exists()


def test_nobody_gives_more_than_she_has(world: World) -> None:
    """Somebody manages staff without being an owner: she can make cashiers, and no owner."""
    some = ["staff.manage", "till.sell", "till.return", "members.view"]
    role = OwnRole.objects.create(club=world.record, name="سرپرست", permissions=some)
    hire(world, "own", own_role=role)
    hers, before = world.client("more"), Staff.objects.filter(club=world.record).count()
    new = {"name": "نو", "username": f"x-{world.record.slug}", "password": "a-long-passphrase"}
    for wanted in ("owner", "manager", "accountant", "support"):
        assert post(hers, "new-staff", {**new, **place(world, wanted)}).status_code == 422
    assert Staff.objects.filter(club=world.record).count() == before
    data = {"name": "قوی", "permissions": [*some, "ledger.check"]}
    assert post(hers, "new-role", data).status_code == 422, "not even offered"
    assert post(hers, "edit-role", {**data, "name": "سرپرست"}, role.pk).status_code == 422
    manager = world.staff["manager"]
    cashier = place(world, "cashier", world.branch)
    assert post(hers, "edit-staff", cashier, manager.pk).status_code == 422
    assert post(hers, "staff-active", {"active": "0"}, manager.pk).status_code == 403
    assert post(hers, "end-staff-sessions", {}, manager.pk).status_code == 403
    assert post(hers, "reset-factor", {}, manager.pk).status_code == 403
    manager.refresh_from_db()
    assert (manager.role, manager.is_active) == ("manager", True)
    assert post(hers, "new-staff", {**new, **cashier}).status_code == 302


def test_a_role_is_judged_as_it_is_behind_its_lock(world: World) -> None:
    """While she types, an owner gives the role more than she may: what she saves would take it away again,
    and is refused, though her page was opened before."""
    some = ["staff.manage", "till.sell", "members.view"]
    hire(
        world,
        "own",
        own_role=OwnRole.objects.create(club=world.record, name="سرپرست", permissions=some),
    )
    role = OwnRole.objects.create(club=world.record, name="انباردار", permissions=["till.sell"])
    hers = world.client("more")
    told: list[int] = []

    def save() -> None:
        data = {"name": "انباردار", "permissions": ["members.view"]}
        told.append(post(hers, "edit-role", data, role.pk).status_code)
        connection.close()

    with transaction.atomic():
        save_own_role(
            world.record,
            role,
            name="انباردار",
            name_en="",
            permissions=["till.sell", "ledger.check"],
            of_branches=False,
            actor=world.owner,
        )
        thread = Thread(target=save)
        thread.start()
        # She waits for what is not committed yet.
        until = monotonic() + 30
        waits = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        while not fetch(waits):
            assert monotonic() < until and thread.is_alive(), told
            sleep(0.02)
    thread.join()
    assert told == [422]
    role.refresh_from_db()
    assert role.permissions == ["ledger.check", "till.sell"]
    changed = Audit.objects.filter(club=world.record, action="role.changed")
    assert [row.actor for row in changed] == [world.owner.label]


def test_the_last_owner_stays(world: World) -> None:
    owner, me = world.client("owner"), world.staff["owner"]
    assert post(owner, "edit-staff", place(world, "manager"), me.pk).status_code == 422
    me.refresh_from_db()
    assert me.role == "owner"
    another = hire(world, "manager")
    assert post(owner, "edit-staff", place(world, "owner"), another.pk).status_code == 302
    assert post(owner, "edit-staff", place(world, "manager"), me.pk).status_code == 302
    assert owner.get(reverse("panel:staff")).status_code == 403, "she is a manager from now on"


def test_who_has_branches_is_kept_to_them(world: World) -> None:
    owner, person = world.client("owner"), world.staff["cashier"]
    both = place(world, "cashier", world.branch, world.other_branch)
    assert post(owner, "edit-staff", place(world, "cashier"), person.pk).status_code == 422
    assert post(owner, "edit-staff", both, person.pk).status_code == 302
    actor = staff_actor(staff_with_scope().get(pk=person.pk))
    assert actor.branch_ids == {world.branch.pk, world.other_branch.pk}
    till = world.client("cashier")
    page = till.get(reverse("till:branches")).content.decode()
    assert world.other_branch.name in page

    # What a role allows is one thing, where she works another: pages of the whole club stay shut.
    seller = OwnRole.objects.create(
        club=world.record,
        name="فروشنده",
        permissions=["members.view", "reports.view", "purchases.view"],
        of_branches=True,
    )
    assert post(owner, "edit-staff", place(world, f"own:{seller.pk}"), person.pk).status_code == 422
    here = place(world, f"own:{seller.pk}", world.branch)
    assert post(owner, "edit-staff", here, person.pk).status_code == 302
    elsewhere = world.buy(1_000_000, branch=world.other_branch.code).answer["purchase_id"]
    mine = world.buy(1_000_000).answer["purchase_id"]
    hers = world.client("cashier")
    assert hers.get(reverse("panel:members")).status_code == 403
    assert hers.get(reverse("panel:points")).status_code == 403
    assert hers.get(reverse("panel:purchase", args=[mine])).status_code == 200
    assert hers.get(reverse("panel:purchase", args=[elsewhere])).status_code == 404


def test_a_branch_or_role_of_another_club_is_none(world: World, other_world: World) -> None:
    owner, person = world.client("owner"), world.staff["cashier"]
    theirs = OwnRole.objects.create(
        club=other_world.record, name="نقش", permissions=["products.edit"]
    )
    for data in (place(world, f"own:{theirs.pk}"), place(world, "cashier", other_world.branch)):
        assert post(owner, "edit-staff", data, person.pk).status_code == 422
    assert owner.get(reverse("panel:edit-role", args=[theirs.pk])).status_code == 404
    person.refresh_from_db()
    assert (person.role, person.branch_id) == ("cashier", world.branch.pk)


def test_who_is_locked_out_is_out_at_once(world: World) -> None:
    person, browser = world.staff["manager"], Client()
    sent = {"username": person.user.username, "password": PASSWORD}
    assert browser.post(reverse("panel:login"), sent).status_code == 302
    assert Session.objects.filter(staff=person).count() == 1
    post(world.client("owner"), "staff-active", {"active": "0"}, person.pk)
    assert not Session.objects.filter(staff=person).exists()
    assert browser.get(reverse("panel:dashboard")).status_code == 302
    assert browser.post(reverse("panel:login"), sent).status_code == 422
