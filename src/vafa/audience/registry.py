"""The facets that rooms registered, by name. Filled once, at wiring (config)."""

from __future__ import annotations

from collections.abc import Iterable

from vafa.club.facet_types import Facet

_facets: dict[str, Facet] = {}


def register_facets(facets: Iterable[Facet]) -> None:
    """Let segments speak of these; a name belongs to one facet."""
    for facet in facets:
        known = _facets.setdefault(facet.name, facet)
        assert known is facet, f"two facets are called {facet.name}"


def find_facet(name: str) -> Facet | None:
    """The facet of that name; None for one that is no longer (or was never) there."""
    return _facets.get(name)


def all_facets() -> list[Facet]:
    """All of them, in the order in which they were registered."""
    return list(_facets.values())
