"""The part of the inbox that is about expenses: what was there before one was asked for, and which ones are ours."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from gleaner.adapters.store.engine import batched
from gleaner.adapters.store.tables import proposal as table
from gleaner.core.catalog import AccountId
from gleaner.core.expenses import Attempt, ExpenseId
from gleaner.core.proposals import State


class StoredAttempts:
    """See :class:`gleaner.review.inbox.Inbox`."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def attempt(self, key: str) -> Attempt | None:
        asked = sa.select(table.c.attempt).where(table.c.account_id == self._account_id, table.c.key == key)
        with self._engine.connect() as connection:
            said = connection.scalar(asked)
        if said is None:
            return None
        kept = json.loads(said)
        return Attempt(datetime.fromisoformat(kept["at"]), frozenset(map(ExpenseId, kept["known"])))

    def attempting(self, key: str, token: str, attempt: Attempt | None, *, now: datetime) -> bool:
        statement = sa.update(table).where(
            table.c.account_id == self._account_id,
            table.c.key == key,
            table.c.state == State.APPLYING.value,
            table.c.claim == token,
        )
        said = None
        if attempt is not None:
            said = json.dumps({"at": attempt.at.isoformat(), "known": sorted(attempt.known)})
        with self._engine.begin() as connection:
            return connection.execute(statement.values(attempt=said, updated_at=now)).rowcount == 1

    def expenses_written(self, expense_ids: Collection[ExpenseId]) -> frozenset[ExpenseId]:
        found: set[ExpenseId] = set()
        with self._engine.connect() as connection:
            for some in batched(sorted(expense_ids)):
                asked = sa.select(table.c.expense_id).where(
                    table.c.account_id == self._account_id, table.c.expense_id.in_(some)
                )
                found |= {ExpenseId(number) for number in connection.scalars(asked)}
        return frozenset(found)
