"""What a language model took of its budget, by the month: numbers, and nothing of anybody."""

from __future__ import annotations

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.tables import model_use as table
from gleaner.core.catalog import AccountId


class StoredUse:
    """Of one account. *month* is written ``2026-03``."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def tokens(self, month: str) -> int:
        """Tokens taken in that month."""
        asked = sa.select(table.c.tokens).where(*self._of(month))
        with self._engine.connect() as connection:
            return connection.scalar(asked) or 0

    def add(self, month: str, tokens: int) -> None:
        """Count *tokens*; the database adds, so that two processes at once both count."""
        row = {"account_id": self._account, "month": month, "tokens": tokens}
        with self._engine.begin() as connection:
            if not insert_once(connection, table, row):
                more = sa.update(table).where(*self._of(month)).values(tokens=table.c.tokens + tokens)
                connection.execute(more)

    def _of(self, month: str) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.account_id == self._account, table.c.month == month
