"""Rules made in a review, and which rules are switched off, in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once, upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import rule, rule_off
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.matching.made import Effect, MadeRule, What

_COLUMNS = [column.name for column in rule.columns if not column.primary_key]


class StoredRules:
    """The rules of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def made(self) -> list[MadeRule]:
        """All that were made, the newest first: the one that counts where two fit."""
        asked = sa.select(rule).where(rule.c.account_id == self._account)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(rule.c.made_at.desc(), rule.c.id)).all()
        return [_rule(row) for row in rows]

    def off(self) -> dict[str, tuple[str, datetime]]:
        """Ids of the rules that are switched off, by whom and when."""
        asked = sa.select(rule_off).where(rule_off.c.account_id == self._account)
        with self._engine.connect() as connection:
            return {row.rule_id: (row.switched_by, row.switched_at) for row in connection.execute(asked)}

    def make(self, one: MadeRule) -> bool:
        """Keep *one* in place of what was said before about the same; it is on. False for a forgotten person."""
        row = {
            "account_id": self._account, "id": one.id, "user_id": one.user_id, "effect": one.effect,
            "what": one.what, "value": one.value, "title": one.title, "project_id": one.project_id,
            "task_id": one.task_id, "made_by": one.by, "made_at": one.made_at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if one.user_id in forgotten_users(connection, self._account):
                return False
            connection.execute(upsert(connection, rule, _COLUMNS), [row])
            connection.execute(self._switch(one.id))
        return True

    def switch_off(self, rule_id: str, *, by: str, now: datetime) -> bool:
        """Whether it was on until now."""
        row: dict[str, Any] = {
            "account_id": self._account, "rule_id": rule_id, "switched_by": by, "switched_at": now,
        }  # fmt: skip
        with self._engine.begin() as connection:
            return insert_once(connection, rule_off, row)

    def switch_on(self, rule_id: str) -> bool:
        """Whether it was off until now."""
        with self._engine.begin() as connection:
            return connection.execute(self._switch(rule_id)).rowcount == 1

    def hide(self, series: Collection[tuple[UserId, str]], title: str) -> None:
        """Take the words out of rules about series that became private: *title* stands for them."""
        with self._engine.begin() as connection:
            for user_id, value in series:
                ours = (rule.c.account_id == self._account, rule.c.user_id == user_id)
                about = (rule.c.what == "series", rule.c.value == value, rule.c.title != title)
                connection.execute(sa.update(rule).where(*ours, *about).values(title=title))

    def _switch(self, rule_id: str) -> sa.Delete:
        return sa.delete(rule_off).where(
            rule_off.c.account_id == self._account, rule_off.c.rule_id == rule_id
        )


def _rule(row: sa.Row[Any]) -> MadeRule:
    return MadeRule(
        row.id, UserId(row.user_id), cast("Effect", row.effect), cast("What", row.what), row.value, row.title,
        row.made_by, row.made_at, None if row.project_id is None else ProjectId(row.project_id),
        None if row.task_id is None else TaskId(row.task_id),
    )  # fmt: skip
