"""The part of the inbox that carries out: each change of state is one UPDATE with the old state in its WHERE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.store import tables
from gleaner.adapters.store.attempts import StoredAttempts
from gleaner.adapters.store.journal import journal_row
from gleaner.adapters.store.tables import proposal as table
from gleaner.core.catalog import EntryId
from gleaner.core.expenses import ExpenseId
from gleaner.core.proposals import TRANSITIONS, State
from gleaner.review.inbox import LEASE
from gleaner.review.journal import Line


@dataclass(frozen=True)
class Due:
    """A proposal that may be applied now."""

    key: str
    short: str
    attempts: int
    since: datetime
    """When it last changed."""


class StoredClaims(StoredAttempts):
    """See :class:`gleaner.review.inbox.Inbox`."""

    def claim(self, key: str, token: str, *, now: datetime, run_id: str) -> bool:
        values: dict[str, Any] = {
            "state": State.APPLYING.value, "claim": token, "claimed_at": now,
            "attempts": table.c.attempts + 1, "retry_at": None,
        }  # fmt: skip
        if run_id:
            values["run_id"] = run_id
        return self._step(key, State.APPLYING, values, now=now)

    def renew(self, key: str, token: str, *, now: datetime) -> bool:
        statement = sa.update(table).where(
            table.c.account_id == self._account_id,
            table.c.key == key,
            table.c.state == State.APPLYING.value,
            table.c.claim == token,
        )
        with self._engine.begin() as connection:
            return connection.execute(statement.values(claimed_at=now)).rowcount == 1

    def settle(
        self,
        key: str,
        token: str,
        state: State,
        *,
        now: datetime,
        entry_id: EntryId | None = None,
        expense_id: ExpenseId | None = None,
        trouble: str = "",
        retry_at: datetime | None = None,
        line: Line | None = None,
    ) -> bool:
        values: dict[str, Any] = {
            "state": state.value,
            "claim": None,
            "claimed_at": None,
            "trouble": trouble or None,
            "retry_at": retry_at,
        }
        if entry_id is not None:
            values["entry_id"] = entry_id
        if expense_id is not None:
            values["expense_id"] = expense_id
        return self._step(key, state, values, table.c.claim == token, now=now, line=line)

    def reclaim(
        self, token: str, *, now: datetime, lease: timedelta = LEASE, key: str | None = None
    ) -> list[str]:
        stale = [
            table.c.account_id == self._account_id,
            table.c.state == State.APPLYING.value,
            sa.or_(table.c.claimed_at <= now - lease, table.c.claimed_at > now + lease),
        ]
        if key is not None:
            stale.append(table.c.key == key)
        taken = []
        with self._engine.begin() as connection:
            for row in connection.execute(sa.select(table.c.key, table.c.claim).where(*stale)).all():
                ours = sa.update(table).where(*stale, table.c.key == row.key, table.c.claim == row.claim)
                values = {"claim": token, "claimed_at": now, "attempts": table.c.attempts + 1}
                if connection.execute(ours.values(values)).rowcount == 1:
                    taken.append(row.key)
        return taken

    def reopen(self, key: str, *, now: datetime, line: Line, token: str | None = None) -> bool:
        c = table.c
        is_idle = sa.and_(c.state == State.APPROVED.value, sa.literal(token is None))
        is_held = sa.and_(c.state == State.APPLYING.value, c.claim == token)
        values: dict[str, Any] = {
            "state": State.PROPOSED.value, "decision": None, "decided_by": None, "decided_at": None,
            "claim": None, "claimed_at": None, "trouble": None, "retry_at": None,
        }  # fmt: skip
        conditions = (c.decision == "policy", sa.or_(is_idle, is_held))
        return self._step(key, State.PROPOSED, values, *conditions, now=now, line=line)

    def postpone(self, key: str, *, until: datetime, now: datetime) -> bool:
        statement = sa.update(table).where(
            table.c.account_id == self._account_id, table.c.key == key, table.c.state == State.APPROVED.value
        )
        values = {"attempts": table.c.attempts + 1, "retry_at": until, "updated_at": now}
        with self._engine.begin() as connection:
            return connection.execute(statement.values(values)).rowcount == 1

    def try_again(self, key: str, attempts: int, *, now: datetime) -> bool:
        """Count one more attempt at what may be applied: whoever was told of the present one did nothing."""
        statement = sa.update(table).where(
            table.c.account_id == self._account_id,
            table.c.key == key,
            table.c.state.in_((State.APPROVED.value, State.APPLYING.value)),
            table.c.attempts == attempts,
        )
        with self._engine.begin() as connection:
            return connection.execute(statement.values(attempts=attempts + 1, updated_at=now)).rowcount == 1

    def due(self, *, now: datetime, lease: timedelta = LEASE, limit: int = 1000) -> list[Due]:
        """What may be applied now: approved and not postponed, or begun by somebody who is gone; oldest days first."""
        ready = sa.and_(
            table.c.state == State.APPROVED.value,
            sa.or_(table.c.retry_at.is_(None), table.c.retry_at <= now),
        )
        abandoned = sa.and_(
            table.c.state == State.APPLYING.value,
            sa.or_(table.c.claimed_at <= now - lease, table.c.claimed_at > now + lease),
        )
        asked = (
            sa.select(table.c.key, table.c.short, table.c.attempts, table.c.updated_at)
            .where(table.c.account_id == self._account_id, sa.or_(ready, abandoned))
            .order_by(table.c.on_date, table.c.key)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [Due(*row) for row in connection.execute(asked)]

    def _step(
        self,
        key: str,
        to: State,
        values: dict[str, Any],
        *conditions: sa.ColumnElement[bool],
        now: datetime,
        line: Line | None = None,
    ) -> bool:
        """The compare-and-set: whether the row was in a state that may become *to*. *line* is written with it."""
        froms = [state.value for state, targets in TRANSITIONS.items() if to in targets]
        statement = sa.update(table).where(
            table.c.account_id == self._account_id, table.c.key == key, table.c.state.in_(froms), *conditions
        )
        with self._engine.begin() as connection:
            is_ours = connection.execute(statement.values(**values, updated_at=now)).rowcount == 1
            if is_ours and line is not None:
                connection.execute(sa.insert(tables.journal).values(journal_row(self._account_id, line)))
            return is_ours
