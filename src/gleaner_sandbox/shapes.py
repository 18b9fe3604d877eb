"""The small objects that other objects contain: ``client``, ``project``, ``task``, ``user``, assignments."""

from collections.abc import Iterable

from gleaner_sandbox.schemas import INT, STRING, maybe, shape
from gleaner_sandbox.tables import Row

CLIENT = shape({"id": INT, "name": STRING, "currency": STRING})
PROJECT = shape({"id": INT, "name": STRING, "code": maybe(STRING)})
NAMED = shape({"id": INT, "name": STRING})
"""A task, a user, a client without its currency."""
INVOICE = shape({"id": INT, "number": STRING})
"""What bills a time entry or an expense."""


def picked(row: Row, keys: Iterable[str]) -> Row:
    """The *keys* of *row*, in their order.

    >>> picked({"a": 1, "b": 2, "c": 3}, "ca")
    {'c': 3, 'a': 1}
    """
    return {key: row[key] for key in keys}


def client(row: Row) -> Row:
    """As in projects, time entries and project assignments; ``currency`` is seen live only."""
    return picked(row, ("id", "name", "currency"))


def project(row: Row) -> Row:
    return picked(row, ("id", "name", "code"))


def task(row: Row) -> Row:
    return picked(row, ("id", "name"))


def user(row: Row) -> Row:
    return {"id": row["id"], "name": full_name(row)}


def full_name(row: Row) -> str:
    """First and last name.

    >>> full_name({"first_name": "Ada", "last_name": "Byron"})
    'Ada Byron'
    """
    return f"{row['first_name']} {row['last_name']}".strip()
