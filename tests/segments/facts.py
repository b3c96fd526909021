"""Members' facts and the meaning of a definition, once more in plain Python, from plain queries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from tests.world import World
from vafa.audience.rules.definition import Condition, Definition, Group, InSegment
from vafa.core.db import fetch
from vafa.core.jalali import add_months
from vafa.core.text import search_key
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.program.reads.tiers import tiers_of
from vafa.program.rules.birthdays import days_from_birthday

YEAR = 365


class Facts:
    """One member's facts at a moment; those who were merged into her are she."""

    def __init__(self, world: World, member_id: int, at: datetime) -> None:
        self.world, self.club, self.id, self.at = world, world.club, member_id, at
        self.today = self.club.local_date(at)
        rows = fetch("SELECT id FROM club_member WHERE merged_into_id = %s", [member_id])
        self.them = [member_id, *(number for (number,) in rows)]
        ((self.row),) = fetch(
            "SELECT joined_at, coalesce(branch_id::text, 'none'), birth_date, gender, search_key,"
            " is_active, mobile, household_id FROM club_member WHERE id = %s",
            [member_id],
        )

    @cached_property
    def bills(self) -> list[tuple[Any, ...]]:
        return fetch(
            "SELECT id, branch_id, channel, total, purchased_at FROM commerce_purchase"
            " WHERE member_id = ANY(%s)",
            [self.them],
        )

    @cached_property
    def returns(self) -> list[tuple[Any, ...]]:
        return fetch(
            "SELECT r.branch_id, p.channel, r.total, r.returned_at FROM commerce_return r"
            " LEFT JOIN commerce_purchase p ON p.id = r.purchase_id WHERE r.member_id = ANY(%s)",
            [self.them],
        )

    @cached_property
    def lines(self) -> list[tuple[Any, ...]]:
        return fetch(
            "SELECT p.id, l.product_id, g.category_id, l.amount FROM commerce_purchase p"
            " JOIN commerce_purchaseline l ON l.purchase_id = p.id"
            " LEFT JOIN commerce_product g ON g.id = l.product_id WHERE p.member_id = ANY(%s)",
            [self.them],
        )

    def _counts(self, params: Mapping[str, Any], branch: Any, channel: Any, when: datetime) -> bool:
        days = params.get("days")
        return (
            when <= self.at
            and (not days or self.club.local_date(when) >= self.today - timedelta(days=days))
            and (not params.get("branches") or str(branch) in params["branches"])
            and (not params.get("channels") or channel in params["channels"])
        )

    def value(self, name: str, params: Mapping[str, Any]) -> Any:
        room, _, fact = name.partition(".")
        return getattr(self, f"{room}_{fact}")(params)

    def club_joined(self, params: Mapping[str, Any]) -> date:
        return self.club.local_date(self.row[0])

    club_joined_on = club_joined

    @cached_property
    def told(self) -> tuple[Any, ...]:
        """What she told and allowed: city, education, way here, wedding day, e-mail, consents,
        terms; and until when her fee is paid."""
        rows = fetch(
            "SELECT city, education, acquaintance, wedding_date, email, consents, terms_version,"
            " fee_until"
            " FROM club_member WHERE id = %s",
            [self.id],
        )
        return rows[0]

    def club_fee_until(self, params: Mapping[str, Any]) -> date | None:
        until: date | None = self.told[7]
        return until

    def club_fee_paid(self, params: Mapping[str, Any]) -> bool:
        return bool(self.told[7] and self.told[7] > self.today)

    def club_city(self, params: Mapping[str, Any]) -> str:
        return search_key(self.told[0])

    def club_education(self, params: Mapping[str, Any]) -> str:
        return self.told[1] or "none"

    def club_acquaintance(self, params: Mapping[str, Any]) -> str:
        return self.told[2] or "none"

    def club_wedding(self, params: Mapping[str, Any]) -> bool:
        return self._is_near(self.told[3], params["days"])

    def club_email(self, params: Mapping[str, Any]) -> bool:
        return self.told[4] != ""

    def club_consents(self, params: Mapping[str, Any]) -> bool:
        return bool(set(self.told[5]) & set(params["consent"]))

    def club_terms(self, params: Mapping[str, Any]) -> bool:
        return self.told[6] >= 1

    def club_branch(self, params: Mapping[str, Any]) -> str:
        return str(self.row[1])

    def club_age(self, params: Mapping[str, Any]) -> int | None:
        born = self.row[2]
        if born is None:
            return None
        years = range(130)
        return max(n for n in years if born <= add_months(self.today, -12 * n, self.club.calendar))

    def club_birthday(self, params: Mapping[str, Any]) -> bool:
        return self._is_near(self.row[2], params["days"])

    def _is_near(self, born: date | None, ahead: int) -> bool:
        days = range(ahead + 1)
        return born is not None and any(
            days_from_birthday(born, self.today + timedelta(days=n), self.club.calendar) == 0
            for n in days
        )

    def club_gender(self, params: Mapping[str, Any]) -> str:
        return self.row[3] or "none"

    def club_name(self, params: Mapping[str, Any]) -> str:
        return str(self.row[4])

    def club_active(self, params: Mapping[str, Any]) -> bool:
        return bool(self.row[5])

    def club_mobile(self, params: Mapping[str, Any]) -> bool:
        return self.row[6] is not None

    def club_card(self, params: Mapping[str, Any]) -> bool:
        cards = "SELECT 1 FROM club_card WHERE is_active AND member_id = ANY(%s)"
        return bool(fetch(cards, [self.them]))

    def club_household(self, params: Mapping[str, Any]) -> bool:
        return self.row[7] is not None

    @cached_property
    def attributes(self) -> dict[str, Any]:
        ((text,),) = fetch("SELECT attributes::text FROM club_member WHERE id = %s", [self.id])
        return dict(json.loads(text))

    def _known(self, params: Mapping[str, Any]) -> Any:
        known = [self.attributes[key] for key in params["attribute"] if key in self.attributes]
        return known[0] if known else None

    def club_attribute_choice(self, params: Mapping[str, Any]) -> str:
        return self._known(params) or ""

    def club_attribute_number(self, params: Mapping[str, Any]) -> int | None:
        return self._known(params)

    def club_attribute_yes(self, params: Mapping[str, Any]) -> bool:
        return bool(self._known(params))

    def club_attribute_date(self, params: Mapping[str, Any]) -> date | None:
        number = self._known(params)
        return None if number is None else date.fromisoformat(str(number))

    def club_attribute_known(self, params: Mapping[str, Any]) -> bool:
        return self._known(params) is not None

    def _bills(self, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return [b for b in self.bills if self._counts(params, b[1], b[2], b[4])]

    def commerce_purchases(self, params: Mapping[str, Any]) -> int:
        return len(self._bills(params))

    def commerce_spent(self, params: Mapping[str, Any]) -> int:
        back = [r[2] for r in self.returns if self._counts(params, r[0], r[1], r[3])]
        return sum(b[3] for b in self._bills(params)) - sum(back)

    def commerce_average(self, params: Mapping[str, Any]) -> int | None:
        totals = [b[3] for b in self._bills(params)]
        # As the database rounds: half up.
        return (2 * sum(totals) + len(totals)) // (2 * len(totals)) if totals else None

    def commerce_last(self, params: Mapping[str, Any]) -> date | None:
        days = [self.club.local_date(b[4]) for b in self._bills(params)]
        return max(days, default=None)

    def commerce_first(self, params: Mapping[str, Any]) -> date | None:
        days = [self.club.local_date(b[4]) for b in self._bills(params)]
        return min(days, default=None)

    def _lines(self, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        bills = {b[0] for b in self._bills(params)}
        return [
            line
            for line in self.lines
            if line[0] in bills
            and (not params.get("products") or str(line[1]) in params["products"])
            and (not params.get("categories") or str(line[2]) in params["categories"])
        ]

    def commerce_bought(self, params: Mapping[str, Any]) -> int:
        return len({line[0] for line in self._lines(params)})

    def commerce_bought_sum(self, params: Mapping[str, Any]) -> int:
        return sum(line[3] for line in self._lines(params))

    def commerce_returns(self, params: Mapping[str, Any]) -> int:
        return sum(self._counts(params, r[0], r[1], r[3]) for r in self.returns)

    def commerce_weekday(self, params: Mapping[str, Any]) -> str:
        days = Counter((self.club.local_date(b[4]).weekday() + 2) % 7 for b in self._bills(params))
        return str(min(days, key=lambda d: (-days[d], d))) if days else "none"

    def program_points(self, params: Mapping[str, Any]) -> int:
        return standing(self.club, self.id).available

    def program_earned(self, params: Mapping[str, Any]) -> int:
        rows = fetch(
            "SELECT effective_at, points FROM program_decision WHERE member_id = ANY(%s)"
            " AND trigger IN ('purchase', 'join', 'return')",
            [self.them],
        )
        return sum(points for at, points in rows if self._counts(params, None, None, at))

    def program_tier(self, params: Mapping[str, Any]) -> str:
        program = live_program(self.club.id).program
        tier = tiers_of(self.club, program, [self.id], self.at)[self.id]
        return tier.code if tier else "none"

    def program_vouchers(self, params: Mapping[str, Any]) -> int:
        rows = fetch(
            "SELECT v.id FROM program_voucher v LEFT JOIN program_voucheruse u"
            " ON u.voucher_id = v.id WHERE v.member_id = ANY(%s) AND u.id IS NULL"
            " AND v.expires_at > %s",
            [self.them, self.at],
        )
        return len(rows)

    def program_redeemed(self, params: Mapping[str, Any]) -> int:
        rows = fetch(
            "SELECT r.redeemed_at FROM program_redemption r LEFT JOIN program_voucheruse u"
            " ON u.voucher_id = r.voucher_id WHERE r.member_id = ANY(%s)"
            " AND coalesce(u.purpose, '') NOT IN ('cancelled', 'expired')",
            [self.them],
        )
        return sum(self._counts(params, None, None, at) for (at,) in rows)


def meant(facts: Facts, definition: Definition | Group, others: Mapping[str, Definition]) -> bool:
    """Whether the definition holds of a member."""
    answers = [_item(facts, item, others) for item in definition.items]
    return all(answers) if definition.match == "all" else any(answers)


def _item(facts: Facts, item: Any, others: Mapping[str, Definition]) -> bool:
    if isinstance(item, Group):
        return meant(facts, item, others)
    if isinstance(item, InSegment):
        return meant(facts, others[item.segment], others) != item.negated
    return _holds(facts, item) != item.negated


def _holds(facts: Facts, condition: Condition) -> bool:
    value = facts.value(condition.facet, condition.params)
    given: Any = condition.value
    op = condition.op
    if value is None:
        return False
    if op in ("yes", "no"):
        return value == (op == "yes")
    if op in ("in", "not_in"):
        return (value in given) == (op == "in")
    if op in ("has", "starts"):
        text = search_key(given)
        return text in value if op == "has" else value.startswith(text)
    if condition.facet in ("club.joined", "commerce.last", "commerce.first"):
        value = (facts.today - value).days
    elif isinstance(value, date):
        value = value.isoformat()
    if op == "between":
        return given[0] <= value <= given[1]
    return {"ge": value >= given, "le": value <= given, "eq": value == given, "ne": value != given}[
        op
    ]
