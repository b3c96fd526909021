"""A JSON value as a file to keep."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse


def json_file(value: Any, name: str) -> HttpResponse:
    """The value, indented so that people can read it, to be saved under ``name`` (ASCII)."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
