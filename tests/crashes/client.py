"""A shop's program in a process of its own: it buys, pays, returns, reserves and redeems, and sends
each request again with the same key until it is answered.

Run as ``python -m tests.crashes.client``; reads what to do from standard input and goes on until the
file ``stop`` exists. With ``hasty`` it believes what nobody said: it counts what it has sent, once,
as done. The harness must find that out.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.crashes.journal import Asked, Journal, Told

_PATIENCE_SECONDS = 10.0
_GIVE_UP_SECONDS = 120.0
_PAUSE_SECONDS = 0.02
_HASTY_SECONDS = 0.2
# The database is away, or somebody works under the key: the answers that say "ask again".
_AGAIN = frozenset({503})
_IN_FLIGHT = "idempotency_key_in_flight"


class Unanswered(Exception):
    """Nobody answered, or the answer got lost."""


class Shop:
    """One connection to the API, made anew whenever it breaks."""

    def __init__(self, port: int, secret: str) -> None:
        self.port, self.secret = port, secret
        self.link: http.client.HTTPConnection | None = None

    def post(self, asked: Asked) -> tuple[int, dict[str, Any], bool]:
        """Status, answer, and whether the answer was given before. Raises Unanswered."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": asked.key,
            "Content-Type": "application/json",
        }
        try:
            if self.link is None:
                self.link = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=_PATIENCE_SECONDS
                )
            self.link.request("POST", f"/api/v1{asked.path}", json.dumps(asked.body), headers)
            response = self.link.getresponse()
            text = response.read()
            return response.status, json.loads(text), "Idempotency-Hit" in response.headers
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unanswered(repr(error)) from error

    def surely(self, asked: Asked) -> tuple[int, dict[str, Any], bool]:
        """The same, asked again while connections to processes that end break."""
        end = time.monotonic() + _GIVE_UP_SECONDS
        while True:
            try:
                return self.post(asked)
            except Unanswered:
                if time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
            self.link = None


class Client:
    """Asks for one thing after the other; what it knows comes from answers only."""

    def __init__(self, shop: Shop, journal: Journal, work: dict[str, Any]) -> None:
        self.shop, self.journal = shop, journal
        self.name, self.reward, self.hasty = work["name"], work["reward"], work["hasty"]
        self.members: list[int] = work["members"]
        self.dice = random.Random(work["seed"])
        self.count = 0
        self.bought: list[int] = []

    def day(self) -> Iterator[None]:
        """One errand after the other, for ever."""
        errands = [self.buy, self.buy, self.pay_with_points, self.give_back, self.reserve]
        errands.append(self.redeem)
        while True:
            self.dice.choice(errands)()
            yield

    def buy(self, **more: Any) -> None:
        body = {
            "total": self.dice.randrange(1, 60) * 100_000,
            "member": {"id": self.dice.choice(self.members)},
            "receipt_no": f"{self.name}-{self.count}",
            **more,
        }
        told = self.ask("/purchases", body)
        if "purchase_id" in told.answer:
            self.bought.append(told.answer["purchase_id"])

    def pay_with_points(self) -> None:
        self.buy(pay_points=self.dice.randrange(1, 4), total=2_000_000)

    def give_back(self) -> None:
        if not self.bought:
            return
        purchase = self.bought.pop(self.dice.randrange(len(self.bought)))
        part: dict[str, Any] = {"amount": 50_000} if self.dice.random() < 0.5 else {}
        self.ask("/returns", {"purchase_id": purchase, **part})

    def reserve(self) -> None:
        member = {"id": self.dice.choice(self.members)}
        told = self.ask("/reservations", {"member": member, "points": self.dice.randrange(2, 9)})
        if "reservation_id" not in told.answer:
            return
        address = f"/reservations/{told.answer['reservation_id']}"
        if self.dice.random() < 0.6:
            self.ask(f"{address}/capture", {"points": 1} if self.dice.random() < 0.5 else {})
        else:
            self.ask(f"{address}/release", {})

    def redeem(self) -> None:
        member = {"id": self.dice.choice(self.members)}
        told = self.ask("/redemptions", {"member": member, "reward_id": self.reward})
        if "redemption_id" not in told.answer:
            return
        if self.dice.random() < 0.5:
            self.ask(f"/redemptions/{told.answer['redemption_id']}/cancel", {})
        else:
            self.buy(voucher=told.answer["voucher_code"], member=member, total=3_000_000)

    def ask(self, path: str, body: dict[str, Any]) -> Told:
        """Ask until there is an answer, with the same key."""
        self.count += 1
        asked = Asked(path, f"{self.name}-{self.count}", body)
        self.journal.ask(asked)
        told = self._once(asked) if self.hasty else self._patiently(asked)
        self.journal.tell(told)
        return told

    def _patiently(self, asked: Asked) -> Told:
        end, tries = time.monotonic() + _GIVE_UP_SECONDS, 0
        while time.monotonic() < end:
            tries += 1
            try:
                status, answer, _ = self.shop.post(asked)
            except Unanswered:
                time.sleep(self.dice.uniform(0.05, 0.3))
                continue
            if status in _AGAIN or answer.get("code") == _IN_FLIGHT:
                time.sleep(self.dice.uniform(0.05, 0.3))
                continue
            if status >= 500:
                self.journal.trouble(asked.key, status, json.dumps(answer))
                time.sleep(0.3)
                continue
            return Told(asked, status, answer, tries)
        raise TimeoutError(f"nobody answers {asked}")

    def _once(self, asked: Asked) -> Told:
        """What a careless program does: sent is done."""
        try:
            status, answer, _ = self.shop.post(asked)
            if status < 500:
                return Told(asked, status, answer, 1)
        except Unanswered:
            pass
        time.sleep(_HASTY_SECONDS)
        return Told(asked, 201, {}, 1)


def main() -> None:
    """Shop until told to stop."""
    work = json.loads(sys.stdin.readline())
    stop = Path(work["stop"])
    shop = Shop(work["port"], work["secret"])
    with Journal(Path(work["journal"])) as journal:
        for _ in Client(shop, journal, work).day():
            if stop.exists():
                break
            time.sleep(_PAUSE_SECONDS)
    shop.close()


if __name__ == "__main__":
    main()
