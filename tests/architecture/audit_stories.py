"""What staff send to each address that writes, so that it does what it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.files.base import ContentFile

from tests import draws
from tests.architecture.access_stage import fresh_draft
from tests.architecture.audit_forms import (
    BUDGET,
    CHALLENGE,
    CONSENT,
    EMAIL,
    OCCASION,
    RULE,
    SEGMENT,
    SENDING,
    TERMS,
    TIER,
    VOUCHER,
)
from tests.factors import app_code, with_factor
from tests.world import PASSWORD, World
from vafa.club.actions.second_factor import begin_second_factor
from vafa.club.models import Session, Staff
from vafa.commerce.models import OrderLine
from vafa.core.clock import now
from vafa.insight.reads.revisions import read_draft
from vafa.program.actions.program_files import program_file
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import HoldTerms

Fields = Mapping[str, Any]


class Story(NamedTuple):
    """What is sent to an address, and the act that it must leave behind."""

    action: str
    fields: Callable[[World], Fields] = lambda world: {}


def _other_program(world: World) -> ContentFile[bytes]:
    live = live_program(world.record.id).program
    other = live.model_copy(update={"holds": HoldTerms(minutes=44)})
    return ContentFile(program_file(world.club, other), "program.json")


def _stamp(world: World) -> Fields:
    draft = read_draft(world.club)
    return {"stamp": draft.stamp if draft else "", "note": "آزمایش"}


def _tomorrow(world: World) -> Fields:
    day = world.club.local_date(now()) + timedelta(days=1)
    return {**_stamp(world), "on": str(day), "time": "9:00"}


def _days(world: World) -> Fields:
    fresh_draft(world)
    today = world.club.local_date(now())
    return {"first": str(today - timedelta(days=400)), "last": str(today)}


def _codes(world: World) -> Fields:
    day = world.club.local_date(now()) + timedelta(days=9)
    made = {"source": "made", "count": "2", "look": "16", "max_uses": "1"}
    return {"name": "کد", "kind": "delivery", "last_day": str(day), **made}


def _because() -> Fields:
    return {"reason": "آزمایش", "key": str(uuid4())}


def _of_an_expiry(world: World) -> Fields:
    world.expire_some()
    return {"days": "30", **_because()}


def _with_lost_phone(world: World) -> Fields:
    with_factor(Staff.objects.get(pk=world.spare_staff_id))
    return {}


def _first_code(world: World) -> Fields:
    begin_second_factor(world.staff["owner"].user)
    return {"code": app_code(world.staff["owner"])}


def _code_of_app(world: World) -> Fields:
    return {"code": app_code(with_factor(world.staff["owner"]))}


def _another_device(world: World) -> Fields:
    moment = now()
    made = Session.objects.create(
        club=world.record,
        staff=world.staff["owner"],
        key=str(uuid4()),
        device="",
        address="",
        started_at=moment,
        last_seen_at=moment,
    )
    return {"session": made.pk}


def _conditions(world: World, reserves: int) -> Fields:
    day = world.club.local_date(now())
    return {
        **{"name": "قرعه‌کشی", "permit": "۱۲۳/۴۵", "step_amount": "500,000"},
        **{"starts_on": str(day), "ends_on": str(day + timedelta(days=9))},
        **{"free_chances": "1", "free_words": "در پرتال", "reserves": str(reserves)},
        **{"prize_1": "گوشی", "prize_1_count": "1"},
        **{"draws_on": str(day + timedelta(days=11)), "draws_time": "18:30"},
        **{"public_value_is": "شاخص کل بورس", "excludes_staff": "on"},
    }


STORIES = {
    "panel:logout": Story("logout"),
    "panel:member-edit": Story("member.changed", lambda w: {"name": "نامی دیگر"}),
    "panel:member-active": Story("member.closed", lambda w: {"active": "0"}),
    "panel:undo-bulk": Story("bulk.undone"),
    "panel:decide-bulk": Story("bulk.approved", lambda w: {"approve": "1"}),
    "panel:member-cards": Story("card.given", lambda w: {"number": "7788"}),
    "panel:member-card": Story("card.closed", lambda w: {"active": "0"}),
    "panel:publish": Story("program.published", _stamp),
    "panel:plan-publishing": Story("publishing.planned", _tomorrow),
    "panel:cancel-publishing": Story("publishing.cancelled"),
    "panel:backtests": Story("backtest.asked", _days),
    "panel:stop-task": Story("task.stopped"),
    "panel:discard": Story("draft.discarded"),
    "panel:go-back": Story("draft.changed"),
    "panel:bring-program": Story("draft.changed", lambda w: {"file": _other_program(w)}),
    "panel:new-rule": Story("draft.changed", lambda w: RULE),
    "panel:edit-rule": Story(
        "draft.changed", lambda w: {"name_fa": "امتیاز", "points": "9", "step": "10,000"}
    ),
    "panel:move-rule": Story("draft.changed", lambda w: {"to": "down"}),
    "panel:restore-rule": Story("draft.changed"),
    "panel:edit-group": Story("draft.changed", lambda w: {"name_fa": "دیگر", "mode": "first"}),
    "panel:preset": Story("draft.changed", lambda w: {"sure": "on"}),
    "panel:switch-rule": Story("draft.changed", lambda w: {"active": "0"}),
    "panel:remove-rule": Story("draft.changed"),
    "panel:new-budget": Story("draft.changed", lambda w: BUDGET),
    "panel:edit-budget": Story("draft.changed", lambda w: {**BUDGET, "most0": "6000"}),
    "panel:remove-budget": Story("draft.changed"),
    "panel:new-tier": Story("draft.changed", lambda w: TIER),
    "panel:edit-tier": Story("draft.changed", lambda w: {**TIER, "least": "600"}),
    "panel:remove-tier": Story("draft.changed"),
    "panel:edit-terms": Story(
        "draft.changed",
        lambda w: TERMS,
    ),
    "panel:edit-part": Story(
        "draft.changed",
        lambda w: {"switch": "on", "points_a_day": "100", "gifts_a_day": "2"},
    ),
    "panel:edit-place": Story(
        "draft.changed",
        lambda w: {
            **{"earns": "on", "pays": "on", "points_share": "20", "credit_share": "100"},
            **{"least_basket": "0", "points_a_month": "0", "credit_a_month": "0"},
        },
    ),
    "panel:remove-place": Story("draft.changed"),
    "panel:adjust": Story(
        "adjustment.applied",
        lambda w: {"unit": "points", "direction": "1", "points": "7", **_because()},
    ),
    "till:settle": Story("offline.settled", lambda w: {"how": "write_off"}),
    "panel:settle-offline": Story("offline.settled", lambda w: {"how": "write_off"}),
    "panel:decide-adjustment": Story("adjustment.applied", lambda w: {"approve": "1"}),
    "panel:reverse": Story("transfer.reversed", lambda w: _because()),
    "panel:revive": Story("points.revived", _of_an_expiry),
    "panel:merge": Story(
        "member.merged", lambda w: {"with": w.spare_member_id, "sure": "on", **_because()}
    ),
    "panel:make-household": Story("household.made", lambda w: {"spenders": "all", **_because()}),
    "panel:change-household": Story(
        "household.changed",
        lambda w: {"head": w.head_id, "spenders": "head", **_because()},
    ),
    "panel:add-to-household": Story(
        "household.joined", lambda w: {"who": w.member.mobile, **_because()}
    ),
    "panel:remove-from-household": Story("household.left", lambda w: {"member": w.head_id}),
    "panel:new-occasion": Story("occasion.created", lambda w: OCCASION),
    "panel:edit-occasion": Story("occasion.changed", lambda w: {**OCCASION, "day": "29"}),
    "panel:new-event": Story("draft.changed", lambda w: {"name_fa": "رزرو", "code": "table"}),
    "panel:edit-event": Story("draft.changed", lambda w: {"name_fa": "رزرو"}),
    "panel:remove-event": Story("draft.changed"),
    "panel:new-badge": Story(
        "draft.changed", lambda w: {"name_fa": "همیشگی", "name_en": "", "symbol": "★"}
    ),
    "panel:edit-badge": Story(
        "draft.changed", lambda w: {"name_fa": "همیشگی", "name_en": "", "symbol": "★"}
    ),
    "panel:remove-badge": Story("draft.changed"),
    "panel:new-challenge": Story("draft.changed", lambda w: CHALLENGE),
    "panel:edit-challenge": Story("draft.changed", lambda w: CHALLENGE),
    "panel:remove-challenge": Story("draft.changed"),
    "panel:new-reward": Story("reward.created", lambda w: VOUCHER),
    "panel:edit-reward": Story("reward.changed", lambda w: VOUCHER),
    "panel:new-series": Story("series.created", _codes),
    "panel:give-code": Story("code.given", lambda w: {"member": w.member.mobile}),
    "panel:cancel-series": Story("series.cancelled"),
    "panel:new-order": Story("order.made", lambda w: {"branch": w.branch.id, "channel": "phone"}),
    "panel:order": Story("order.changed", lambda w: {"item": "milk", "quantity": "۲"}),
    "panel:edit-order": Story(
        "order.changed", lambda w: {"branch": w.branch.id, "channel": "phone", "note": "زنگ دوم"}
    ),
    "panel:remove-order-line": Story(
        "order.changed", lambda w: {"line": OrderLine.objects.filter(order__club=w.record)[0].pk}
    ),
    "panel:move-order": Story("order.placed", lambda w: {"state": "placed"}),
    "panel:issue-invoice": Story("invoice.issued", lambda w: {"name": "مریم رضایی"}),
    "panel:issue-return-document": Story("return_document.issued"),
    "panel:fee": Story(
        "fee.changed",
        lambda w: {
            **{"amount": "100,000", "months": "12", "first_free_days": "30"},
            **{"grace_days": "10", "remind_days": "14"},
        },
    ),
    "panel:pay-fee": Story("fee.paid", lambda w: {"branch": w.branch.id, "key": str(uuid4())}),
    "panel:give-back-fee": Story("fee.given_back", lambda w: _because()),
    "till:fee": Story("fee.paid", lambda w: {"key": str(uuid4())}),
    "panel:edit-seller": Story("seller.changed", lambda w: {"economic_code": "411111"}),
    "panel:new-merchant": Story("merchant.created", lambda w: {"name": "کافه"}),
    "panel:edit-merchant": Story("merchant.changed", lambda w: {"name": "نامی دیگر"}),
    "panel:new-branch": Story(
        "branch.created",
        lambda w: {
            **{"name": "نو", "code": "new", "kind": "store"},
            "merchant": w.branch.merchant_id,
        },
    ),
    "panel:edit-branch": Story(
        "branch.changed",
        lambda w: {
            **{"name": "دیگر", "kind": "store", "is_active": "on"},
            "merchant": w.branch.merchant_id,
        },
    ),
    "panel:new-category": Story("category.created", lambda w: {"name": "نان", "code": "bread"}),
    "panel:edit-category": Story("category.changed", lambda w: {"name": "شیر و ماست"}),
    "panel:new-product": Story("product.created", lambda w: {"name": "نان", "sku": "bread"}),
    "panel:edit-product": Story("product.changed", lambda w: {"name": "شیر پرچرب"}),
    "panel:joining-terms": Story(
        "joining.changed", lambda w: {"mode": "closed", "ways": ["approval"]}
    ),
    "panel:new-joining-code": Story("joining_code.created", lambda w: {"name": "پوستر"}),
    "panel:edit-joining-code": Story(
        "joining_code.changed", lambda w: {"name": "دیگر", "is_active": "on"}
    ),
    "panel:decide-joining": Story("joining.refused", lambda w: {"accept": "0"}),
    "panel:setup-step": Story(
        "setup.saved", lambda w: {"aim": "repeat", "percent": "10", "months": "6"}
    ),
    "panel:work-out-readiness": Story("setup.saved"),
    "panel:setup-done": Story("setup.done"),
    "panel:terms": Story("terms.drafted", lambda w: {"text": "متن قوانین"}),
    "panel:publish-terms": Story("terms.published", lambda w: {"asks_again": "on", "sure": "on"}),
    "panel:discard-terms": Story("terms.discarded"),
    "panel:withdraw-terms": Story("terms.withdrawn"),
    "panel:new-consent": Story("consents.made", lambda w: {**CONSENT, "code": "news"}),
    "panel:edit-consent": Story("consents.changed", lambda w: CONSENT),
    "panel:profile-fields": Story(
        "profile.fields", lambda w: {f"ask{n}": "profile" for n in range(40)}
    ),
    "panel:member-data": Story("member.data_taken"),
    "panel:erase-member": Story(
        "member.erased", lambda w: {"reason": "به درخواست خودش", "word": "پاک شود"}
    ),
    "panel:product-brand": Story("product.changed", lambda w: {"brand": "میهن"}),
    "panel:new-attribute": Story("attribute.made", lambda w: {"name": "اندازه", "kind": "text"}),
    "panel:edit-attribute": Story("attribute.changed", lambda w: {"name": "اندازهٔ کفش"}),
    "panel:member-attributes": Story("member.changed", lambda w: {f"size_{w.record.id}": "۴۲"}),
    "panel:new-segment": Story("segment.created", lambda w: SEGMENT),
    "panel:edit-segment": Story("segment.changed", lambda w: SEGMENT),
    "panel:copy-segment": Story("segment.created"),
    "panel:archive-segment": Story("segment.archived", lambda w: {"archived": "1"}),
    "panel:remove-segment": Story("segment.deleted"),
    "panel:new-draw": Story("draw.created", lambda w: _conditions(w, 3)),
    "panel:edit-draw": Story("draw.changed", lambda w: _conditions(w, 4)),
    "panel:open-draw": Story("draw.open"),
    "panel:freeze-draw": Story("draw.freeze_asked"),
    "panel:draw-now": Story(
        "draw.drawn", lambda w: {"public_value": draws.VALUE, "again": draws.VALUE}
    ),
    "panel:cancel-draw": Story("draw.cancelled", lambda w: {"reason": "آزمایش"}),
    "panel:confirm-winner": Story("draw.winner_confirmed"),
    "panel:replace-winner": Story("draw.winner_replaced", lambda w: {"reason": "آزمایش"}),
    "panel:close-draw": Story("draw.closed"),
    "panel:new-staff": Story(
        "staff.created",
        lambda w: {
            "name": "نگار",
            "username": f"new-{w.record.slug}",
            "password": "a-long-passphrase",
            "role": "manager",
        },
    ),
    "panel:edit-staff": Story("staff.changed", lambda w: {"role": "manager"}),
    "panel:end-staff-sessions": Story("staff.logged_out"),
    "panel:reset-factor": Story("second_factor.reset", _with_lost_phone),
    "panel:new-role": Story(
        "role.created", lambda w: {"name": "فروشنده", "permissions": ["products.edit"]}
    ),
    "panel:edit-role": Story(
        "role.changed", lambda w: {"name": "انباردار", "permissions": ["reports.view"]}
    ),
    "panel:remove-role": Story("role.deleted"),
    "panel:set-factor": Story("second_factor.set", _first_code),
    "panel:renew-codes": Story("second_factor.renewed", _code_of_app),
    "panel:end-factor": Story("second_factor.ended", _code_of_app),
    "panel:password": Story(
        "login.password_changed", lambda w: {"old": PASSWORD, "new": "a-long-passphrase"}
    ),
    "panel:end-session": Story("staff.logged_out", _another_device),
    "panel:end-other-sessions": Story("staff.logged_out"),
    "panel:change-number": Story(
        "number_change.requested", lambda w: {"mobile": "09121112244", "reason": "آزمایش"}
    ),
    "panel:decide-number": Story("number_change.done", lambda w: {"approve": "1"}),
    "panel:staff-active": Story("staff.deactivated", lambda w: {"active": "0"}),
    "panel:new-key": Story(
        "api_key.created", lambda w: {"name": "برنامه", "scopes": ["members:read"]}
    ),
    "panel:new-import": Story(
        "import.uploaded",
        lambda w: {"kind": "members", "file": ContentFile(b"mobile\n09121112233\n", "a.csv")},
    ),
    "panel:describe-import": Story("import.described", lambda w: {"column-0": "mobile"}),
    "panel:run-import": Story("import.asked"),
    "panel:undo-import": Story("import.undo_asked", lambda w: {"sure": "yes"}),
    "panel:check-ledger": Story("ledger.check_asked"),
    "panel:sms": Story(
        "sms.changed", lambda w: {"kind": "smsir", "key": "k-1", "sender": "3000", "is_on": "on"}
    ),
    "panel:revoke-key": Story("api_key.revoked"),
    "panel:prepare-report": Story("report.prepared", lambda w: {"query": "period=month"}),
    "panel:save-report": Story("report.saved", lambda w: {"name": "فروش ماه"}),
    "panel:schedule-report": Story("schedule.changed", lambda w: SENDING),
    "panel:end-schedule": Story("schedule.ended"),
    "panel:delete-report": Story("report.deleted"),
    "panel:quiet": Story("quiet.changed", lambda w: {"has": "on", "begins": "21", "ends": "9"}),
    "panel:email": Story("email.changed", lambda w: EMAIL),
    "till:logout": Story("logout"),
    "till:enrol": Story("member.enrolled", lambda w: {"mobile": "09121112233", "name": "نو"}),
}
# Who logs in is nobody before; see test_logins_are_audited.
