"""The audit in sentences: who did what to whom or what."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vafa.club.actor import Actor
from vafa.core.text import to_persian_digits
from vafa.insight.reads.audit import AuditRow
from vafa.web.panel.audit_values import NOTHING, Line
from vafa.web.shared.context import current_lang

_LONGEST_VALUE = 60
# A name keeps its own direction within a sentence of the other.
_ISOLATED = "\u2068{}\u2069"


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
        "role": _("role “{name}”"),
        "api_key": _("API key “{name}”"),
        "branch": _("branch “{name}”"),
        "club": _("club “{name}”"),
        "occasion": _("occasion “{name}”"),
        "reward": _("reward “{name}”"),
        "order": _("order {name}"),
        "document": _("document {name}"),
        "seller": _("the invoice details of “{name}”"),
        "fee": _("the membership fee"),
        "series": _("series of codes “{name}”"),
        "code": _("code “{name}”"),
        "draw": _("draw “{name}”"),
        "segment": _("segment “{name}”"),
        "attribute": _("attribute “{name}”"),
        "consent": _("consent “{name}”"),
        "terms": _("version {number} of the terms"),
        "profile": _("the details of members"),
        "product": _("product “{name}”"),
        "category": _("category “{name}”"),
        "merchant": _("merchant “{name}”"),
        "joining_code": _("joining code “{name}”"),
        "joining_request": _("request of “{name}”"),
        "revision": _("revision {number}"),
        "draft": _("the draft of the programme"),
        "backtest": _("the back-test {number}"),
        "sms": _("the account for text messages"),
        "offline_sale": _("the sale without a line of “{name}”"),
        "email": _("the account for e-mail"),
        "quiet": _("the quiet hours"),
        "report": _("the report “{name}”"),
        "saved_report": _("the report “{name}”"),
        "file": _("file “{name}”"),
        "import": _("the import “{name}”"),
        "task": _("the long work {number}"),
        "ledger": _("the ledger"),
    }.get(row.thing_kind, "{name}")
    return named.format(name=name, number=number)


# The page of a kind of thing, the permission for it, and whether it is of one thing alone.
_PAGES = {
    "member": ("member", "members.view", True),
    "terms": ("terms", "club.settings", False),
    "consent": ("consents", "club.settings", False),
    "profile": ("profile-fields", "club.settings", False),
    "revision": ("revision", "program.view", True),
    "ledger": ("ledger", "ledger.view", False),
    "task": ("task", "club.settings", True),
    "backtest": ("backtest", "reports.view", True),
    "branch": ("branches", "reports.view", False),
    "series": ("series", "codes.edit", True),
    "import": ("import", "imports.run", True),
    "draw": ("draw", "draws.run", True),
    "reward": ("edit-reward", "rewards.edit", True),
    "order": ("order", "purchases.record", True),
    "fee": ("fee", "club.settings", False),
    "document": ("invoice", "purchases.view", True),
    "seller": ("sellers", "branches.edit", False),
    "sms": ("sms", "messages.settings", False),
    "email": ("email", "messages.settings", False),
    "quiet": ("quiet", "messages.settings", False),
    "staff": ("edit-staff", "staff.manage", True),
    "role": ("edit-role", "staff.manage", True),
    "api_key": ("keys", "keys.manage", False),
}


def thing_url(row: AuditRow, actor: Actor) -> str:
    """The page of what was acted upon, where there is one that ``actor`` may open; else ""."""
    page, permission, is_single = _PAGES.get(row.thing_kind, ("", "", False))
    if not page or not actor.may(permission):
        return ""
    return reverse(f"panel:{page}", args=[row.thing_id] if is_single else [])


def _template(row: AuditRow, lines: Sequence[Line]) -> tuple[str, dict[str, str]]:
    single = _single(row, lines)
    if single is not None:
        return single
    plain = {
        "member.changed": _("{who} changed the details of {what}"),
        "member.enrolled": _("{who} enrolled {what}"),
        "card.given": _("{who} gave {what} a card"),
        "card.closed": _("{who} closed a card of {what}"),
        "card.reopened": _("{who} opened a card of {what} again"),
        "bulk.asked": _("{who} had something done for many members"),
        "bulk.undone": _("{who} undid what was done for many members"),
        "bulk.requested": _("{who} asked for points for many members"),
        "bulk.approved": _("{who} approved points for many members"),
        "bulk.refused": _("{who} refused points for many members"),
        "member.closed": _("{who} closed the membership of {what}"),
        "member.reopened": _("{who} reopened the membership of {what}"),
        "member.left": _("{who} ended the membership of {what}: left the club"),
        "member.erased": _("{who} had a person forgotten"),
        "member.data_taken": _("{who} took all data of {what} out as a file"),
        "member.consents": _("{who} noted what {what} allows"),
        "consents.made": _("{who} made the {what}"),
        "consents.changed": _("{who} changed the words of the {what}"),
        "terms.drafted": _("{who} wrote on the terms of membership (not published yet)"),
        "terms.discarded": _("{who} threw the draft of the terms of membership away"),
        "terms.published": _("{who} published {what}"),
        "terms.withdrawn": _("{who} took back that {what} were to be published"),
        "profile.fields": _("{who} changed which details members are asked for"),
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
        "offline.settled": _("{who} settled {what}"),
        "occasion.created": _("{who} made the {what}"),
        "occasion.changed": _("{who} changed the {what}"),
        "reward.created": _("{who} made the {what}"),
        "reward.changed": _("{who} changed the {what}"),
        "product.created": _("{who} made the {what}"),
        "product.changed": _("{who} changed the {what}"),
        "category.created": _("{who} made the {what}"),
        "category.changed": _("{who} changed the {what}"),
        "merchant.created": _("{who} made the {what}"),
        "merchant.changed": _("{who} changed the {what}"),
        "joining.changed": _("{who} changed who may join the club"),
        "joining.asked": _("{who} asked for somebody to be taken in: {what}"),
        "joining.accepted": _("{who} accepted the {what}"),
        "joining.refused": _("{who} refused the {what}"),
        "joining_code.created": _("{who} made the {what}"),
        "joining_code.changed": _("{who} changed the {what}"),
        "setup.saved": _("{who} answered a step of setting the club up"),
        "setup.done": _("{who} said that the club is set up"),
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
        "staff.changed": _("{who} changed what {what} may"),
        "staff.logged_out": _("{who} logged {what} out of devices"),
        "second_factor.set": _("{who} set up the second step of the login"),
        "second_factor.renewed": _("{who} made new recovery codes"),
        "second_factor.ended": _("{who} switched the second step of the login off"),
        "second_factor.reset": _("{who} took the second step of {what} away"),
        "role.created": _("{who} made the {what}"),
        "role.changed": _("{who} changed the {what}"),
        "role.deleted": _("{who} removed the {what}"),
        "number_change.requested": _("{who} asked for another number for {what}"),
        "number_change.done": _("{who} changed the number of {what}"),
        "number_change.refused": _("{who} refused another number for {what}"),
        "api_key.created": _("{who} made the {what}"),
        "api_key.revoked": _("{who} revoked the {what}"),
        "sms.changed": _("{who} changed {what}"),
        "branch.created": _("{who} opened the {what}"),
        "branch.changed": _("{who} changed the {what}"),
        "order.made": _("{who} wrote {what} down"),
        "order.changed": _("{who} changed {what}"),
        "order.placed": _("{who} ended the writing of {what}"),
        "order.reopened": _("{who} opened {what} again to change it"),
        "order.registered": _("{who} recorded {what} as a purchase"),
        "order.delivered": _("{who} delivered {what}"),
        "order.closed": _("{who} finished {what}"),
        "order.cancelled": _("{who} cancelled {what}"),
        "invoice.issued": _("{who} issued the {what}"),
        "return_document.issued": _("{who} issued the {what}"),
        "fee.changed": _("{who} changed {what}"),
        "fee.paid": _("{who} registered the membership fee of {what}"),
        "fee.given_back": _("{who} gave the membership fee of {what} back"),
        "seller.changed": _("{who} changed {what}"),
        "club.created": _("{who} set up the {what}"),
        "club.changed": _("{who} changed the settings of the club"),
        "login.succeeded": _("{who} logged in"),
        "login.failed": _("{who} typed a wrong password for {what}"),
        "login.second_failed": _("{who} typed a wrong code in the second step for {what}"),
        "login.password_changed": _("{who} changed the own password"),
        "logout": _("{who} logged out"),
        "import.uploaded": _("{who} uploaded a file: {what}"),
        "import.described": _("{who} said how the file is read: {what}"),
        "import.tried": _("{who} tried a file out: {what}"),
        "import.asked": _("{who} had a file brought in: {what}"),
        "import.undo_asked": _("{who} ordered a file to be taken back: {what}"),
        "import.refused_taken": _("{who} took the refused rows of {what}"),
        "import.undone": _("{who} took a whole file back: {what}"),
        "import.started": _("{who} began to import the {what}"),
        "import.finished": _("{who} imported the {what}"),
        "members.exported": _("{who} took the list of members out as a file"),
        "purchases.exported": _("{who} took the list of purchases out as a file"),
        "program.exported": _("{who} took the programme out as a file"),
        "codes.exported": _("{who} took a list of codes out as a file"),
        "task.stopped": _("{who} stopped {what}"),
        "task.file_taken": _("{who} took a file of {what}"),
        "ledger.check_asked": _("{who} asked for a check of {what}"),
        "ledger.frozen": _("{who} made {what} read-only, because it does not add up"),
        "ledger.thawed": _("{who} opened {what} again"),
        "audit.exported": _("{who} took the audit out as a file"),
        "report.exported": _("{who} took {what} out as a file"),
        "report.prepared": _("{who} had {what} made in the background"),
        "report.saved": _("{who} saved {what}"),
        "report.changed": _("{who} changed {what}"),
        "report.deleted": _("{who} deleted {what}"),
        "report.sent": _("{who} sent {what} by e-mail"),
        "schedule.made": _("{who} let {what} be sent regularly"),
        "schedule.changed": _("{who} changed when {what} is sent, or to whom"),
        "schedule.ended": _("{who} ended the sending of {what}"),
        "schedule.left": _("A receiver of {what} does not want it any more"),
        "email.changed": _("{who} changed {what}"),
        "quiet.changed": _("{who} changed {what}"),
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
