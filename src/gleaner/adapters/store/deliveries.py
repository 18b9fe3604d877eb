"""Messages that came from outside, remembered for a while, so that none counts twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.tables import cache as table
from gleaner.core.catalog import AccountId

KEEP = timedelta(days=1)
_INSTALLATION = AccountId(0)
_PREFIX = "delivery/"


class StoredDeliveries:
    """What was delivered to this installation lately."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def is_new(self, names: Iterable[str], now: datetime) -> bool:
        """Whether none of *names* was given before *now*; from now on they all were."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(table).where(
                    table.c.account_id == _INSTALLATION,
                    table.c.key.startswith(_PREFIX, autoescape=True),
                    table.c.at < now - KEEP,
                )
            )
            made = [
                insert_once(
                    connection,
                    table,
                    {"account_id": _INSTALLATION, "key": f"{_PREFIX}{name}", "value": b"", "at": now},
                )
                for name in sorted(names)
            ]
        return all(made)
