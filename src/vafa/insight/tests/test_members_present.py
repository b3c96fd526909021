"""Members are those who are there."""

from __future__ import annotations

from django.db import transaction

from tests.world import World
from vafa.club.actions.members import set_member_active
from vafa.club.facet_types import Sql
from vafa.flows.leaving import leave_within
from vafa.flows.merging import merge_members
from vafa.insight.reads.dashboard import series, trade
from vafa.insight.reads.kept_checks import kept_differences
from vafa.insight.reads.reports.growth import growth
from vafa.insight.reads.reports.habits import habits
from vafa.insight.reads.reports.people import people
from vafa.insight.reads.reports.shape import Ask
from vafa.insight.reads.spans import periods
from vafa.insight.tests.test_dashboard import KHORDAD, ORDIBEHESHT, at, days
from vafa.insight.tests.test_kept import keep


def test_who_left_is_a_member_until_then_and_who_is_closed_never(world: World) -> None:
    """Of four who joined one leaves in Khordad and one is closed; the same from the facts and from the
    days, by every report that says how many members there are."""
    club = world.club
    stays, goes, shut = (world.enrol(joined_at=at(1405, 2, day)) for day in (2, 3, 4))
    # Those of whom one became another count once, whatever became of her.
    for whole in (stays, goes):
        twin = world.enrol(joined_at=at(1405, 2, 5))
        merge_members(club, keep_id=whole.id, gone_id=twin.id, reason="یکی", actor=world.owner)
    before = trade(club, ORDIBEHESHT)
    world.buy(1_000_000, member=("id", str(goes.id)), purchased_at=at(1405, 2, 20))
    world.buy(2_000_000, member=("id", str(stays.id)), purchased_at=at(1405, 2, 20))
    with transaction.atomic():
        leave_within(club, goes.id, world.owner, at(1405, 3, 10))
    set_member_active(shut.id, False, by=world.owner.label)

    def as_it_is() -> None:
        assert before.members == 3 and before.joined == 3
        month, later = trade(club, ORDIBEHESHT), trade(club, KHORDAD)
        assert (month.members, month.joined) == (2, 2), (
            "she was there; closed is as if never joined"
        )
        assert (later.members, later.joined) == (1, 0)
        weeks = series(club, periods(days((1405, 2, 1), (1405, 4, 1)), "day", "jalali"))
        counted = {row.span.first: row.trade.members for row in weeks}
        assert counted[at(1405, 3, 9).date()] == 2 and counted[at(1405, 3, 10).date()] == 1
        assert weeks[-1].trade.members == 1
        assert sum(row.trade.joined for row in weeks) == 2
        for who in (None, Sql("SELECT id FROM club_member WHERE club_id = %s", (club.id,))):
            came = growth(club, Ask(ORDIBEHESHT, by="day", who=who))
            assert (came.totals[0], came.lines[3].values[0]) == (2, 0)
        # What she bought was sold, whoever she is now.
        by_gender = people(club, Ask(days((1405, 2, 1), (1405, 4, 1)), of="gender"))
        assert by_gender.totals[:1] == (1,) and by_gender.totals[2:5] == (2, 2, 3_000_000)
        times = habits(club, Ask(KHORDAD, of="frequency"))
        assert times.totals[0] == 1 and times.lines[0].values[0] == 1, "one stays, and did not buy"

    as_it_is()
    keep(world)
    as_it_is()
    assert kept_differences(club) == []
    set_member_active(shut.id, True, by=world.owner.label)
    assert trade(club, KHORDAD).members == 2, "open again"
    assert kept_differences(club) == []
    world.verify()
