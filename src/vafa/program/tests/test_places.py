"""Places: whose terms hold, what a file names, what a branch's manager may choose."""

from __future__ import annotations

from typing import Any

import pytest

from vafa.program.rules.branch_part import Here, same_promise, with_branch_part
from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import BranchManagers, PlaceTerms, beyond
from vafa.program.rules.place_words import managers_words, place_words
from vafa.program.rules.portable import Lookup, UnknownInFile, from_file, to_file
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import OneOf, Text

N = Text(fa="ن", en="N")


def place(kind: Any = "branch", number: int = 1, **terms: Any) -> PlaceTerms:
    return PlaceTerms(kind=kind, number=number, **terms)


def test_the_branch_comes_before_its_merchant_whatever_the_order() -> None:
    own, merchant = place(points_share=10), place("merchant", 7, pays=False)
    for places in ((own, merchant), (merchant, own)):
        program = Program(places=places)
        assert program.terms_at(1, 7) == own
        assert program.terms_at(2, 7) == merchant
        assert program.terms_at(2, 8) is None


def test_a_file_names_branches_by_code() -> None:
    program = Program(places=(place(), place("merchant", 7)))
    document = program.model_dump(mode="json")
    said = to_file(document, Lookup({"branch": {1: "main"}, "merchant": {7: "آوین"}}))
    assert [(p["kind"], p["number"]) for p in said["places"]] == [
        ("branch", "main"),
        ("merchant", "آوین"),
    ]
    numbers = Lookup({"branch": {"main": 31}, "merchant": {"آوین": 32}})
    theirs = Program.model_validate(from_file(said, numbers))
    assert [p.number for p in theirs.places] == [31, 32]
    numbers.check()
    lacking = Lookup({"branch": {}, "merchant": {}})
    from_file(said, lacking)
    with pytest.raises(UnknownInFile) as refused:
        lacking.check()
    assert refused.value.message("en").endswith(
        "the branch “main” (branches' terms), the merchant “آوین” (branches' terms)."
    )


@pytest.mark.parametrize(
    ("terms", "allowed", "field"),
    [
        ({}, {}, None),
        ({}, {"points_share": 99}, "points_share"),
        ({"points_share": 99}, {"points_share": 99}, None),
        ({"credit_share": 51}, {"credit_share": 50}, "credit_share"),
        ({"least_basket": 9}, {"least_basket": 10}, "least_basket"),
        ({}, {"points_a_month": 10}, "points_a_month"),
        ({"points_a_month": 10}, {"points_a_month": 10}, None),
        ({"credit_a_month": 11}, {"credit_a_month": 10}, "credit_a_month"),
    ],
)
def test_what_a_manager_may_choose(
    terms: dict[str, Any], allowed: dict[str, Any], field: str | None
) -> None:
    assert beyond(place(**terms), BranchManagers(**allowed)) == field


def test_only_the_branchs_part_is_taken_over() -> None:
    here = Here(1, 7)
    base = per_amount("base", N, 1, 10_000)
    mine = multiplier("mine", N, 200).model_copy(
        update={"conditions": (OneOf(fact="branch", values=(1,)),)}
    )
    live = Program(rules=(base,))
    other = Program(
        rules=(mine,), places=(place(points_share=5, earns=False), place(number=2)), groups=()
    )
    taken = with_branch_part(live, other, here)
    assert [rule.id for rule in taken.rules] == ["base", "mine"]
    assert taken.places == (place(points_share=5),)
    back = with_branch_part(taken, live, here)
    assert [rule.id for rule in back.rules] == ["base"], "hers is taken out again"
    assert same_promise(with_branch_part(taken, taken, here), taken)


def test_terms_read_as_sentences() -> None:
    terms = place(
        points_share=20, credit_share=30, least_basket=500_000, excluded=("a",), points_a_month=900
    )
    assert place_words(terms, {"a": "Double"}, "toman", "en") == [
        "Points pay up to 20% of a purchase",
        "Credit pays up to 30% of a purchase",
        "Points and credit pay on purchases of 50,000 toman or more",
        "Not here: Double",
        "At most 900 points a month are given here",
    ]
    assert place_words(place(earns=False, pays=False, points_a_month=9), {}, "toman", "fa") == [
        "خرید در اینجا امتیازی نمی‌آورد",
        "در اینجا با امتیاز و اعتبار نمی‌توان پرداخت کرد",
    ]
    managers = BranchManagers(publish_alone=True, points_share=30, credit_a_month=1_000_000)
    assert managers_words(managers, "toman", "en") == [
        "Managers of branches publish their own changes",
        "Their limits: points up to 30% of a bill, 100,000 toman of credit a month",
    ]
