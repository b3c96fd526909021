"""Makes the club that is shopped in while processes die; prints what the clients need to know.

Runs in a process of its own, with VAFA_HOME naming a data folder whose tables are made, after
Django has been set up (see ``tests.crashes.house.prepare``).
"""

from __future__ import annotations

import json
import sys

from tests.world import make_world
from vafa.config import embedded
from vafa.config.home import data_home

_MEMBERS = 8
_OPENING_PURCHASE = 900_000_000  # rials: 9,000 points


def main() -> None:
    """One club, an API key of one branch, and members who have something to spend."""
    with embedded.serving(data_home()):
        world = make_world()
        members = [world.enrol() for _ in range(_MEMBERS)]
        for n, member in enumerate(members):
            bought = world.buy(_OPENING_PURCHASE, member=("id", str(member.id)), key=f"opening-{n}")
            assert bought.status == "recorded", bought.error
        made = {
            "club": world.record.id,
            "secret": world.api_key(branch=world.branch),
            "members": [member.id for member in members],
            "reward": world.rewards["voucher"].id,
            "owner": world.staff["owner"].user.username,
        }
    sys.stdout.write(json.dumps(made) + "\n")
