"""Everything that a club knows of one person, in tables that she can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vafa.club.facet_types import Said
from vafa.club.models import Card, Member, TermsAcceptance
from vafa.club.reads.attributes import values_of
from vafa.club.reads.consents import consent_history, list_purposes
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.club.rules.consents import channel_words
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS, FIELDS, choice_words, field_words
from vafa.core.db import fetch
from vafa.program.reads.history import history
from vafa.program.reads.revisions import published_program
from vafa.program.reads.rewards import member_vouchers
from vafa.program.rules.explain import explain_parts

# More than anybody reads; who has more asks the club.
_MOST = 20_000
_PURCHASES = """
SELECT p.purchased_at, b.name, p.receipt_no, p.total, p.paid_by_points, p.paid_by_credit,
    p.discount, coalesce((SELECT sum(r.total) FROM commerce_return r WHERE r.purchase_id = p.id), 0)::bigint,
    (SELECT string_agg(coalesce(nullif(l.name, ''), d.name, ''), '، ' ORDER BY l.number)
        FROM commerce_purchaseline l LEFT JOIN commerce_product d ON d.id = l.product_id
        WHERE l.purchase_id = p.id)
FROM commerce_purchase p JOIN club_branch b ON b.id = p.branch_id
WHERE p.club_id = %s AND p.member_id = ANY(%s) ORDER BY p.purchased_at DESC LIMIT %s
"""
_ORDERS = """
SELECT made_at, kind, state, total, recipient, phone, address, note, wanted_on::text,
    covers_until::text
FROM commerce_order WHERE club_id = %s AND member_id = ANY(%s) ORDER BY id DESC LIMIT %s
"""
_DOCUMENTS = """
SELECT issued_at, name, kind, total, buyer ->> 'name', buyer ->> 'mobile', buyer ->> 'national_id',
    buyer ->> 'economic_code', buyer ->> 'postcode', buyer ->> 'address'
FROM commerce_document WHERE club_id = %s AND member_id = ANY(%s) ORDER BY id DESC LIMIT %s
"""
# Whose number it was before has messages of her own there, which name her.
_MESSAGES = """
SELECT created_at, channel, recipient, kind, state, text FROM engage_message
WHERE club_id = %s AND (member_id = ANY(%s)
    OR member_id IS NULL AND recipient = ANY(%s) AND kind <> 'login_code')
