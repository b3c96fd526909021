"""Who may open which address: one row for every address of the product.

An address that is missing here fails the build (test_access.py walks the resolver).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests import draws
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.actions.fees import save_fee
from vafa.club.actions.joining import keep_request, make_joining_code
from vafa.club.actions.tasks import NewFile, ask_for, keep_file
from vafa.club.actions.terms import accept_terms, publish_terms
from vafa.club.actions.terms import save_draft as save_terms
from vafa.club.actor import SCOPES, Actor
from vafa.club.models import (
    JoiningCode,
    JoiningRequest,
    MemberAttribute,
    OwnRole,
    Task,
    TaskFile,
)
from vafa.club.reads.consent_links import consent_token
from vafa.club.reads.context import forget_contexts
from vafa.club.reads.terms import list_terms, version_in_force
from vafa.club.rules.fees import Fee
from vafa.commerce.actions.data_imports import new_import
from vafa.commerce.actions.orders import NewOrderLine, OrderTerms
from vafa.commerce.models import DataImport, Order, Return
from vafa.core.clock import now
from vafa.flows.backtest.asking import ask_for_backtest
from vafa.flows.fees import pay_fee
from vafa.flows.imports.tasks import REFUSED
from vafa.flows.invitations import invitation_code
from vafa.flows.invoices import issue_invoice
from vafa.flows.orders import add_to_order, make_order, move_order
from vafa.insight.actions.readiness import work_out_readiness
from vafa.insight.actions.saved import Sending, save_report, schedule_report
from vafa.insight.models import ReportReceiver, SavedReport
from vafa.insight.rules.sending_times import Times
from vafa.program.actions.publishing import plan_publishing
from vafa.program.actions.revisions import save_draft
from vafa.program.models import Backtest, BulkAdjustment, Occasion, OfflineSale
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import BadgeKind
from vafa.program.rules.document import Challenge, EventKind, ReferralTerms
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.rule import Group, Text
from vafa.web.panel.reports.sending import leave_url

PUBLIC = frozenset({"public"})
EDITORS = frozenset({"owner", "manager"})
PROGRAM = EDITORS | {"marketer"}
VIEWERS = PROGRAM | {"accountant", "analyst", "support"}
FIGURES = VIEWERS - {"support"}
HELPERS = EDITORS | {"support"}
CORRECTORS = HELPERS | {"accountant"}
APPROVERS = EDITORS | {"accountant"}
LEDGER = APPROVERS | {"analyst"}
EXPORTERS = EDITORS | {"analyst"}
OWNER = frozenset({"owner"})
EVERYBODY = VIEWERS | {"branch_manager", "cashier"}
AUDITORS = frozenset({"owner", "accountant"})
TILL = frozenset({"owner", "manager", "branch_manager", "cashier"})
# The manager of one branch, who manages that one alone.
OF_BRANCH = frozenset({"branch_manager"})
MEMBER = frozenset({"member"})
RECORDERS = HELPERS | OF_BRANCH
REPORTS = EDITORS | OF_BRANCH | {"marketer", "accountant", "analyst"}


@dataclass(frozen=True)
class Route:
    """``allowed``: roles, or the API scope in a set of its own; ``args`` name rows of a world;
    ``owned``: those rows belong to the club, so that another club must get 404; ``before`` puts
    things as the address needs them."""

    allowed: frozenset[str]
    method: str = "get"
    args: Callable[[World], dict[str, Any]] = lambda world: {}
    owned: bool = False
    before: Callable[[World], None] = lambda world: None


def fresh_draft(world: World) -> None:
    """What there must be to be published or taken out of."""
    live = live_program(world.record.id).program
    save_draft(world.record.id, live, actor=world.owner.label)


def keep_report(world: World) -> None:
    """A saved report of the owner's that is sent every day."""
    if SavedReport.objects.filter(club=world.record).exists():
        return
    saved = save_report(
        world.club, world.owner, name="فروش", kind="sales", query="period=month", is_shared=True
    )
    times = Times("daily", 8)
    sending = Sending(times, "xlsx", "fa", ("colleague@shop.example",))
    schedule_report(world.club, world.owner, saved, sending, origin="http://testserver")


def saved_report(world: World) -> dict[str, Any]:
    """That saved report."""
    keep_report(world)
    return {"report_id": SavedReport.objects.get(club=world.record).pk}


def leaving(world: World) -> dict[str, Any]:
    """What the receiver of its e-mails finds in them."""
    keep_report(world)
    receiver = ReportReceiver.objects.get(schedule__club=world.record)
    return {"token": leave_url(receiver, "").rstrip("/").rpartition("/")[2]}


