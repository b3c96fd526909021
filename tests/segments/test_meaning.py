"""A definition means the same in SQL as in plain Python, for a whole club and for some of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.segments.facts import Facts, meant
from tests.world import World, make_world
from vafa.audience.actions.segments import create_segment
from vafa.audience.reads.members import compile_draft, count_of, page_of, who_query
from vafa.audience.reads.segments import definitions
from vafa.audience.registry import all_facets
from vafa.audience.rules.checking import check
from vafa.audience.rules.comparing import OPS
from vafa.audience.rules.definition import Condition, Definition, Group, InSegment
from vafa.audience.rules.words import say
from vafa.club.actions.attributes import define_attribute, set_attributes
from vafa.club.actions.members import set_member_active
from vafa.club.actions.terms import publish_terms, save_draft
from vafa.club.facet_types import Facet
from vafa.club.models import Member
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.flows.entries import LineEntry
from vafa.flows.merging import merge_members
from vafa.flows.redemptions import cancel_redemption, redeem_reward


@pytest.fixture(scope="module")
def town(database: None) -> Iterator[World]:
    """A club in which much has happened: purchases, returns, rewards, merges, a household."""
    world = make_world()
    _people(world)
    world.share()
    for name, definition in (
        ("often", {"facet": "commerce.purchases", "op": "ge", "value": 2}),
        ("silver", {"facet": "program.tier", "op": "in", "value": ("silver", "gold")}),
    ):
        items = (Condition(**definition),)  # type: ignore[arg-type]
        create_segment(world.club, name=name, name_en=name, definition=Definition(items=items))
    yield world
    world.verify()


def _people(world: World) -> None:
    save_draft(world.record.id, text="متن", by=world.owner.label)
    publish_terms(world.record.id, starts_at=None, asks_again=True, by=world.owner.label)
    born = (None, date(1990, 5, 4), date(2021, 3, 20), date(1999, 11, 22), date(1985, 12, 1))
    people = [
        world.enrol(
            name=f"نام {n}",
            gender=("female", "male", "")[n % 3],
            birth_date=born[n % 5],
            joined_at=now() - timedelta(days=40 * n),
            branch_id=(None, world.branch.id, world.other_branch.id)[n % 3],
            city=("", "خرم‌آباد", "Shiraz")[n % 3],
            education=("", "bachelor", "school")[n % 3],
            acquaintance=("friend", "", "search")[n % 3],
            wedding_date=born[(n + 1) % 5],
            email=f"m{n}@example.com" if n % 2 else "",
            terms_version=n % 2,
            consents=(("offers:sms",), (), ("offers:sms", "surveys:sms"))[n % 3],
            **({"mobile": None, "external_id": f"C-{n}"} if n % 4 == 3 else {}),
        )
        for n in range(12)
    ]
    today = world.club.local_date(now())
    for n, member in enumerate(people):
        fees = (None, today, today + timedelta(days=n))
        Member.objects.filter(pk=member.pk).update(fee_until=fees[n % 3])
        for k in range(n % 5):
            lines = (LineEntry(6_000_000 * (k + 1), ("milk", "lamp")[k % 2]), LineEntry(3_000_001))
            bought = world.buy(
                6_000_000 * (k + 1) + 3_000_001,
                lines=lines,
                member=("id", str(member.id)),
                branch=("main", "second")[(n + k) % 2],
                channel=("store", "online", "phone")[k % 3],
                purchased_at=now() - timedelta(days=n * 13 * k, hours=7 * k),
            )
            assert bought.status == "recorded", bought.error
            if (n + k) % 3 == 0:
                world.give_back(bought.answer["purchase_id"], amount=2_000_000)
    for n, member in enumerate(people[4:9]):
        redeemed = redeem_reward(
            world.club,
            member_id=member.id,
            reward_id=world.rewards["voucher"].id,
            actor=world.owner,
        )
        if n == 1 and redeemed.error is None:
            cancel_redemption(
                world.club, redemption_id=redeemed.answer["redemption_id"], actor=world.owner
            )
    _attributes(world, people)
    for keep, gone in ((people[1], people[9]), (people[4], people[8])):
        merged = merge_members(
            world.club, keep_id=keep.id, gone_id=gone.id, reason="یکی", actor=world.owner
        )
        assert merged.error is None
    world.head_id = people[6].id
    set_member_active(people[2].id, False, by=world.owner.label)


def _attributes(world: World, people: list[Member]) -> None:
    """Two attributes of each kind, known of some of them."""
    values: dict[str, tuple[Any, ...]] = {
        "choice": ("S", "L", None),
        "number": (2, None, 5),
        "yes_no": (True, None, False),
        "date": ("2021-03-21", "2026-01-02", None),
        "text": (None, "دوست"),
    }
    for kind in values:
        for n in (1, 2):
            choices = ["S", "L", "XL"] if kind == "choice" else []
            define_attribute(
                world.record.id, key=f"{kind}_{n}", kind=kind, name=f"{kind} {n}", choices=choices
            )
    for n, member in enumerate(people):
        given = {
            f"{kind}_{k}": several[(n + k) % len(several)]
            for kind, several in values.items()
            for k in (1, 2)
        }
        set_attributes(world.record.id, member.id, given, by=world.owner.label)


def _pick(world: World, facet_or_param: Any) -> st.SearchStrategy[tuple[str, ...]]:
    values = [c.value for c in facet_or_param.choices(world.club, None)]
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def _params(world: World, facet: Facet) -> st.SearchStrategy[dict[str, Any]]:
    optional, needed = {}, {}
    for param in facet.params:
        most = 365 if param.is_required else 400
        strategy = st.integers(1, most) if param.kind == "days" else _pick(world, param)
        (needed if param.is_required else optional)[param.name] = strategy
    return st.fixed_dictionaries(needed, optional=optional)


def _ordered(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(values, values).map(lambda pair: tuple(sorted(pair)))


def _condition(world: World, facet: Facet) -> st.SearchStrategy[Condition]:
    days = st.dates(date(2020, 1, 1), date(2027, 1, 1)).map(date.isoformat)
    points = st.integers(0, 700)
    single: st.SearchStrategy[Any] = {
        "number": points if facet.name.startswith("program.p") else st.integers(0, 6),
        "money": st.sampled_from([0, 3_000_001, 9_000_001, 13_000_002, 40_000_000]),
        "days": st.integers(0, 400),
        "years": st.integers(0, 60),
        "date": days,
    }.get(facet.kind, st.none())

    def value(op: str) -> st.SearchStrategy[Any]:
        if op in ("in", "not_in"):
            return _pick(world, facet)
        if op in ("yes", "no"):
            return st.none()
        if op in ("has", "starts"):
            return st.sampled_from(["نام", "1", "۱", "نام ۱", "%", "_1", "مریم"])
        return _ordered(single) if op == "between" else single

    def build(op: str) -> st.SearchStrategy[Condition]:
        return st.builds(
            Condition,
            facet=st.just(facet.name),
            params=_params(world, facet),
            op=st.just(op),
            value=value(op),
            negated=st.booleans(),
        )

    return st.sampled_from(OPS[facet.kind]).flatmap(build)


def _definition(world: World) -> st.SearchStrategy[Definition]:
    facts = st.sampled_from(all_facets()).flatmap(lambda facet: _condition(world, facet))
    named = st.builds(
        InSegment,
        segment=st.sampled_from(sorted(definitions(world.club.id))),
        negated=st.booleans(),
    )
    leaf = st.one_of(facts, facts, facts, named)
    match = st.sampled_from(["all", "any"])
    group = st.builds(Group, match=match, items=st.lists(leaf, min_size=1, max_size=3).map(tuple))
    items = st.lists(st.one_of(leaf, leaf, group), min_size=1, max_size=4).map(tuple)
    return st.builds(Definition, match=match, items=items)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_sql_means_what_python_means(town: World, data: st.DataObject) -> None:
    definition = data.draw(_definition(town))
    others = definitions(town.club.id)
    problems = check(town.club, definition, others.keys())
    if problems and {p.text.en for p in problems} == {"This value is not valid."}:
        return  # A text of which nothing is left to search for.
    assert problems == []
    at = now()
    people = Member.objects.filter(club=town.record, merged_into=None).values_list("id", flat=True)
    expected = {n for n in people if meant(Facts(town, n, at), definition, others)}
    compiled = compile_draft(town.club, definition, at)
    assert set(page_of(compiled, limit=100)) == expected
    assert count_of(compiled) == len(expected)
    everyone = list(Member.objects.filter(club=town.record).values_list("id", flat=True))
    some = data.draw(st.lists(st.sampled_from(everyone), unique=True))
    assert who_query(compiled, some).ask() == expected & set(some)
    for lang in ("fa", "en"):
        said = say(town.club, definition, lang, {})
        assert "{" not in said and "  " not in said


# Everybody is enrolled with a card.
TELLING = [facet for facet in all_facets() if facet.name != "club.card"]


@pytest.mark.parametrize("facet", TELLING, ids=lambda facet: facet.name)
def test_every_facet_tells_members_apart(town: World, facet: Facet) -> None:
    """The test above must not compare one empty set with another."""
    at = now()
    people = Member.objects.filter(club=town.record, merged_into=None).values_list("id", flat=True)
    params = {
        p.name: 200 if p.choices is None else (p.choices(town.club, None)[0].value,)
        for p in facet.params
        if p.is_required
    }
    values = {str(Facts(town, n, at).value(facet.name, params)) for n in people}
    assert len(values) > 1, values


def test_the_earlier_moment_knows_nothing_later(town: World) -> None:
    items = (Condition(facet="commerce.purchases", op="ge", value=1),)
    first = Purchase.objects.filter(club=town.record).order_by("purchased_at")[0]
    before = compile_draft(
        town.club, Definition(items=items), first.purchased_at - timedelta(seconds=1)
    )
    assert page_of(before) == []
    just = compile_draft(town.club, Definition(items=items), first.purchased_at)
    assert page_of(just) == [
        Member.objects.get(pk=first.member_id).merged_into_id or first.member_id
    ]
