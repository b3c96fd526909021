"""Facts about a member's points, tier, vouchers and rewards."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vafa.club.facet_types import Ask, Choice, Facet, Rows, Said, Sql, days_param, joined
from vafa.club.reads.context import ClubContext
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_segments import refuse_within
from vafa.program.reads.tier_sql import tier_rows
from vafa.program.rules.tier_terms import NO_TIER

_GROUP = Said("امتیاز و جایزه", "Points and rewards")
_POINTS = ("امتیاز", "point", "points")
_BELOW = Choice(NO_TIER, Said("بدون سطح", "no tier"))


def _available(ask: Ask) -> Rows:
    """As the list of members says it: what has expired since the last upkeep does not count."""
    return Rows(
        Sql(
            "sum(a.balance - coalesce((SELECT sum(l.remaining) FROM ledger_lot l"
            " WHERE l.account_id = a.id AND l.remaining > 0 AND l.expires_at <= %s), 0))::bigint",
            (ask.at,),
        ),
        "ledger_account a",
        "a.holder",
        Sql("a.unit_id = %s AND a.kind IN ('available', 'debt')", (ask.club.points_unit_id,)),
        of_wallet=True,
    )


def _earned(ask: Ask) -> Rows:
    """What purchases, joining and other happenings gave, less what returns took back."""
    parts = [
        Sql("d.trigger IN ('purchase', 'join', 'happening', 'return')"),
        Sql("d.effective_at <= %s", (ask.at,)),
    ]
    if (since := ask.since) is not None:
        parts.append(Sql("d.effective_at >= %s", (since,)))
    return Rows(
        Sql("sum(d.points)::bigint"),
        "program_decision d",
        "d.member_id",
        joined(parts),
        "d.club_id",
    )


def _tier(ask: Ask) -> Rows:
    refuse_within()
    return tier_rows(ask.club, live_program(ask.club.id).program, ask.at)


def _tiers(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    tiers = live_program(club.id).program.tiers
    found = [Choice(t.code, Said(t.name.fa, t.name.said("en"))) for t in tiers]
    return [c for c in (*found, _BELOW) if among is None or c.value in among]


def _vouchers(ask: Ask) -> Rows:
    return Rows(
        Sql("count(*)"),
        "program_voucher v",
        "v.member_id",
        Sql(
            "coalesce(v.given_at, v.created_at) <= %s AND v.expires_at > %s"
            " AND coalesce(v.starts_at <= %s, true) AND NOT EXISTS (SELECT FROM (SELECT u.*"
            " FROM program_voucheruse u WHERE u.voucher_id = v.id AND u.used_at <= %s"
            " ORDER BY u.number DESC LIMIT 1) u WHERE u.purpose IN ('cancelled', 'expired')"
            " OR u.times_after >= v.max_uses OR v.kind = 'gift' AND u.amount_after >= v.value)",
            (ask.at,) * 4,
        ),
        "v.club_id",
    )


def _redeemed(ask: Ask) -> Rows:
    """Rewards that were not given up again."""
    parts = [
        Sql("r.redeemed_at <= %s", (ask.at,)),
        Sql(
            "NOT EXISTS (SELECT FROM program_voucheruse u WHERE u.voucher_id = r.voucher_id"
            " AND u.purpose IN ('cancelled', 'expired') AND u.used_at <= %s)",
            (ask.at,),
        ),
    ]
    if (since := ask.since) is not None:
        parts.append(Sql("r.redeemed_at >= %s", (since,)))
    return Rows(Sql("count(*)"), "program_redemption r", "r.member_id", joined(parts), "r.club_id")


PROGRAM_FACETS = (
    Facet(
        "program.points",
        _GROUP,
        Said("امتیاز قابل خرج", "Points to spend"),
        "number",
        _available,
        Said("{value} دارند", "have {value}"),
        unit=_POINTS,
    ),
    Facet(
        "program.earned",
        _GROUP,
        Said("امتیازی که گرفته", "Points earned"),
        "number",
        _earned,
        Said("{days} {value} گرفته‌اند", "have earned {value} {days}"),
        unit=_POINTS,
        params=(days_param(),),
    ),
    Facet(
        "program.tier",
        _GROUP,
        Said("سطح", "Tier"),
        "choice",
        _tier,
        Said("سطحشان {value} است", "have the tier {value}"),
        Said("سطحشان {value} نیست", "do not have the tier {value}"),
        choices=_tiers,
    ),
    Facet(
        "program.vouchers",
        _GROUP,
        Said("کد تخفیف آمادهٔ استفاده", "Vouchers ready to use"),
        "number",
        _vouchers,
        Said("{value} آمادهٔ استفاده دارند", "have {value} ready to use"),
        unit=("کد تخفیف", "voucher", "vouchers"),
    ),
    Facet(
        "program.redeemed",
        _GROUP,
        Said("تعداد جایزهٔ گرفته‌شده", "Rewards redeemed"),
        "number",
        _redeemed,
        Said("{days} {value} گرفته‌اند", "have redeemed {value} {days}"),
        unit=("جایزه", "reward", "rewards"),
        params=(days_param(),),
    ),
)