def placed_draft(world: World) -> None:
    """A draft in which the first branch has terms of its own."""
    terms = PlaceTerms(kind="branch", number=world.branch.id, points_share=10)
    live = live_program(world.record.id).program
    draft = live.model_copy(update={"places": (terms,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def place(world: World) -> dict[str, Any]:
    """The first branch."""
    return {"kind": "branch", "number": world.branch.id}


def edited_draft(world: World) -> None:
    """A draft with a group of rules, and a rule that is not as it is in force."""
    live = live_program(world.record.id).program
    rules = tuple(rule.model_copy(update={"is_active": False}) for rule in live.rules)
    group = Group(code="festival", name=Text(fa="جشنواره"), mode="best")
    draft = live.model_copy(update={"rules": rules, "groups": (group,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def budget_draft(world: World) -> None:
    """A draft with a budget."""
    budget = Budget(code="spring", name="بهار", limits=(Limit(scope="total", most=1_000),))
    live = live_program(world.record.id).program
    draft = live.model_copy(update={"budgets": (budget,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def inviting(world: World) -> None:
    world.change_program(referral=ReferralTerms(is_on=True))


def invitation(world: World) -> dict[str, Any]:
    return {**slug(world), "code": invitation_code(world.club, world.member.id)}


def happening_draft(world: World) -> None:
    """A draft with an event, a challenge and a badge."""
    name = Text(fa="نام")
    program = live_program(world.record.id).program.model_copy(
        update={
            "events": (EventKind(code="booked", name=name),),
            "challenges": (Challenge(code="often", name=name, count=3, days=30),),
            "badges": (BadgeKind(code="first", name=name),),
        }
    )
    save_draft(world.record.id, program, actor=world.owner.label)


def backtest(world: World) -> dict[str, Any]:
    """A test of a draft, which nobody has carried out yet."""
    made = Backtest.objects.filter(club=world.record).first()
    if made is None:
        fresh_draft(world)
        day = world.club.local_date(now())
        since = day - timedelta(days=400)
        number = ask_for_backtest(world.club, world.owner, since, day)
        made = Backtest.objects.get(pk=number)
    return {"backtest_id": made.pk}


def task(world: World) -> dict[str, Any]:
    """Long work that the owner has asked for, and that nobody does."""
    made = Task.objects.filter(club=world.record, kind="test").first()
    made = made or ask_for(world.club, world.owner, "test", {})
    return {"task_id": made.pk}


def task_file(world: World) -> dict[str, Any]:
    """A file that it made."""
    number = task(world)["task_id"]
    kept = TaskFile.objects.filter(task_id=number).first()
    kept = kept or keep_file(number, NewFile("output", "list.csv", "text/csv", b"1"))
    return {"task_id": number, "file_id": kept.pk}


def bulk_done(world: World) -> dict[str, Any]:
    """Memberships that the owner had closed all at once."""
    made = Task.objects.filter(club=world.record, kind="members_bulk").first()
    if made is None:
        made = ask_for(world.club, world.owner, "members_bulk", {"act": "close"})
        keep_file(
            made.pk,
            NewFile(
                "input", "changed.json", "application/json", f"[[{world.member.id},true]]".encode()
            ),
        )
        Task.objects.filter(pk=made.pk).update(state="done", finished_at=now(), result={})
    return {"task_id": made.pk}


def bulk_waiting(world: World) -> dict[str, Any]:
    """Points for many that the manager asked for."""
    made = BulkAdjustment.objects.filter(club=world.record).first()
    if made is None:
        made = BulkAdjustment.objects.create(
            club=world.record,
            members=[world.member.id],
            points=10_000_000,
            reason="عید",
            requested_by=world.actor("manager").label,
            requested_at=now(),
        )
    return {"bulk_id": made.pk}


def card(world: World) -> dict[str, Any]:
    return {**member(world), "card_id": world.member.cards.order_by("id").first().pk}  # type: ignore[union-attr]  # who enrols has one


def data_import(world: World) -> dict[str, Any]:
    """A file of members that was uploaded and looked at, and that nobody works on."""
    made = DataImport.objects.filter(club=world.record).first()
    if made is None:
        made = new_import(
            world.record.id, "members", file_name="members.csv", size=1, by=world.owner.label
        )
        DataImport.objects.filter(pk=made.pk).update(sample=SAMPLE, state="ready")
    return {"import_id": made.pk}


def imported(state: str) -> Callable[[World], None]:
    """The file in that state, and nobody at work on it."""

    def put(world: World) -> None:
        rows = DataImport.objects.filter(pk=data_import(world)["import_id"])
        rows.update(state=state, check_task=None, run_task=None, undo_task=None)

    return put


def refusing(world: World) -> None:
    """A dry run of it has refused rows."""
    number = task(world)["task_id"]
    imported("ready")(world)
    DataImport.objects.filter(club=world.record).update(check_task=number)
    if not TaskFile.objects.filter(task=number, role=REFUSED).exists():
        keep_file(number, NewFile(REFUSED, "refused.csv", "text/csv", b"1"))


SAMPLE = {
    **{"format": "csv", "headers": ["mobile"], "row_count": 1, "sheet": ""},
    **{"encoding": "UTF-8", "delimiter": ",", "rows": [[2, ["09121112233"], None]]},
}


def tested(world: World) -> None:
    backtest(world)


def planned(world: World) -> None:
    """A draft that is to be published tomorrow."""
    fresh_draft(world)
    plan_publishing(world.record.id, now() + timedelta(days=1), actor=world.owner.label)


def occasion(world: World) -> dict[str, Any]:
    return {"occasion_id": Occasion.objects.get(club=world.record, code="yalda").id}


def offline_sale(world: World) -> dict[str, Any]:
    """A sale without a line that could not be recorded, and is still open."""
    club = world.record
    found = OfflineSale.objects.filter(club=club, state="open").first()
    if found is None:
        by = {"rung_by": world.owner.label, "sent_by": world.owner.label}
        found = OfflineSale.objects.create(
            club=club,
            branch=world.branch,
            entry=uuid4(),
            till_at=now(),
            sold_at=now(),
            total=1,
            **by,
        )
        OfflineSale.objects.filter(pk=found.pk).update(state="open", why="refused")
    return {"number": found.pk}


def product(world: World) -> dict[str, Any]:
    return {"product_id": world.products["milk"].id}


def asks(world: World) -> None:
    """An attribute of members, which another club does not have."""
    key = f"size_{world.record.id}"
    if not MemberAttribute.objects.filter(club=world.record, key=key).exists():
        define_attribute(world.record.id, key=key, kind="text", name="اندازه")


def attribute(world: World) -> dict[str, Any]:
    return {"key": f"size_{world.record.id}"}


def category(world: World) -> dict[str, Any]:
    return {"category_id": world.products["milk"].category_id}


def merchant(world: World) -> dict[str, Any]:
    return {"merchant_id": world.branch.merchant_id}


def branch(world: World) -> dict[str, Any]:
    return {"branch_id": world.branch.id}


def _joining_code(world: World) -> JoiningCode:
    found = JoiningCode.objects.filter(club=world.record).first()
    return found or make_joining_code(world.record.id, name="پوستر")


def _with_code(world: World) -> None:
    _joining_code(world)


def joining_code(world: World) -> dict[str, Any]:
    return {"code_id": _joining_code(world).pk}


def joining_link(world: World) -> dict[str, Any]:
    return {**slug(world), "code": _joining_code(world).code}


def joining_request(world: World) -> dict[str, Any]:
    """Somebody who waits for an answer."""
    found = JoiningRequest.objects.filter(club=world.record, state="waiting").first()
    if found is None:
        mobile = f"+98935{world.record.id:07d}"
        details = {"birth_date": None, "branch_id": None, "invitation": "", "code": ""}
        asked_by = Actor("member", 0, world.record.id).label
        found = keep_request(world.record.id, mobile, by=asked_by, name="نو", **details)
    return {"request_id": found.pk}


def looked_at(world: World) -> None:
    """A club whose history was looked at."""
    work_out_readiness(world.club, world.owner)


def terms(world: World) -> None:
    """Terms of membership, which her member has accepted."""
    if not version_in_force(world.record.id):
        save_terms(world.record.id, text="متن", by=world.owner.label)
        publish_terms(world.record.id, starts_at=None, asks_again=True, by=world.owner.label)
        by = f"member:{world.member.id}"
        accept_terms(world.record.id, world.member.id, 1, by=by, face="portal")


def terms_draft(world: World) -> None:
    save_terms(world.record.id, text=f"متن {uuid4()}", by=world.owner.label)


def planned_terms(world: World) -> None:
    """A version that holds from tomorrow on."""
    terms_draft(world)
    tomorrow = now() + timedelta(days=1)
    publish_terms(world.record.id, starts_at=tomorrow, asks_again=True, by=world.owner.label)


def planned_number(world: World) -> dict[str, Any]:
    found = list_terms(world.record.id)
    return {"number": (found[0].version if found else None) or 1}


def first_terms(world: World) -> dict[str, Any]:
    return {**slug(world), "number": 1}


def way_out(world: World) -> dict[str, Any]:
    return {"token": consent_token(world.member.id)}


def stop_link(world: World) -> dict[str, Any]:
    return {**way_out(world), "consent": "offers:email"}


def member(world: World) -> dict[str, Any]:
    return {"member_id": world.member.id}


def spare_member(world: World) -> dict[str, Any]:
    return {"member_id": world.spare_member_id}


def transfer(world: World) -> dict[str, Any]:
    return {"transfer_id": world.transfer_id}


def movement(world: World) -> dict[str, Any]:
    return {**member(world), **transfer(world)}


def adjustment(world: World) -> dict[str, Any]:
    return {"adjustment_id": world.adjustment_id}


def household(world: World) -> dict[str, Any]:
    return {"household_id": world.household_id}


def head_of_household(world: World) -> dict[str, Any]:
    return {"member_id": world.head_id}


def spare_staff(world: World) -> dict[str, Any]:
    return {"staff_id": world.spare_staff_id}


def own_role(world: World) -> dict[str, Any]:
    return {"role_id": world.own_role_id}


def own_role_again(world: World) -> None:
    """A role of the club's own that may be removed."""
    made = OwnRole.objects.get_or_create(
        club=world.record, name="رفتنی", defaults={"permissions": ["products.edit"]}
    )[0]
    world.own_role_id = made.pk


def number_change(world: World) -> dict[str, Any]:
    return {"change_id": world.number_change_id}


def purchase(world: World) -> dict[str, Any]:
    return {"purchase_id": world.bought}


def order(world: World) -> dict[str, Any]:
    """An order that is being written, with a line."""
    found = Order.objects.filter(club=world.record, state="draft").first()
    if found is None:
        terms = OrderTerms(world.branch.id)
        found = make_order(world.club, world.owner, world.member.id, terms)
        line = NewOrderLine("نان", 500_000)
        add_to_order(world.club, world.owner, found.pk, line)
    return {"order_id": found.pk}


def placed_order(world: World) -> dict[str, Any]:
    """An order that she may look at."""
    found = order(world)
    move_order(world.club, world.owner, found["order_id"], "placed")
    return found


def asks_a_fee(world: World) -> None:
    """Membership costs something, and nobody owes it yet."""
    save_fee(world.record.id, Fee(amount=500_000, first_free_days=30), by=world.owner.label)
    forget_contexts()


def paid_fee(world: World) -> dict[str, Any]:
    """A fee that was registered."""
    found = Order.objects.filter(club=world.record, kind="fee", state="closed").first()
    if found is None:
        asks_a_fee(world)
        pay_fee(world.club, world.owner, world.member.id, branch_id=world.branch.id)
        found = Order.objects.get(club=world.record, kind="fee", state="closed")
    return {"order_id": found.pk}


def fee_was_paid(world: World) -> None:
    paid_fee(world)


def ordered(world: World) -> None:
    order(world)


def invoice(world: World) -> dict[str, Any]:
    """The invoice of the furnished purchase."""
    return {"document_id": issue_invoice(world.club, world.owner, world.bought, {})}


def invoiced(world: World) -> None:
    invoice(world)


def invoice_file(world: World) -> dict[str, Any]:
    return {**invoice(world), "lang": "fa"}


def brought_back(world: World) -> None:
    """Something came back of a purchase that has its invoice."""
    if Return.objects.filter(club=world.record, receipt_no="back-1").exists():
        return
    bought = world.buy(1_000_000).answer["purchase_id"]
    issue_invoice(world.club, world.owner, bought, {})
    world.give_back(bought, receipt_no="back-1", amount=100_000)


def came_back(world: World) -> dict[str, Any]:
    return {"return_id": Return.objects.get(club=world.record, receipt_no="back-1").pk}


def seller(world: World) -> dict[str, Any]:
    return {"kind": "branch", "number": world.branch.id}


def reward(world: World) -> dict[str, Any]:
    return {"reward_id": world.rewards["voucher"].id}


def series(world: World) -> dict[str, Any]:
    return {"series_id": world.series_id}


def member_and_reward(world: World) -> dict[str, Any]:
    return {**member(world), **reward(world)}


def segment(world: World) -> dict[str, Any]:
    return {"segment_id": world.segment_id}


def voucher(world: World) -> dict[str, Any]:
    return {"code": world.voucher_code}


def redemption(world: World) -> dict[str, Any]:
    return {"redemption_id": world.redemption_id}


def reservation(world: World) -> dict[str, Any]:
    return {"reservation_id": world.reservation_id}


def api_key(world: World) -> dict[str, Any]:
    return {"key_id": world.key_id}


def draw(world: World) -> dict[str, Any]:
    return {"draw_id": world.draw_id}


def first_winner(world: World) -> dict[str, Any]:
    return {**draw(world), "place": 1}


def public_draw(world: World) -> dict[str, Any]:
    return {**slug(world), **draw(world)}


def _a_draw(make: Callable[[World], Any]) -> Callable[[World], None]:
    """A fresh draw at that step, whose number is the world's from then on."""

    def before(world: World) -> None:
        make(world)

    return before


def _running(world: World) -> None:
    """One that may be opened, or asked to be taken part in."""
    draws.drafted(world, **draws.still_running(world))


def fixed(**values: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: values


def slug(world: World) -> dict[str, Any]:
    return {"slug": world.record.slug}


def head(world: World) -> dict[str, Any]:
    return {**slug(world), "size": world.sealed}


def heads(world: World) -> dict[str, Any]:
    return {**head(world), "old": world.sealed}


def api(scope: str) -> frozenset[str]:
    return frozenset({scope})


ROUTES: dict[str, Route] = {
    "api:openapi-json": Route(PUBLIC),
    "api:openapi-view": Route(PUBLIC),
    "api:api-root": Route(PUBLIC),
    "api:get_connection": Route(frozenset(SCOPES)),
    "api:create_member": Route(api("members:write"), "post"),
    "api:list_members": Route(api("members:read")),
    "api:create_joining_request": Route(api("members:write"), "post"),
    "api:get_joining_requests": Route(api("members:read")),
    "api:get_member": Route(api("members:read"), args=member, owned=True),
    "api:get_balance": Route(api("members:read"), args=member, owned=True),
    "api:get_tier": Route(api("members:read"), args=member, owned=True),
    "api:list_transfers": Route(api("members:read"), args=member, owned=True),
    "api:create_purchase": Route(api("purchases:write"), "post"),
    "api:list_purchases": Route(api("purchases:read")),
    "api:preview": Route(api("purchases:read"), "post"),
    "api:create_purchases": Route(api("purchases:write"), "post"),
    "api:get_invoice": Route(api("purchases:read"), "get", purchase, True, invoiced),
    "api:get_purchase": Route(api("purchases:read"), args=purchase, owned=True),
    "api:create_return": Route(api("purchases:write"), "post"),
    "api:create_delivery": Route(api("purchases:write"), "post", args=purchase, owned=True),
    "api:get_rewards": Route(api("rewards:read")),
    "api:create_redemption": Route(api("redemptions:write"), "post"),
    "api:cancel": Route(api("redemptions:write"), "post", redemption, owned=True),
    "api:create_reservation": Route(api("purchases:write"), "post"),
    "api:get_reservation": Route(api("purchases:read"), args=reservation, owned=True),
    "api:capture": Route(api("purchases:write"), "post", reservation, owned=True),
    "api:release": Route(api("purchases:write"), "post", reservation, owned=True),
    "api:create_adjustment": Route(api("corrections:write"), "post"),
    "api:get_adjustment": Route(api("corrections:write"), args=adjustment, owned=True),
    "api:reverse": Route(api("corrections:write"), "post", transfer),
    "api:revive": Route(api("corrections:write"), "post", transfer),
    "api:create_gift": Route(api("corrections:write"), "post"),
    "api:merge": Route(api("corrections:write"), "post", member),
    "api:create_visit": Route(api("events:write"), "post"),
    "api:create_event": Route(api("events:write"), "post"),
    "api:create_household": Route(api("corrections:write"), "post"),
    "api:get_household": Route(api("members:read"), args=household, owned=True, before=World.share),
    "api:change": Route(api("corrections:write"), "post", household, before=World.share),
    "api:add_member": Route(api("corrections:write"), "post", household, before=World.share),
    "api:remove_member": Route(api("corrections:write"), "post", household, before=World.share),
    "api:get_attributes": Route(api("members:read")),
    "api:get_member_attributes": Route(api("members:read"), args=member, owned=True),
    "api:set_member_attributes": Route(api("members:write"), "post", member),
    "api:get_consents": Route(api("members:read")),
    "api:get_member_consents": Route(api("members:read"), args=member, owned=True),
    "api:set_member_consents": Route(api("members:write"), "post", member),
    "api:write_brands": Route(api("purchases:write"), "post"),
    "api:get_segments": Route(api("members:read")),
    "api:get_segment": Route(api("members:read"), args=segment, owned=True),
    "api:list_segment_members": Route(api("members:read"), args=segment, owned=True),
    "api:get_member_segments": Route(api("members:read"), args=member, owned=True),
    "api:check_vouchers": Route(api("purchases:read"), "post"),
    "api:list_member_vouchers": Route(api("members:read"), args=member, owned=True),
    "api:get_series_list": Route(api("rewards:read")),
    "api:create_series": Route(api("redemptions:write"), "post"),
    "api:list_codes": Route(api("redemptions:write"), args=series, owned=True),
    "api:create_voucher": Route(api("redemptions:write"), "post"),
    "api:cancel_voucher": Route(api("redemptions:write"), "post"),
    "api:get_statement": Route(api("members:read"), args=member, owned=True),
    "api:get_proof": Route(api("purchases:read"), args=purchase, owned=True),
    "ui:language": Route(PUBLIC, "post"),
    "ui:theme": Route(PUBLIC, "post"),
    "ui:gallery": Route(PUBLIC),
    "ui:gallery-layout": Route(PUBLIC, args=fixed(layout="panel")),
    "till:login": Route(PUBLIC),
    "till:second-step": Route(PUBLIC),
    "till:logout": Route(PUBLIC, "post"),
    "till:home": Route(TILL),
    "till:branches": Route(TILL),
    "till:find": Route(TILL),
    "till:enrol": Route(TILL, "post"),
    "till:redeem": Route(TILL, "post", member_and_reward, owned=True),
    "till:hand-over": Route(TILL, "post", member, owned=True),
    "till:visit": Route(TILL, "post", member, owned=True),
    "till:confirm": Route(TILL, "post", member, owned=True),
    "till:confirm-send": Route(TILL, "post", member, owned=True),
    "till:give-up": Route(TILL, "post", member, owned=True),
    "till:products": Route(TILL),
    "till:preview": Route(TILL, "post"),
    "till:leave": Route(TILL, "post"),
    "till:record": Route(TILL, "post"),
    "till:alive": Route(PUBLIC),
    "till:worker": Route(PUBLIC),
    "till:offline": Route(TILL),
    "till:snapshot": Route(TILL),
    "till:shift": Route(TILL),
    "till:sync": Route(TILL, "post"),
    "till:again": Route(PUBLIC),
    "till:reconciliation": Route(TILL),
    "till:settle": Route(EDITORS | OF_BRANCH, "post", offline_sale, owned=True),
    "till:recent": Route(TILL),
    "till:purchase": Route(TILL, args=purchase, owned=True),
    "till:return-preview": Route(TILL, "post", purchase, owned=True),
    "till:return": Route(TILL, "post", purchase, owned=True),
    "portal:login": Route(PUBLIC),
    "portal:enter": Route(PUBLIC, args=slug),
    "portal:code": Route(PUBLIC),
    "portal:send-again": Route(PUBLIC, "post"),
    "portal:join": Route(PUBLIC),
    "portal:waiting": Route(PUBLIC),
    "portal:logout": Route(PUBLIC, "post"),
    "portal:manifest": Route(PUBLIC),
    "portal:worker": Route(PUBLIC),
    "portal:offline": Route(PUBLIC),
    "portal:messages": Route(MEMBER),
    "portal:home": Route(MEMBER),
    "portal:card": Route(MEMBER),
    "portal:rewards": Route(MEMBER),
    "portal:reward": Route(MEMBER, args=reward, owned=True),
    "portal:voucher": Route(MEMBER, args=voucher, owned=True),
    "portal:give-up": Route(MEMBER, "post", voucher, owned=True),
    "portal:draws": Route(MEMBER),
    "portal:claim-chances": Route(MEMBER, "post", draw, True, _a_draw(draws.running)),
    "portal:history": Route(MEMBER),
    "portal:purchase": Route(MEMBER, args=purchase, owned=True),
    "portal:offers": Route(MEMBER),
    "portal:orders": Route(MEMBER),
    "portal:order": Route(MEMBER, args=placed_order, owned=True),
    "portal:invoice": Route(MEMBER, args=invoice, owned=True, before=invoiced),
    "portal:profile": Route(MEMBER),
    "portal:terms": Route(MEMBER, before=terms),
    "portal:consents": Route(MEMBER),
    "portal:my-data": Route(MEMBER, "post"),
    "portal:leave": Route(MEMBER),
    "portal:number": Route(MEMBER),
    "portal:number-code": Route(MEMBER),
    "portal:number-code-again": Route(MEMBER, "post"),
    "portal:devices": Route(MEMBER),
    "portal:end-device": Route(MEMBER, "post"),
    "portal:gift": Route(MEMBER),
    "portal:household": Route(MEMBER),
    "portal:invite": Route(MEMBER),
    "portal:proof": Route(MEMBER),
    "portal:statement": Route(MEMBER),
    "panel:login": Route(PUBLIC),
    "panel:logout": Route(PUBLIC, "post"),
    "panel:dashboard": Route(VIEWERS | OF_BRANCH),
    "panel:search": Route(VIEWERS | OF_BRANCH),
    "panel:members": Route(VIEWERS),
    "panel:members-export": Route(EXPORTERS),
    "panel:members-sheet": Route(EXPORTERS),
    "panel:members-columns": Route(VIEWERS, "post"),
    "panel:members-bulk": Route(CORRECTORS | PROGRAM),
    "panel:undo-bulk": Route(OWNER, "post", bulk_done, True),
    "panel:decide-bulk": Route(APPROVERS, "post", bulk_waiting, True),
    "panel:member": Route(VIEWERS, args=member, owned=True),
    "panel:member-timeline": Route(VIEWERS, args=member, owned=True),
    "panel:member-segments": Route(VIEWERS, args=member, owned=True),
    "panel:member-cards": Route(HELPERS, args=member, owned=True),
    "panel:member-card": Route(HELPERS, "post", card, True),
    "panel:member-history": Route(VIEWERS, args=member, owned=True),
    "panel:member-edit": Route(HELPERS, args=member, owned=True),
    "panel:member-active": Route(HELPERS, "post", spare_member, owned=True),
    "panel:adjust": Route(CORRECTORS, args=member, owned=True),
    "panel:reverse": Route(CORRECTORS, args=movement, owned=True),
    "panel:revive": Route(CORRECTORS, args=movement, owned=True),
    "panel:merge": Route(CORRECTORS, args=member, owned=True),
    "panel:household": Route(CORRECTORS, args=member, owned=True),
    "panel:make-household": Route(CORRECTORS, "post", member, owned=True, before=World.share),
    "panel:change-household": Route(CORRECTORS, "post", head_of_household, True, World.share),
    "panel:add-to-household": Route(CORRECTORS, "post", head_of_household, True, World.share),
    "panel:remove-from-household": Route(CORRECTORS, "post", head_of_household, True, World.share),
    "panel:adjustments": Route(CORRECTORS),
    "panel:decide-adjustment": Route(APPROVERS, "post", adjustment, owned=True),
    "panel:purchases": Route(VIEWERS | OF_BRANCH),
    "panel:purchases-export": Route(VIEWERS),
    "panel:purchase": Route(VIEWERS | OF_BRANCH, args=purchase, owned=True),
    "panel:reconciliation": Route(APPROVERS | OF_BRANCH),
    "panel:settle-offline": Route(APPROVERS | OF_BRANCH, "post", offline_sale, owned=True),
    "panel:returns": Route(VIEWERS | OF_BRANCH),
    "panel:orders": Route(RECORDERS),
    "panel:new-order": Route(RECORDERS),
    "panel:order": Route(RECORDERS, args=order, owned=True, before=ordered),
    "panel:edit-order": Route(RECORDERS, args=order, owned=True, before=ordered),
    "panel:remove-order-line": Route(RECORDERS, "post", order, True, ordered),
    "panel:move-order": Route(RECORDERS, "post", order, True, ordered),
    "panel:order-preview": Route(RECORDERS, "post", order, True, ordered),
    "panel:proforma": Route(RECORDERS, args=order, owned=True),
    "panel:invoices": Route(VIEWERS | OF_BRANCH),
    "panel:invoice": Route(VIEWERS | OF_BRANCH, args=invoice, owned=True),
    "panel:invoice-file": Route(VIEWERS | OF_BRANCH, args=invoice_file, owned=True),
    "panel:issue-invoice": Route(APPROVERS | HELPERS, args=purchase, owned=True),
    "panel:issue-return-document": Route(
        APPROVERS | HELPERS, "post", came_back, True, brought_back
    ),
    "panel:fee": Route(OWNER),
    "panel:pay-fee": Route(HELPERS, args=member, owned=True, before=asks_a_fee),
    "till:fee": Route(TILL, "post", member, True, asks_a_fee),
    "panel:give-back-fee": Route(RECORDERS, args=paid_fee, owned=True, before=fee_was_paid),
    "panel:sellers": Route(EDITORS),
    "panel:edit-seller": Route(EDITORS, args=seller, owned=True),
    "panel:points": Route(FIGURES),
    "panel:program": Route(VIEWERS | OF_BRANCH),
    "panel:revisions": Route(VIEWERS | OF_BRANCH),
    "panel:revision": Route(VIEWERS | OF_BRANCH, args=fixed(number=1)),
    "panel:backtests": Route(PROGRAM),
    "panel:backtest": Route(FIGURES, args=backtest, owned=True),
    "panel:backtest-file": Route(FIGURES, args=backtest, owned=True),
    "panel:stop-backtest": Route(PROGRAM, "post", backtest, True, before=tested),
    "panel:plan-publishing": Route(PROGRAM, before=fresh_draft),
    "panel:cancel-publishing": Route(PROGRAM, "post", before=planned),
    "panel:draft": Route(PROGRAM | OF_BRANCH),
    "panel:publish": Route(PROGRAM, "post", before=fresh_draft),
    "panel:discard": Route(PROGRAM, "post"),
    "panel:program-file": Route(PROGRAM, args=fixed(number=1)),
    "panel:go-back": Route(PROGRAM, "post", fixed(number=1)),
    "panel:bring-program": Route(PROGRAM, "post"),
    "panel:new-rule": Route(PROGRAM | OF_BRANCH, args=fixed(kind="multiplier")),
    "panel:edit-rule": Route(PROGRAM, args=fixed(rule_id="per-amount")),
    "panel:build-rule": Route(PROGRAM | OF_BRANCH, "post"),
    "panel:preview-rule": Route(PROGRAM | OF_BRANCH, "post"),
    "panel:move-rule": Route(PROGRAM, "post", fixed(rule_id="per-amount"), before=fresh_draft),
    "panel:restore-rule": Route(PROGRAM, "post", fixed(rule_id="per-amount"), before=edited_draft),
    "panel:edit-group": Route(PROGRAM, args=fixed(code="festival"), before=edited_draft),
    "panel:presets": Route(PROGRAM),
    "panel:preset": Route(PROGRAM, args=fixed(name="cafe")),
    "panel:switch-rule": Route(PROGRAM, "post", fixed(rule_id="per-amount"), before=fresh_draft),
    "panel:remove-rule": Route(PROGRAM, "post", fixed(rule_id="welcome"), before=fresh_draft),
    "panel:new-budget": Route(PROGRAM),
    "panel:edit-budget": Route(PROGRAM, args=fixed(code="spring"), before=budget_draft),
    "panel:remove-budget": Route(PROGRAM, "post", fixed(code="spring"), before=budget_draft),
    "panel:new-tier": Route(PROGRAM),
    "panel:edit-tier": Route(PROGRAM, args=fixed(code="silver")),
    "panel:remove-tier": Route(PROGRAM, "post", fixed(code="gold"), before=fresh_draft),
    "panel:edit-terms": Route(PROGRAM),
    "panel:edit-part": Route(PROGRAM, args=fixed(part="gifts")),
    "panel:places": Route(VIEWERS),
    "panel:edit-place": Route(PROGRAM | OF_BRANCH, args=place, owned=True),
    "panel:remove-place": Route(PROGRAM, "post", place, True, placed_draft),
    "panel:my-branch": Route(OF_BRANCH),
    "panel:publish-mine": Route(OF_BRANCH, "post", before=fresh_draft),
    "panel:happenings": Route(VIEWERS),
    "panel:referrals": Route(VIEWERS),
    "panel:new-occasion": Route(PROGRAM),
    "panel:edit-occasion": Route(PROGRAM, args=occasion, owned=True),
    "panel:new-event": Route(PROGRAM),
    "panel:edit-event": Route(PROGRAM, args=fixed(code="booked"), before=happening_draft),
    "panel:remove-event": Route(PROGRAM, "post", fixed(code="booked"), before=happening_draft),
    "panel:new-badge": Route(PROGRAM),
    "panel:edit-badge": Route(PROGRAM, args=fixed(code="first"), before=happening_draft),
    "panel:remove-badge": Route(PROGRAM, "post", fixed(code="first"), before=happening_draft),
    "panel:new-challenge": Route(PROGRAM),
    "panel:edit-challenge": Route(PROGRAM, args=fixed(code="often"), before=happening_draft),
    "panel:remove-challenge": Route(PROGRAM, "post", fixed(code="often"), before=happening_draft),
    "panel:rewards": Route(VIEWERS),
    "panel:new-reward": Route(PROGRAM),
    "panel:edit-reward": Route(PROGRAM, args=reward, owned=True),
    "panel:series-list": Route(PROGRAM),
    "panel:new-series": Route(PROGRAM),
    "panel:series": Route(PROGRAM, args=series, owned=True),
    "panel:give-code": Route(PROGRAM, "post", series, owned=True),
    "panel:cancel-series": Route(PROGRAM, "post", series, owned=True),
    "panel:codes-export": Route(PROGRAM, args=series, owned=True),
    "panel:attributes": Route(VIEWERS),
    "panel:new-attribute": Route(PROGRAM),
    "panel:edit-attribute": Route(PROGRAM, args=attribute, owned=True, before=asks),
    "panel:member-attributes": Route(HELPERS, args=member, owned=True, before=asks),
    "panel:segments": Route(VIEWERS),
    "panel:new-segment": Route(PROGRAM),
    "panel:build-segment": Route(PROGRAM, "post"),
    "panel:preview-segment": Route(PROGRAM, "post"),
    "panel:segment": Route(VIEWERS, args=segment, owned=True),
    "panel:segment-count": Route(VIEWERS, args=segment, owned=True),
    "panel:edit-segment": Route(PROGRAM, args=segment, owned=True),
    "panel:copy-segment": Route(PROGRAM, "post", segment, owned=True),
    "panel:archive-segment": Route(PROGRAM, "post", segment, owned=True),
    "panel:remove-segment": Route(PROGRAM, "post", segment, True, World.describe),
    "panel:draws": Route(PROGRAM),
    "panel:new-draw": Route(PROGRAM),
    "panel:draw": Route(PROGRAM, "get", draw, True, _a_draw(draws.drafted)),
    "panel:edit-draw": Route(PROGRAM, "get", draw, True, _a_draw(draws.drafted)),
    "panel:open-draw": Route(PROGRAM, "post", draw, True, _running),
    "panel:freeze-draw": Route(PROGRAM, "post", draw, True, _a_draw(draws.opened)),
    "panel:draw-now": Route(PROGRAM, "get", draw, True, _a_draw(draws.frozen_alone)),
    "panel:cancel-draw": Route(PROGRAM, "get", draw, True, _a_draw(draws.opened)),
    "panel:confirm-winner": Route(PROGRAM, "post", first_winner, True, _a_draw(draws.drawn_alone)),
    "panel:replace-winner": Route(PROGRAM, "get", first_winner, True, _a_draw(draws.drawn_alone)),
    "panel:close-draw": Route(PROGRAM, "post", draw, True, _a_draw(draws.drawn_by_nobody)),
    "panel:products": Route(FIGURES),
    "panel:product-brand": Route(EDITORS, args=product, owned=True),
    "panel:branches": Route(FIGURES),
    "panel:new-branch": Route(EDITORS),
    "panel:edit-branch": Route(EDITORS, args=branch, owned=True),
    "panel:merchants": Route(FIGURES),
    "panel:new-merchant": Route(EDITORS),
    "panel:edit-merchant": Route(EDITORS, args=merchant, owned=True),
    "panel:new-product": Route(EDITORS),
    "panel:edit-product": Route(EDITORS, args=product, owned=True),
    "panel:categories": Route(FIGURES),
    "panel:new-category": Route(EDITORS),
    "panel:edit-category": Route(EDITORS, args=category, owned=True),
    "panel:joining": Route(PROGRAM | HELPERS),
    "panel:joining-terms": Route(OWNER),
    "panel:new-joining-code": Route(PROGRAM),
    "panel:edit-joining-code": Route(PROGRAM, "get", joining_code, True, _with_code),
    "panel:joining-requests": Route(HELPERS),
    "panel:decide-joining": Route(HELPERS, "post", joining_request, True),
    "panel:posters": Route(PROGRAM),
    "panel:poster": Route(PROGRAM),
    "panel:poster-preview": Route(PROGRAM),
    "panel:setup": Route(OWNER),
    "panel:setup-step": Route(OWNER, args=fixed(name="aim")),
    "panel:setup-preview": Route(OWNER, "post", fixed(name="gains")),
    "panel:readiness": Route(OWNER, before=looked_at),
    "panel:work-out-readiness": Route(OWNER, "post"),
    "panel:readiness-pdf": Route(OWNER, before=looked_at),
    "panel:setup-done": Route(OWNER),
    "panel:messages": Route(VIEWERS),
    "panel:terms": Route(OWNER),
    "panel:publish-terms": Route(OWNER, "post", before=terms_draft),
    "panel:discard-terms": Route(OWNER, "post", before=terms_draft),
    "panel:terms-version": Route(OWNER, args=fixed(number=1), owned=False, before=terms),
    "panel:withdraw-terms": Route(OWNER, "post", planned_number, before=planned_terms),
    "panel:consents": Route(OWNER),
    "panel:new-consent": Route(OWNER),
    "panel:edit-consent": Route(OWNER, args=fixed(code="offers")),
    "panel:profile-fields": Route(OWNER),
    "panel:member-data": Route(EXPORTERS, "post", member, owned=True),
    "panel:erase-member": Route(EDITORS, args=spare_member, owned=True),
    "panel:sms": Route(OWNER),
    "panel:try-sms": Route(OWNER, "post"),
    "panel:staff": Route(OWNER),
    "panel:edit-staff": Route(OWNER, args=spare_staff, owned=True),
    "panel:end-staff-sessions": Route(OWNER, "post", spare_staff, owned=True),
    "panel:reset-factor": Route(OWNER, "post", spare_staff, owned=True),
    "panel:new-role": Route(OWNER),
    "panel:edit-role": Route(OWNER, args=own_role, owned=True),
    "panel:remove-role": Route(OWNER, "post", own_role, True, own_role_again),
    "panel:security": Route(EVERYBODY),
    "panel:set-factor": Route(EVERYBODY),
    "panel:renew-codes": Route(EVERYBODY),
    "panel:end-factor": Route(EVERYBODY),
    "panel:password": Route(EVERYBODY),
    "panel:end-session": Route(EVERYBODY, "post"),
    "panel:end-other-sessions": Route(EVERYBODY, "post"),
    "panel:second-step": Route(PUBLIC),
    "panel:change-number": Route(HELPERS, args=member, owned=True),
    "panel:number-changes": Route(CORRECTORS),
    "panel:decide-number": Route(APPROVERS, "post", number_change, True),
    "panel:new-staff": Route(OWNER),
    "panel:staff-active": Route(OWNER, "post", spare_staff, owned=True),
    "panel:audit": Route(AUDITORS),
    "panel:audit-export": Route(AUDITORS),
    "panel:reports": Route(REPORTS),
    "panel:report": Route(REPORTS, args=fixed(slug="sales")),
    "panel:report-file": Route(REPORTS, args=fixed(slug="sales", form="xlsx")),
    "panel:prepare-report": Route(REPORTS, "post", fixed(slug="sales")),
    "panel:save-report": Route(REPORTS, args=fixed(slug="sales")),
    "panel:schedule-report": Route(OWNER, "get", saved_report, True, keep_report),
    "panel:end-schedule": Route(OWNER, "post", saved_report, True, keep_report),
    "panel:delete-report": Route(OWNER, "post", saved_report, True, keep_report),
    "panel:leave-report": Route(PUBLIC, args=leaving),
    "panel:quiet": Route(OWNER),
    "panel:email": Route(OWNER),
    "panel:try-email": Route(OWNER, "post"),
    "panel:tasks": Route(VIEWERS | OF_BRANCH),
    "panel:task": Route(OWNER, args=task, owned=True),
    "panel:stop-task": Route(OWNER, "post", task, True),
    "panel:task-file": Route(OWNER, args=task_file, owned=True),
    "panel:imports": Route(EDITORS),
    "panel:new-import": Route(EDITORS),
    "panel:import": Route(EDITORS, args=data_import, owned=True, before=imported("ready")),
    "panel:describe-import": Route(EDITORS, "post", data_import, True, imported("ready")),
    "panel:import-refused": Route(EDITORS, args=data_import, owned=True, before=refusing),
    "panel:run-import": Route(EDITORS, "post", data_import, True, imported("running")),
    "panel:undo-import": Route(EDITORS, args=data_import, owned=True, before=imported("done")),
    "panel:ledger": Route(LEDGER),
    "panel:check-ledger": Route(OWNER, "post"),
    "panel:keys": Route(OWNER),
    "panel:new-key": Route(OWNER),
    "panel:key-made": Route(OWNER, args=api_key, owned=True),
    "panel:revoke-key": Route(OWNER, "post", api_key, owned=True),
    # Whoever has the link of the moment; the test's is none.
    "setup": Route(frozenset(), args=fixed(token="none")),
    "site:front": Route(PUBLIC),
    "site:club": Route(PUBLIC, args=slug),
    "site:terms": Route(PUBLIC, args=slug, before=terms),
    "site:terms-version": Route(PUBLIC, args=first_terms, before=terms),
    "site:way-out": Route(PUBLIC, args=way_out),
    "site:stop": Route(PUBLIC, args=stop_link),
    "site:checkpoint": Route(PUBLIC, args=slug),
    "site:checkpoint-of": Route(PUBLIC, args=head),
    "site:consistency": Route(PUBLIC, args=heads),
    "site:key": Route(PUBLIC, args=slug),
    "site:checker": Route(PUBLIC),
    "site:invitation": Route(PUBLIC, args=invitation, before=inviting),
    "site:joining-link": Route(PUBLIC, args=joining_link),
    "site:draws": Route(PUBLIC, args=slug),
    "site:draw": Route(PUBLIC, args=public_draw, before=_a_draw(draws.opened)),
    "site:draw-file": Route(PUBLIC, args=public_draw, before=_a_draw(draws.opened)),
    "site:draw-list": Route(PUBLIC, args=public_draw, before=_a_draw(draws.frozen_alone)),
    "site:draw-checker": Route(PUBLIC),
    "site:outbox": Route(PUBLIC),
    "site:guide-front": Route(PUBLIC),
    "site:guide-contents": Route(PUBLIC, args=fixed(lang="fa")),
    "site:guide": Route(PUBLIC, args=fixed(lang="fa", chapter="till")),
}
