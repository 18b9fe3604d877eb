"""Whether anything may be written to Harvest at all: a row for each account where an administrator ever said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.journal import journal_row
from gleaner.adapters.store.tables import journal
from gleaner.adapters.store.tables import write_access as table
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.review.journal import Line

READING = phrase(
    "Gleaner only reads here until an administrator lets it write, on Set up or with gleaner writes allow"
)


@dataclass(frozen=True)
class StoredWriteAccess:
    """The switch of one account, asked anew at each look, so that it counts in every process at once."""

    engine: sa.Engine
    account_id: AccountId
    at_first: bool
    """Whether it may write where nobody ever said."""

    def is_given(self) -> bool:
        asked = sa.select(table.c.is_given).where(table.c.account_id == self.account_id)
        with self.engine.connect() as connection:
            said = connection.scalar(asked)
        return self.at_first if said is None else said

    def check(self) -> None:
        """Raises Refused while it may only read."""
        if not self.is_given():
            raise Refused(READING)

    def switch(self, *, is_given: bool, now: datetime, line: Line) -> bool:
        """From now on so; whether that changed anything. *line* goes into the journal with it, or not at all."""
        row = {"account_id": self.account_id, "is_given": is_given, "changed_at": now}
        theirs = (table.c.account_id == self.account_id, table.c.is_given.is_not(is_given))
        with self.engine.begin() as connection:
            if insert_once(connection, table, row):
                is_changed = is_given is not self.at_first
            else:
                change = sa.update(table).where(*theirs).values(is_given=is_given, changed_at=now)
                is_changed = connection.execute(change).rowcount == 1
            if is_changed:
                connection.execute(sa.insert(journal).values(journal_row(self.account_id, line)))
            return is_changed
