"""What flows and faces need to know of a club, in one immutable value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vafa.club.models import Club, ClubDisplayUnit
from vafa.club.reads.fees import fee_of
from vafa.club.rules.fees import FREE, Fee
from vafa.core.cache import TtlCache
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.jalali import Calendar
from vafa.ledger.rules.dates import BookDates

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ClubContext:
    """A club's identity, book, money and time. ``display_unit`` is today's."""

    id: int
    book_id: int
    points_unit_id: int
    credit_unit_id: int
    name: str
    slug: str
    currency: str
    zone: str
    calendar: Calendar
    language: str
    display_unit: str
    fee: Fee = FREE

    @property
    def tz(self) -> ZoneInfo:
        """The club's time zone."""
        return ZoneInfo(self.zone)

    @property
    def dates(self) -> BookDates:
        """The calendar and zone by which days and months are counted."""
        return BookDates(self.calendar, self.zone)

    def local_date(self, moment: datetime) -> date:
        """The club's calendar day of a moment."""
        return moment.astimezone(self.tz).date()

    def day_start(self, day: date) -> datetime:
        """The moment at which a club's day begins, in UTC."""
        return datetime.combine(day, time(), self.tz).astimezone(UTC)

    def day_end(self, day: date) -> datetime:
        """The moment at which the day is over (exclusive), in UTC."""
        return self.day_start(day + timedelta(days=1))


_contexts: TtlCache[int, ClubContext] = TtlCache(_SECONDS)


def club_context(club_id: int) -> ClubContext:
    """The club's context, at most five seconds old. Raises NotFound."""
    return _contexts.get(club_id, lambda: _load(club_id))


def forget_contexts() -> None:
    """After a change of a club's settings in this process."""
    _contexts.clear()


def club_by_slug(slug: str) -> ClubContext:
    """The club of that address. Raises NotFound."""
    found = Club.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return club_context(found)


def only_club() -> ClubContext | None:
    """The club, where there is exactly one; None otherwise."""
    ids = list(Club.objects.values_list("id", flat=True)[:2])
    return club_context(ids[0]) if len(ids) == 1 else None


def _load(club_id: int) -> ClubContext:
    club = Club.objects.filter(pk=club_id).first()
    if club is None:
        raise NotFound
    today = now().astimezone(ZoneInfo(club.zone)).date()
    unit = (
        ClubDisplayUnit.objects.filter(club=club, effective_from__lte=today)
        .order_by("-effective_from")
        .values_list("unit", flat=True)
        .first()
    )
    return ClubContext(
        id=club.id,
        book_id=club.book_id,
        points_unit_id=club.points_unit_id,
        credit_unit_id=club.credit_unit_id,
        name=club.name,
        slug=club.slug,
        currency=club.currency,
        zone=club.zone,
        calendar="gregorian" if club.calendar == "gregorian" else "jalali",
        language=club.language,
        display_unit=unit or default_display_unit(club.currency),
        fee=fee_of(club.id, club.zone),
    )


def default_display_unit(currency: str) -> str:
    """The unit in which amounts of a currency are shown where the club chose none."""
    return {"IRR": "toman", "GBP": "pound", "USD": "dollar", "EUR": "euro"}.get(
        currency, currency.lower()
    )
