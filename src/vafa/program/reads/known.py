"""What there is in a club for rules to name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from vafa.audience.reads.segments import list_segments
from vafa.club.models import Branch, Merchant
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.core.clock import now
from vafa.program.models import Draw, VoucherSeries
from vafa.program.rules.conditions import Lines
from vafa.program.rules.document import Program
from vafa.program.rules.impossible import Known, KnownAttribute


def known_things(club: ClubContext, program: Program) -> Known:
    """What the rules of ``program`` may name today."""
    asked = [c for rule in program.rules for c in rule.conditions if isinstance(c, Lines)]
    products = {v for c in asked if c.fact == "product" for v in c.values}
    return Known(
        club.local_date(now()),
        {
            "branch": _numbers(Branch.objects.filter(club_id=club.id, is_active=True)),
            "merchant": _numbers(Merchant.objects.filter(club_id=club.id)),
            "category": _numbers(Category.objects.filter(club_id=club.id)),
            "product": _numbers(Product.objects.filter(club_id=club.id, pk__in=products)),
            "segment": [s.code for s in list_segments(club.id, with_archived=True)],
            "tier": [tier.code for tier in program.tiers],
            "series": _numbers(_series(club)),
            "draw": _numbers(Draw.objects.filter(club_id=club.id, status__in=("draft", "open"))),
        },
        {a.key: KnownAttribute(a.kind, a.choices) for a in list_attributes(club.id)},
    )


def _series(club: ClubContext) -> QuerySet[VoucherSeries]:
    """Those of which fresh codes can be made: none that came from a partner's list."""
    rows = VoucherSeries.objects.filter(club_id=club.id, letters__gt=0, cancelled_at__isnull=True)
    return rows.filter(expires_at__gt=now())


def _numbers(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("id", flat=True))
