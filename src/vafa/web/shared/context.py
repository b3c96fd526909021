"""What every page knows: language, direction, theme, and how its club writes dates and money.

A face tells which club a page belongs to with ``use_club(request, club)``; templates read the
result as ``ui``.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from vafa.core.jalali import Calendar
from vafa.core.text import to_persian_digits

# The calendar that the person of this request chose, else None.
_calendar: ContextVar[Calendar | None] = ContextVar("calendar", default=None)
THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "vafa_theme"
# Set by LanguageMiddleware when the person chose the language, so that no club's default wins.
LANGUAGE_CHOSEN: Final = "vafa_language_chosen"


class ClubLike(Protocol):
    """What pages need to know of a club, whatever stands behind it.

    ``display_unit`` is a code of ``core.money.DISPLAY_UNITS``; ``zone`` an IANA name;
    ``language`` the club's default ("fa", "en"). An optional ``points_name`` replaces the word
    for points where the club has its own («ستاره»).
    """

    @property
    def name(self) -> str: ...
    @property
    def display_unit(self) -> str: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def zone(self) -> str: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PageClub:
    """A plain ``ClubLike``, for pages without a club and for tests."""

    name: str = ""
    display_unit: str = "toman"
    calendar: Calendar = "jalali"
    zone: str = "Asia/Tehran"
    language: str = "fa"
    points_name: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The ``ui`` of every template."""

    lang: str
    dir: str
    theme: str
    # In which dates are shown: the club's in Persian, Gregorian in English. Reports group by
    # ``club_calendar`` in either language, or their figures would differ.
    calendar: Calendar
    club_calendar: Calendar
    unit: str
    zone: ZoneInfo
    club_name: str
    points_name: str
    outbox: bool

    @property
    def data_theme(self) -> str:
        """The daisyUI theme to force, or "" to follow the system."""
        return "" if self.theme == "auto" else f"vafa-{self.theme}"


def use_club(request: HttpRequest, club: ClubLike) -> None:
    """Makes ``club`` the one that this request's page is about.

    Its zone becomes the current one, and its language too, unless the person chose another.
    """
    request.page_club = club  # type: ignore[attr-defined]  # Django's way to carry request state
    timezone.activate(ZoneInfo(club.zone))
    if not getattr(request, LANGUAGE_CHOSEN, False):
        translation.activate(club.language)


def use_calendar(calendar: str) -> None:
    """Show dates of this request in that calendar ("": as usual in its language)."""
    _calendar.set(cast(Calendar, calendar) if calendar in ("jalali", "gregorian") else None)


def local_digits(text: str) -> str:
    """``text`` with its digits as the page's language writes them."""
    return to_persian_digits(text) if current_lang() == "fa" else text


def current_lang() -> str:
    """The language of this moment, "fa" or "en"."""
    return "en" if (translation.get_language() or "fa").startswith("en") else "fa"


def theme_of(request: HttpRequest) -> str:
    """The theme that the person chose on this device: "auto", "light" or "dark"."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def build_page(lang: str, club: ClubLike | None = None, theme: str = "auto") -> Page:
    """The ``ui`` for a language, a club and a theme, also where there is no request."""
    club = club or PageClub()
    return Page(
        lang=lang,
        dir="ltr" if lang == "en" else "rtl",
        theme=theme,
        calendar=_calendar.get() or ("gregorian" if lang == "en" else club.calendar),
        club_calendar=club.calendar,
        unit=club.display_unit,
        zone=ZoneInfo(club.zone),
        club_name=club.name,
        points_name=getattr(club, "points_name", ""),
        outbox=bool(getattr(settings, "OUTBOX_PAGE", False)),
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``ui`` (see ``Page``), of the club of ``use_club``, else ``request.club``."""
    club = getattr(request, "page_club", None) or getattr(request, "club", None)
    return {"ui": build_page(current_lang(), club, theme_of(request))}
