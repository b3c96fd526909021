"""How things are named in a programme: a code, and a name in both languages. Plain data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vafa.program.rules.frozen import Frozen

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Text(Frozen):
    """A name in both languages; English may be empty and then falls back to Persian."""

    fa: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(max_length=120)] = ""

    def said(self, lang: str) -> str:
        """The name in ``lang``."""
        return self.fa if lang == "fa" or not self.en else self.en
