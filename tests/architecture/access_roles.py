"""Who there is, and what a row of the table of addresses says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.world import World

PUBLIC = frozenset({"public"})


EDITORS = frozenset({"owner", "manager"})


PROGRAM = EDITORS | {"marketer"}


VIEWERS = PROGRAM | {"accountant", "analyst", "support"}


FIGURES = VIEWERS - {"support"}


HELPERS = EDITORS | {"support"}


CORRECTORS = HELPERS | {"accountant"}


APPROVERS = EDITORS | {"accountant"}


LEDGER = APPROVERS | {"analyst"}


EXPORTERS = EDITORS | {"analyst"}


OWNER = frozenset({"owner"})


EVERYBODY = VIEWERS | {"branch_manager", "cashier"}


AUDITORS = frozenset({"owner", "accountant"})


TILL = frozenset({"owner", "manager", "branch_manager", "cashier"})


# The manager of one branch, who manages that one alone.
OF_BRANCH = frozenset({"branch_manager"})


MEMBER = frozenset({"member"})


RECORDERS = HELPERS | OF_BRANCH


REPORTS = EDITORS | OF_BRANCH | {"marketer", "accountant", "analyst"}


@dataclass(frozen=True)
class Route:
    """``allowed``: roles, or the API scope in a set of its own; ``args`` name rows of a world;
    ``owned``: those rows belong to the club, so that another club must get 404; ``before`` puts
    things as the address needs them."""

    allowed: frozenset[str]
    method: str = "get"
    args: Callable[[World], dict[str, Any]] = lambda world: {}
    owned: bool = False
    before: Callable[[World], None] = lambda world: None


def fixed(**values: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: values


def api(scope: str) -> frozenset[str]:
    return frozenset({scope})
