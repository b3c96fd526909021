"""The conditions that all reports share: club, days, branches, and who is meant.

Whoever was merged into another member is that one, and always was.
"""

from __future__ import annotations

from typing import Any

from vafa.club.facet_types import Sql
from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.insight.reads.reports.shape import Ask
from vafa.insight.reads.spans import Span

# A member's number as that of whom she became.
MERGED = """merged AS MATERIALIZED (
    SELECT id AS member_id, merged_into_id FROM club_member
    WHERE club_id = %(club)s AND merged_into_id IS NOT NULL
)"""
BRANCHES = "(%(branches)s::bigint[] IS NULL OR {0}branch_id = ANY(%(branches)s::bigint[]))"


def is_kept(ask: Ask) -> bool:
    """Whether daily figures can tell: they know all branches together and each one, and no members."""
    return ask.who is None and (ask.branch_ids is None or len(ask.branch_ids) == 1)


def params(club: ClubContext, ask: Ask, span: Span) -> dict[str, Any]:
    """What the conditions below are given."""
    since, until = span.moments(club)
    branches = None if ask.branch_ids is None else list(ask.branch_ids)
    found: dict[str, Any] = {
        "club": club.id,
        "since": since,
        "until": until,
        "branches": branches,
    }
    if ask.who is not None:
        found |= {f"who{n}": value for n, value in enumerate(ask.who.params)}
    return found


def tables(ask: Ask) -> str:
    """The first tables of a WITH: ``merged``, and ``who`` where members are meant."""
    if ask.who is None:
        return f"WITH {MERGED}"
    return (
        f"WITH {MERGED}, meant AS MATERIALIZED ({_named(ask.who)}), who AS MATERIALIZED ("
        "SELECT id FROM meant UNION ALL"
        " SELECT x.member_id FROM merged x JOIN meant ON x.merged_into_id = meant.id)"
    )


def whose(ask: Ask, column: str = "member_id") -> str:
    """The condition on the member, to follow others."""
    return "" if ask.who is None else f" AND {column} IN (SELECT id FROM who)"


def bills(ask: Ask, alias: str = "") -> str:
    """The condition on purchases."""
    return f"{_facts(ask, 'purchased_at', alias)} AND {counted_purchases(alias)}"


def returns(ask: Ask, alias: str = "") -> str:
    """The condition on returns."""
    return f"{_facts(ask, 'returned_at', alias)} AND {counted_returns(alias)}"


def _facts(ask: Ask, at: str, alias: str) -> str:
    a = f"{alias}." if alias else ""
    return (
        f"{a}club_id = %(club)s AND {a}{at} >= %(since)s AND {a}{at} < %(until)s"
        f" AND {BRANCHES.format(a)}{whose(ask, f'{a}member_id')}"
    )


def _named(sql: Sql) -> str:
    """A statement whose parameters are by place, with parameters by name."""
    parts = sql.text.split("%s")
    return parts[0] + "".join(f"%(who{n})s{part}" for n, part in enumerate(parts[1:]))
