"""A shop's program that talks to the API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass
class Program:
    """A shop's program with its key."""

    secret: str

    def post(self, path: str, body: Any, key: str | None = None, lang: str = "en") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": lang}
        if key is not None:
            headers["Idempotency-Key"] = key
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        return Client().post(
            f"/api/v1{path}", raw, content_type="application/json", headers=headers
        )

    def get(self, path: str, lang: str = "en") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": lang}
        return Client().get(f"/api/v1{path}", headers=headers)
