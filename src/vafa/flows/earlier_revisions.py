"""By which revision a purchase is judged that is dated before the live one: a setting of the live
one. Purchases that different revisions judge are recorded apart, each batch under one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vafa.program.reads.revisions import LiveProgram, published_at, revision_of


class MixedRevisions(Exception):
    """Entries of one batch are judged by different revisions; ``groups`` are their places."""

    def __init__(self, groups: list[list[int]]) -> None:
        super().__init__("a batch that several revisions judge")
        self.groups = groups


def judging_program(club_id: int, live: LiveProgram, moments: Iterable[datetime]) -> LiveProgram:
    """The revision that judges purchases of these moments: the live one, or (where it says so)
    the one that was live at their time; before the first publication, the first.

    Asks for nothing but where the live revision says so and a purchase is dated before it.
    Raises MixedRevisions where the moments, by their places, belong to several revisions.
    """
    dated = list(moments)
    since = live.published_at
    if live.program.terms.judges != "then" or since is None or not any(at < since for at in dated):
        return live
    known = published_at(club_id)
    groups: dict[int, list[int]] = {}
    for place, at in enumerate(dated):
        before = [number for number, published in known if published <= at]
        groups.setdefault(before[-1] if before else known[0][0], []).append(place)
    if len(groups) > 1:
        raise MixedRevisions(list(groups.values()))
    return revision_of(next(iter(groups)))
