"""Who may open which address: one row for every address of the product.

An address that is missing here fails the build (test_access.py walks the resolver).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests import draws
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.actor import SCOPES
from vafa.club.models import MemberAttribute
from vafa.core.clock import now
from vafa.flows.backtest.asking import ask_for_backtest
from vafa.flows.invitations import invitation_code
from vafa.program.actions.publishing import plan_publishing
from vafa.program.actions.revisions import save_draft
from vafa.program.models import Backtest, Occasion
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import BadgeKind
from vafa.program.rules.document import Challenge, EventKind, ReferralTerms
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.rule import Group, Text

PUBLIC = frozenset({"public"})
VIEWERS = frozenset({"owner", "manager", "accountant"})
EDITORS = frozenset({"owner", "manager"})
OWNER = frozenset({"owner"})
AUDITORS = frozenset({"owner", "accountant"})
TILL = frozenset({"owner", "manager", "branch_manager", "cashier"})
# The manager of one branch, who manages that one alone.
OF_BRANCH = frozenset({"branch_manager"})
MEMBER = frozenset({"member"})


@dataclass(frozen=True)
class Route:
    """``allowed``: roles, or the API scope in a set of its own; ``args`` name rows of a world;
    ``owned``: those rows belong to the club, so that another club must get 404; ``before`` puts
    things as the address needs them."""

    allowed: frozenset[str]
    method: str = "get"
    args: Callable[[World], dict[str, Any]] = lambda world: {}
    owned: bool = False
    before: Callable[[World], None] = lambda world: None


def fresh_draft(world: World) -> None:
    """What there must be to be published or taken out of."""
    live = live_program(world.record.id).program
    save_draft(world.record.id, live, actor=world.owner.label)


def placed_draft(world: World) -> None:
    """A draft in which the first branch has terms of its own."""
    terms = PlaceTerms(kind="branch", number=world.branch.id, points_share=10)
    live = live_program(world.record.id).program
    draft = live.model_copy(update={"places": (terms,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def place(world: World) -> dict[str, Any]:
    """The first branch."""
    return {"kind": "branch", "number": world.branch.id}


def edited_draft(world: World) -> None:
    """A draft with a group of rules, and a rule that is not as it is in force."""
    live = live_program(world.record.id).program
    rules = tuple(rule.model_copy(update={"is_active": False}) for rule in live.rules)
    group = Group(code="festival", name=Text(fa="جشنواره"), mode="best")
    draft = live.model_copy(update={"rules": rules, "groups": (group,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def budget_draft(world: World) -> None:
    """A draft with a budget."""
    budget = Budget(code="spring", name="بهار", limits=(Limit(scope="total", most=1_000),))
    live = live_program(world.record.id).program
    draft = live.model_copy(update={"budgets": (budget,)})
    save_draft(world.record.id, draft, actor=world.owner.label)


def inviting(world: World) -> None:
    world.change_program(referral=ReferralTerms(is_on=True))


def invitation(world: World) -> dict[str, Any]:
    return {**slug(world), "code": invitation_code(world.club, world.member.id)}


def happening_draft(world: World) -> None:
    """A draft with an event, a challenge and a badge."""
    name = Text(fa="نام")
    program = live_program(world.record.id).program.model_copy(
        update={
            "events": (EventKind(code="booked", name=name),),
            "challenges": (Challenge(code="often", name=name, count=3, days=30),),
            "badges": (BadgeKind(code="first", name=name),),
        }
    )
    save_draft(world.record.id, program, actor=world.owner.label)


def backtest(world: World) -> dict[str, Any]:
    """A test of a draft, which nobody has carried out yet."""
    made = Backtest.objects.filter(club=world.record).first()
    if made is None:
        fresh_draft(world)
        day = world.club.local_date(now())
        since = day - timedelta(days=400)
        number = ask_for_backtest(world.club, world.owner, since, day)
        made = Backtest.objects.get(pk=number)
    return {"backtest_id": made.pk}


def tested(world: World) -> None:
    backtest(world)


def planned(world: World) -> None:
    """A draft that is to be published tomorrow."""
    fresh_draft(world)
    plan_publishing(world.record.id, now() + timedelta(days=1), actor=world.owner.label)


def occasion(world: World) -> dict[str, Any]:
    return {"occasion_id": Occasion.objects.get(club=world.record, code="yalda").id}


def product(world: World) -> dict[str, Any]:
    return {"product_id": world.products["milk"].id}


def asks(world: World) -> None:
    """An attribute of members, which another club does not have."""
    key = f"size_{world.record.id}"
    if not MemberAttribute.objects.filter(club=world.record, key=key).exists():
        define_attribute(world.record.id, key=key, kind="text", name="اندازه")


def attribute(world: World) -> dict[str, Any]:
    return {"key": f"size_{world.record.id}"}


def member(world: World) -> dict[str, Any]:
    return {"member_id": world.member.id}


def spare_member(world: World) -> dict[str, Any]:
    return {"member_id": world.spare_member_id}


def transfer(world: World) -> dict[str, Any]:
    return {"transfer_id": world.transfer_id}


def movement(world: World) -> dict[str, Any]:
    return {**member(world), **transfer(world)}


def adjustment(world: World) -> dict[str, Any]:
    return {"adjustment_id": world.adjustment_id}


def household(world: World) -> dict[str, Any]:
    return {"household_id": world.household_id}


def head_of_household(world: World) -> dict[str, Any]:
    return {"member_id": world.head_id}


def spare_staff(world: World) -> dict[str, Any]:
    return {"staff_id": world.spare_staff_id}


def purchase(world: World) -> dict[str, Any]:
    return {"purchase_id": world.bought}


def reward(world: World) -> dict[str, Any]:
    return {"reward_id": world.rewards["voucher"].id}


def series(world: World) -> dict[str, Any]:
    return {"series_id": world.series_id}


def member_and_reward(world: World) -> dict[str, Any]:
    return {**member(world), **reward(world)}


def segment(world: World) -> dict[str, Any]:
    return {"segment_id": world.segment_id}


def voucher(world: World) -> dict[str, Any]:
    return {"code": world.voucher_code}


def redemption(world: World) -> dict[str, Any]:
    return {"redemption_id": world.redemption_id}


def reservation(world: World) -> dict[str, Any]:
    return {"reservation_id": world.reservation_id}


def api_key(world: World) -> dict[str, Any]:
    return {"key_id": world.key_id}


def draw(world: World) -> dict[str, Any]:
    return {"draw_id": world.draw_id}


def first_winner(world: World) -> dict[str, Any]:
    return {**draw(world), "place": 1}


def public_draw(world: World) -> dict[str, Any]:
    return {**slug(world), **draw(world)}


def _a_draw(make: Callable[[World], Any]) -> Callable[[World], None]:
    """A fresh draw at that step, whose number is the world's from then on."""

    def before(world: World) -> None:
        make(world)

    return before


