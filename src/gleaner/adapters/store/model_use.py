"""What a language model took of its budget, by the month: numbers, and nothing of anybody."""

from __future__ import annotations

import sqlalchemy as sa

from gleaner.adapters.store.engine import add_within
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

    def hold(self, month: str, tokens: int, *, most: int) -> bool:
        """Count *tokens* unless that makes more than *most*; whether they are counted.

        One statement looks and counts, so that of two processes that ask for the last tokens one gets them.
        """
        if tokens > most:
            return False
        row = {"account_id": self._account, "month": month, "tokens": tokens}
        with self._engine.begin() as connection:
            return add_within(connection, table, row, table.c.tokens, most=most)

    def settle(self, month: str, held: int, took: int) -> None:
        """Count *took* in place of what was *held*."""
        settled = sa.update(table).where(*self._of(month)).values(tokens=table.c.tokens + (took - held))
        with self._engine.begin() as connection:
            connection.execute(settled)

    def _of(self, month: str) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.account_id == self._account, table.c.month == month
