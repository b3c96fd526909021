"""The API's contract changes only on purpose.

After a deliberate change: ``python -m tests.architecture.test_openapi`` writes the new snapshot,
and its difference is reviewed with the code.
"""

from __future__ import annotations

import json
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("openapi.json")


def current() -> str:
    """The OpenAPI document as text."""
    from vafa.web.api.urls import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, default=str) + "\n"


def test_the_openapi_document_is_the_reviewed_one(database: None) -> None:
    assert current() == SNAPSHOT.read_text()


if __name__ == "__main__":
    import django

    django.setup()
    SNAPSHOT.write_text(current())
