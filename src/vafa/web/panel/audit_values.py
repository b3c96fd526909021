"""Values of the audit in words: each field as the panel shows it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import TypeAdapter, ValidationError

from vafa.audience.rules.definition import Definition
from vafa.audience.rules.words import say
from vafa.club.reads.context import ClubContext
from vafa.club.rules.consents import channel_words as consent_way
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS, choice_words
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.core.text import to_persian_digits
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.promise import gift_series
from vafa.program.rules.document import PointTerms, Program, Tier
from vafa.program.rules.offer_words import conditions_words, offer_words
from vafa.program.rules.offers import OfferTerms
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.promise_parts import PARTS
from vafa.program.rules.rule import Rule, Text
from vafa.program.rules.tier_words import tier_words
from vafa.web.panel.audit_fields import FIELDS
from vafa.web.panel.email_words import report_choice_words, report_field_words
from vafa.web.panel.forms.bulk import deed_words
from vafa.web.panel.forms.house import SCOPES
from vafa.web.panel.forms.offers import CHANCES_CHOICE, KIND_CHOICES
from vafa.web.panel.joining_words import asked_words, business_field_words, mode_words
from vafa.web.panel.message_words import channel_words, sms_field_words
from vafa.web.panel.order_words import seller_field_words
from vafa.web.panel.place_words import place_name, say_place
from vafa.web.panel.reports.catalogue import KINDS
from vafa.web.panel.reports.words import weekday_words
from vafa.web.panel.roles import permission_words, role_words
from vafa.web.panel.setup_words import STEP_WORDS
from vafa.web.panel.words import Names, part_names, say_part, say_rule, say_terms
from vafa.web.shared.context import build_page, current_lang

NOTHING = "—"
# Numbers of the database, which no page shows and which say nothing to a reader.
_UNSAID = frozenset({"household"})
_RULES: TypeAdapter[Rule] = TypeAdapter(Rule)


class Line(NamedTuple):
    """A field of an act: what it is called, what it was and what it is."""

    field: str
    was: str
    will: str


class Teller:
    """Says the values of one club's audit in the page's language."""

    def __init__(self, club: ClubContext, names: Names) -> None:
        self.club, self.names, self.lang = club, names, current_lang()
        self.calendar = build_page(self.lang, club).calendar

    def lines(self, thing_kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
        """Every field of an act with what it was and is; what is empty on both sides is left out."""
        found = []
        known = {*before, *after} - _UNSAID
        named = [field for field in _field_names() if field in known]
        for field in [*named, *sorted(known.difference(named))]:
            was = self._said(thing_kind, field, before.get(field))
            will = self._said(thing_kind, field, after.get(field))
            if (was, will) != (NOTHING, NOTHING):
                part = after.get(field) or before.get(field)
                found.append(Line(self._label(thing_kind, field, part), was, will))
        return found

    def _label(self, thing_kind: str, field: str, value: Any) -> str:
        if (thing_kind, field) == ("member", "points"):
            return _("Points")
        if field == "is_active" and thing_kind not in ("reward", "occasion"):
            return _("In use")
        kind, _separator, code = field.partition(":")
        if kind in ("rule", "tier") and code:
            name = value.get("name", {}) if isinstance(value, dict) else {}
            said = (name.get("en") if self.lang == "en" else "") or name.get("fa") or code
            return said if kind == "rule" else _("Tier %(name)s") % {"name": said}
        if kind == "place" and code:
            return place_name(self.club, code)
        return field_words(field)

    def _said(self, thing_kind: str, field: str, value: Any) -> str:
        kind = field.partition(":")[0]
        if value is None and field == "stock" and thing_kind == "reward":
            return _("Without limit")
        if value is None or value in ("", [], {}):
            return NOTHING
        say = asked_words if thing_kind == "profile" else self._special(thing_kind).get(kind)
        if say is not None:
            return say(value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, int):
            return format_number(value, self.lang)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def _special(self, thing_kind: str) -> dict[str, Callable[[Any], str]]:
        return {
            "points": self._points,
            "value": self._money,
            "min_basket": self._money,
            "amount": self._money,
            "part_price": self._money,
            "month_limit": self._money,
            "valid_days": self._days,
            "starts_on": self._day,
            "ends_on": self._day,
            "from_amount": self._money,
            "step_amount": self._money,
            "draws_at": self._moment,
            "branches": lambda v: _(", ").join(v),
            "choices": lambda v: _(", ").join(v),
            "prizes": lambda v: _(", ").join(f"{p['name']} × {p['count']}" for p in v),
            "official": lambda v: _(", ").join(map(self._day, v)),
            "birth_date": self._day,
            "wedding_date": self._day,
            "fee_until": self._day,
            "interests": lambda v: _(", ").join(v),
            "channels": lambda v: _(", ").join(consent_way(way, self.lang) for way in v),
            "education": lambda v: dict(choice_words(EDUCATIONS, self.lang)).get(v, v),
            "acquaintance": lambda v: dict(choice_words(ACQUAINTANCES, self.lang)).get(v, v),
            **({"starts_at": self._moment} if thing_kind == "terms" else {}),
            "kind": lambda v: _choice(f"{thing_kind}.{v}", v),
            "gender": lambda v: _choice(f"gender.{v}", v),
            "deed": deed_words,
            "calendar": lambda v: _choice(f"calendar.{v}", v),
            "language": lambda v: _choice(f"language.{v}", v),
            "role": role_words,
            "permissions": lambda v: _(", ").join(map(permission_words, v)),
            "scopes": lambda v: _(", ").join(str(dict(SCOPES).get(s, s)) for s in v),
            "rule": self._rule,
            "tier": self._tier,
            "place": self._place,
            "terms": self._terms,
            "credit": lambda v: self._part("credit", v) if isinstance(v, dict) else self._money(v),
            "definition": self._definition,
            "offer": self._offer,
            "tiers": lambda v: _(", ").join(v),
            "starts_at": self._moment,
            "ends_at": self._moment,
            "expires_at": self._moment,
            "spenders": lambda v: _choice(f"spenders.{v}", v),
            "rhythm": lambda v: _choice(f"rhythm.{v}", v),
            "format": lambda v: _choice(f"format.{v}", v),
            "weekday": weekday_words,
            "mode": mode_words,
            "by_receipt_of": self._money,
            "price": self._money,
            "receipt_days": self._days,
            "last_day": self._day,
            "step": lambda v: str(STEP_WORDS[v][0]) if v in STEP_WORDS else v,
            "report": lambda v: str(KINDS[v].title) if v in KINDS else v,
            **dict.fromkeys(("events", "challenges", "badges"), self._named),
            **{part: partial(self._part, part) for part in PARTS if part != "credit"},
        }

    def _points(self, value: int) -> str:
        return f"{format_number(value, self.lang)} {ngettext('point', 'points', value)}"

    def _money(self, value: int) -> str:
        return format_amount(value, self.club.display_unit, self.lang)

    def _day(self, value: str) -> str:
        return format_date(date.fromisoformat(value), self.lang, "long", self.calendar)

    def _moment(self, value: str) -> str:
        local = datetime.fromisoformat(value).astimezone(self.club.tz)
        clock = to_persian_digits(f"{local:%H:%M}") if self.lang == "fa" else f"{local:%H:%M}"
        return f"{format_date(local, self.lang, 'long', self.calendar)} {clock}"

    def _days(self, value: int) -> str:
        shown = {"days": format_number(value, self.lang)}
        return ngettext("%(days)s day", "%(days)s days", value) % shown

    def _rule(self, value: dict[str, Any]) -> str:
        try:
            rule = _RULES.validate_python(value)
        except ValidationError:
            return _raw(value)
        said = say_rule(self.club, rule, self.names)
        return said if rule.is_active else _("%(rule)s (switched off)") % {"rule": said}

    def _place(self, value: dict[str, Any]) -> str:
        try:
            terms = PlaceTerms.model_validate(value)
        except ValidationError:
            return _raw(value)
        return say_place(self.club, terms, {})

    def _tier(self, value: dict[str, Any]) -> str:
        try:
            tier = Tier.model_validate(value)
        except ValidationError:
            return _raw(value)
        # What the number counted then is in the terms, which have a line of their own.
        floor = _("from %(n)s") % {"n": format_number(tier.least, self.lang)}
        series = gift_series(self.club, [tier])
        gives = tier_words(tier, self.club.display_unit, self.lang, series)
        return f"{floor}: {gives}" if gives else floor

    def _part(self, part: str, value: dict[str, Any]) -> str:
        try:
            program = Program.model_validate({part: value})
        except ValidationError:
            return _raw(value)
        return ". ".join(say_part(self.club, part, program))

    def _named(self, value: list[dict[str, Any]]) -> str:
        named = [Text.model_validate(one["name"]).said(self.lang) for one in value]
        return _(", ").join(named) or "—"

    def _definition(self, value: dict[str, Any]) -> str:
        try:
            return say(self.club, Definition.model_validate(value), self.lang, {})
        except ValidationError:
            return _raw(value)

    def _offer(self, value: dict[str, Any]) -> str:
        try:
            terms = OfferTerms.model_validate(value)
        except ValidationError:
            return _raw(value)
        names, unit = offer_names(self.club.id, [terms]), self.club.display_unit
        kind = "buy_get" if terms.products or terms.get_products else "percent"
        gives = terms.text or offer_words(kind, 0, terms, unit, self.lang, names)
        return _("; ").join([gives, *conditions_words(0, terms, unit, self.lang, names)])

    def _terms(self, value: dict[str, Any]) -> str:
        try:
            program = Program(terms=PointTerms.model_validate(value))
        except ValidationError:
            return _raw(value)
        return ". ".join(say_terms(self.club, program))


def field_words(field: str) -> str:
    """What a field is called."""
    return _field_names().get(field, field)


def _field_names() -> dict[str, str]:
    """The fields in the order in which they are shown."""
    return {
        **{field: str(words) for field, words in FIELDS.items()},
        **sms_field_words(),
        **report_field_words(),
        **business_field_words(),
        **seller_field_words(),
        **part_names(),
    }


def _choice(name: str, otherwise: str) -> str:
    return {
        **{
            f"{thing}.{kind}": str(words)
            for thing in ("reward", "series")
            for kind, words in (*KIND_CHOICES, CHANCES_CHOICE)
        },
        **{f"sms.{kind}": channel_words(kind) for kind in ("kavenegar", "smsir")},
        **report_choice_words(),
        "attribute.text": _("Text"),
        "attribute.number": _("Whole number"),
        "attribute.yes_no": _("Yes or no"),
        "attribute.date": _("Date"),
        "attribute.choice": _("One of several"),
        "branch.store": _("Shop"),
        "branch.online": _("Online"),
        "gender.female": _("Woman"),
        "gender.male": _("Man"),
        "calendar.jalali": _("Jalali"),
        "calendar.gregorian": _("Gregorian"),
        "calendar.hijri": _("Lunar (Hijri)"),
        "language.fa": _("Persian"),
        "language.en": _("English"),
        "spenders.all": _("Every member of the household"),
        "spenders.head": _("Only its head"),
    }.get(name, otherwise)


def _raw(value: Any) -> str:
    """A part of a document that an older version wrote, as it stands."""
    return json.dumps(value, ensure_ascii=False)
