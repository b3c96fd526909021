"""What is in a backup, for the operator."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from vafa.config.backup.manifest import Manifest
from vafa.config.terminal import console, language
from vafa.config.terminal import gettext as _
from vafa.core.jalali import format_date
from vafa.core.money import format_number

_MEGABYTE = 1_000_000


def show_contents(manifest: Manifest, length: int) -> None:
    """Prints the description of a backup of ``length`` bytes."""
    lang = language()
    facts = Table(show_header=False, box=None, pad_edge=False)
    day = format_date(manifest.made_at.date(), lang)
    facts.add_row(_("Made"), f"{day} {manifest.made_at:%H:%M:%S} UTC")
    facts.add_row(_("Clubs"), escape(", ".join(manifest.clubs.values()) or _("no club yet")))
    for table, label in (
        ("club_member", _("Members")),
        ("commerce_purchase", _("Purchases")),
        ("ledger_transfer", _("Transfers")),
    ):
        facts.add_row(label, format_number(manifest.counts.get(table, 0), lang))
    facts.add_row(_("Size"), f"{length / _MEGABYTE:,.1f} MB")
    major, minor = divmod(manifest.server, 10_000)
    facts.add_row(_("Versions"), f"Vafa {manifest.version}, PostgreSQL {major}.{minor}")
    console.print(facts)
