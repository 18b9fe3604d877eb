"""What the copy does not take in again of people who were forgotten here, although Harvest still has it.

Left of them is their number and their name, which others' invoices and projects mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from gleaner.adapters.harvest.encoding import Raw, from_json, to_json
from gleaner.adapters.store.tables import mirror

if TYPE_CHECKING:
    from gleaner.adapters.harvest.copy import Row

OF_PEOPLE = ("time_entries", "expenses", "user_assignments")
"""Lists whose rows belong to one person each."""


class _Held(NamedTuple):
    id: int
    user_id: int | None
    payload: str


def without(resource: str, rows: Iterable[Row], gone: Collection[int]) -> Iterator[Row]:
    """*rows* of a list as far as they may be kept when the people *gone* are forgotten."""
    for row in rows:
        if not gone:
            yield row
        elif resource == "users" and row.id in gone:
            yield replace(row, payload=to_json(stripped(from_json(row.payload))))
        elif resource not in OF_PEOPLE or owner(row.payload, row.user_id) not in gone:
            yield row


def stripped(user: Raw) -> Raw:
    """A user as far as others' records need them: archived, so that nothing is ever logged for them."""
    kept: Raw = {key: user.get(key) for key in ("id", "first_name", "last_name")}
    return {**kept, "is_active": False}


def owner(payload: str, user_id: int | None) -> int | None:
    """Whose row it is. Assignments do not say so in a column of their own."""
    if user_id is not None:
        return user_id
    user = from_json(payload).get("user")
    found = user.get("id") if isinstance(user, dict) else None
    return found if isinstance(found, int) else None


def rows_of(connection: sa.Connection, account_id: int, user_id: int) -> dict[str, list[Raw]]:
    """Everything in the copy that is that person's, by list."""
    found: dict[str, list[Raw]] = {}
    for resource in ("users", *OF_PEOPLE):
        rows = _rows(connection, account_id, resource)
        found[resource] = [from_json(row.payload) for row in rows if _is_theirs(resource, row, user_id)]
    return found


def strip(connection: sa.Connection, account_id: int, user_id: int) -> int:
    """Delete what the copy has of that person but for number and name; how many rows went."""
    ours = mirror.c.account_id == account_id
    count = 0
    for resource in OF_PEOPLE:
        ids = [
            row.id for row in _rows(connection, account_id, resource) if _is_theirs(resource, row, user_id)
        ]
        for start in range(0, len(ids), 500):
            some = mirror.c.id.in_(ids[start : start + 500])
            count += connection.execute(
                sa.delete(mirror).where(ours, mirror.c.resource == resource, some)
            ).rowcount
    user = (ours, mirror.c.resource == "users", mirror.c.id == user_id)
    held = connection.scalar(sa.select(mirror.c.payload).where(*user))
    if held is not None:
        payload = to_json(stripped(from_json(held)))
        connection.execute(sa.update(mirror).where(*user).values(payload=payload))
    return count


def _rows(connection: sa.Connection, account_id: int, resource: str) -> list[_Held]:
    asked = sa.select(mirror.c.id, mirror.c.user_id, mirror.c.payload).where(
        mirror.c.account_id == account_id, mirror.c.resource == resource
    )
    found = connection.execute(asked.order_by(mirror.c.id))
    return [_Held(row.id, row.user_id, row.payload) for row in found]


def _is_theirs(resource: str, row: _Held, user_id: int) -> bool:
    return (row.id if resource == "users" else owner(row.payload, row.user_id)) == user_id
