"""What lies on the desks of the demo club today: orders under way, invoices, a draw, codes, and what
waits for somebody's decision. None of it changes the heroine's standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from vafa.audience.actions.segments import create_segment
from vafa.audience.models import Segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.access import staff_actor
from vafa.club.actions.api_keys import create_api_key
from vafa.club.actions.attributes import define_attribute
from vafa.club.actions.joining import make_joining_code
from vafa.club.actor import Actor
from vafa.club.models import ApiKey, Club, JoiningCode, Member, MemberAttribute, NumberChange, Staff
from vafa.commerce.actions.orders import NewOrderLine, OrderTerms
from vafa.commerce.models import Document, Order, Product, Purchase, Return
from vafa.flows.adjustments import request_adjustment
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import ACCOUNTANT, OWNER, SLUG, SUPPORT, Shop
from vafa.flows.draws import make_draw, open_draw
from vafa.flows.entries import PurchaseEntry
from vafa.flows.invoices import issue_invoice, issue_return_document
from vafa.flows.number_changes import request_number_change
from vafa.flows.offline_sales import Allowance, OfflineEntry, record_offline_sales
from vafa.flows.orders import add_to_order, make_order, move_order, register_order
from vafa.flows.voucher_series import give_code, make_series
from vafa.program.models import Adjustment, Draw, OfflineSale, VoucherSeries

_INVOICES, _RETURNS = 8, 3
_SALE = UUID("0d0d0d0d-0000-4000-8000-000000000001")
_ONE_DAY = timedelta(days=1)
# What each order has come to, in the order in which they were taken.
_ORDERS: tuple[tuple[str, ...], ...] = (
    ("placed", "registered", "delivered", "closed"),
    ("placed", "registered", "delivered"),
    ("placed", "registered"),
    ("placed", "cancelled"),
    ("placed",),
    (),
)


def furnish_desks(shop: Shop) -> None:
    """Lay it all there; what lies there already stays."""
    for made, lay in _LAID:
        if not made(shop.club.id):
            lay(shop)


def _of_staff(username: str) -> Actor:
    return staff_actor(Staff.objects.get(club__slug=SLUG, user__username=username))


def _heroine(shop: Shop) -> Member:
    return Member.objects.get(club_id=shop.club.id, mobile=DEMO_MOBILE)


def _regulars(shop: Shop, count: int) -> list[Member]:
    """The first members but for the heroine: who has been here longest."""
    others = Member.objects.filter(club_id=shop.club.id).exclude(mobile=DEMO_MOBILE)
    return list(others.order_by("id")[:count])


def _take_orders(shop: Shop) -> None:
    by, goods = _of_staff(SUPPORT), list(Product.objects.filter(club_id=shop.club.id)[:12])
    people = [*_regulars(shop, len(_ORDERS) - 2), _heroine(shop), None]
    for n, (person, states) in enumerate(zip(people, _ORDERS, strict=True)):
        terms = OrderTerms(
            shop.branches["online"],
            recipient=person.name if person else "خانم کریمی",
            address="تهران، خیابان ولیعصر، کوچهٔ نسترن، پلاک ۱۲",
            note="پیش از رسیدن تماس بگیرید.",
        )
        order = make_order(shop.club, by, person.pk if person else None, terms)
        for good in goods[2 * n : 2 * n + 2]:
            line = NewOrderLine(good.name, good.price, product_id=good.pk)
            add_to_order(shop.club, by, order.pk, line)
        for state in states:
            if state == "registered":
                register_order(shop.club, by, order.pk)
            else:
                reason = "مشتری منصرف شد" if state == "cancelled" else ""
                move_order(shop.club, by, order.pk, state, reason=reason)


def _issue_papers(shop: Shop) -> None:
    by = _of_staff(ACCOUNTANT)
    backs = Return.objects.filter(club_id=shop.club.id, purchase__isnull=False)
    for back in backs.order_by("-returned_at", "-id")[:_RETURNS]:
        assert back.purchase_id is not None
        _issue_invoice(shop, by, back.purchase_id)
        issue_return_document(shop.club, by, back.pk)
    bought = Purchase.objects.filter(club_id=shop.club.id, member__isnull=False)
    newest = bought.order_by("-purchased_at", "-id")
    hers = newest.filter(member=_heroine(shop))[:2]
    for purchase in (*newest[:_INVOICES], *hers):
        _issue_invoice(shop, by, purchase.pk)


def _issue_invoice(shop: Shop, by: Actor, purchase_id: int) -> None:
    buyer = Purchase.objects.get(pk=purchase_id).member
    issue_invoice(shop.club, by, purchase_id, {"name": buyer.name if buyer else ""})


def _sell_without_a_line(shop: Shop) -> None:
    """The line was down for an hour, and somebody spent more than the till was to allow."""
    [person], by = _regulars(shop, 1), shop.cashiers["tehran"]
    at = shop.made_at - timedelta(hours=2)
    sale = PurchaseEntry(
        by,
        shop.branches["tehran"],
        4_800_000,
        member=("id", str(person.pk)),
        pay_points=150,
        purchased_at=at,
        key=f"offline-{_SALE}",
    )
    allowed = Allowance("demo", person.pk, points=100)
    entry = OfflineEntry(_SALE, sale, by, at, at, "demo", allowed, "۰۹۱۲•••••۰۱")
    record_offline_sales(shop.club, [entry])


def _ask_for_points(shop: Shop) -> None:
    for points, reason, person in zip(
        (40, 25_000),
        ("جبران تأخیر در ارسال", "جبران خرابی دستگاه در روز جشنواره"),
        _regulars(shop, 2),
        strict=True,
    ):
        outcome = request_adjustment(
            shop.club,
            member_id=person.pk,
            amount=points,
            reason=reason,
            actor=_of_staff(SUPPORT),
        )
        if outcome.error is not None:
            raise outcome.error


def _change_a_number(shop: Shop) -> None:
    person = _regulars(shop, 3)[2]
    request_number_change(
        shop.club,
        member_id=person.pk,
        mobile="+989120009998",
        reason="گوشی‌اش گم شده است",
        actor=_of_staff(SUPPORT),
    )


def _name_segments(shop: Shop) -> None:
    by = _of_staff(OWNER).label
    often = Condition(facet="commerce.purchases", params={"days": 90}, op="ge", value=4)
    bought = Condition(facet="commerce.purchases", params={"days": 365}, op="ge", value=3)
    silent = Condition(facet="commerce.last", op="ge", value=60)
    new = Condition(facet="club.joined", op="le", value=30)
    for name, name_en, items in (
        ("مشتری‌های همیشگی", "Regulars", (often,)),
        ("در حال رفتن", "Slipping away", (bought, silent)),
        ("تازه‌واردها", "Newcomers", (new,)),
    ):
        definition = Definition(items=items)
        create_segment(shop.club, name=name, name_en=name_en, definition=definition, by=by)


def _ask_one_more_thing(shop: Shop) -> None:
    define_attribute(
        shop.club.id,
        key="household_size",
        kind="number",
        name="شمار اعضای خانواده",
        name_en="People in the household",
        by=_of_staff(OWNER).label,
    )


def _hang_a_poster(shop: Shop) -> None:
    make_joining_code(shop.club.id, name="پوستر ویترین", code="VITRIN", by=_of_staff(OWNER).label)


def _make_codes(shop: Shop) -> None:
    by = _of_staff(OWNER)
    series = make_series(
        shop.club,
        by,
        name="هدیهٔ پاییز",
        kind="voucher",
        count=60,
        value=400_000,
        min_basket=3_000_000,
        expires_at=shop.made_at + 60 * _ONE_DAY,
    )
    for person in (_heroine(shop), *_regulars(shop, 4)):
        given = give_code(shop.club, series_id=series.pk, member_id=person.pk, actor=by)
        if given.error is not None:
            raise given.error


def _open_a_draw(shop: Shop) -> None:
    by, today = _of_staff(OWNER), shop.club.local_date(shop.made_at)
    draw = make_draw(
        shop.club,
        by,
        name="قرعه‌کشی خانهٔ گرم",
        name_en="Warm home draw",
        permit="۱۴۰۵/ق/۲۱۷",
        starts_on=today,
        ends_on=today + 25 * _ONE_DAY,
        from_amount=None,
        step_amount=5_000_000,
        step_points=None,
        free_chances=1,
        free_words="در پرتال باشگاه دکمهٔ شانس رایگان را بزنید.",
        cap=20,
        prizes=[
            {"name": "سرویس قابلمه", "name_en": "A set of pots", "count": 1},
            {"name": "کارت هدیهٔ ۵۰۰ هزار تومانی", "name_en": "500,000 toman gift card", "count": 5},
        ],
        reserves=3,
        draws_at=shop.made_at + 28 * _ONE_DAY,
        public_value_is="شاخص کل بورس تهران در پایان معاملات روز قرعه‌کشی",
    )
    open_draw(shop.club, draw.pk, by)


def _tie_the_web_shop(shop: Shop) -> None:
    club = Club.objects.get(pk=shop.club.id)
    by = _of_staff(OWNER).label
    create_api_key(club, name="فروشگاه اینترنتی", scopes=["members:read", "rewards:read"], by=by)


_LAID: tuple[tuple[Callable[[int], bool], Callable[[Shop], None]], ...] = (
    (lambda club: Order.objects.filter(club_id=club).exists(), _take_orders),
    (lambda club: Document.objects.filter(club_id=club).exists(), _issue_papers),
    (lambda club: OfflineSale.objects.filter(club_id=club).exists(), _sell_without_a_line),
    (lambda club: Adjustment.objects.filter(club_id=club).exists(), _ask_for_points),
    (lambda club: NumberChange.objects.filter(club_id=club).exists(), _change_a_number),
    (lambda club: Segment.objects.filter(club_id=club).exists(), _name_segments),
    (lambda club: MemberAttribute.objects.filter(club_id=club).exists(), _ask_one_more_thing),
    (lambda club: JoiningCode.objects.filter(club_id=club).exists(), _hang_a_poster),
    (lambda club: VoucherSeries.objects.filter(club_id=club).exists(), _make_codes),
    (lambda club: Draw.objects.filter(club_id=club).exists(), _open_a_draw),
    (lambda club: ApiKey.objects.filter(club_id=club).exists(), _tie_the_web_shop),
)
