"""Facts about a member that stand in her own row, on her cards and in her household."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from vafa.club.facet_types import Ask, Choice, Facet, Own, Param, Rows, Said, Sql
from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar, days_in_month, make_date, ymd

_GROUP = Said("مشخصات", "Profile")
_OLDEST_YEARS = 125
NONE = Choice("none", Said("هیچ‌کدام", "none"))
_GENDERS = (
    Choice("female", Said("زن", "women")),
    Choice("male", Said("مرد", "men")),
    Choice("none", Said("نامعلوم", "not known")),
)


def branch_choices(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    """The club's branches by number."""
    rows = Branch.objects.filter(club_id=club.id)
    if among is not None:
        rows = rows.filter(pk__in=[int(v) for v in among if v.isascii() and v.isdigit()])
    return [Choice(str(b.pk), Said(b.name, b.name)) for b in rows.order_by("code")]


def _branches_or_none(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    last = [Choice("none", Said("بدون شعبه", "no branch"))]
    return [*branch_choices(club, among), *(last if among is None or "none" in among else [])]


def _genders(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    return [c for c in _GENDERS if among is None or c.value in among]


def birth_dates(day: date, days: int, calendar: Calendar) -> Iterator[date]:
    """Every date of birth whose birthday is on ``day`` or in the ``days`` days after it.

    Someone born on a leap day has her birthday on the last day of that month in other years.
    """
    for away in range(days + 1):
        year, month, dom = ymd(day + timedelta(days=away), calendar)
        is_last = dom == days_in_month(year, month, calendar)
        for born in range(year - _OLDEST_YEARS, year):
            longest = days_in_month(born, month, calendar)
            for of_month in range(dom, longest + 1) if is_last else (dom,):
                if of_month <= longest:
                    yield make_date(born, month, of_month, calendar)


def _birthday(ask: Ask) -> Own:
    dates = birth_dates_text(ask.today, ask.params["days"], ask.club.calendar)
    # Looked up in a hash of them: a list would be read through for every member.
    return Own(Sql("coalesce(m.birth_date IN (SELECT unnest(%s::date[])), FALSE)", (dates,)))


@lru_cache(maxsize=256)
def birth_dates_text(day: date, days: int, calendar: Calendar) -> str:
    """The dates of ``birth_dates`` as PostgreSQL writes an array: thousands of them, the same for a
    whole day."""
    dates = sorted(set(birth_dates(day, days, calendar)))
    return "{" + ",".join(d.isoformat() for d in dates) + "}"


def _cards(ask: Ask) -> Rows:
    return Rows(
        Sql("count(*)"),
        "club_card c",
        "c.member_id",
        Sql("c.is_active"),
        club="c.club_id",
        made=Sql("{v} > 0"),
    )


def _fee_paid(ask: Ask) -> Own:
    return Own(Sql("coalesce(m.fee_until > %s, FALSE)", (ask.today,)))


def _own(sql: str) -> Own:
    return Own(Sql(sql))


CLUB_FACETS = (
    Facet(
        "club.joined",
        _GROUP,
        Said("چند روز از عضویت گذشته", "Days since joining"),
        "days",
        lambda ask: _own("m.joined_at"),
        Said("{value} عضو شده‌اند", "joined {value}"),
    ),
    Facet(
        "club.joined_on",
        _GROUP,
        Said("تاریخ عضویت", "Date of joining"),
        "date",
        lambda ask: _own("m.joined_at"),
        Said("{value} عضو شده‌اند", "joined {value}"),
    ),
    Facet(
        "club.branch",
        _GROUP,
        Said("شعبهٔ عضویت", "Branch of joining"),
        "choice",
        lambda ask: _own("coalesce(m.branch_id::text, 'none')"),
        Said("در {value} عضو شده‌اند", "joined at {value}"),
        Said("در {value} عضو نشده‌اند", "did not join at {value}"),
        choices=_branches_or_none,
    ),
    Facet(
        "club.age",
        _GROUP,
        Said("سن", "Age"),
        "years",
        lambda ask: _own("m.birth_date"),
        Said("{value} سن دارند", "are {value} old"),
        unit=("سال", "year", "years"),
        unknown=Said("یا سنشان معلوم نیست", "or whose age is not known"),
        of_moment=False,
    ),
    Facet(
        "club.birthday",
        _GROUP,
        Said("تولد نزدیک است", "Birthday is near"),
        "yes_no",
        _birthday,
        Said("زادروزشان {days} است", "have their birthday {days}"),
        Said("زادروزشان {days} نیست", "do not have their birthday {days}"),
        params=(
            Param(
                "days",
                "days",
                Said("تا چند روز دیگر", "Within days"),
                Said("امروز یا تا {n} روز دیگر", "today or within {n}"),
                is_required=True,
                least=1,
            ),
        ),
    ),
    Facet(
        "club.gender",
        _GROUP,
        Said("جنسیت", "Gender"),
        "choice",
        lambda ask: _own("coalesce(nullif(m.gender, ''), 'none')"),
        Said("جنسیتشان {value} است", "are {value}"),
        Said("جنسیتشان {value} نیست", "are not {value}"),
        choices=_genders,
    ),
    Facet(
        "club.name",
        _GROUP,
        Said("نام", "Name"),
        "text",
        lambda ask: _own("m.search_key"),
        Said("نامشان {value}", "have a name that {value}"),
        Said("چنین نیست که نامشان {value}", "do not have a name that {value}"),
    ),
    Facet(
        "club.active",
        _GROUP,
        Said("عضویت فعال است", "Membership is active"),
        "yes_no",
        lambda ask: _own("m.is_active"),
        Said("عضویتشان فعال است", "are active"),
        Said("عضویتشان فعال نیست", "are not active"),
    ),
    Facet(
        "club.fee_until",
        _GROUP,
        Said("پایان حق عضویت", "Fee paid until"),
        "date",
        lambda ask: _own("m.fee_until"),
        Said("حق عضویتشان {value} پایان می‌یابد", "have a fee that ends {value}"),
        unknown=Said("یا هیچ حق عضویتی نپرداخته‌اند", "or who have never paid one"),
        of_moment=False,
    ),
    Facet(
        "club.fee_paid",
        _GROUP,
        Said("حق عضویت پرداخته است", "Has paid the fee"),
        "yes_no",
        _fee_paid,
        Said("حق عضویتشان پرداخته است", "have paid their fee"),
        Said("حق عضویتشان پرداخته نیست", "have not paid their fee"),
    ),
    Facet(
        "club.mobile",
        _GROUP,
        Said("شمارهٔ همراه دارد", "Has a mobile number"),
        "yes_no",
        lambda ask: _own("m.mobile IS NOT NULL"),
        Said("شمارهٔ همراه دارند", "have a mobile number"),
        Said("شمارهٔ همراه ندارند", "have no mobile number"),
    ),
    Facet(
        "club.card",
        _GROUP,
        Said("کارت دارد", "Has a card"),
        "yes_no",
        _cards,
        Said("کارت دارند", "have a card"),
        Said("کارت ندارند", "have no card"),
    ),
    Facet(
        "club.household",
        _GROUP,
        Said("عضو خانوار است", "Belongs to a household"),
        "yes_no",
        lambda ask: _own("m.household_id IS NOT NULL"),
        Said("عضو یک خانوارند", "belong to a household"),
        Said("عضو هیچ خانواری نیستند", "belong to no household"),
    ),
)
