"""How far people chose that Gleaner may go for them; a row for each person who ever chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.journal import journal_row
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import chosen_rung as table
from gleaner.adapters.store.tables import journal
from gleaner.core.catalog import AccountId, UserId
from gleaner.review.journal import Line
from gleaner.review.ladder import RUNGS, Rung

UNCHOSEN: Rung = "post"
"""Who never chose lowers nothing."""


@dataclass(frozen=True)
class Chosen:
    """What somebody chose, or an administrator for them."""

    rung: Rung
    before: Rung
    at: datetime
    by: str


class StoredRungs:
    """What the people of one account chose."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def chosen(self) -> dict[UserId, Chosen]:
        """By person; nobody who never chose."""
        asked = sa.select(table).where(table.c.account_id == self._account)
        with self._engine.connect() as connection:
            return {UserId(row.user_id): _chosen(row) for row in connection.execute(asked)}

    def choose(self, user_id: UserId, rung: Rung, *, by: str, now: datetime, line: Line) -> bool:
        """From now on no further than *rung* for that person; whether that changed anything.

        *line* goes into the journal with it, or not at all. Nothing changes for somebody who was forgotten.
        """
        c = table.c
        said = {"rung": rung, "chosen_at": now, "chosen_by": by}
        row = {"account_id": self._account, "user_id": user_id, "before": UNCHOSEN, **said}
        theirs = (c.account_id == self._account, c.user_id == user_id, c.rung != rung)
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account):
                return False
            if insert_once(connection, table, row):
                is_changed = rung != UNCHOSEN
            else:
                # The database reads its own row: of two who choose at once, the later sees what the earlier chose.
                change = sa.update(table).where(*theirs).values(before=c.rung, **said)
                is_changed = connection.execute(change).rowcount == 1
            if is_changed:
                connection.execute(sa.insert(journal).values(journal_row(self._account, line)))
            return is_changed


def _chosen(row: sa.Row[Any]) -> Chosen:
    return Chosen(_rung(row.rung), _rung(row.before), row.chosen_at, row.chosen_by)


def _rung(text: str) -> Rung:
    """What no version of ours wrote is taken for the least."""
    return next((one for one in RUNGS if one == text), "suggest")
