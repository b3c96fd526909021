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
from vafa.web.panel.audit_sentences import SENTENCES
from vafa.web.panel.audit_values import NOTHING, Line
from vafa.web.shared.context import current_lang

_LONGEST_VALUE = 60
# A name keeps its own direction within a sentence of the other.
_ISOLATED = "\u2068{}\u2069"
# The dots of a key that is cut off stand after it, in a name from right to left too.
_CUT_OFF = "…\u200e)"


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
    name = _ISOLATED.format(name.replace("…)", _CUT_OFF)) if isolated else name
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
        "offline_sale": _("the offline sale of “{name}”"),
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
    plain = SENTENCES.get(row.action)
    return (str(plain), {}) if plain else ("{who}: {action} {what}", {"action": row.action})


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
