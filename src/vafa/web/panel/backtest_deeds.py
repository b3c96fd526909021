"""What a back-test found beside points for purchases, and what it could not test, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.money import format_amount, format_number
from vafa.program.rules.backtest import COLUMNS, DEED_COLUMNS, read_deed_name
from vafa.program.rules.deeds import Chances, SetAttribute
from vafa.program.rules.document import Program
from vafa.program.rules.tier_gifts import gift_name, tier_gifts
from vafa.web.panel.backtest_tables import POINTS, Row, lines_of, month_names
from vafa.web.shared.context import current_lang


class Deed(NamedTuple):
    """What a rule did of one kind, in a month ("": altogether), by the names of the columns."""

    rule: str
    kind: str
    month: str
    counts: Mapping[str, int]


def kind_names() -> dict[str, str]:
    """What is no purchase, as a table calls it."""
    return {
        "return": _("Returns"),
        "joining": _("Joining"),
        "profile_completed": _("Profiles completed"),
        "birthday": _("Birthdays"),
        "anniversary": _("Anniversaries of joining"),
        "occasion": _("Occasions"),
        "schedule": _("At a certain day and hour"),
        "member_date": _("Dates of members"),
        "visit": _("Visits"),
        "event": _("Events"),
        "challenge": _("Challenges"),
    }


def deed_words(kind: str) -> str:
    """What a rule does, as a table calls it."""
    return {
        "voucher": _("Vouchers"),
        "chances": _("Draw chances"),
        "badge": _("Badges"),
        "attribute": _("Attributes"),
        "message": _("Messages"),
        "event": _("Events"),
    }[kind]


def gift_names(*programs: Program) -> dict[str, str]:
    """What the birthday gifts of tiers are called, by the id that they go by among rules."""
    lang = current_lang()
    found: dict[str, str] = {}
    for program in programs:
        for rule in tier_gifts(program):
            found[rule.id] = gift_name(program, rule.id, lang) or rule.id
    return found


def deeds_of(result: Mapping[str, Any]) -> list[Deed]:
    """Everything that rules did, by rule, kind and month; each altogether first. None where it was
    found before this was counted."""
    found = []
    for name, counts in result.get("deeds", {}).items():
        rule, kind, month = read_deed_name(name)
        found.append(Deed(rule, kind, month, dict(zip(DEED_COLUMNS, counts, strict=True))))
    return sorted(found, key=lambda one: one[:3])


def deed_rows(
    result: Mapping[str, Any], names: Mapping[str, str], club: ClubContext
) -> list[dict[str, Any]]:
    """Of each rule how often it did something, for how many members and how much, before returns;
    with the same of each month."""
    rows: list[dict[str, Any]] = []
    months = month_names(result, club)
    for one in deeds_of(result):
        said = _said(one, club)
        if one.month:
            rows[-1]["months"].append(said | {"name": months.get(one.month, one.month)})
        else:
            name = names.get(one.rule, one.rule)
            rows.append(said | {"name": name, "kind": deed_words(one.kind), "months": []})
    return sorted(rows, key=lambda row: row["kind"])


def _said(one: Deed, club: ClubContext) -> dict[str, Any]:
    lang, counts = current_lang(), one.counts
    said: dict[str, Any] = {}
    for side in ("draft", "real"):
        amount = counts[f"{side}_amount"]
        said[side] = format_number(counts[f"{side}_times"], lang)
        said[f"{side}_members"] = format_number(counts[f"{side}_members"], lang)
        said[f"{side}_amount"] = ""
        if amount and one.kind == "voucher":
            said[f"{side}_amount"] = format_amount(amount, club.display_unit, lang)
        elif amount:
            said[f"{side}_amount"] = _("%(n)s chances") % {"n": format_number(amount, lang)}
    return said


def kind_rows(result: Mapping[str, Any]) -> list[Row]:
    """Points less returns of what is no purchase; how often it gave something is noted."""
    lang, names = current_lang(), kind_names()
    rows = []
    for key, one in lines_of(result, "kind").items():
        often = {"n": format_number(one.counts["purchases"], lang)}
        really = {"n": format_number(one.counts["sales"], lang)}
        note = _("%(n)s times") % often + _(", ") + _("really %(n)s") % really
        rows.append(Row(names.get(key, key), one.net("draft"), one.net("real"), POINTS, note))
    return rows


def beside_heads() -> list[str]:
    """The heads of the columns that only ``beside_rows`` fill."""
    return [
        *(_("Draft: times"), _("Draft: members"), _("Draft: how much")),
        *(_("Really: times"), _("Really: members"), _("Really: how much")),
    ]


def beside_rows(
    result: Mapping[str, Any], names: Mapping[str, str], club: ClubContext
) -> list[list[Any]]:
    """The lines of a file: what is no purchase, and what rules did beside giving an amount."""
    kinds, months = kind_names(), month_names(result, club)
    rows: list[list[Any]] = []
    for key, line in lines_of(result, "kind").items():
        times, really, *given = line.counts.values()
        name = kinds.get(key, key)
        rows.append([_("Not for purchases"), name, "", "", *given, times, "", "", really])
    nothing = [""] * len(COLUMNS)
    for one in deeds_of(result):
        month = months.get(one.month, one.month)
        name = " · ".join(part for part in (names.get(one.rule, one.rule), month) if part)
        rows.append([deed_words(one.kind), name, *nothing, *one.counts.values()])
    return rows


def notes_of(draft: Program, live: Program) -> Iterator[str]:
    """What the back-test cannot say of these programmes, each in a sentence."""
    active = [*(rule for rule in draft.rules if rule.is_active), *tier_gifts(draft)]
    happenings = {rule.on for rule in active}
    if draft.referral.is_on or live.referral.is_on:
        yield _(
            "Invitations are not tested: what they brought stays as it was, and is in neither column."
        )
    if happenings & {"event", "visit", "profile_completed", "return"}:
        yield _(
            "Visits, returns, completed profiles and events are judged as far as they were recorded."
        )
    if happenings & {"birthday", "anniversary", "occasion", "member_date"}:
        yield _("Birthdays, other dates and occasions are those that are known today.")
    if any(isinstance(rule.gives, SetAttribute) for rule in active):
        yield _(
            "What rules write down of members is counted, but conditions see it as it is today."
        )
    if any(isinstance(rule.gives, Chances) for rule in active):
        yield _("Chances count only in the days of their draw, and while it was open.")
