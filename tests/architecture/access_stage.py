"""What must be there before an address is asked: drafts, files, requests and codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.architecture.access_subjects import member, slug
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.actions.joining import keep_request, make_joining_code
from vafa.club.actions.tasks import NewFile, ask_for, keep_file
from vafa.club.actions.terms import accept_terms, publish_terms
from vafa.club.actions.terms import save_draft as save_terms
from vafa.club.actor import Actor
from vafa.club.models import (
    HouseholdInvitation,
    JoiningCode,
    JoiningRequest,
    MemberAttribute,
    Task,
    TaskFile,
)
from vafa.club.reads.consent_links import consent_token
from vafa.club.reads.terms import list_terms, version_in_force
from vafa.commerce.actions.data_imports import new_import
from vafa.commerce.models import DataImport
from vafa.core.clock import now
from vafa.flows.backtest.asking import ask_for_backtest
from vafa.flows.imports.tasks import REFUSED
from vafa.flows.invitations import invitation_code
from vafa.flows.own_households import invite_to_household
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
    return {"report_id": SavedReport.objects.filter(club=world.record).earliest("id").pk}


def leaving(world: World) -> dict[str, Any]:
    """What the receiver of its e-mails finds in them."""
    keep_report(world)
    receiver = ReportReceiver.objects.filter(schedule__club=world.record).earliest("id")
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


def invited_to_household(world: World) -> None:
    """Her member is invited into the household of another."""
    world.share()
    mobile = world.member.mobile
    if not HouseholdInvitation.objects.filter(club=world.record, mobile=mobile).exists():
        head = Actor("member", world.head_id, world.record.id)
        asked = invite_to_household(world.club, head_id=world.head_id, mobile=mobile, actor=head)
        assert asked.error is None, asked.error


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
