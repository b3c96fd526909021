"""What happened with a member, in words: a title, a line beneath, the reasons, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.club.rules.consents import channel_words as consent_channel
from vafa.core.money import format_amount, format_number
from vafa.insight.reads.audit import AuditRow
from vafa.insight.reads.timeline import GROUPS, Event
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.tier_terms import NO_TIER
from vafa.program.rules.tier_words import change_words
from vafa.web.panel.audit_values import NOTHING, Line, Teller
from vafa.web.panel.audit_words import face_words, sentence_html, tells_all
from vafa.web.panel.message_words import kind_words, state_words, why_words
from vafa.web.panel.words import Names, trigger_words
from vafa.web.shared.context import current_lang

ICONS = {
    "purchase": "receipt",
    "return": "undo-2",
    "points": "star",
    "expiry": "hourglass",
    "tier": "medal",
    "voucher": "ticket",
    "use": "ticket-check",
    "message": "message-square",
    "consent": "mail-check",
    "terms": "file-check",
    "staff": "user-round-cog",
}


def group_options() -> list[tuple[str, str]]:
    """What the filter offers: the groups of kinds by name, with the choice of all."""
    names = {
        "trade": _("Purchases and returns"),
        "points": _("Points and credit"),
        "tier": _("Tier"),
        "vouchers": _("Vouchers"),
        "messages": _("Messages"),
        "consents": _("Consents"),
        "staff": _("What staff did"),
    }
    return [("", _("Everything")), *((name, names[name]) for name in GROUPS)]


class EventWords:
    """Says the events of one club's members in the page's language. ``tiers``: names by code."""

    def __init__(self, club: ClubContext, tiers: Mapping[str, str]) -> None:
        self._club, self._tiers = club, tiers
        self._lang = current_lang()
        self._teller = Teller(club, Names({}, {}, tiers))

    def say(self, event: Event) -> dict[str, Any]:
        """``what`` and ``detail`` in words, ``why`` as sentences, ``url``, ``points``, ``credit``,
        ``badge``: each may be missing."""
        tellers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "purchase": self._purchase,
            "return": self._return,
            "points": self._points,
            "expiry": lambda data: {"what": trigger_words("expire")},
            "tier": self._tier,
            "voucher": self._voucher,
            "use": self._use,
            "message": self._message,
            "consent": self._consent,
            "terms": self._terms,
            "staff": lambda data: self._staff(event.at, data),
        }
        moved = {name: event.data.get(name) or 0 for name in ("points", "credit")}
        said = {"icon": ICONS[event.kind], "event": event, **moved}
        return said | tellers[event.kind](event.data)

    def _why(self, data: dict[str, Any]) -> list[str]:
        if not data.get("parts"):
            return []
        program = published_program(data["revision"]) if data["revision"] else None
        return explain_parts(program, data["parts"], self._club.display_unit, self._lang)

    def _money(self, amount: int) -> str:
        return format_amount(amount, self._club.display_unit, self._lang)

    def _purchase(self, data: dict[str, Any]) -> dict[str, Any]:
        what = _("Purchase of %(sum)s") % {"sum": self._money(data["total"])}
        return {"what": what, "place": data["branch"], "receipt": data["receipt"]} | {
            "why": self._why(data)
        }

    def _return(self, data: dict[str, Any]) -> dict[str, Any]:
        what = _("Return of %(sum)s") % {"sum": self._money(data["total"])}
        return {"what": what, "place": data["branch"], "receipt": data["receipt"]} | {
            "note": data["reason"]
        }

    def _points(self, data: dict[str, Any]) -> dict[str, Any]:
        what = trigger_words(data["trigger"])
        if reward := self._reward(data):
            what = f"{what}: {reward}"
        return {"what": what, "receipt": data["receipt"], "why": self._why(data)}

    def _reward(self, data: dict[str, Any]) -> str:
        english = data["reward_en"] if self._lang == "en" else ""
        return str(english or data["reward"] or "")

    def _tier(self, data: dict[str, Any]) -> dict[str, Any]:
        names = {NO_TIER: _("below all tiers")} | dict(self._tiers)
        said = {"before": names.get(data["before"], "—"), "after": names.get(data["after"], "—")}
        return {
            "what": _("From %(before)s to %(after)s") % said,
            "note": change_words(data["why"], self._lang),
        }

    def _voucher(self, data: dict[str, Any]) -> dict[str, Any]:
        name = self._reward(data) or data["series"]
        name = name or (self._money(data["value"]) if data["value"] else "")
        return {"what": _("Got a voucher: %(name)s") % {"name": name}, "code": data["code"]}

    def _use(self, data: dict[str, Any]) -> dict[str, Any]:
        what = {
            "bill": _("Used a voucher"),
            "counter": _("Was handed what a voucher is for"),
            "given_back": _("A voucher came back with a return"),
            "cancelled": _("A voucher was cancelled"),
            "expired": _("A voucher has expired"),
        }.get(data["purpose"], data["purpose"])
        amount = self._money(abs(data["amount"])) if data["amount"] else ""
        return {"what": what, "code": data["code"], "receipt": data["receipt"], "note": amount}

    def _message(self, data: dict[str, Any]) -> dict[str, Any]:
        state, kind = state_words(data["state"])
        return {
            "what": kind_words(data["kind"]),
            "note": data["text"],
            "badge": (state, kind),
            "why": [why] if (why := why_words(data["why"])) else [],
        }

    def _consent(self, data: dict[str, Any]) -> dict[str, Any]:
        names = data["name"] or [data["purpose"], ""]
        said = {
            "purpose": names[0] if self._lang == "fa" or not names[1] else names[1],
            "channel": consent_channel(data["channel"], self._lang),
        }
        given = _("Allowed “%(purpose)s” by %(channel)s") % said
        taken = _("No longer allows “%(purpose)s” by %(channel)s") % said
        return {
            "what": given if data["is_given"] else taken,
            "place": face_words(data["face"]),
        }

    def _terms(self, data: dict[str, Any]) -> dict[str, Any]:
        what = _("Accepted version %(n)s of the terms") % {
            "n": format_number(data["version"], self._lang)
        }
        return {"what": what, "place": face_words(data["face"])}

    def _staff(self, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
        row = AuditRow(
            at=at,
            branch=None,
            before=data["before"] or {},
            after=data["after"] or {},
            **{
                name: data[name]
                for name in AuditRow._fields
                if name not in ("at", "branch", "before", "after")
            },
        )
        lines = self._teller.lines(row.thing_kind, row.before, row.after)
        more = [] if tells_all(row, lines) else [self._moved(line) for line in lines]
        return {
            "what": sentence_html(row, lines, ""),
            "note": row.reason,
            "why": more,
            "place": face_words(row.face),
        }

    def _moved(self, line: Line) -> str:
        if line.was == NOTHING:
            return f"{line.field}: {line.will}"
        arrow = "→" if self._lang == "en" else "←"
        return f"{line.field}: {line.was} {arrow} {line.will}"


def purchase_url(event: Event) -> str:
    """Where the purchase of an event is told in full; "" for none."""
    if event.kind == "purchase":
        return reverse("panel:purchase", args=[event.id])
    number = event.data.get("purchase")
    return reverse("panel:purchase", args=[number]) if number else ""
