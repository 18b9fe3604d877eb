"""What Gleaner logged and what became of it since, for figures: a few values of each proposal, none of its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.store.engine import inside, parsed
from gleaner.adapters.store.tables import correction, proposal
from gleaner.core.catalog import AccountId, EntryId, ProjectId, TaskId, UserId
from gleaner.core.proposals import State


@dataclass(frozen=True)
class Written:
    """An entry as Gleaner first wrote it, for somebody who decided or by policy."""

    user_id: UserId
    entry_id: EntryId | None
    project_id: ProjectId | None
    task_id: TaskId | None
    on: date
    hours: Decimal
    is_put_right: bool
    """It was undone, amended, deleted, or found to be wrong."""


def written(engine: sa.Engine, account_id: AccountId, first: date, last: date) -> list[Written]:
    """What was written for those days, whatever became of it."""
    c = proposal.c
    states = (State.APPLIED.value, State.UNDONE.value)
    ours = (c.account_id == account_id, c.state.in_(states))
    dialect = engine.dialect.name

    def of(*path: str) -> sa.ColumnElement[Any]:
        return inside(dialect, parsed(dialect, c.content), "action", *path)

    wrong = sa.exists().where(correction.c.account_id == account_id, correction.c.proposal_key == c.key)
    asked = sa.select(
        c.user_id, c.entry_id, of("project_id"), of("task_id"), of("spent_date"), of("hours"), c.state, wrong
    ).where(*ours, c.on_date.between(first, last), of("kind") == "create_time_entry")
    with engine.connect() as connection:
        rows = connection.execute(asked).all()
        entries = sorted({row[1] for row in rows if row[1] is not None})
        amended = _amended(connection, account_id, entries, of("kind"))
    return [
        Written(
            UserId(user_id), None if entry is None else EntryId(entry), _id(project, ProjectId), _id(task, TaskId),
            date.fromisoformat(day), Decimal(str(hours)),
            state == State.UNDONE.value or bool(is_wrong) or entry in amended,
        )
        for user_id, entry, project, task, day, hours, state, is_wrong in rows
    ]  # fmt: skip


def _amended(
    connection: sa.Connection, account_id: AccountId, entries: list[int], kind: sa.ColumnElement[Any]
) -> set[int]:
    c = proposal.c
    found: set[int] = set()
    for start in range(0, len(entries), 500):
        some = entries[start : start + 500]
        asked = sa.select(c.entry_id).where(
            c.account_id == account_id, c.entry_id.in_(some), c.state == State.APPLIED.value,
            kind.in_(("update_time_entry", "delete_time_entry")),
        )  # fmt: skip
        found.update(connection.scalars(asked))
    return found


def _id(value: object, kind: Any) -> Any:
    return None if value is None else kind(int(str(value)))
