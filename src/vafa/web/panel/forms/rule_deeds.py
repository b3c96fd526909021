"""How it is typed what a rule does beside giving an amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.models import MemberAttribute
from vafa.club.reads.consents import list_purposes
from vafa.club.rules.consents import SERVICE
from vafa.program.rules.conditions import ATTRIBUTE
from vafa.program.rules.deeds import Say, SetAttribute, Words
from vafa.program.rules.rule import Effect, Text
from vafa.web.panel.forms.rule_parts import Data, Problems
from vafa.web.panel.rule_offer import Choices, Offer
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField, TextField

_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Handing:
    """One of several things by number or code: ``field`` of ``example``, out of ``choices``."""

    name: str
    label: Any
    group: str
    example: Any
    field: str
    choices: Callable[[Offer], Choices]
    coerce: type[int] | type[str] = str

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        chosen = forms.TypedChoiceField(
            label=_("Which one"), choices=list(self.choices(offer)), coerce=self.coerce
        )
        return {self.field: chosen}

    def usable(self, offer: Offer) -> bool:
        return bool(self.choices(offer))

    def sample(self, offer: Offer) -> Effect:
        found: Effect = self.example
        return found

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Effect:
        made: Effect = type(self.example)(**data)
        return made

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, type(self.example)):
            return None
        typed: dict[str, Any] = part.model_dump(exclude={"kind"})
        return typed


@dataclass(frozen=True)
class Drawing(Handing):
    """Chances in a draw: once, or for every amount."""

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        chances = DigitsField(label=_("Chances"), min_value=1, max_value=1_000_000, initial=1)
        step = AmountField(
            label=_("For every"),
            unit=offer.club.display_unit,
            required=False,
            help_text=_("Empty: once for the bill."),
        )
        return {**super().fields(offer), "chances": chances, "step": step}

    def build(self, data: Data) -> Effect:
        return super().build({**data, "step": data["step"] or 0})

    def values(self, part: Any) -> dict[str, Any] | None:
        found = super().values(part)
        return None if found is None else {**found, "step": found["step"] or None}


@dataclass(frozen=True)
class Telling:
    """A message to the member."""

    name: str
    label: Any
    group: str

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        fa = forms.Textarea(attrs={"rows": 2, "dir": "rtl", "lang": "fa"})
        en = forms.Textarea(attrs={"rows": 2, "dir": "ltr", "lang": "en"})
        most = _LONGEST_MESSAGE
        return {
            "fa": TextField(label=_("Message in Persian"), max_length=most, widget=fa),
            "en": TextField(
                label=_("Message in English"), max_length=most, widget=en, required=False
            ),
            "purpose": forms.ChoiceField(
                label=_("Kind of message"),
                choices=_purposes(offer),
                required=False,
                help_text=_("An offer goes only to members who allowed it."),
            ),
            "first": forms.ChoiceField(
                label=_("By which way first"),
                choices=[("sms", _("Text message")), ("email", _("E-mail"))],
                required=False,
                help_text=_(
                    "The other way is taken where she allowed only that, or has only that."
                ),
            ),
            "subject_fa": TextField(
                label=_("Subject of the e-mail in Persian"), max_length=120, required=False
            ),
            "subject_en": TextField(
                label=_("Subject of the e-mail in English"),
                max_length=120,
                required=False,
                help_text=_("Where both are empty, the name of your club."),
            ),
        }

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Effect:
        return Say(words=Words(fa="x"))

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Effect:
        fa, en = data["subject_fa"], data["subject_en"]
        return Say(
            words=Words(fa=data["fa"], en=data["en"]),
            purpose=data["purpose"] or SERVICE,
            first=data["first"] or "sms",
            subject=Text(fa=fa or en, en=en) if fa or en else None,
        )

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, Say):
            return None
        subject = part.subject.model_dump() if part.subject else {"fa": "", "en": ""}
        return {
            **part.words.model_dump(),
            **{f"subject_{lang}": words for lang, words in subject.items()},
            "purpose": part.purpose,
            "first": part.first,
        }


def _purposes(offer: Offer) -> list[tuple[str, Any]]:
    """What a message may be: news of what she did, or something that she must have allowed."""
    lang = current_lang()
    asked = [(p.code, p.said(lang)) for p in list_purposes(offer.club.id)]
    return [(SERVICE, _("News of what she did or has")), *asked]


@dataclass(frozen=True)
class Noting:
    """What is known of the member there becomes so."""

    attribute: MemberAttribute
    group: str

    @property
    def name(self) -> str:
        return f"{ATTRIBUTE}{self.attribute.key}"

    @property
    def label(self) -> Any:
        return _("Note: %(name)s") % {"name": self.attribute.said(current_lang())}

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        label, kind = self.attribute.said(current_lang()), self.attribute.kind
        if kind == "number":
            return {"value": DigitsField(label=label, min_value=0, max_value=10**13)}
        if kind == "date":
            return {"value": JalaliDateField(label=label, calendar=offer.calendar)}
        if kind == "text":
            return {"value": TextField(label=label, max_length=120)}
        choices: Choices = [(choice, choice) for choice in self.attribute.choices]
        if kind == "yes_no":
            choices = [("yes", _("Yes")), ("no", _("No"))]
        return {"value": forms.ChoiceField(label=label, choices=list(choices))}

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Effect:
        return SetAttribute(key=self.attribute.key, value="x")

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Effect:
        value = data["value"]
        said = value.isoformat() if isinstance(value, date) else value
        return SetAttribute(key=self.attribute.key, value=said)

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, SetAttribute) or part.key != self.attribute.key:
            return None
        is_day = self.attribute.kind == "date" and isinstance(part.value, str)
        return {"value": date.fromisoformat(str(part.value)) if is_day else part.value}
