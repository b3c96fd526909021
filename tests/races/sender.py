"""A second process that sends one API request many times at once (see ``test_keys``).

Reads where the database is and what to send from standard input, says "ready", waits for a line,
sends, and prints what each sender was told: status, body, Idempotency-Hit.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from django.db import connection

from tests.program import Program

Told = list[Any]


def send_at_once(secret: str, path: str, body: Any, keys: list[str]) -> list[Told]:
    """One thread and one connection for each key, all beginning at the same moment."""
    barrier = threading.Barrier(len(keys))

    def run(key: str) -> Told:
        try:
            connection.ensure_connection()
            barrier.wait()
            answer = Program(secret).post(path, body, key=key)
            return [
                answer.status_code,
                answer.content.decode(),
                answer.headers.get("Idempotency-Hit"),
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(run, keys))


def main() -> None:
    """Do what standard input asks."""
    django.setup()
    asked = json.loads(sys.stdin.readline())
    connection.settings_dict.update(asked.pop("database"))
    Program(asked["secret"]).get("/rewards")  # the first request imports every page
    connection.close()
    _say("ready")
    sys.stdin.readline()
    _say(json.dumps(send_at_once(**asked)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
