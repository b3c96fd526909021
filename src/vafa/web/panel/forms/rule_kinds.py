"""The tables of what a rule can be made of: the builder's menus and fields come from here.

A new kind of happening, condition or effect is a line in its table. What goes with what is not
said here: the rule itself is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from vafa.club.models import MemberAttribute
from vafa.program.rules.conditions import ATTRIBUTE, Condition, Expression, NearBirthday, OneOf
from vafa.program.rules.deeds import Chances, Deed, GiveBadge, GiveVoucher, RaiseEvent
from vafa.program.rules.limits import Limit
from vafa.program.rules.moments import REVIEW_POSTED, SURVEY_ANSWERED
from vafa.program.rules.rule import Effect, Fixed, PerItem, PerStep, Rule, Text
from vafa.web.panel.forms.rule_deeds import Drawing, Handing, Noting, Telling
from vafa.web.panel.forms.rule_effects import Giving, Limiting, Multiplying
from vafa.web.panel.forms.rule_fields import birthday_fields, expression_fields, months
from vafa.web.panel.forms.rule_happenings import (
    Anniversary,
    DateOfHers,
    Happens,
    Known,
    Named,
    Said,
    Scheduled,
)
from vafa.web.panel.forms.rule_parts import Choosing, Kind, Listing, Measuring, Plain, Sorting
from vafa.web.panel.forms.rules import weekdays
from vafa.web.panel.rule_offer import Choices, Offer
from vafa.web.shared.context import current_lang

HAPPENINGS: tuple[Kind[Said], ...] = (
    Happens("purchase", _("Somebody buys")),
    Happens("return", _("Somebody brings something back")),
    Happens("joining", _("Somebody joins")),
    Happens("profile_completed", _("Somebody completes her profile")),
    Happens("birthday", _("It is a member's birthday")),
    Anniversary("anniversary", _("A year of membership is full")),
    DateOfHers("member_date", _("A date of the member returns"), choices=lambda offer: offer.dates),
    Named("occasion", _("It is an occasion of the year"), choices=lambda offer: offer.occasions),
    Scheduled("schedule", _("It is a certain day and hour")),
    Happens("visit", _("Somebody visits")),
    Named("challenge", _("Somebody meets a challenge"), choices=lambda offer: offer.challenges),
    Known(SURVEY_ANSWERED, _("Somebody answers a survey")),
    Known(REVIEW_POSTED, _("Somebody posts a review")),
    Named("event", _("Another program reports an event"), choices=lambda offer: offer.events),
)

GROUPS: dict[str, Any] = {
    "when": _("Time"),
    "where": _("Where"),
    "who": _("Member"),
    "before": _("What she did before"),
    "what": _("Goods"),
    "bill": _("Bill"),
    "rest": _("The rest"),
}

CHANNELS = [("store", _("In a shop")), ("online", _("Online")), ("phone", _("By phone"))]
GENDERS = [("female", _("Women")), ("male", _("Men"))]
PAYMENTS = [
    ("cash", _("In cash")),
    ("card", _("By card")),
    ("online", _("Online")),
    ("credit", _("On account")),
    ("other", _("In another way")),
]
YES_NO = [("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))]

CONDITIONS: tuple[Kind[Condition], ...] = (
    Choosing("weekday", _("Day of the week"), "when", "weekday", lambda offer: weekdays()),
    Measuring("minute", _("Time of day"), "when", "minute", unit="clock"),
    Choosing("branch", _("Branch"), "where", "branch", lambda offer: offer.branches),
    Choosing("merchant", _("Merchant"), "where", "merchant", lambda offer: offer.merchants),
    Choosing("channel", _("Way of buying"), "where", "channel", lambda offer: CHANNELS, str),
    Choosing("tier", _("Tier"), "who", "tier", lambda offer: offer.tiers, str),
    Choosing("segment", _("Segment"), "who", "segment", lambda offer: offer.segments, str),
    Choosing("gender", _("Gender"), "who", "gender", lambda offer: GENDERS, str),
    Plain("birthday", _("Near the birthday"), "who", NearBirthday(), birthday_fields),
    Choosing("birth_month", _("Month of birth"), "who", "birth_month", months),
    Measuring("nth", _("Her first, second … purchase"), "before", "nth"),
    Measuring("visits", _("Number of earlier purchases"), "before", "visits", windowed=True),
    Measuring(
        "spend", _("Sum of earlier purchases"), "before", "spend", unit="money", windowed=True
    ),
    Measuring("days_since", _("Days since the last purchase"), "before", "days_since"),
    Sorting("category", _("Category of goods"), "what", "category"),
    Sorting("product", _("Product"), "what", "product"),
    Sorting("brand", _("Brand"), "what", "brand"),
    Measuring("quantity", _("Number of pieces"), "what", "quantity", unit="pieces"),
    Measuring("kinds", _("Number of different products"), "what", "kinds"),
    Measuring("total", _("Amount of the bill"), "bill", "total", unit="money"),
    Choosing("payment", _("Way of paying"), "bill", "payment", lambda offer: PAYMENTS, str),
    Plain("expression", _("Expression"), "rest", Expression(text="true"), expression_fields),
)

EFFECTS: tuple[Kind[Effect], ...] = (
    Multiplying("times", _("Multiplied points"), "points"),
    Giving("per_step", _("Points for every amount"), "points", PerStep(points=1, step=1)),
    Giving("per_item", _("Points for every item"), "points", PerItem(points=1)),
    Giving("fixed", _("A fixed number of points"), "points", Fixed(points=1)),
    Giving(
        "credit_per_step",
        _("Credit for every amount"),
        "credit",
        PerStep(points=1, step=1, unit="credit"),
    ),
    Giving("credit_fixed", _("A fixed sum of credit"), "credit", Fixed(points=1, unit="credit")),
    Giving(
        "credit_per_item", _("Credit for every item"), "credit", PerItem(points=1, unit="credit")
    ),
    Multiplying("credit_times", _("Multiplied credit"), "credit", "credit"),
    Giving(
        "tier_per_step",
        _("Tier points for every amount"),
        "tier",
        PerStep(points=1, step=1, unit="tier"),
    ),
    Giving("tier_fixed", _("A fixed number of tier points"), "tier", Fixed(points=1, unit="tier")),
    Giving(
        "tier_per_item", _("Tier points for every item"), "tier", PerItem(points=1, unit="tier")
    ),
    Multiplying("tier_times", _("Multiplied tier points"), "tier", "tier"),
    Handing(
        "voucher",
        _("A voucher"),
        "deeds",
        GiveVoucher(series=1),
        "series",
        lambda offer: offer.series,
        int,
    ),
    Drawing(
        "chances",
        _("Chances in a draw"),
        "deeds",
        Chances(draw=1, chances=1),
        "draw",
        lambda offer: offer.draws,
        int,
    ),
    Handing(
        "badge", _("A badge"), "deeds", GiveBadge(badge="x"), "badge", lambda offer: offer.badges
    ),
    Telling("message", _("A message"), "deeds"),
    Handing(
        "event",
        _("An event of the programme"),
        "deeds",
        RaiseEvent(event="x"),
        "event",
        lambda offer: offer.events,
    ),
)
EFFECT_GROUPS: dict[str, Any] = {
    "points": _("Points"),
    "credit": _("Credit"),
    "tier": _("Points for the tier only"),
    "deeds": _("Something else"),
}


def limit_kind(gives: Effect) -> Kind[Limit]:
    """How a limit is typed for a rule that gives such a thing."""
    return Limiting("limit", _("Limit"), "", None if isinstance(gives, Deed) else gives.unit)


def happening_kinds(offer: Offer) -> tuple[Kind[Said], ...]:
    """What a rule of this club may be about; of one branch's manager what has a branch."""
    if offer.branch_id is None:
        return HAPPENINGS
    here = (OneOf(fact="branch", values=(offer.branch_id,)),)
    return tuple(kind for kind in HAPPENINGS if goes_with(kind.sample(offer), conditions=here))