def _running(world: World) -> None:
    """One that may be opened, or asked to be taken part in."""
    draws.drafted(world, **draws.still_running(world))


def fixed(**values: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: values


def slug(world: World) -> dict[str, Any]:
    return {"slug": world.record.slug}


def head(world: World) -> dict[str, Any]:
    return {**slug(world), "size": world.sealed}


def heads(world: World) -> dict[str, Any]:
    return {**head(world), "old": world.sealed}


def api(scope: str) -> frozenset[str]:
    return frozenset({scope})


ROUTES: dict[str, Route] = {
    "api:openapi-json": Route(PUBLIC),
    "api:openapi-view": Route(PUBLIC),
    "api:api-root": Route(PUBLIC),
    "api:get_connection": Route(frozenset(SCOPES)),
    "api:create_member": Route(api("members:write"), "post"),
    "api:list_members": Route(api("members:read")),
    "api:get_member": Route(api("members:read"), args=member, owned=True),
    "api:get_balance": Route(api("members:read"), args=member, owned=True),
    "api:get_tier": Route(api("members:read"), args=member, owned=True),
    "api:list_transfers": Route(api("members:read"), args=member, owned=True),
    "api:create_purchase": Route(api("purchases:write"), "post"),
    "api:list_purchases": Route(api("purchases:read")),
    "api:preview": Route(api("purchases:read"), "post"),
    "api:create_purchases": Route(api("purchases:write"), "post"),
    "api:get_purchase": Route(api("purchases:read"), args=purchase, owned=True),
    "api:create_return": Route(api("purchases:write"), "post"),
    "api:create_delivery": Route(api("purchases:write"), "post", args=purchase, owned=True),
    "api:get_rewards": Route(api("rewards:read")),
    "api:create_redemption": Route(api("redemptions:write"), "post"),
    "api:cancel": Route(api("redemptions:write"), "post", redemption, owned=True),
    "api:create_reservation": Route(api("purchases:write"), "post"),
    "api:get_reservation": Route(api("purchases:read"), args=reservation, owned=True),
    "api:capture": Route(api("purchases:write"), "post", reservation, owned=True),
    "api:release": Route(api("purchases:write"), "post", reservation, owned=True),
    "api:create_adjustment": Route(api("corrections:write"), "post"),
    "api:get_adjustment": Route(api("corrections:write"), args=adjustment, owned=True),
    "api:reverse": Route(api("corrections:write"), "post", transfer),
    "api:revive": Route(api("corrections:write"), "post", transfer),
    "api:create_gift": Route(api("corrections:write"), "post"),
    "api:merge": Route(api("corrections:write"), "post", member),
    "api:create_visit": Route(api("events:write"), "post"),
    "api:create_event": Route(api("events:write"), "post"),
    "api:create_household": Route(api("corrections:write"), "post"),
    "api:get_household": Route(api("members:read"), args=household, owned=True, before=World.share),
    "api:change": Route(api("corrections:write"), "post", household, before=World.share),
    "api:add_member": Route(api("corrections:write"), "post", household, before=World.share),
    "api:remove_member": Route(api("corrections:write"), "post", household, before=World.share),
    "api:get_attributes": Route(api("members:read")),
    "api:get_member_attributes": Route(api("members:read"), args=member, owned=True),
    "api:set_member_attributes": Route(api("members:write"), "post", member),
    "api:write_brands": Route(api("purchases:write"), "post"),
    "api:get_segments": Route(api("members:read")),
    "api:get_segment": Route(api("members:read"), args=segment, owned=True),
    "api:list_segment_members": Route(api("members:read"), args=segment, owned=True),
    "api:get_member_segments": Route(api("members:read"), args=member, owned=True),
    "api:check_vouchers": Route(api("purchases:read"), "post"),
    "api:list_member_vouchers": Route(api("members:read"), args=member, owned=True),
    "api:get_series_list": Route(api("rewards:read")),
    "api:create_series": Route(api("redemptions:write"), "post"),
    "api:list_codes": Route(api("redemptions:write"), args=series, owned=True),
    "api:create_voucher": Route(api("redemptions:write"), "post"),
    "api:cancel_voucher": Route(api("redemptions:write"), "post"),
    "api:get_statement": Route(api("members:read"), args=member, owned=True),
    "api:get_proof": Route(api("purchases:read"), args=purchase, owned=True),
    "ui:language": Route(PUBLIC, "post"),
    "ui:theme": Route(PUBLIC, "post"),
    "ui:gallery": Route(PUBLIC),
    "ui:gallery-layout": Route(PUBLIC, args=fixed(layout="panel")),
    "till:login": Route(PUBLIC),
    "till:logout": Route(PUBLIC, "post"),
    "till:home": Route(TILL),
    "till:branches": Route(TILL),
    "till:find": Route(TILL),
    "till:enrol": Route(TILL, "post"),
    "till:redeem": Route(TILL, "post", member_and_reward, owned=True),
    "till:hand-over": Route(TILL, "post", member, owned=True),
    "till:visit": Route(TILL, "post", member, owned=True),
    "till:give-up": Route(TILL, "post", member, owned=True),
    "till:products": Route(TILL),
    "till:preview": Route(TILL, "post"),
    "till:leave": Route(TILL, "post"),
    "till:record": Route(TILL, "post"),
    "till:recent": Route(TILL),
    "till:purchase": Route(TILL, args=purchase, owned=True),
    "till:return-preview": Route(TILL, "post", purchase, owned=True),
    "till:return": Route(TILL, "post", purchase, owned=True),
    "portal:login": Route(PUBLIC),
    "portal:enter": Route(PUBLIC, args=slug),
    "portal:code": Route(PUBLIC),
    "portal:send-again": Route(PUBLIC, "post"),
    "portal:join": Route(PUBLIC),
    "portal:logout": Route(PUBLIC, "post"),
    "portal:home": Route(MEMBER),
    "portal:card": Route(MEMBER),
    "portal:rewards": Route(MEMBER),
    "portal:reward": Route(MEMBER, args=reward, owned=True),
    "portal:voucher": Route(MEMBER, args=voucher, owned=True),
    "portal:give-up": Route(MEMBER, "post", voucher, owned=True),
    "portal:draws": Route(MEMBER),
    "portal:claim-chances": Route(MEMBER, "post", draw, True, _a_draw(draws.running)),
    "portal:history": Route(MEMBER),
    "portal:profile": Route(MEMBER),
    "portal:gift": Route(MEMBER),
    "portal:household": Route(MEMBER),
    "portal:invite": Route(MEMBER),
    "portal:proof": Route(MEMBER),
    "portal:statement": Route(MEMBER),
    "panel:login": Route(PUBLIC),
    "panel:logout": Route(PUBLIC, "post"),
    "panel:dashboard": Route(VIEWERS | OF_BRANCH),
    "panel:members": Route(VIEWERS),
    "panel:members-export": Route(EDITORS),
    "panel:member": Route(VIEWERS, args=member, owned=True),
    "panel:member-history": Route(VIEWERS, args=member, owned=True),
    "panel:member-edit": Route(EDITORS, args=member, owned=True),
    "panel:member-active": Route(EDITORS, "post", spare_member, owned=True),
    "panel:adjust": Route(VIEWERS, args=member, owned=True),
    "panel:reverse": Route(VIEWERS, args=movement, owned=True),
    "panel:revive": Route(VIEWERS, args=movement, owned=True),
    "panel:merge": Route(VIEWERS, args=member, owned=True),
    "panel:household": Route(VIEWERS, args=member, owned=True),
    "panel:make-household": Route(VIEWERS, "post", member, owned=True, before=World.share),
    "panel:change-household": Route(VIEWERS, "post", head_of_household, True, World.share),
    "panel:add-to-household": Route(VIEWERS, "post", head_of_household, True, World.share),
    "panel:remove-from-household": Route(VIEWERS, "post", head_of_household, True, World.share),
    "panel:adjustments": Route(VIEWERS),
    "panel:decide-adjustment": Route(VIEWERS, "post", adjustment, owned=True),
    "panel:purchases": Route(VIEWERS | OF_BRANCH),
    "panel:purchases-export": Route(VIEWERS),
    "panel:purchase": Route(VIEWERS | OF_BRANCH, args=purchase, owned=True),
    "panel:returns": Route(VIEWERS | OF_BRANCH),
    "panel:points": Route(VIEWERS),
    "panel:program": Route(VIEWERS | OF_BRANCH),
    "panel:revisions": Route(VIEWERS | OF_BRANCH),
    "panel:revision": Route(VIEWERS | OF_BRANCH, args=fixed(number=1)),
    "panel:backtests": Route(EDITORS),
    "panel:backtest": Route(VIEWERS, args=backtest, owned=True),
    "panel:backtest-file": Route(VIEWERS, args=backtest, owned=True),
    "panel:stop-backtest": Route(EDITORS, "post", backtest, True, before=tested),
    "panel:plan-publishing": Route(EDITORS, before=fresh_draft),
    "panel:cancel-publishing": Route(EDITORS, "post", before=planned),
    "panel:draft": Route(EDITORS | OF_BRANCH),
    "panel:publish": Route(EDITORS, "post", before=fresh_draft),
    "panel:discard": Route(EDITORS, "post"),
    "panel:program-file": Route(EDITORS, args=fixed(number=1)),
    "panel:go-back": Route(EDITORS, "post", fixed(number=1)),
    "panel:bring-program": Route(EDITORS, "post"),
    "panel:new-rule": Route(EDITORS | OF_BRANCH, args=fixed(kind="multiplier")),
    "panel:edit-rule": Route(EDITORS, args=fixed(rule_id="per-amount")),
    "panel:build-rule": Route(EDITORS | OF_BRANCH, "post"),
    "panel:preview-rule": Route(EDITORS | OF_BRANCH, "post"),
    "panel:move-rule": Route(EDITORS, "post", fixed(rule_id="per-amount"), before=fresh_draft),
    "panel:restore-rule": Route(EDITORS, "post", fixed(rule_id="per-amount"), before=edited_draft),
    "panel:edit-group": Route(EDITORS, args=fixed(code="festival"), before=edited_draft),
    "panel:presets": Route(EDITORS),
    "panel:preset": Route(EDITORS, args=fixed(name="cafe")),
    "panel:switch-rule": Route(EDITORS, "post", fixed(rule_id="per-amount"), before=fresh_draft),
    "panel:remove-rule": Route(EDITORS, "post", fixed(rule_id="welcome"), before=fresh_draft),
    "panel:new-budget": Route(EDITORS),
    "panel:edit-budget": Route(EDITORS, args=fixed(code="spring"), before=budget_draft),
    "panel:remove-budget": Route(EDITORS, "post", fixed(code="spring"), before=budget_draft),
    "panel:new-tier": Route(EDITORS),
    "panel:edit-tier": Route(EDITORS, args=fixed(code="silver")),
    "panel:remove-tier": Route(EDITORS, "post", fixed(code="gold"), before=fresh_draft),
    "panel:edit-terms": Route(EDITORS),
    "panel:edit-part": Route(EDITORS, args=fixed(part="gifts")),
    "panel:places": Route(VIEWERS),
    "panel:edit-place": Route(EDITORS | OF_BRANCH, args=place, owned=True),
    "panel:remove-place": Route(EDITORS, "post", place, True, placed_draft),
    "panel:my-branch": Route(OF_BRANCH),
    "panel:publish-mine": Route(OF_BRANCH, "post", before=fresh_draft),
    "panel:happenings": Route(VIEWERS),
    "panel:referrals": Route(VIEWERS),
    "panel:new-occasion": Route(EDITORS),
    "panel:edit-occasion": Route(EDITORS, args=occasion, owned=True),
    "panel:new-event": Route(EDITORS),
    "panel:edit-event": Route(EDITORS, args=fixed(code="booked"), before=happening_draft),
    "panel:remove-event": Route(EDITORS, "post", fixed(code="booked"), before=happening_draft),
    "panel:new-badge": Route(EDITORS),
    "panel:edit-badge": Route(EDITORS, args=fixed(code="first"), before=happening_draft),
    "panel:remove-badge": Route(EDITORS, "post", fixed(code="first"), before=happening_draft),
    "panel:new-challenge": Route(EDITORS),
    "panel:edit-challenge": Route(EDITORS, args=fixed(code="often"), before=happening_draft),
    "panel:remove-challenge": Route(EDITORS, "post", fixed(code="often"), before=happening_draft),
    "panel:rewards": Route(VIEWERS),
    "panel:new-reward": Route(EDITORS),
    "panel:edit-reward": Route(EDITORS, args=reward, owned=True),
    "panel:series-list": Route(EDITORS),
    "panel:new-series": Route(EDITORS),
    "panel:series": Route(EDITORS, args=series, owned=True),
    "panel:give-code": Route(EDITORS, "post", series, owned=True),
    "panel:cancel-series": Route(EDITORS, "post", series, owned=True),
    "panel:codes-export": Route(EDITORS, args=series, owned=True),
    "panel:attributes": Route(VIEWERS),
    "panel:new-attribute": Route(EDITORS),
    "panel:edit-attribute": Route(EDITORS, args=attribute, owned=True, before=asks),
    "panel:member-attributes": Route(EDITORS, args=member, owned=True, before=asks),
    "panel:segments": Route(VIEWERS),
    "panel:new-segment": Route(EDITORS),
    "panel:build-segment": Route(EDITORS, "post"),
    "panel:preview-segment": Route(EDITORS, "post"),
    "panel:segment": Route(VIEWERS, args=segment, owned=True),
    "panel:segment-count": Route(VIEWERS, args=segment, owned=True),
    "panel:edit-segment": Route(EDITORS, args=segment, owned=True),
    "panel:copy-segment": Route(EDITORS, "post", segment, owned=True),
    "panel:archive-segment": Route(EDITORS, "post", segment, owned=True),
    "panel:remove-segment": Route(EDITORS, "post", segment, True, World.describe),
    "panel:draws": Route(EDITORS),
    "panel:new-draw": Route(EDITORS),
    "panel:draw": Route(EDITORS, "get", draw, True, _a_draw(draws.drafted)),
    "panel:edit-draw": Route(EDITORS, "get", draw, True, _a_draw(draws.drafted)),
    "panel:open-draw": Route(EDITORS, "post", draw, True, _running),
    "panel:freeze-draw": Route(EDITORS, "post", draw, True, _a_draw(draws.opened)),
    "panel:draw-now": Route(EDITORS, "get", draw, True, _a_draw(draws.frozen_alone)),
    "panel:cancel-draw": Route(EDITORS, "get", draw, True, _a_draw(draws.opened)),
    "panel:confirm-winner": Route(EDITORS, "post", first_winner, True, _a_draw(draws.drawn_alone)),
    "panel:replace-winner": Route(EDITORS, "get", first_winner, True, _a_draw(draws.drawn_alone)),
    "panel:close-draw": Route(EDITORS, "post", draw, True, _a_draw(draws.drawn_by_nobody)),
    "panel:products": Route(VIEWERS),
    "panel:product-brand": Route(EDITORS, args=product, owned=True),
    "panel:branches": Route(VIEWERS),
    "panel:messages": Route(VIEWERS),
    "panel:sms": Route(OWNER),
    "panel:try-sms": Route(OWNER, "post"),
    "panel:staff": Route(OWNER),
    "panel:new-staff": Route(OWNER),
    "panel:staff-active": Route(OWNER, "post", spare_staff, owned=True),
    "panel:audit": Route(AUDITORS),
    "panel:audit-export": Route(AUDITORS),
    "panel:ledger": Route(VIEWERS),
    "panel:check-ledger": Route(OWNER, "post"),
    "panel:keys": Route(OWNER),
    "panel:new-key": Route(OWNER),
    "panel:key-made": Route(OWNER, args=api_key, owned=True),
    "panel:revoke-key": Route(OWNER, "post", api_key, owned=True),
    # Whoever has the link of the moment; the test's is none.
    "setup": Route(frozenset(), args=fixed(token="none")),
    "site:front": Route(PUBLIC),
    "site:club": Route(PUBLIC, args=slug),
    "site:checkpoint": Route(PUBLIC, args=slug),
    "site:checkpoint-of": Route(PUBLIC, args=head),
    "site:consistency": Route(PUBLIC, args=heads),
    "site:key": Route(PUBLIC, args=slug),
    "site:checker": Route(PUBLIC),
    "site:invitation": Route(PUBLIC, args=invitation, before=inviting),
    "site:draws": Route(PUBLIC, args=slug),
    "site:draw": Route(PUBLIC, args=public_draw, before=_a_draw(draws.opened)),
    "site:draw-file": Route(PUBLIC, args=public_draw, before=_a_draw(draws.opened)),
    "site:draw-list": Route(PUBLIC, args=public_draw, before=_a_draw(draws.frozen_alone)),
    "site:draw-checker": Route(PUBLIC),
    "site:outbox": Route(PUBLIC),
}
