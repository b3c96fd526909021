"""Tiers and their terms in the panel: typed, refused at the field, read back in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.flows.tier_changes import note_tiers
from vafa.flows.voucher_series import make_series
from vafa.program.models import Revision
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Text
from vafa.program.rules.tier_terms import TierTerms
from vafa.web.panel.tests.test_program import english, post, shown, stamp

TYPED = {"basis": "spend", "window": "rolling", "months": "۶", "downgrade": "one_step"}
MORE = {"attribute": "", "grace_days": "30", "warn_days": "7"}


def draft(world: World) -> Program:
    row = Revision.objects.get(club=world.record, status="draft")
    return Program.model_validate(row.document)


def test_an_owner_changes_what_tiers_go_by(world: World) -> None:
    owner = english(world)
    assert post(owner, "edit-part", {**TYPED, **MORE}, "tier_terms").status_code == 302
    page = shown(owner, "draft")
    for words in (
        "Tiers go by the amount of purchases in the last 6 months",
        "A tier falls one step at a time",
        "kept for 30 more days",
        "Members are told 7 days before a tier is lost",
    ):
        assert words in page, words
    form = owner.get(reverse("panel:edit-tier", args=["silver"])).content.decode()
    assert "From purchases of" in form and "toman" in form
    tier = {
        "name_fa": "نقره‌ای",
        "name_en": "Silver",
        "least": "5,000,000",
        "percent": "120",
        "free_delivery": "on",
        "benefits": "صف جداگانه | Your own queue\n\nهدیهٔ نوروز",
    }
    assert post(owner, "edit-tier", tier, "silver").status_code == 302
    said = "from 5,000,000 toman of purchases: 20% more points on every purchase; free delivery"
    assert f"{said}; Your own queue; هدیهٔ نوروز" in shown(owner, "draft")
    assert draft(world).tier_terms == TierTerms(
        basis="spend", months=6, downgrade="one_step", grace_days=30, warn_days=7
    )
    post(owner, "publish", {"stamp": stamp(owner)})
    silver = live_program(world.club.id).program.tier("silver")
    assert silver is not None and silver.least == 50_000_000


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"window": "ever"}, TierTerms(basis="spend", window="ever")),
        ({"downgrade": "none"}, TierTerms(basis="spend", months=6, downgrade="none")),
        (
            {"basis": "visits", "window": "jalali_year", "months": ""},
            TierTerms(
                basis="visits",
                window="jalali_year",
                downgrade="one_step",
                grace_days=30,
                warn_days=7,
            ),
        ),
        (
            {"basis": "attribute", "attribute": "rank"},
            TierTerms(basis="attribute", attribute="rank", window="ever"),
        ),
    ],
)
def test_what_a_choice_does_not_need_is_left_out(
    world: World, typed: dict[str, str], terms: TierTerms
) -> None:
    define_attribute(world.club.id, key="rank", kind="number", name="رتبه")
    owner = english(world)
    assert post(owner, "edit-part", {**TYPED, **MORE, **typed}, "tier_terms").status_code == 302
    assert draft(world).tier_terms == terms


@pytest.mark.parametrize(
    ("name", "values", "args", "words"),
    [
        ("edit-part", {"months": ""}, ["tier_terms"], "needed for what you chose"),
        ("edit-part", {"basis": "attribute"}, ["tier_terms"], "needed for what you chose"),
        (
            "edit-part",
            {"basis": "attribute", "attribute": "height"},
            ["tier_terms"],
            "height is not one of the available choices",
        ),
        ("edit-part", {"grace_days": "900"}, ["tier_terms"], "730"),
        ("edit-tier", {"least": "2000"}, ["silver"], "“Gold” begins there already"),
        ("edit-tier", {"benefits": "ا" * 121}, ["silver"], "at most 120 letters"),
        ("edit-tier", {"benefits": "ا\n" * 11}, ["silver"], "At most 10 lines"),
        ("edit-tier", {"percent": "99"}, ["silver"], "100"),
    ],
)
def test_mistakes_are_said_at_the_field(
    world: World, name: str, values: dict[str, str], args: list[str], words: str
) -> None:
    typed = {**TYPED, **MORE, "name_fa": "x", "least": "700", "percent": "120", **values}
    answer = post(english(world), name, typed, *args)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page and page.count('aria-invalid="true"') == 1


def test_more_days_than_there_are_is_refused(world: World) -> None:
    world.change_program(tier_terms=TierTerms(basis="visits", months=1))
    tier = {"name_fa": "x", "least": "32", "percent": "120"}
    answer = post(english(world), "edit-tier", tier, "silver")
    assert answer.status_code == 422
    assert "at most 31 days" in answer.content.decode()


def test_the_members_page_tells_what_became_of_her_tier(world: World) -> None:
    tiers = [
        Tier(code=code, name=Text(fa=code, en=code.title()), least=least)
        for code, least in (("bronze", 0), ("silver", 50_000_000))
    ]
    terms = TierTerms(basis="spend", months=1, warn_days=9)
    world.change_program(tiers=tuple(tiers), tier_terms=terms)
    world.buy(60_000_000, purchased_at=now() - timedelta(days=25))
    note_tiers(world.club, at=now() - timedelta(days=24))
    owner = english(world)
    page = shown(owner, "member", world.member.id)
    assert "From Bronze to Silver" in page and "Reached the higher tier" in page
    assert "5,000,000 toman of purchases more by then keep it" in page
    listed = owner.get(reverse("panel:members"), {"tier": "silver"}).content.decode()
    assert "مریم رضایی" in listed
    nobody = owner.get(reverse("panel:members"), {"tier": "bronze"}).content.decode()
    assert "مریم رضایی" not in nobody
    home = world.client("member").get(reverse("portal:home")).content.decode()
    assert "برقرار است" in home and "رسیدن به سطح بالاتر" in home
    till = world.client("cashier").get(reverse("till:home"), {"member": world.member.id})
    assert "برقرار است" in till.content.decode()


def test_a_birthday_gift_is_typed_told_as_a_difference_and_shown_to_members(world: World) -> None:
    codes = {"value": 10_000, "expires_at": now() + timedelta(days=30)}
    series = make_series(world.club, world.owner, name="کیک", kind="voucher", count=1, **codes)
    owner = english(world)
    typed = {"name_fa": "نقره‌ای", "name_en": "Silver", "least": "500", "percent": "100"}
    gifts = (
        ({"birthday": "points", "gift_points": "۱۵۰"}, "150 points as a birthday gift"),
        ({"birthday": "credit", "gift_credit": "20,000"}, "20,000 toman of credit as a birthday"),
        ({"birthday": "series", "gift_series": series.pk}, "a voucher “کیک” as a birthday gift"),
    )
    for gift, words in gifts:
        assert post(owner, "edit-tier", {**typed, **gift}, "silver").status_code == 302
        assert words in shown(owner, "draft")
        form = owner.get(reverse("panel:edit-tier", args=["silver"])).context["form"]
        assert form.initial["birthday"] == gift["birthday"]
    for kind in ("points", "credit", "series"):
        refused = post(owner, "edit-tier", {**typed, "birthday": kind}, "silver")
        assert f"gift_{kind}" in refused.context["form"].errors
    post(owner, "edit-tier", {**typed, **gifts[0][0]}, "silver")
    post(owner, "publish", {"stamp": stamp(owner)})
    Member.objects.filter(pk=world.member.id).update(birth_date=None)
    home = world.client("member").get(reverse("portal:home")).content.decode()
    assert "۱۵۰ امتیاز هدیهٔ روز تولد" in home and "تاریخ تولد" in home


def test_who_is_about_to_lose_a_tier_is_listed_and_told(world: World) -> None:
    tiers = (
        Tier(code="bronze", name=Text(fa="برنز", en="Bronze"), least=0),
        Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=50_000_000),
    )
    world.change_program(tiers=tiers, tier_terms=TierTerms(basis="spend", months=1))
    owner = english(world)
    assert "About to lose their tier" not in shown(owner, "members"), "nobody is warned here"
    world.change_program(tier_terms=TierTerms(basis="spend", months=1, warn_days=9))
    world.buy(60_000_000, purchased_at=now() - timedelta(days=25))
    note_tiers(world.club, at=now() - timedelta(days=24))
    note_tiers(world.club)
    safe = world.enrol()

    def losing() -> str:
        return str(owner.get(reverse("panel:members"), {"tier": "losing."}).content.decode())

    listed = losing()
    assert '<option value="losing." selected>About to lose their tier</option>' in listed
    assert "مریم رضایی" in listed
    assert "until <time datetime=" in listed
    assert reverse("panel:member", args=[safe.id]) not in listed
    told = reverse("portal:home")
    banner = world.client("member").get(told).content.decode()
    assert banner.count("برقرار است") == 1 and "alert-warning" in banner
    # What she does in time takes her off the list, and the banner away.
    world.buy(60_000_000)
    assert "مریم رضایی" not in losing()
    assert "alert-warning" not in world.client("member").get(told).content.decode()
