"""Our copy of Harvest's objects in the tables ``mirror`` and ``mirror_state``; no request leaves from here.

Every method is one short transaction. Objects are kept as Harvest sent them, so a later version of Gleaner can
read more out of them without asking again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.encoding import Raw, from_json, to_json
from gleaner.adapters.harvest.withheld import rows_of, strip, without
from gleaner.adapters.store.engine import batched, inside, parsed, upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import mirror, mirror_state
from gleaner.core.catalog import AccountId, EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import Posted

MODELS: dict[str, type[wire.Wire]] = {
    "company": wire.Company,
    "users": wire.User,
    "clients": wire.Client,
    "contacts": wire.Contact,
    "projects": wire.Project,
    "tasks": wire.Task,
    "task_assignments": wire.TaskAssignment,
    "user_assignments": wire.UserAssignment,
    "project_assignments": wire.ProjectAssignment,
    "time_entries": wire.TimeEntry,
    "expense_categories": wire.ExpenseCategory,
    "expenses": wire.Expense,
    "invoices": wire.Invoice,
}
"""What is copied."""

CATALOGUE = frozenset(MODELS) - {"time_entries", "expense_categories", "expenses", "invoices"}
"""What the catalogue is made of: when one of these changes, it is read anew."""

# Notes about the copy itself, kept beside it: table rows, but no object of Harvest's.
_NOTES = "note:"
_VERSION = "version"


@dataclass(frozen=True)
class Row:
    """One object, ready to be stored."""

    id: int
    payload: str
    user_id: int | None = None
    on_date: date | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Saved:
    """What came of storing some rows."""

    new: tuple[tuple[Row, str | None], ...]
    """What was stored, each with what was held before (JSON text, or None)."""
    unchanged: int


@dataclass(frozen=True)
class State:
    """Until when the copy of one resource is right, and from where the next poll asks."""

    as_of: datetime
    updated_since: datetime | None


def row(resource: str, raw: Raw) -> Row:
    """*raw* as a row. Raises ValueError, in a sentence, when it is no such object."""
    found = wire.read(MODELS[resource], raw)
    payload = to_json(raw)
    if isinstance(found, wire.TimeEntry | wire.Expense):
        whose = found.user.id if found.user is not None else None
        return Row(found.id, payload, whose, found.spent_date, updated_at(raw))
    # The company has no id; there is only the one.
    return Row(getattr(found, "id", 0), payload, updated_at=updated_at(raw))


def updated_at(raw: Raw) -> datetime | None:
    """When Harvest last changed the object; None when it does not say."""
    try:
        return datetime.fromisoformat(str(raw.get("updated_at")))
    except ValueError:
        return None


class Copy:
    """The copy of one account. Threads may share it."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def rows(self, resource: str) -> list[Raw]:
        """All objects of a *resource*, by id."""
        return [from_json(payload) for payload in self.texts(resource)]

    def texts(self, resource: str) -> Sequence[str]:
        """The same, as JSON text."""
        asked = sa.select(mirror.c.payload).where(*self._of(resource)).order_by(mirror.c.id)
        with self._engine.connect() as connection:
            return connection.scalars(asked).all()

    def entries(self, first: date, last: date, user_id: UserId | None = None) -> Sequence[str]:
        """Time entries with a ``spent_date`` from *first* to *last*, oldest first, as JSON text."""
        return self._entries(first, last, *(() if user_id is None else (mirror.c.user_id == user_id,)))

    def entries_of(self, first: date, last: date, user_ids: Collection[UserId]) -> Sequence[str]:
        """The same of several people."""
        return self._entries(first, last, mirror.c.user_id.in_(sorted(user_ids)))

    def _entries(self, first: date, last: date, *more: sa.ColumnElement[bool]) -> Sequence[str]:
        asked = (
            sa.select(mirror.c.payload)
            .where(*self._of("time_entries"), mirror.c.on_date.between(first, last), *more)
            .order_by(mirror.c.on_date, mirror.c.id)
        )
        with self._engine.connect() as connection:
            return connection.scalars(asked).all()

    def posted(self, first: date, last: date, users: Collection[UserId] | None = None) -> Iterator[Posted]:
        """The same as :meth:`entries`, in no order, with little of each: the database takes it out of the text.

        *users*: only theirs.
        """
        paths = (
            "user.id",
            "project.id",
            "task.id",
            "spent_date",
            "hours",
            "billable",
            "is_running",
            "created_at",
        )
        for number, user, project, task, day, hours, billable, running, made in self.picked(
            "time_entries", ("id", *paths), (first, last), users=users
        ):
            yield Posted(
                EntryId(int(number)), UserId(int(user)), ProjectId(int(project)), TaskId(int(task)),
                date.fromisoformat(day), Decimal(str(hours or 0)), is_true(billable), is_true(running),
                datetime.fromisoformat(made) if made else None,
            )  # fmt: skip

    def picked(
        self,
        resource: str,
        paths: Sequence[str],
        days: tuple[date, date] | None = None,
        *,
        users: Collection[UserId] | None = None,
        where: Mapping[str, object] | None = None,
    ) -> Iterator[Sequence[Any]]:
        """What is at *paths* (such as ``user.id``) in each object, in no order: the database takes it out of the text.

        *days*: only with a ``spent_date`` from the first to the last of them. *users*: only time of theirs. *where*:
        only those that say so at these paths, a number or a truth value. On SQLite values are as JSON has them, with 1
        for true; on PostgreSQL text.
        """
        dialect = self._engine.dialect.name
        text = parsed(dialect, mirror.c.payload).label("found")
        rows_of: sa.Select[Any] = sa.select(text).where(*self._of(resource))
        if days is not None:
            rows_of = rows_of.where(mirror.c.on_date.between(*days))
        if users is not None:
            rows_of = rows_of.where(mirror.c.user_id.in_(sorted(users)))
        # An offset keeps PostgreSQL from reading the text anew for each of the values.
        one = (rows_of.offset(0) if dialect == "postgresql" else rows_of).subquery()
        of = partial(inside, dialect, one.c.found)
        asked: sa.Select[Any] = sa.select(*(of(*path.split(".")) for path in paths))
        for path, value in (where or {}).items():
            wanted = json.dumps(value) if dialect == "postgresql" else value
            asked = asked.where(of(*path.split(".")) == wanted)
        with self._engine.connect() as connection:
            for rows in connection.execution_options(yield_per=5_000).execute(asked).partitions():
                yield from rows

    def is_submitted(self, first: date, last: date) -> bool:
        """Whether any time of those days is submitted or approved; the database stops at the first."""
        status = self._status()
        asked = self._of_days(first, last, status.in_(("submitted", "approved")))
        with self._engine.connect() as connection:
            return connection.execute(asked.limit(1)).first() is not None

    def unsubmitted(self, first: date, last: date, user_id: UserId | None = None) -> set[tuple[UserId, date]]:
        """The person-days that hold time which could be submitted and is not."""
        more = () if user_id is None else (mirror.c.user_id == user_id,)
        asked = self._of_days(first, last, *more, self._status() == "unsubmitted").distinct()
        with self._engine.connect() as connection:
            return {(UserId(row.user_id), row.on_date) for row in connection.execute(asked)}

    def _of_days(self, first: date, last: date, *more: sa.ColumnElement[bool]) -> sa.Select[Any]:
        there = (*self._of("time_entries"), mirror.c.on_date.between(first, last))
        return sa.select(mirror.c.user_id, mirror.c.on_date).where(*there, *more)

    def _status(self) -> sa.ColumnElement[Any]:
        dialect = self._engine.dialect.name
        return inside(dialect, parsed(dialect, mirror.c.payload), "approval_status")

    def ids(self, resource: str, within: tuple[date, date] | None = None) -> set[int]:
        """The ids we hold; *within* two dates, both included, for time entries."""
        asked = sa.select(mirror.c.id).where(*self._of(resource))
        if within is not None:
            asked = asked.where(mirror.c.on_date.between(*within))
        with self._engine.connect() as connection:
            return set(connection.scalars(asked))

    def held(self, resource: str, ids: Sequence[int]) -> dict[int, str]:
        """Those of *ids* we hold, as JSON text; a few only, please."""
        asked = sa.select(mirror.c.id, mirror.c.payload).where(*self._of(resource), mirror.c.id.in_(ids))
        with self._engine.connect() as connection:
            return {found.id: found.payload for found in connection.execute(asked)}

    def save(self, resource: str, rows: Iterable[Row], *, keep_newer: bool = False) -> Saved:
        """Store *rows*, writing only what differs, and of people who were forgotten only their names.

        *keep_newer*: what we hold stays if Harvest changed it later than the row says: it was noted after
        the row was read.
        """
        with self._engine.begin() as connection:
            kept = without(resource, rows, forgotten_users(connection, self._account))
            # In order of id, so that two transactions never wait for each other's rows crosswise.
            ordered = sorted({row.id: row for row in kept}.values(), key=lambda row: row.id)
            held: dict[int, str] = {}
            for batch in batched([row.id for row in ordered]):
                asked = sa.select(mirror.c.id, mirror.c.payload).where(
                    *self._of(resource), mirror.c.id.in_(batch)
                )
                held.update((found.id, found.payload) for found in connection.execute(asked))
            differing = [
                row
                for row in ordered
                if held.get(row.id) != row.payload
                and not (keep_newer and row.id in held and _is_newer(held[row.id], row))
            ]
            self._put(connection, resource, differing)
            if differing and resource in CATALOGUE:
                self._set_note(connection, _VERSION, {"version": uuid.uuid4().hex})
        new = tuple((row, held.get(row.id)) for row in differing)
        return Saved(new, len(ordered) - len(differing))

    def remove(self, resource: str, ids: Iterable[int]) -> int:
        """Forget these objects; returns how many there were."""
        removed = 0
        with self._engine.begin() as connection:
            for batch in batched(sorted(ids)):
                gone = sa.delete(mirror).where(*self._of(resource), mirror.c.id.in_(batch))
                removed += connection.execute(gone).rowcount
            if removed and resource in CATALOGUE:
                self._set_note(connection, _VERSION, {"version": uuid.uuid4().hex})
        return removed

    def of_person(self, user_id: UserId) -> dict[str, list[Raw]]:
        """Everything that is that person's, by list, as Harvest sent it."""
        with self._engine.connect() as connection:
            return rows_of(connection, self._account, user_id)

    def forget_person(self, connection: sa.Connection, user_id: UserId) -> int:
        """Within the caller's transaction: delete what is theirs, but for their name; how many rows went."""
        count = strip(connection, self._account, user_id)
        self._set_note(connection, _VERSION, {"version": uuid.uuid4().hex})
        return count

    def clear(self) -> None:
        """Forget the whole account."""
        with self._engine.begin() as connection:
            for table in (mirror, mirror_state):
                connection.execute(sa.delete(table).where(table.c.account_id == self._account))

    def state(self, resource: str) -> State | None:
        """None when the resource was never read to its end."""
        asked = sa.select(mirror_state.c.as_of, mirror_state.c.updated_since).where(
            mirror_state.c.account_id == self._account, mirror_state.c.resource == resource
        )
        with self._engine.connect() as connection:
            found = connection.execute(asked).one_or_none()
        return None if found is None else State(found.as_of, found.updated_since)

    def states(self) -> dict[str, State]:
        """The state of every resource that was read to its end."""
        asked = sa.select(mirror_state).where(mirror_state.c.account_id == self._account)
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        return {row.resource: State(row.as_of, row.updated_since) for row in rows}

    def set_state(self, resource: str, state: State) -> None:
        values = {"as_of": state.as_of, "updated_since": state.updated_since}
        keys = {"account_id": self._account, "resource": resource}
        with self._engine.begin() as connection:
            connection.execute(upsert(connection, mirror_state, list(values)), [{**keys, **values}])

    def version(self) -> str:
        """Changes whenever the catalogue did; empty before the first save."""
        return str((self.note(_VERSION) or {}).get("version", ""))

    def note(self, name: str) -> Raw | None:
        """What was noted about the copy under this *name*."""
        asked = sa.select(mirror.c.payload).where(*self._of(_NOTES + name))
        with self._engine.connect() as connection:
            payload = connection.scalar(asked)
        return None if payload is None else from_json(payload)

    def set_note(self, name: str, value: Raw) -> None:
        with self._engine.begin() as connection:
            self._set_note(connection, name, value)

    def _set_note(self, connection: sa.Connection, name: str, value: Raw) -> None:
        self._put(connection, _NOTES + name, [Row(0, to_json(value))])

    def _put(self, connection: sa.Connection, resource: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        values = [
            {
                "account_id": self._account,
                "resource": resource,
                "id": row.id,
                "user_id": row.user_id,
                "on_date": row.on_date,
                "payload": row.payload,
            }
            for row in rows
        ]
        connection.execute(upsert(connection, mirror, ["user_id", "on_date", "payload"]), values)

    def _of(self, resource: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (mirror.c.account_id == self._account, mirror.c.resource == resource)


def is_true(value: object) -> bool:
    """SQLite says 1, PostgreSQL ``true``."""
    return value in (1, "true")


def _is_newer(payload: str, row: Row) -> bool:
    held = updated_at(from_json(payload))
    return held is not None and row.updated_at is not None and held > row.updated_at
