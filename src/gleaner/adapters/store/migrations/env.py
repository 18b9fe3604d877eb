"""Alembic's entry: one connection, given by the caller; batch mode because SQLite cannot alter in place."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from gleaner.adapters.store.tables import UtcDateTime, metadata


def _is_ours(_object: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:
    # Other tables may live in the same database (a durable engine's, an administrator's): leave them alone.
    return not (kind == "table" and reflected and name not in metadata.tables)


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # A migration must not change with our code: it names SQLAlchemy's types only.
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
    include_object=_is_ours,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
