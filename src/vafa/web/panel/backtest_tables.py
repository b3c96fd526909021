"""What a back-test found, as tables and charts: the draft beside what really happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.program.rules.backtest import COLUMNS, RULE_COLUMNS
from vafa.program.rules.document import Program
from vafa.program.rules.tier_gifts import tier_gifts
from vafa.web.shared.charts import Chart, Series
from vafa.web.shared.context import current_lang

# The mark before it keeps the sign at the beginning of the number in a line from right to left.
_PLUS = "\u200e+"
POINTS, MONEY = "a number", "money"


class Names(NamedTuple):
    """What branches, segments, and both programmes' rules and tiers are called."""

    branches: Mapping[str, str]
    segments: Mapping[str, str]
    rules: Mapping[str, str]
    tiers: Mapping[str, str]


class Row(NamedTuple):
    """A line: what the draft gives, what was really given; points or smallest units of money."""

    name: str
    draft: int | None
    real: int | None
    kind: str = POINTS
    note: str = ""

    @property
    def more(self) -> int | None:
        """How much more the draft gives."""
        return None if self.draft is None or self.real is None else self.draft - self.real


class Found(NamedTuple):
    """A line of the tally by the names of its columns."""

    counts: Mapping[str, int]

    def net(self, side: str, unit: str = "points") -> int:
        """What ``side`` ("draft" or "real") gave less what returns took back."""
        back = "back" if unit == "points" else "credit_back"
        return self.counts[f"{side}_{unit}"] - self.counts[f"{side}_{back}"]


def names_of(
    branches: Mapping[str, str], segments: Mapping[str, str], draft: Program, live: Program
) -> Names:
    """The names in the page's language; what only one of the programmes has included."""
    lang = current_lang()
    both = (live, draft)
    tiers = {tier.code: tier.name.said(lang) for one in both for tier in one.tiers}
    rules = {rule.id: rule.name.said(lang) for one in both for rule in one.rules}
    rules |= {gift.id: gift.name.said(lang) for one in both for gift in tier_gifts(one)}
    rules |= {f"tier:{code}": _("Tier %(name)s") % {"name": tiers[code]} for code in tiers}
    return Names(branches, segments, rules, tiers)


def lines_of(result: Mapping[str, Any], table: str) -> dict[str, Found]:
    """The lines of a table of the result; none where it was found before there was that table."""
    lines = result["tables"].get(table, {})
    return {key: Found(dict(zip(COLUMNS, lines[key], strict=True))) for key in sorted(lines)}


def total_rows(result: Mapping[str, Any]) -> list[Row]:
    """Everything together: given, taken back, worth, what would stand open and expire."""
    total = lines_of(result, "all")[""]
    counts, worth = total.counts, result["worth"]
    rows = [
        Row(_("Points given"), counts["draft_points"], counts["real_points"]),
        Row(_("Taken back by returns"), counts["draft_back"], counts["real_back"]),
        Row(_("Points given less returns"), total.net("draft"), total.net("real")),
        Row(
            _("Their worth"),
            total.net("draft") * worth["draft"],
            total.net("real") * worth["real"],
            MONEY,
        ),
    ]
    if counts["draft_credit"] or counts["real_credit"]:
        credit = total.net("draft", "credit"), total.net("real", "credit")
        rows.append(Row(_("Credit given less returns"), *credit, MONEY))
    return rows + _outlook_rows(result)


def _outlook_rows(result: Mapping[str, Any]) -> list[Row]:
    found, worth = result["outlook"]["points"], result["worth"]
    draft, real = found["draft"], found["real"]
    return [
        Row(_("Points not spent at the end"), draft[0], real[0]),
        Row(
            _("What they would cost"),
            draft[0] * worth["draft"],
            real[0] * worth["real"],
            MONEY,
        ),
        Row(_("Of them will probably expire"), draft[1], real[1]),
    ]


def table_rows(result: Mapping[str, Any], table: str, names: Mapping[str, str]) -> list[Row]:
    """Points less returns, line by line."""
    return [
        Row(names.get(key, key), one.net("draft"), one.net("real"), POINTS, _bought(one))
        for key, one in lines_of(result, table).items()
    ]


def _bought(one: Found) -> str:
    return _("%(n)s purchases") % {"n": format_number(one.counts["purchases"], current_lang())}


def month_names(result: Mapping[str, Any], club: ClubContext) -> dict[str, str]:
    """The months of the result by their first day."""
    lang = current_lang()
    return {
        key: format_date(date.fromisoformat(key), lang, "month", club.calendar)
        for key in result["tables"]["month"]
    }


def rule_rows(result: Mapping[str, Any], names: Mapping[str, str]) -> list[Row]:
    """What each rule gave, before returns, the most first: points, and lines of their own for
    credit and tier points. What limits held back is noted."""
    lang, rows = current_lang(), []
    for key, counts in result["rules"].items():
        one, name = dict(zip(RULE_COLUMNS, counts, strict=True)), names.get(key, key)
        note = _("%(n)s times") % {"n": format_number(one["draft_times"], lang)}
        if one["held_back"]:
            held = {"n": format_number(one["held_back"], lang)}
            note += _(", ") + _("limits held back %(n)s") % held
        for unit, kind, suffix in (
            ("points", POINTS, ""),
            ("credit", MONEY, ""),
            ("tier", POINTS, _("tier points")),
        ):
            draft, real = one[f"draft_{unit}"], one[f"real_{unit}"]
            if draft or real:
                called = f"{name} ({suffix})" if suffix else name
                rows.append(Row(called, draft, real, kind, note))
    return sorted(rows, key=lambda row: (row.kind, -(row.draft or 0)))


def tier_rows(result: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Who would stand in another tier: from, to, members; the most first."""
    none = _("No tier")
    moved = [
        {
            "real": names.get(real, real) or none,
            "draft": names.get(draft, draft) or none,
            "members": members,
        }
        for real, draft, members in result["tiers"]
        if real != draft
    ]
    return sorted(moved, key=lambda row: -row["members"])


def month_chart(result: Mapping[str, Any], club: ClubContext) -> Chart:
    """Points less returns, month by month."""
    names = month_names(result, club)
    return _chart(table_rows(result, "month", names), _("Points given less returns, by month"))


def rule_chart(rows: Sequence[Row]) -> Chart:
    """The twelve rules that give most."""
    points = [row for row in rows if row.kind == POINTS]
    return _chart(points[:12], _("Points by rule"))


def _chart(rows: Sequence[Row], title: str) -> Chart:
    return Chart(
        labels=[row.name for row in rows],
        series=[
            Series(_("Draft"), [row.draft for row in rows]),
            Series(_("Really"), [row.real for row in rows]),
        ],
        kind="bar",
        title=title,
    )


def shown(row: Row, club: ClubContext) -> dict[str, str]:
    """A line as text."""
    lang = current_lang()

    def said(value: int | None) -> str:
        if value is None:
            return "—"
        if row.kind == MONEY:
            return format_amount(value, club.display_unit, lang)
        return format_number(value, lang)

    sign = _PLUS if row.more is not None and row.more > 0 else ""
    return {
        "name": row.name,
        "note": row.note,
        "draft": said(row.draft),
        "real": said(row.real),
        "more": f"{sign}{said(row.more)}",
    }
