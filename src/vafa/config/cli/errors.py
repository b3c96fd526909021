"""The failures that an operator can understand and mend."""

from __future__ import annotations

from rich.markup import escape

from vafa.config.backup.errors import BackupError
from vafa.config.embedded import EmbeddedError
from vafa.config.runas import RunAsError
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import gettext as _
from vafa.config.terminal import language
from vafa.config.web_server import PortTaken
from vafa.core.errors import DomainError

OPERATOR_ERRORS = (
    BackupError,
    EmbeddedError,
    RunAsError,
    StartFailed,
    PortTaken,
    DomainError,
    TimeoutError,
)


def describe(error: Exception) -> str:
    """The failure as a sentence in the terminal's language, safe to print with markup."""
    if isinstance(error, PortTaken):
        return _("Port {port} is in use by another program: choose another with --port.").format(
            port=error.port
        )
    if isinstance(error, DomainError):
        return escape(error.message(language()))
    return escape(str(error))
