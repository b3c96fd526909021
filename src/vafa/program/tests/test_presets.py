"""Programmes to start from: each is valid, says what it promises, and gives what it says."""

from __future__ import annotations

from datetime import date

import pytest

from vafa.core.money import CURRENCIES
from vafa.program.rules.document import Program
from vafa.program.rules.earning import decide_purchase
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.presets import PRESETS, Preset, an_ordinary_bill, place_of, preset_named
from vafa.program.rules.promise import terms_words
from vafa.program.rules.recipes import recipe_of
from vafa.program.rules.rule_words import RuleNames, rule_words

DRINKS, CAKES = 7, 8
MILLION = 1_000_000
THURSDAY_NOON, TUESDAY = (date(2026, 11, 19), 13 * 60), (date(2026, 11, 17), 13 * 60)


def programme(name: str, category: int | None = None) -> Program:
    found = preset_named(name)
    assert found is not None
    return found.program(place_of("IRR", category))


def bought(
    program: Program, total: int, at: tuple[date, int] = THURSDAY_NOON, **more: object
) -> int:
    """Points (and credit, in rials) for one line of ``total`` rials."""
    day, minute = at
    lowest = program.tiers[0].code if program.tiers else None
    values = {"tier": lowest, "minute": minute, "lines": [LineFacts(total, None)], **more}
    facts = PurchaseFacts(day, "jalali", 1, birth_date=None, **values)  # type: ignore[arg-type]
    return decide_purchase(program, facts).points


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_each_is_valid_and_says_what_it_promises(preset: Preset) -> None:
    for currency in CURRENCIES:
        program = preset.program(place_of(currency, DRINKS if preset.by_category else None))
        again = Program.model_validate(program.model_dump(mode="json"))
        assert again == program and program.rules
    names = RuleNames(categories={DRINKS: "نوشیدنی"})
    for lang in ("fa", "en"):
        texts = [preset.title.said(lang), *(preset.said(t, lang) for t in preset[2:5:2])]
        texts += [rule_words(rule, "toman", lang, names) for rule in program.rules]
        texts += [*terms_words(program.terms, "toman", lang)]
        assert all(texts), (preset.name, texts)
        if lang == "en":
            assert not any("؀" <= letter <= "ۿ" for text in texts[:3] for letter in text)
    # Ordinary rules open in their short forms.
    assert preset.name in ("cafe", "credit-back") or any(recipe_of(rule) for rule in program.rules)


def test_names_are_the_presets_own() -> None:
    names = [preset.name for preset in PRESETS]
    assert len(set(names)) == len(names) == 8
    assert preset_named("bakery") is None


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("own-points", 10),
        ("coalition", 10),
        ("cafe", 1),
        ("clothing", 10),
        ("pharmacy", 10),
        ("online", 10),
        ("restaurant", 10),
    ],
)
def test_an_ordinary_bill_of_a_million_rials(name: str, points: int) -> None:
    assert an_ordinary_bill(programme(name), place_of("IRR"), MILLION).points == points


def test_a_twentieth_of_every_bill_comes_back_as_credit() -> None:
    given = an_ordinary_bill(programme("credit-back"), place_of("IRR"), MILLION)
    assert (given.points, given.credit) == (0, 50_000)
    (back,) = programme("credit-back").rules
    said = rule_words(back, "toman", "en", RuleNames())
    assert said == "500 toman of credit for every 10,000 toman that you spend"
    said = rule_words(back, "toman", "fa", RuleNames())
    assert said == "۵۰۰ تومان اعتبار برای هر ۱۰٬۰۰۰ تومان خرید"


def test_a_stamp_for_each_drink_and_none_for_a_cake() -> None:
    card = programme("cafe", DRINKS)
    drinks = LineFacts(900_000, DRINKS, quantity=3_000)
    cake = LineFacts(700_000, CAKES)
    assert bought(card, 0, lines=[drinks, cake]) == 3
    assert bought(card, 0, lines=[cake]) == 0
    # Not more than a full card in a day, whatever an office takes along.
    assert bought(card, 0, lines=[LineFacts(9_000_000, DRINKS, quantity=25_000)]) == 10


def test_what_makes_each_trade_its_own() -> None:
    assert bought(programme("clothing"), MILLION, TUESDAY) == 15
    assert bought(programme("pharmacy"), MILLION, (TUESDAY[0], 9 * 60)) == 15
    online = programme("online")
    assert bought(online, 10 * MILLION) == 125
    assert bought(online, 10 * MILLION - 1) == 99
    restaurant = programme("restaurant")
    assert bought(restaurant, MILLION, TUESDAY) == 20
    assert bought(restaurant, 20 * MILLION) == 250
    assert bought(programme("coalition"), MILLION, channel="online") == 12
