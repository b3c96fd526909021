"""The requests that the load client sends, as bytes: a bill of one line of a random member."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

from vafa.config.bench.seeding import PRODUCTS, Scene

PURCHASES = "/api/v1/purchases"
RESERVATIONS = "/api/v1/reservations"
PREVIEW = "/api/v1/purchases/preview"
CONNECTION = "/api/v1/connection"
BATCH = "/api/v1/purchases/batch"


class Requests:
    """Endless purchases in the name of one API key; receipts and keys are never the same twice."""

    def __init__(self, scene: Scene, secret: str) -> None:
        self.scene = scene
        self._run = uuid.uuid4().hex[:12]
        self._count = 0
        self._random = random.Random(20)  # noqa: S311  (made-up shoppers, the same in every run)
        self._head = (
            f"Host: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
            "Content-Type: application/json\r\nConnection: keep-alive\r\n"
        )

    def singles(self, place: int | None = None) -> Iterator[bytes]:
        """One purchase each, with its Idempotency-Key, all of the member at ``place`` if given."""
        while True:
            body, key = self._purchase(place)
            yield self._post(PURCHASES, f"{{{body}}}", key)

    def paid_with_points(self, place: int, count: int) -> Iterator[bytes]:
        """``count`` purchases of one member, each paid with a point among other things."""
        for _ in range(count):
            body, key = self._purchase(place)
            yield self._post(PURCHASES, f'{{{body},"pay_points":1}}', key)

    def reservation(self, place: int, points: int) -> bytes:
        """Set points of the member at ``place`` aside."""
        key = self._key()
        branch, mobile = self.scene.branches[0][1], self.scene.mobile(place)
        body = f'{{"branch":"{branch}","member":{{"mobile":"{mobile}"}},"points":{points}}}'
        return self._post(RESERVATIONS, body, key)

    def capture(self, reservation: int) -> bytes:
        """Spend what a reservation has set aside."""
        return self._post(f"{RESERVATIONS}/{reservation}/capture", "{}", self._key())

    def bill(self, place: int, reservation: int) -> bytes:
        """A purchase of the member at ``place`` that a reservation pays for."""
        body, key = self._purchase(place)
        return self._post(PURCHASES, f'{{{body},"reservation":{reservation}}}', key)

    def place(self, below: int) -> int:
        """The place of a random member, one of the first ``below``."""
        return int(self._random.random() * below)

    def previews(self) -> Iterator[bytes]:
        """The same bills, only asked about."""
        while True:
            yield self._post(PREVIEW, f"{{{self._purchase()[0]}}}")

    def nothing(self) -> Iterator[bytes]:
        """Only whether the key works."""
        while True:
            yield f"GET {CONNECTION} HTTP/1.1\r\n{self._head}\r\n".encode("ascii")

    def batches(self, count: int, size: int) -> Iterator[bytes]:
        """``count`` batches of ``size`` purchases."""
        for _ in range(count):
            bills = (self._purchase() for _ in range(size))
            items = ",".join(f'{{"idempotency_key":"{key}",{body}}}' for body, key in bills)
            yield self._post(BATCH, f'{{"items":[{items}]}}')

    def _key(self) -> str:
        self._count += 1
        return f"{self._run}-{self._count}"

    def _purchase(self, place: int | None = None) -> tuple[str, str]:
        """The inside of a purchase's JSON object, and its key."""
        draw, scene = self._random.random, self.scene
        key = self._key()
        total = (100 + int(draw() * 4900)) * 1000
        branch = scene.branches[int(draw() * len(scene.branches))][1]
        mobile = scene.mobile(int(draw() * scene.members) if place is None else place)
        sku = scene.sku(int(draw() * PRODUCTS))
        return (
            f'"total":{total},"branch":"{branch}","member":{{"mobile":"{mobile}"}},'
            f'"receipt_no":"{key}","lines":[{{"amount":{total},"sku":"{sku}"}}]'
        ), key

    def _post(self, path: str, body: str, key: str = "") -> bytes:
        named = f"Idempotency-Key: {key}\r\n" if key else ""
        return (
            f"POST {path} HTTP/1.1\r\n{self._head}{named}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode("ascii")
