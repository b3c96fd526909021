"""Marks that a browser keeps: with whose invitation it came, and which browser it is.

Both are signed, so that nobody makes them up, and say nothing about the person.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from vafa.club.reads.context import ClubContext

_INVITE = "vafa_invite"
_CODE = "vafa_joining"
_DEVICE = "vafa_device"
_INVITE_SECONDS = 30 * 24 * 3600
_DEVICE_SECONDS = 400 * 24 * 3600
_SALT = "vafa.web.invites"


def remember_invite(response: HttpResponse, club: ClubContext, code: str) -> None:
    """Let the browser carry the invitation until somebody joins with it."""
    _set(response, _INVITE, f"{club.id}:{code}", _INVITE_SECONDS)


def invite_of(request: HttpRequest, club: ClubContext) -> str:
    """The code with which this browser came to the club; "" for none."""
    number, _, code = _get(request, _INVITE, _INVITE_SECONDS).partition(":")
    return code if number == str(club.id) else ""


def forget_invite(response: HttpResponse) -> None:
    """It has been used."""
    response.delete_cookie(_INVITE, samesite="Lax")


def remember_joining_code(response: HttpResponse, club: ClubContext, code: str) -> None:
    """Let the browser carry the club's own code until somebody joins with it."""
    _set(response, _CODE, f"{club.id}:{code}", _INVITE_SECONDS)


def joining_code_of(request: HttpRequest, club: ClubContext) -> str:
    """The club's own code with which this browser came; "" for none."""
    number, _, code = _get(request, _CODE, _INVITE_SECONDS).partition(":")
    return code if number == str(club.id) else ""


def forget_joining_code(response: HttpResponse) -> None:
    """It has been used."""
    response.delete_cookie(_CODE, samesite="Lax")


def device_of(request: HttpRequest) -> str:
    """A digest of this browser's mark; "" where it has none."""
    mark = _get(request, _DEVICE, _DEVICE_SECONDS)
    return sha256(mark.encode()).hexdigest()[:32] if mark else ""


def mark_device(request: HttpRequest, response: HttpResponse) -> str:
    """The same, after giving the browser a mark where it has none."""
    if known := device_of(request):
        return known
    mark = secrets.token_urlsafe(16)
    _set(response, _DEVICE, mark, _DEVICE_SECONDS)
    return sha256(mark.encode()).hexdigest()[:32]


def _get(request: HttpRequest, name: str, seconds: int) -> str:
    value = request.get_signed_cookie(name, default="", salt=_SALT, max_age=seconds)
    return value or ""


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=_SALT,
        max_age=seconds,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
