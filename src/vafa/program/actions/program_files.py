"""A whole programme out of a club as a file, and into another one's draft."""

from __future__ import annotations

from typing import Any

import orjson

from vafa.audience.models import Segment
from vafa.club.models import Branch, Merchant
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.program.actions.checking import refuse_impossible
from vafa.program.actions.revisions import parse_program
from vafa.program.models import Draw, VoucherSeries
from vafa.program.rules.document import Program
from vafa.program.rules.portable import NAMED, NotAProgramFile, from_file, to_file

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


def program_file(club: ClubContext, program: Program) -> bytes:
    """The programme as readable JSON (UTF-8); branches, categories and products by their codes."""
    document = program.model_dump(mode="json")
    codes = {what: {number: code for code, number in _numbers(club, what)} for what in NAMED}
    return orjson.dumps(to_file(document, codes), option=orjson.OPT_INDENT_2) + b"\n"


def read_program_file(club: ClubContext, content: bytes) -> Program:
    """The programme of such a file, with this club's own branches, categories and products.

    Raises NotAProgramFile, UnknownInFile, InvalidProgram, RuleNeverFires.
    """
    try:
        said: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAProgramFile from error
    numbers = {what: dict(_numbers(club, what)) for what in NAMED}
    program = parse_program(from_file(said, numbers))
    refuse_impossible(club, program, may_be_over=True)
    return program


def _numbers(club: ClubContext, what: str) -> list[tuple[str, int | str]]:
    model, code = _CODES[what]
    # Rules name segments by code as they do in a file; one that the club lacks is told all the same.
    number = "code" if what == "segment" else "id"
    rows = model._default_manager.filter(club_id=club.id).order_by("id")
    return list(rows.values_list(code, number))