UNION ALL SELECT created_at, 'email', recipient, kind, state, subject || E'\n' || text
FROM engage_email WHERE club_id = %s AND member_id = ANY(%s)
ORDER BY created_at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A table: its code, its title, its columns by code and title, its rows of plain values."""

    code: str
    title: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]


def personal_data(club: ClubContext, member: Member, lang: str) -> list[Section]:
    """The member's own data, with that of memberships merged into hers, titles in ``lang``.

    Amounts are in the currency's smallest unit, points whole; moments have a zone.
    """
    people = with_merged(member.id)
    return [
        _profile(member, lang),
        _consents(club, people, lang),
        _terms(people, lang),
        _purchases(club, people, lang),
        _orders(club, people, lang),
        _documents(club, people, lang),
        _points(club, member, lang),
        _vouchers(club, member, lang),
        _messages(club, member, people, lang),
    ]


def _section(code: str, title: Said, lang: str, columns: dict[str, Said], rows: Any) -> Section:
    heads = [(name, said.said(lang)) for name, said in columns.items()]
    return Section(code, title.said(lang), heads, [list(row) for row in rows])


def _profile(member: Member, lang: str) -> Section:
    educations, ways = dict(choice_words(EDUCATIONS, lang)), dict(choice_words(ACQUAINTANCES, lang))
    genders = {"female": Said("زن", "woman"), "male": Said("مرد", "man")}
    shown: dict[str, Any] = {
        "gender": genders[member.gender].said(lang) if member.gender else "",
        "education": educations.get(member.education, ""),
        "acquaintance": ways.get(member.acquaintance, ""),
        "interests": "، ".join(member.interests),
    }
    rows: list[tuple[str, str, Any]] = [
        (
            "mobile",
            Said("موبایل", "Mobile").said(lang),
            member.mobile or member.former_mobile or "",
        ),
        (
            "external_id",
            Said("شمارهٔ مشتری", "Customer number").said(lang),
            member.external_id or "",
        ),
        *(
            (code, field_words(code, lang), shown.get(code, getattr(member, code) or ""))
            for code in FIELDS
        ),
        *((k.attribute.key, k.name, k.words) for k in values_of(member, lang)),
        ("joined_at", Said("عضویت", "Joined").said(lang), member.joined_at),
        ("language", Said("زبان", "Language").said(lang), member.language),
        ("calendar", Said("تقویم", "Calendar").said(lang), member.calendar),
        *(
            ("card", Said("کارت", "Card").said(lang), number)
            for number in Card.objects.filter(member=member).values_list("number", flat=True)
        ),
    ]
    return _section(
        "profile",
        Said("مشخصات", "Profile"),
        lang,
        {
            "field": Said("کد", "Field"),
            "name": Said("عنوان", "Name"),
            "value": Said("مقدار", "Value"),
        },
        [[code, name, _plain(value)] for code, name, value in rows],
    )


def _consents(club: ClubContext, people: list[int], lang: str) -> Section:
    names = {p.code: p.said(lang) for p in list_purposes(club.id, with_closed=True)}
    given, taken = Said("داده شد", "given"), Said("پس گرفته شد", "taken back")
    return _section(
        "consents",
        Said("رضایت‌ها", "Consents"),
        lang,
        {
            "at": Said("زمان", "When"),
            "purpose": Said("برای", "For"),
            "channel": Said("از راه", "By"),
            "what": Said("چه شد", "What"),
            "where": Said("کجا", "Where"),
            "version": Said("نسخهٔ متن", "Version of the words"),
        },
        [
            [
                one.at,
                names.get(one.purpose, one.purpose),
                channel_words(one.channel, lang),
                (given if one.is_given else taken).said(lang),
                one.face,
                one.version,
            ]
            for one in consent_history(people, _MOST)
        ],
    )


def _terms(people: list[int], lang: str) -> Section:
    rows = TermsAcceptance.objects.filter(member_id__in=people).order_by("-at")
    return _section(
        "terms",
        Said("پذیرش قوانین عضویت", "Terms accepted"),
        lang,
        {
            "at": Said("زمان", "When"),
            "version": Said("نسخه", "Version"),
            "where": Said("کجا", "Where"),
        },
        rows.values_list("at", "version", "face")[:_MOST],
    )


def _purchases(club: ClubContext, people: list[int], lang: str) -> Section:
    return _section(
        "purchases",
        Said("خریدها", "Purchases"),
        lang,
        {
            "at": Said("زمان", "When"),
            "branch": Said("شعبه", "Branch"),
            "receipt_no": Said("شمارهٔ رسید", "Receipt number"),
            "total": Said("مبلغ", "Amount"),
            "paid_by_points": Said("با امتیاز", "Paid with points"),
            "paid_by_credit": Said("با اعتبار", "Paid with credit"),
            "discount": Said("تخفیف", "Discount"),
            "returned": Said("مرجوعی", "Returned"),
            "goods": Said("کالاها", "Goods"),
        },
        fetch(_PURCHASES, [club.id, people, _MOST]),
    )


def _orders(club: ClubContext, people: list[int], lang: str) -> Section:
    return _section(
        "orders",
        Said("سفارش‌ها و حق عضویت", "Orders and fees"),
        lang,
        {
            "at": Said("زمان", "When"),
            "kind": Said("نوع", "Kind"),
            "state": Said("وضعیت", "State"),
            "total": Said("مبلغ", "Amount"),
            "recipient": Said("گیرنده", "Who receives it"),
            "phone": Said("تلفن", "Telephone"),
            "address": Said("نشانی", "Address"),
            "note": Said("یادداشت", "Note"),
            "wanted_on": Said("برای روز", "Wanted on"),
            "covers_until": Said("اعتبار تا", "Valid until"),
        },
        fetch(_ORDERS, [club.id, people, _MOST]),
    )


def _documents(club: ClubContext, people: list[int], lang: str) -> Section:
    return _section(
        "documents",
        Said("فاکتورها و سندهای مرجوعی", "Invoices and return documents"),
        lang,
        {
            "at": Said("زمان", "When"),
            "number": Said("شماره", "Number"),
            "kind": Said("نوع", "Kind"),
            "total": Said("مبلغ", "Amount"),
            "name": Said("خریدار", "Buyer"),
            "mobile": Said("موبایل", "Mobile"),
            "national_id": Said("شناسهٔ ملی", "National ID"),
            "economic_code": Said("کد اقتصادی", "Economic code"),
            "postcode": Said("کد پستی", "Postcode"),
            "address": Said("نشانی", "Address"),
        },
        fetch(_DOCUMENTS, [club.id, people, _MOST]),
    )


def _points(club: ClubContext, member: Member, lang: str) -> Section:
    rows = []
    for row in history(club, member.id, limit=_MOST):
        program = published_program(row.revision_id) if row.revision_id else None
        why = explain_parts(program, row.parts, club.display_unit, lang)
        rows.append([row.at, row.trigger, row.points, row.credit, row.receipt_no, " / ".join(why)])
    return _section(
        "points",
        Said("امتیاز و اعتبار", "Points and credit"),
        lang,
        {
            "at": Said("زمان", "When"),
            "kind": Said("نوع", "Kind"),
            "points": Said("امتیاز", "Points"),
            "credit": Said("اعتبار", "Credit"),
            "receipt_no": Said("شمارهٔ رسید", "Receipt number"),
            "why": Said("چرا", "Why"),
        },
        rows,
    )


def _vouchers(club: ClubContext, member: Member, lang: str) -> Section:
    return _section(
        "vouchers",
        Said("کدها و جایزه‌ها", "Vouchers and rewards"),
        lang,
        {
            "code": Said("کد", "Code"),
            "name": Said("نام", "Name"),
            "points": Said("با چند امتیاز", "Paid in points"),
            "state": Said("وضعیت", "State"),
            "created_at": Said("گرفته شد", "Got"),
            "expires_at": Said("مهلت", "Until"),
            "used_at": Said("مصرف شد", "Used"),
        },
        [
            [
                one.code,
                (one.reward_name_en if lang == "en" else "") or one.reward_name or one.named,
                one.points,
                one.state,
                one.created_at,
                one.expires_at,
                one.used_at,
            ]
            for one in member_vouchers(club.id, member.id, limit=_MOST)
        ],
    )


def _messages(club: ClubContext, member: Member, people: list[int], lang: str) -> Section:
    mobiles = [number for number in (member.mobile, member.former_mobile) if number]
    return _section(
        "messages",
        Said("پیام‌ها", "Messages"),
        lang,
        {
            "at": Said("زمان", "When"),
            "channel": Said("از راه", "By"),
            "recipient": Said("به", "To"),
            "kind": Said("نوع", "Kind"),
            "state": Said("وضعیت", "State"),
            "text": Said("متن", "Text"),
        },
        fetch(_MESSAGES, [club.id, people, mobiles, club.id, people, _MOST]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
