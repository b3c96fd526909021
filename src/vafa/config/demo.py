"""The made-up club of ``vafa demo`` and who can log in to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from vafa.config.demo_desk import furnish_offices
from vafa.config.terminal import gettext as _
from vafa.core.phones import display_mobile
from vafa.core.progress import Progress
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.flows.demo.making import make_demo
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import ACCOUNTANT, CASHIERS, MANAGER, OWNER, PASSWORD


@dataclass(frozen=True, slots=True)
class DemoLogins:
    """User names of the staff (one password for all) and the member's mobile number."""

    owner: str = OWNER
    manager: str = MANAGER
    accountant: str = ACCOUNTANT
    cashier: str = CASHIERS["tehran"]
    password: str = PASSWORD
    mobile: str = display_mobile(DEMO_MOBILE)

    def by_path(self) -> dict[str, str]:
        """What to type in, by the path of the face."""
        return {
            "/panel/": f"{self.owner} / {self.password}",
            "/till/": f"{self.cashier} / {self.password}",
            "/portal/": f"{self.mobile} " + _("(the code is on the page /outbox/)"),
        }


def seed(progress: Progress, *, scale: float = 1.0) -> DemoLogins:
    """Make the demo club, or find it, and return its logins.

    Raises RuntimeError outside the modes demo and test: its passwords are known to everyone.
    """
    if settings.MODE not in {"demo", "test"}:
        raise RuntimeError("the demo club is made in VAFA_MODE=demo only")
    # Messages are written of what happens from here on.
    write_what_is_wanted()
    furnish_offices(make_demo(progress, _("Two years of made-up history"), scale=scale))
    return DemoLogins()
