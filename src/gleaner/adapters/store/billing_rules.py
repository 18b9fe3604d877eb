"""Billing rules that were added by command, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.money_tables import billing_rule as table
from gleaner.core.catalog import AccountId, UserId


@dataclass(frozen=True)
class KeptRule:
    """One rule, as it was added."""

    name: str
    content: str
    """JSON."""
    maker_id: UserId
    made_at: datetime


class StoredBillingRules:
    """The rules of one account, by name."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def all(self) -> list[KeptRule]:
        asked = sa.select(table).where(table.c.account_id == self._account).order_by(table.c.name)
        with self._engine.connect() as connection:
            return [
                KeptRule(row.name, row.content, UserId(row.maker_id), row.made_at)
                for row in connection.execute(asked)
            ]

    def add(self, rule: KeptRule) -> bool:
        """Whether it was added: a name that is taken stays what it is."""
        row = {
            "account_id": self._account, "name": rule.name, "content": rule.content, "maker_id": rule.maker_id,
            "made_at": rule.made_at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            return insert_once(connection, table, row)

    def remove(self, name: str) -> bool:
        """Whether there was one of that name."""
        gone = sa.delete(table).where(table.c.account_id == self._account, table.c.name == name)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount == 1
