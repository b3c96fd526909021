"""Where the faces are, for the person who has just started Vafa."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.markup import escape

from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


def faces() -> list[tuple[str, str]]:
    """Name and path of each face."""
    return [
        (_("Panel (owner)"), "/panel/"),
        (_("Till (cashier)"), "/till/"),
        (_("Portal (member)"), "/portal/"),
        (_("API documentation"), "/api/v1/docs"),
    ]


def show_addresses(url: str, logins: Mapping[str, str] | None = None) -> None:
    """Prints the address of each face, and demo logins by the path of their face."""
    width = max(cell_len(name) for name, _path in faces())
    console.print()
    console.print(_("Vafa is ready."), style="bold")
    for name, path in faces():
        gap = " " * (width - cell_len(name))
        login = escape((logins or {}).get(path, ""))
        console.print(f"  {name}{gap}  [bold cyan]{url}{path}[/]  {login}".rstrip())
