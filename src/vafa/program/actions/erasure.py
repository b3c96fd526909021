"""What the programme knows of a person is emptied; what was decided stays, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.core.db import execute

# The database lets exactly this happen, and only to decisions of who is erased.
_DECISIONS = (
    "UPDATE program_decision SET parts = program_wordless(parts),"
    " inputs = program_impersonal(inputs) WHERE member_id = ANY(%s)"
    " AND (parts, inputs) IS DISTINCT FROM (program_wordless(parts), program_impersonal(inputs))"
)
# Of the other side of a gift only the words.
_GIFTS = (
    "UPDATE program_decision d SET parts = program_wordless(d.parts) WHERE d.id IN ("
    " SELECT g.id FROM program_decision t JOIN program_decision g ON g.id = t.answers_id"
    " WHERE t.member_id = ANY(%s) UNION ALL"
    " SELECT t.id FROM program_decision g JOIN program_decision t ON t.answers_id = g.id"
    " WHERE g.member_id = ANY(%s)) AND d.parts IS DISTINCT FROM program_wordless(d.parts)"
)


def erase_from_program(member_ids: Sequence[int]) -> None:
    """Empty what was written about these members, who are erased: reasons, messages of gifts, what
    rules were told of their person, data that came with events, browsers."""
    ids = [list(member_ids)]
    execute(_DECISIONS, ids)
    execute(_GIFTS, [*ids, *ids])
    execute(
        "UPDATE program_adjustment SET reason = '-' WHERE member_id = ANY(%s) AND reason <> '-'",
        ids,
    )
    execute(
        "UPDATE program_happening SET data = NULL WHERE member_id = ANY(%s) AND data IS NOT NULL",
        ids,
    )
    execute("DELETE FROM program_memberdevice WHERE member_id = ANY(%s)", ids)
    execute(
        "UPDATE program_referral SET device = '' WHERE friend_id = ANY(%s) AND device <> ''", ids
    )


def refuse_waiting_adjustments(member_ids: Sequence[int], by: str) -> None:
    """Corrections that wait for a second person come to nothing; ``by``: who ends them."""
    execute(
        "UPDATE program_adjustment SET status = 'refused', decided_by = %s, decided_at = now()"
        " WHERE member_id = ANY(%s) AND status = 'waiting'",
        [by, list(member_ids)],
    )
