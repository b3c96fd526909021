"""The owner looks after occasions, events and challenges, and reads what invitations brought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

from django.urls import reverse

from tests.world import World
from vafa.core.clock import now
from vafa.program.models import Occasion
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import ReferralTerms
from vafa.program.rules.occasions import OccasionDay, next_occasion
from vafa.program.rules.referral import Reason
from vafa.program.rules.rule import Fixed, Rule, Text
from vafa.web.panel.views.referrals import reason_words, status_words

MOTHERS = {"name": "روز مادر", "calendar": "hijri", "month": "6", "day": "20", "is_active": "on"}


def _post(world: World, name: str, fields: dict[str, Any], **args: Any) -> Any:
    return world.client("owner").post(reverse(f"panel:{name}", kwargs=args), fields)


def _coming(world: World) -> date:
    return next_occasion(OccasionDay("hijri", 6, 20), world.club.local_date(now())).day


def test_a_new_club_has_the_occasions_that_most_keep(world: World) -> None:
    page = world.client("accountant").get(reverse("panel:happenings")).content.decode()
    assert "نوروز" in page and "شب یلدا" in page and "عید غدیر" in page
    assert reverse("panel:new-occasion") not in page, "she only looks"


def test_an_announced_day_is_entered_near_the_computed_one(world: World) -> None:
    mothers = Occasion.objects.get(club=world.record, code="mothers-day")
    far = _coming(world) + timedelta(days=40)
    refused = _post(
        world, "edit-occasion", {**MOTHERS, "next_official": str(far)}, occasion_id=mothers.id
    )
    assert refused.status_code == 422
    announced = _coming(world) + timedelta(days=1)
    saved = _post(
        world, "edit-occasion", {**MOTHERS, "next_official": str(announced)}, occasion_id=mothers.id
    )
    assert saved.status_code == 302
    mothers.refresh_from_db()
    assert announced in mothers.official


def test_a_day_that_no_year_has_is_refused_at_its_field(world: World) -> None:
    answer = _post(
        world, "new-occasion", {"name": "هیچ", "calendar": "jalali", "month": "7", "day": "31"}
    )
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["day"]
    made = _post(
        world,
        "new-occasion",
        {"name": "سالگرد", "calendar": "jalali", "month": "۷", "day": "۳۰", "is_active": "on"},
    )
    assert made.status_code == 302
    assert Occasion.objects.get(club=world.record, name="سالگرد").day == 30


def test_events_and_challenges_are_drafted_and_stay_while_a_rule_is_about_them(
    world: World,
) -> None:
    assert _post(world, "new-event", {"name_fa": "رزرو", "code": "Table-Booked"}).status_code == 302
    twice = _post(world, "new-event", {"name_fa": "رزرو", "code": "table-booked"})
    assert twice.status_code == 422
    made = {"name_fa": "سه بار", "kind": "purchases", "count": "3", "days": "30"}
    assert _post(world, "new-challenge", made).status_code == 302
    draft = world.client("owner").get(reverse("panel:draft")).content.decode()
    assert "table-booked" in draft, "it is among what would change"
    form = world.client("owner").get(reverse("panel:edit-event", args=["table-booked"]))
    assert "<title>رزرو" in form.content.decode(), "its page goes by its name, not by its code"
    _post(world, "publish", {"stamp": _stamp(world)})
    live = live_program(world.record.id).program
    assert live.event("table-booked") is not None
    [challenge] = live.challenges
    rule = Rule(
        id="r", name=Text(fa="چالش"), on="challenge", what=challenge.code, gives=Fixed(points=9)
    )
    world.change_program(rules=(rule,))
    _post(world, "remove-challenge", {}, code=challenge.code)
    _post(world, "remove-event", {}, code="table-booked")
    page = world.client("owner").get(reverse("panel:happenings")).content.decode()
    assert "سه بار" in page and "table-booked" not in page


def test_the_terms_of_invitations_are_a_part_of_the_programme(world: World) -> None:
    fields = {
        **{"switch": "on", "inviter_points": "0", "friend_points": "0", "least": "100,000"},
        **{"waits_days": "7", "valid_days": "90", "a_month": "5", "in_all": "50"},
    }
    assert _post(world, "edit-part", fields, part="referral").status_code == 422
    given = {**fields, "inviter_points": "100"}
    assert _post(world, "edit-part", given, part="referral").status_code == 302
    _post(world, "publish", {"stamp": _stamp(world)})
    expected = ReferralTerms(is_on=True, inviter_points=100, friend_points=0, least=1_000_000)
    assert live_program(world.record.id).program.referral == expected
    page = world.client("accountant").get(reverse("panel:referrals")).content.decode()
    assert "100" in page or "۱۰۰" in page


def test_every_outcome_of_an_invitation_has_words() -> None:
    for status in ("waiting", "paid", "refused", "taken_back"):
        assert status_words(status)
    assert status_words("paid", waits=True) != status_words("paid")
    reasons = [reason for reason in get_args(Reason) if reason]
    assert all(reason_words(reason) for reason in reasons) and reason_words("") == ""


def _stamp(world: World) -> str:
    page = world.client("owner").get(reverse("panel:draft"))
    stamp: str = page.context["form"].initial["stamp"]
    return stamp
