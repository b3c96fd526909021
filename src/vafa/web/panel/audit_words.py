"""The audit in sentences: who did what to whom or what."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vafa.core.text import to_persian_digits
from vafa.insight.reads.audit import AuditRow
from vafa.web.panel.audit_values import NOTHING, Line
from vafa.web.shared.context import current_lang

# What the filter offers: a group of actions under one name.
GROUPS: dict[str, tuple[str, ...]] = {
    "logins": ("login.succeeded", "login.failed", "logout"),
    "members": ("member.changed", "member.enrolled", "member.closed", "member.reopened"),
    "corrections": (
        "adjustment.requested",
        "adjustment.applied",
        "adjustment.refused",
        "transfer.reversed",
        "points.revived",
        "member.merged",
        "household.made",
        "household.joined",
        "household.left",
        "household.changed",
    ),
    "program": (
        "draft.changed",
        "draft.discarded",
        "program.published",
        "publishing.planned",
        "publishing.cancelled",
        "backtest.asked",
        "backtest.stopped",
        "occasion.created",
        "occasion.changed",
    ),
    "rewards": (
        "reward.created",
        "reward.changed",
        "series.created",
        "series.cancelled",
        "code.given",
        "code.cancelled",
    ),
    "segments": (
        "segment.created",
        "segment.changed",
        "segment.archived",
        "segment.reopened",
        "segment.deleted",
    ),
    "attributes": ("attribute.made", "attribute.changed"),
    "products": ("product.changed",),
    "draws": (
        "draw.created",
        "draw.changed",
        "draw.open",
        "draw.freeze_asked",
        "draw.frozen",
        "draw.drawn",
        "draw.winner_confirmed",
        "draw.winner_replaced",
        "draw.closed",
        "draw.cancelled",
    ),
    "staff": ("staff.created", "staff.activated", "staff.deactivated"),
    "keys": ("api_key.created", "api_key.revoked"),
    "messages": ("sms.changed",),
    "house": ("club.created", "club.changed", "branch.created", "branch.changed"),
    "ledger": ("ledger.check_asked", "ledger.frozen", "ledger.thawed"),
    "files": (
        "import.started",
        "import.finished",
        "members.exported",
        "purchases.exported",
        "program.exported",
        "codes.exported",
        "backtest.exported",
        "audit.exported",
    ),
}
_LONGEST_VALUE = 60
# A name keeps its own direction within a sentence of the other.
_ISOLATED = "\u2068{}\u2069"


def group_options() -> list[tuple[str, str]]:
    """The groups by name, with the choice of all."""
    return [
        ("", _("All acts")),
        ("logins", _("Logins")),
        ("members", _("Members")),
        ("corrections", _("Corrections")),
        ("program", _("Rules and tiers")),
        ("rewards", _("Rewards")),
        ("draws", _("Draws")),
        ("segments", _("Segments")),
        ("attributes", _("Attributes of members")),
        ("products", _("Products")),
        ("staff", _("Staff")),
        ("keys", _("API keys")),
        ("messages", _("Text messages")),
        ("house", _("Club and branches")),
        ("ledger", _("Ledger check")),
        ("files", _("Files in and out")),
    ]


def sentence_html(row: AuditRow, lines: Sequence[Line], url: str) -> SafeString:
    """The act in a sentence; who did it is strong, what was acted upon is a link to ``url``."""
    what = thing_words(row, isolated=True)
    linked = format_html('<a class="link link-hover" href="{}">{}</a>', url, what) if url else what
    template, more = _template(row, lines)
    return format_html(
        template,
        who=format_html("<strong><bdi>{}</bdi></strong>", actor_words(row)),
        what=linked,
        **more,
    )


def sentence_text(row: AuditRow, lines: Sequence[Line]) -> str:
    """The same as plain text."""
    template, more = _template(row, lines)
    return template.format(who=actor_words(row), what=thing_words(row), **more)


def tells_all(row: AuditRow, lines: Sequence[Line]) -> bool:
    """Whether the sentence says the values too, so that no table need repeat them."""
    return row.action == "program.published" or _single(row, lines) is not None


def actor_words(row: AuditRow) -> str:
    """Who did it."""
    kind = row.actor.partition(":")[0]
    name = row.actor_name
    if kind == "staff":
        return name
    if kind == "key":
        return _("The program “{name}”").format(name=name)
    if kind == "member":
        return _("The member")
    if kind == "stranger":
        return _("Somebody")
    return _("“{name}” at the server").format(name=name) if name else _("Vafa")


def face_words(face: str) -> str:
    """From which face it was done."""
    return {
        "panel": _("Panel"),
        "till": _("Till"),
        "portal": _("Portal"),
        "api": _("API"),
        "setup": _("Set-up page"),
        "site": _("Website"),
        "cli": _("Command line"),
        "system": _("By itself"),
    }.get(face, face)


def thing_words(row: AuditRow, *, isolated: bool = False) -> str:
    """What was acted upon, with its name; ``isolated`` for pages, where names of the other
    direction would disturb the sentence."""
    number = _digits(row.thing_id)
    name = row.thing_label or number
    name = _ISOLATED.format(name) if isolated else name
    if row.thing_kind == "draft" and row.thing_label:
        return _("the rule or tier “{name}”").format(name=name)
    named = {
        "member": _("member “{name}”"),
        "staff": _("staff “{name}”"),
        "api_key": _("API key “{name}”"),
        "branch": _("branch “{name}”"),
        "club": _("club “{name}”"),
        "occasion": _("occasion “{name}”"),
        "reward": _("reward “{name}”"),
        "series": _("series of codes “{name}”"),
        "code": _("code “{name}”"),
        "draw": _("draw “{name}”"),
        "segment": _("segment “{name}”"),
        "attribute": _("attribute “{name}”"),
        "product": _("product “{name}”"),
        "revision": _("revision {number}"),
        "draft": _("the draft of the programme"),
        "backtest": _("the back-test {number}"),
        "sms": _("the account for text messages"),
        "file": _("file “{name}”"),
        "ledger": _("the ledger"),
    }.get(row.thing_kind, "{name}")
    return named.format(name=name, number=number)


def thing_url(row: AuditRow, role: str) -> str:
    """The page of what was acted upon, where there is one that ``role`` may open; else ""."""
    number = row.thing_id
    if row.thing_kind == "member":
        return reverse("panel:member", args=[number])
    if row.thing_kind == "revision":
        return reverse("panel:revision", args=[number])
    if row.thing_kind == "ledger":
        return reverse("panel:ledger")
    if row.thing_kind == "backtest":
        return reverse("panel:backtest", args=[number])
    if row.thing_kind == "branch":
        return reverse("panel:branches")
    if row.thing_kind == "series" and role != "accountant":
        return reverse("panel:series", args=[number])
    if row.thing_kind == "draw" and role != "accountant":
        return reverse("panel:draw", args=[number])
    if role != "owner":
        return ""
    if row.thing_kind == "reward":
        return reverse("panel:edit-reward", args=[number])
    if row.thing_kind == "sms":
        return reverse("panel:sms")
    return {"staff": reverse("panel:staff"), "api_key": reverse("panel:keys")}.get(
        row.thing_kind, ""
    )


def _template(row: AuditRow, lines: Sequence[Line]) -> tuple[str, dict[str, str]]:
    single = _single(row, lines)
    if single is not None:
        return single
    plain = {
        "member.changed": _("{who} changed the details of {what}"),
        "member.enrolled": _("{who} enrolled {what}"),
        "member.closed": _("{who} closed the membership of {what}"),
        "member.reopened": _("{who} reopened the membership of {what}"),
        "adjustment.requested": _("{who} asked for a correction of {what}"),
        "adjustment.applied": _("{who} corrected {what}"),
        "adjustment.refused": _("{who} refused a correction of {what}"),
        "transfer.reversed": _("{who} undid a movement of {what}"),
        "points.revived": _("{who} gave back what had expired of {what}"),
        "member.merged": _("{who} merged another membership into {what}"),
        "household.made": _("{who} made a household for {what}"),
        "household.joined": _("{who} took {what} into a household"),
        "household.left": _("{who} took {what} out of a household"),
        "household.changed": _("{who} changed the household of {what}"),
        "occasion.created": _("{who} made the {what}"),
        "occasion.changed": _("{who} changed the {what}"),
        "reward.created": _("{who} made the {what}"),
        "reward.changed": _("{who} changed the {what}"),
        "product.changed": _("{who} changed the {what}"),
        "series.created": _("{who} made the {what}"),
        "series.cancelled": _("{who} ended the {what}"),
        "code.given": _("{who} gave the {what} to a member"),
        "code.cancelled": _("{who} cancelled the {what}"),
        "attribute.made": _("{who} made the {what}"),
        "attribute.changed": _("{who} changed the {what}"),
        "segment.created": _("{who} made the {what}"),
        "segment.changed": _("{who} changed the {what}"),
        "segment.archived": _("{who} put the {what} into the archive"),
        "segment.reopened": _("{who} brought the {what} back"),
        "segment.deleted": _("{who} deleted the {what}"),
        "draw.created": _("{who} wrote the conditions of the {what}"),
        "draw.changed": _("{who} changed the conditions of the {what}"),
        "draw.open": _("{who} opened the {what}"),
        "draw.freeze_asked": _("{who} asked for the list of the {what} to be closed"),
        "draw.frozen": _("{who} closed the list of the {what}"),
        "draw.drawn": _("{who} drew the winners of the {what}"),
        "draw.winner_confirmed": _("{who} confirmed a winner of the {what}"),
        "draw.winner_replaced": _("{who} replaced a winner of the {what}"),
        "draw.closed": _("{who} ended the {what}"),
        "draw.cancelled": _("{who} cancelled the {what}"),
        "draft.changed": _("{who} changed {what} (not published yet)"),
        "draft.discarded": _("{who} threw the draft of the programme away"),
        "program.published": _("{who} published {what} of the programme"),
        "publishing.planned": _("{who} planned when {what} is published"),
        "publishing.cancelled": _("{who} took back when {what} was to be published"),
        "backtest.asked": _("{who} tested the draft on past purchases: {what}"),
        "backtest.stopped": _("{who} stopped {what}"),
        "backtest.exported": _("{who} took what a back-test found out as a file"),
        "staff.created": _("{who} made a login for {what}"),
        "staff.activated": _("{who} let {what} in again"),
        "staff.deactivated": _("{who} locked {what} out"),
        "api_key.created": _("{who} made the {what}"),
        "api_key.revoked": _("{who} revoked the {what}"),
        "sms.changed": _("{who} changed {what}"),
        "branch.created": _("{who} opened the {what}"),
        "branch.changed": _("{who} changed the {what}"),
        "club.created": _("{who} set up the {what}"),
        "club.changed": _("{who} changed the settings of the club"),
        "login.succeeded": _("{who} logged in"),
        "login.failed": _("{who} typed a wrong password for {what}"),
        "logout": _("{who} logged out"),
        "import.started": _("{who} began to import the {what}"),
        "import.finished": _("{who} imported the {what}"),
        "members.exported": _("{who} took the list of members out as a file"),
        "purchases.exported": _("{who} took the list of purchases out as a file"),
        "program.exported": _("{who} took the programme out as a file"),
        "codes.exported": _("{who} took a list of codes out as a file"),
        "ledger.check_asked": _("{who} asked for a check of {what}"),
        "ledger.frozen": _("{who} made {what} read-only, because it does not add up"),
        "ledger.thawed": _("{who} opened {what} again"),
        "audit.exported": _("{who} took the audit out as a file"),
    }.get(row.action)
    return (plain, {}) if plain else ("{who}: {action} {what}", {"action": row.action})


def _single(row: AuditRow, lines: Sequence[Line]) -> tuple[str, dict[str, str]] | None:
    """The sentence of a change of one field that is short enough to be said."""
    if row.action not in ("member.changed", "reward.changed", "branch.changed") or len(lines) != 1:
        return None
    line = lines[0]
    if max(len(line.was), len(line.will)) > _LONGEST_VALUE:
        return None
    field = line.field if current_lang() == "fa" else line.field[:1].lower() + line.field[1:]
    values = {"field": field, "was": line.was, "will": line.will}
    if line.was == NOTHING:
        return _("{who} set the {field} of {what} to {will}"), values
    if line.will == NOTHING:
        return _("{who} removed the {field} of {what}, which was {was}"), values
    return _("{who} changed the {field} of {what} from {was} to {will}"), values


def _digits(text: str) -> str:
    return to_persian_digits(text) if current_lang() == "fa" else text
