"""The demo's logins, and where there is no demo."""

from __future__ import annotations

import pytest

from vafa.config.cli.addresses import faces
from vafa.config.demo import DemoLogins, seed
from vafa.core.progress import SilentProgress


def test_every_login_belongs_to_a_face() -> None:
    logins = DemoLogins().by_path()
    assert set(logins) <= {path for _, path in faces()}
    assert "vafa-demo" in logins["/panel/"] and "0912 000 1234" in logins["/portal/"]


def test_a_real_installation_has_no_demo(settings: object) -> None:
    settings.MODE = "production"  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        seed(SilentProgress())
