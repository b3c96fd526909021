"""What others work out of a draw's two files, with the stand-alone program."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests import draws
from tests.world import World
from vafa.config.owner import as_owner
from vafa.flows.draw_people import chances_of_member
from vafa.flows.draws import draw_winners
from vafa.program.draw_errors import DrawListDiffers
from vafa.program.models import DrawEntry

CHECKER = Path(__file__).parents[2] / "scripts" / "check_draw.py"


def check(*words: object) -> tuple[int, str]:
    """Exit code and output of the program, run with nothing but the standard library."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def taken(world: World, draw_id: int, folder: Path, name: str = "draw") -> tuple[Path, Path]:
    """The two files as anybody fetches them."""
    slug, browser = world.record.slug, Client()
    path, listed = folder / f"{name}.json", folder / f"{name}.txt"
    answer = browser.get(reverse("site:draw-file", args=[slug, draw_id]))
    path.write_bytes(answer.content)
    lines = browser.get(reverse("site:draw-list", args=[slug, draw_id]))
    if lines.status_code == 200:
        listed.write_bytes(b"".join(lines.streaming_content))  # type: ignore[attr-defined]
    return path, listed


def test_true_from_the_first_day_to_the_last(world: World, tmp_path: Path) -> None:
    draw = draws.frozen(world)
    early, listed = taken(world, draw.id, tmp_path, "early")
    code, said = check(early, listed)
    assert code == 0 and "7 members" in said and "Nothing is drawn yet" in said
    draw_winners(world.club, draw.id, draws.VALUE, world.owner)
    path, listed = taken(world, draw.id, tmp_path)
    hers = chances_of_member(world.club, draws.fresh(draw), world.member.id)
    code, said = check(path, listed, early, hers.salt, hers.identity)
    assert code == 0, said
    assert "Nothing has changed since the older file (frozen)." in said
    assert "The winners are the right ones" in said
    assert hers.line and f"Your line is number {hers.line.number} with 3 chances." in said
    assert world.member.name not in path.read_text() and "98912" not in path.read_text()
    code, said = check(path, listed, hers.salt, "+989120000000")
    assert code == 1 and "no line" in said


@pytest.mark.parametrize(
    "field", ["seed", "seed_hash", "list_hash", "entrants", "winners", "reserves"]
)
def test_any_change_is_found_out(world: World, tmp_path: Path, field: str) -> None:
    path, listed = taken(world, draws.drawn(world).id, tmp_path)
    value: dict[str, Any] = json.loads(path.read_text())
    value[field] = {
        "seed": sha256(b"another").hexdigest(),
        "seed_hash": sha256(b"another").hexdigest(),
        "list_hash": sha256(b"another").hexdigest(),
        "entrants": 6,
        "winners": value["winners"][::-1],
        "reserves": 1,
    }[field]
    path.write_text(json.dumps(value))
    code, said = check(path, listed)
    assert code == 1 and "FALSE: " in said, said


def test_another_public_value_draws_others(world: World, tmp_path: Path) -> None:
    path, listed = taken(world, draws.drawn(world).id, tmp_path)
    value = json.loads(path.read_text())
    codes = []
    for other in range(5):  # any one of them may draw the same five of seven by chance
        path.write_text(json.dumps({**value, "public_value": str(other)}))
        codes.append(check(path, listed)[0])
    assert 1 in codes and set(codes) <= {0, 1}


def test_a_changed_list_and_changed_conditions_are_found_out(world: World, tmp_path: Path) -> None:
    draw = draws.frozen(world)
    early, _listed = taken(world, draw.id, tmp_path, "early")
    draw_winners(world.club, draw.id, draws.VALUE, world.owner)
    path, listed = taken(world, draw.id, tmp_path)
    first = listed.read_text().splitlines()[0]
    listed.write_text(listed.read_text().replace(first, first[:-1] + "9"))
    assert check(path, listed) == (
        1,
        "FALSE: The list is not the one whose hash was published.\n",
    )
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "permit": "another"}))
    code, said = check(path, early)
    assert code == 1 and "“permit” is not what it was" in said
    assert check(tmp_path / "none.json")[0] == 2
    assert check()[0] == 2


def test_a_list_that_was_tampered_with_is_not_drawn_from(world: World) -> None:
    """Whoever gets past the triggers is found out by the hash."""
    draw = draws.frozen(world)
    entry = DrawEntry.objects.filter(draw=draw).first()
    assert entry is not None
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE program_drawentry SET chances = 99 WHERE id = %s", [entry.id])
    with pytest.raises(DrawListDiffers):
        draw_winners(world.club, draw.id, "1", world.owner)
