"""A whole programme out of a club as a file, and into another one's draft: the document of a
revision, and the rewards that members can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from vafa.audience.models import Segment
from vafa.club.models import Branch, Merchant
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.core.db import fetch
from vafa.core.text import normalize
from vafa.program.actions.checking import refuse_impossible
from vafa.program.actions.revisions import parse_program, save_draft
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Draw, Reward, VoucherSeries
from vafa.program.rules.document import Program
from vafa.program.rules.portable import NAMED, Lookup, NotAProgramFile, from_file, to_file
from vafa.program.rules.portable_rewards import (
    PortableReward,
    rewards_from_file,
    rewards_to_file,
)

MOST_BYTES = 5_000_000
_CODES = {
    "branch": (Branch, "code"),
    "merchant": (Merchant, "name"),
    "category": (Category, "code"),
    "product": (Product, "sku"),
    "segment": (Segment, "code"),
    "series": (VoucherSeries, "name"),
    "draw": (Draw, "name"),
}


class Brought(NamedTuple):
    """What came out of a file: the draft, and how many rewards the club did not have."""

    program: Program
    rewards: int


def program_file(club: ClubContext, program: Program) -> bytes:
    """The programme as readable JSON (UTF-8), with the rewards on offer; branches, categories,
    products and the like by their codes."""
    document = program.model_dump(mode="json")
    table = {what: {n: code for code, n in pairs} for what, pairs in _numbers(club).items()}
    codes = Lookup(table)
    offered = Reward.objects.filter(club_id=club.id, is_active=True).order_by("id")
    rewards = rewards_to_file([_portable(reward) for reward in offered], codes)
    content = {**to_file(document, codes), "rewards": rewards}
    codes.check()
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def bring_program(club: ClubContext, content: bytes, *, by: str) -> Brought:
    """Make the file's programme the draft, and its rewards, switched off, those of the club; who has
    one of the same name keeps her own. ``by`` is the label of who brings it.

    Raises NotAProgramFile, UnknownInFile, InvalidProgram, RuleNeverFires, InvalidInput; then
    nothing has changed.
    """
    try:
        said: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAProgramFile from error
    numbers = Lookup({what: dict(pairs) for what, pairs in _numbers(club).items()})
    document = from_file(said, numbers)
    rewards = rewards_from_file(said, numbers)
    program = parse_program(document)
    refuse_impossible(club, program, may_be_over=True)
    with transaction.atomic():
        save_draft(club.id, program, actor=by)
        return Brought(program, _bring_rewards(club, rewards, by))


def _bring_rewards(club: ClubContext, rewards: Sequence[PortableReward], by: str) -> int:
    there = set(Reward.objects.filter(club_id=club.id).values_list("name", flat=True))
    brought = 0
    for one in rewards:
        fields = one.model_dump()
        name = normalize(fields.pop("name"))
        if name in there:
            continue
        there.add(name)
        create_reward(
            club.id,
            by=by,
            name=name,
            product=_of(Product, fields.pop("product")),
            series=_of(VoucherSeries, fields.pop("series")),
            is_active=False,
            **fields,
        )
        brought += 1
    return brought


def _of(model: type[Any], number: int | None) -> Any:
    return None if number is None else model._default_manager.get(pk=number)


def _portable(reward: Reward) -> PortableReward:
    fields = set(PortableReward.model_fields) - {"product", "series"}
    said = {name: getattr(reward, name) for name in fields}
    return PortableReward(**said, product=reward.product_id, series=reward.series_id)


def _numbers(club: ClubContext) -> dict[str, list[tuple[str, int | str]]]:
    """Of each kind of thing that a file names, the codes and numbers that the club has."""
    found: dict[str, list[tuple[str, int | str]]] = {what: [] for what in NAMED}
    parts = [
        f"SELECT %s AS what, {code}::text, id, club_id FROM {model._meta.db_table}"
        for model, code in map(_CODES.__getitem__, NAMED)
    ]
    rows = fetch(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) x WHERE club_id = %s ORDER BY what, id",
        [*NAMED, club.id],
    )
    for what, code, number, _club in rows:
        # Rules name segments by code as they do in a file; one that the club lacks is told too.
        found[what].append((code, code if what == "segment" else number))
    return found
