"""Did members get what decisions say beside amounts, and nothing else?"""

from __future__ import annotations

from vafa.core.verification import Check

# The parts of a decision that did something; a limit kept the others from it.
_PARTS = """
    SELECT d.id, coalesce(m.merged_into_id, m.id) AS member_id, e ->> 1 AS kind, e -> 3 AS saw
    FROM program_decision d JOIN club_member m ON m.id = d.member_id
    CROSS JOIN jsonb_array_elements(d.parts) e
    WHERE d.club_id = %(club)s AND d.trigger IN ('purchase', 'join', 'happening')
        AND NOT e -> 3 ? 'before' AND e ->> 1 = '{kind}' AND d.revision_id IN (
            SELECT r.id FROM program_revision r WHERE r.club_id = %(club)s AND jsonb_path_exists(
                r.document, '$.rules[*].gives ? (@.kind == "{kind}")')
                OR jsonb_path_exists(r.document, '$.tiers[*].birthday ? (@.kind == "{kind}")'))
"""


# Chances that were a reward; another reward's decision has no such part.
_BOUGHT = """
    SELECT d.id, coalesce(m.merged_into_id, m.id) AS member_id, e ->> 1 AS kind, e -> 3 AS saw
    FROM program_redemption r JOIN program_reward w ON w.id = r.reward_id AND w.kind = 'chances'
    JOIN program_decision d ON d.id = r.decision_id JOIN club_member m ON m.id = d.member_id
    CROSS JOIN jsonb_array_elements(d.parts) e
    WHERE r.club_id = %(club)s AND e ->> 1 = 'chances'
"""


def _parts(kind: str) -> str:
    return _PARTS.format(kind=kind)


CHECKS = (
    Check(
        "every voucher of a rule has its decision, and the other way round",
        f"""
        SELECT 'decision ' || coalesce(p.id, v.id), coalesce(p.codes, 0), coalesce(v.codes, 0)
        FROM (SELECT id, member_id, (saw ->> 'series')::bigint AS series, count(*) AS codes
            FROM ({_parts("voucher")}) x GROUP BY 1, 2, 3) p
        FULL JOIN (SELECT v.decision_id AS id, coalesce(m.merged_into_id, m.id) AS member_id,
                v.series_id AS series, count(*) AS codes
            FROM program_voucher v JOIN club_member m ON m.id = v.member_id
            WHERE v.club_id = %(club)s AND v.decision_id IS NOT NULL GROUP BY 1, 2, 3) v
            ON v.id = p.id AND v.member_id = p.member_id AND v.series = p.series
        WHERE p.codes IS DISTINCT FROM v.codes
        """,
    ),
    Check(
        "every badge has the decision that gave it, and a member has it once",
        f"""
        SELECT 'decision ' || coalesce(p.id, b.id), coalesce(p.code, ''), coalesce(b.code, '')
        FROM (SELECT id, member_id, saw ->> 'badge' AS code FROM ({_parts("badge")}) x) p
        FULL JOIN (SELECT b.decision_id AS id, coalesce(m.merged_into_id, m.id) AS member_id, b.code
            FROM program_badge b JOIN club_member m ON m.id = b.member_id
            WHERE b.club_id = %(club)s) b
            ON b.id = p.id AND b.member_id = p.member_id AND b.code = p.code
        WHERE p.id IS NULL OR b.id IS NULL
        UNION ALL
        SELECT 'member ' || b.member_id, '1 ' || b.code, count(*)::text
        FROM program_badge b WHERE b.club_id = %(club)s GROUP BY b.member_id, b.code
        HAVING count(*) > 1
        """,
    ),
    Check(
        "chances in draws are those of their decisions, and no more went than came",
        f"""
        SELECT 'decision ' || coalesce(p.id, c.id), coalesce(p.chances, 0),
            coalesce(c.given, 0) || ', ' || coalesce(c.gone, 0)
        FROM (SELECT id, (saw ->> 'draw')::bigint AS draw, sum((saw ->> 'chances')::bigint) AS chances
            FROM ({_parts("chances")} UNION ALL {_BOUGHT}) x GROUP BY 1, 2) p
        FULL JOIN (SELECT c.decision_id AS id, c.draw_id AS draw,
                coalesce(sum(c.chances) FILTER (WHERE c.chances > 0), 0) AS given,
                coalesce(-sum(c.chances) FILTER (WHERE c.chances < 0), 0) AS gone
            FROM program_drawchance c WHERE c.club_id = %(club)s GROUP BY 1, 2) c
            ON c.id = p.id AND c.draw = p.draw
        WHERE p.chances IS DISTINCT FROM c.given OR c.gone > c.given
        """,
    ),
    Check(
        "what an invitation brought stands while it is rewarded, and no longer",
        """
        SELECT 'referral ' || r.id, 0, count(*)
        FROM program_happening h
        JOIN program_referral r ON r.id = (h.data ->> 'referral')::bigint AND r.status <> 'paid'
        WHERE h.club_id = %(club)s AND h.kind = 'referral' AND NOT EXISTS
            (SELECT 1 FROM program_decision u WHERE u.undoes_id = h.decision_id)
        GROUP BY r.id
        """,
    ),
)
