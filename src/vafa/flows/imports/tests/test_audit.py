"""What is done at the server is audited too, with whoever works there."""

from __future__ import annotations

from pathlib import Path

from tests.world import World
from vafa.club.actions.api_keys import create_api_key, revoke_api_key
from vafa.club.models import Audit
from vafa.club.origin import Origin, coming_from
from vafa.flows.imports.tests.files import bring_in, text_file

TEXT = "receipt,date,mobile,total\n1,1404/01/01,09121112233,100000\n2,1404/01/02,0912,100000\n"


def at_the_server() -> Origin:
    return Origin("cli", operator="reza")


def acts(world: World, *names: str) -> list[Audit]:
    return list(Audit.objects.filter(club=world.record, action__in=names).order_by("id"))


def test_an_import_leaves_its_beginning_and_its_end(world: World, tmp_path: Path) -> None:
    with coming_from(at_the_server):
        bring_in(world, text_file(tmp_path, TEXT), calendar="jalali", dry_run=True)
        assert acts(world, "import.started", "import.finished") == []
        bring_in(world, text_file(tmp_path, TEXT), calendar="jalali")
    began, ended = acts(world, "import.started", "import.finished")
    assert (began.actor, began.actor_name, began.face) == ("import:0", "reza", "cli")
    assert ended.action == "import.finished" and ended.thing_label.endswith(".csv")
    told = {name: ended.after[name] for name in ("rows", "rows_refused", "purchases", "members")}
    assert told == {"rows": 2, "rows_refused": 1, "purchases": 1, "members": 1}


def test_a_key_made_at_the_server_names_who_made_it(world: World) -> None:
    with coming_from(at_the_server):
        key, secret = create_api_key(world.record, name="صندوق", scopes=["members:read"])
        revoke_api_key(key)
        revoke_api_key(key)
    made, revoked = acts(world, "api_key.created", "api_key.revoked")
    assert (made.actor, made.actor_name, made.face) == ("system:0", "reza", "cli")
    assert revoked.thing_id == str(key.pk)
    kept = f"{made.thing_label} {made.after} {made.search_text}"
    assert secret not in kept and key.secret_hash not in kept
