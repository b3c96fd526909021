"""Tables made or changed together, and the fields that they share. Frozen: change only by adding.

Django makes its registry of models anew for every model that is made or changed, each time with all
that it is tied to; over a hundred tables that is most of what a first start works. Here it is made
once for each migration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Field = tuple[str, "models.Field[Any, Any]"]


def row_id() -> Field:
    """The number of a row, which the database gives."""
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def tied(to: str, *, related_name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key to a row that is never deleted before this one; ``options`` are Django's."""
    return models.ForeignKey(to, models.PROTECT, related_name=related_name, **options)


def table(
    name: str,
    *fields: Field,
    indexes: Sequence[models.Index] = (),
    constraints: Sequence[models.BaseConstraint] = (),
) -> migrations.CreateModel:
    """The model ``name`` with a row number before its ``fields``."""
    options = {"indexes": list(indexes), "constraints": list(constraints)}
    return migrations.CreateModel(
        name, [row_id(), *fields], {kind: each for kind, each in options.items() if each}
    )


class Together(Operation):
    """Operations of which none needs the tables as another has left them.

    Tables that are made together may name each other in any order.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Made again when somebody asks for it, after all of them.
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for each in self.operations:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for each in reversed(self.operations):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Together: {len(self.operations)} operations"