def effect_kinds(offer: Offer) -> tuple[Kind[Effect], ...]:
    """What a rule of this club may give; what the edited rule gives is among it. What reaches
    beyond one branch is not its manager's to give."""
    kinds = (*EFFECTS, *(Noting(attribute, "deeds") for attribute in offer.attributes))
    if offer.branch_id is None:
        return kinds
    old = offer.editing.gives if offer.editing else None
    return tuple(k for k in kinds if k.group != "deeds" or k.values(old) is not None)


def condition_kinds(offer: Offer) -> tuple[Kind[Condition], ...]:
    """The kinds of conditions that this club may use: those of the table, then its own facts."""
    return (*CONDITIONS, *(_attribute_kind(attribute) for attribute in offer.attributes))


def is_said_already(kind: Kind[Condition], offer: Offer) -> bool:
    """Whether every rule of hers says it anyhow: where she manages one branch alone, that."""
    return offer.branch_id is not None and kind.group == "where" and kind.name != "channel"


def _attribute_kind(attribute: MemberAttribute) -> Kind[Condition]:
    fact, label = f"{ATTRIBUTE}{attribute.key}", attribute.said(current_lang())
    if attribute.kind in ("number", "date"):
        return Measuring(fact, label, "who", fact, unit=attribute.kind)
    if attribute.kind == "text":
        return Listing(fact, label, "who", fact)
    choices: Choices = YES_NO if attribute.kind == "yes_no" else [(c, c) for c in attribute.choices]
    return Choosing(fact, label, "who", fact, lambda offer: choices, str)


def kind_named(kinds: Iterable[Kind[Any]], name: str) -> Kind[Any] | None:
    """The kind of that name in a table."""
    return next((kind for kind in kinds if kind.name == name), None)


def kind_of(kinds: Iterable[Kind[Any]], part: Any) -> tuple[Kind[Any], dict[str, Any]] | None:
    """The kind of a part that is there, with its initial values; None where no kind shows it."""
    for kind in kinds:
        values = kind.values(part)
        if values is not None:
            return kind, values
    return None


def goes_with(
    happening: Mapping[str, Any],
    *,
    conditions: tuple[Condition, ...] = (),
    gives: Effect | None = None,
) -> bool:
    """Whether a rule about ``happening`` (what of a rule says when) may have these parts."""
    asked = {
        "id": "x",
        "name": Text(fa="x"),
        "conditions": conditions,
        "gives": gives or Fixed(points=1),
        **happening,
    }
    try:
        Rule.model_validate(asked)
    except ValidationError:
        return False
    return True
