"""What a decision was made from, as plain values to be kept with it, and back again. Pure.

With the revision it names, a decision can so be made again, whatever has become of the member, the
products and the limits since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from vafa.program.rules.allowances import Allowance
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.happening import HappeningFacts

Inputs = dict[str, Any]
# Left out where they are the default; plain values that JSON has.
_PLAIN = ("minute", "merchant_id", "channel", "gender", "payment", "tier")
_DEFAULTS = PurchaseFacts._field_defaults | {"tier": None}


def purchase_inputs(facts: PurchaseFacts) -> Inputs:
    """The facts of a purchase as JSON has them; what is the default is left out."""
    found: Inputs = {
        "day": facts.day.isoformat(),
        "calendar": facts.calendar,
        "branch_id": facts.branch_id,
        "lines": [line if line.brand else line[:4] for line in facts.lines],
    }
    for name in _PLAIN:
        value = getattr(facts, name)
        if value != _DEFAULTS[name]:
            found[name] = value
    if facts.birth_date is not None:
        found["birth_date"] = facts.birth_date.isoformat()
    if facts.left:
        found["left"] = [(*one, number) for one, number in facts.left.items()]
    if facts.counters:
        found["counters"] = [(*one, number) for one, number in facts.counters.items()]
    if facts.attributes:
        found["attributes"] = dict(facts.attributes)
    for name, several in (("segments", facts.segments), ("shut", facts.shut)):
        if several:
            found[name] = sorted(several)
    return found


def happening_inputs(facts: HappeningFacts) -> Inputs:
    """The facts of a happening, with those around it."""
    found = {"on": facts.on, **purchase_inputs(facts.around)}
    if facts.what:
        found["what"] = facts.what
    if facts.nth:
        found["nth"] = facts.nth
    return found


def referral_inputs(side: str) -> Inputs:
    """What the reward of an invitation goes by: which of the two gets it."""
    return {"referral": side}


def purchase_facts(inputs: Mapping[str, Any]) -> PurchaseFacts:
    """The facts that ``purchase_inputs`` kept."""
    plain = {name: inputs[name] for name in _PLAIN if name in inputs}
    born = inputs.get("birth_date")
    return PurchaseFacts(
        day=date.fromisoformat(inputs["day"]),
        calendar=inputs["calendar"],
        branch_id=inputs["branch_id"],
        lines=[LineFacts(*line) for line in inputs["lines"]],
        birth_date=date.fromisoformat(born) if born else None,
        left={Allowance(*one[:-1]): one[-1] for one in inputs.get("left", ())},
        counters={(fact, days): number for fact, days, number in inputs.get("counters", ())},
        attributes=inputs.get("attributes", {}),
        segments=frozenset(inputs.get("segments", ())),
        shut=frozenset(inputs.get("shut", ())),
        **({"tier": None} | plain),
    )


def happening_facts(inputs: Mapping[str, Any]) -> HappeningFacts:
    """The facts that ``happening_inputs`` kept."""
    around = purchase_facts(inputs)
    return HappeningFacts(inputs["on"], around, inputs.get("what", ""), inputs.get("nth", 0))
