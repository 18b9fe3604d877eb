"""What is stored: one table per resource, with the columns that lists filter by; the rest of a row is JSON.

A resource that is added later declares its table in its own module; the tables here are those that several
modules read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
"""One stored object, with ``id``, ``created_at`` and ``updated_at``.

Do not change one in place: it is shared.
"""

ALL: dict[str, "Table"] = {}


@dataclass(frozen=True)
class Table:
    """A table with the columns ``id, account_id, created_at, updated_at, doc`` and its own *columns*."""

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column → SQL type.  A row's values for them are copied out of its document."""
    indexes: Sequence[str] = ()
    """Column lists, each behind ``account_id``.  ``updated_at`` and creation order have an index anyway."""
    first_id: int = 1
    cached: bool = True
    """Whether rows that were read are kept in memory.  Not for tables that grow with every working day."""

    def __post_init__(self) -> None:
        ALL[self.name] = self

    @property
    def schema(self) -> list[str]:
        """The statements that make the table; harmless when it is there."""
        own = "".join(f", {name} {kind}" for name, kind in self.columns.items())
        indexes = ["created_at, id", "updated_at", *self.indexes]
        # AUTOINCREMENT: the id of a deleted row never comes back.
        table = f"""CREATE TABLE IF NOT EXISTS {self.name} (id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL{own},
            doc TEXT NOT NULL)"""
        first = f"""INSERT INTO sqlite_sequence (name, seq) SELECT '{self.name}', {self.first_id - 1}
            WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{self.name}')"""  # noqa: S608 our own
        by = [f"CREATE INDEX IF NOT EXISTS {self.index(i)} ON {self.name} (account_id, {i})" for i in indexes]
        return [table, *by, first]

    def index(self, columns: str) -> str:
        """The name of the index on *columns*."""
        return f"{self.name}_by_" + columns.replace(", ", "_")


ACCOUNTS = Table("accounts")
"""One row per account, whose id is the account's: company settings, locked and approved periods."""

USERS = Table("users", {"is_active": "INTEGER", "email": "TEXT"}, ["email"], 3_200_001)
CLIENTS = Table("clients", {"is_active": "INTEGER", "name": "TEXT"}, first_id=5_700_001)
CONTACTS = Table("contacts", {"client_id": "INTEGER"}, ["client_id"], 4_700_001)
TASKS = Table("tasks", {"is_active": "INTEGER", "is_default": "INTEGER"}, first_id=8_000_001)
PROJECTS = Table("projects", {"client_id": "INTEGER", "is_active": "INTEGER"}, ["client_id"], 14_300_001)
TASK_ASSIGNMENTS = Table(
    "task_assignments",
    {"project_id": "INTEGER", "task_id": "INTEGER", "is_active": "INTEGER"},
    ["project_id, task_id", "task_id"],
    155_500_001,
)
USER_ASSIGNMENTS = Table(
    "user_assignments",
    {"project_id": "INTEGER", "user_id": "INTEGER", "is_active": "INTEGER", "is_project_manager": "INTEGER"},
    ["project_id, user_id", "user_id"],
    125_000_001,
)
BILLABLE_RATES = Table("billable_rates", {"user_id": "INTEGER", "start_date": "TEXT"}, ["user_id"], 1_800_001)
COST_RATES = Table("cost_rates", {"user_id": "INTEGER", "start_date": "TEXT"}, ["user_id"], 820_001)
TEAMMATES = Table("teammates", {"user_id": "INTEGER", "teammate_id": "INTEGER"}, ["user_id", "teammate_id"])
ROLES = Table("roles", {"name": "TEXT"}, first_id=618_001)
TIME_ENTRIES = Table(
    "time_entries",
    {
        "user_id": "INTEGER",
        "project_id": "INTEGER",
        "task_id": "INTEGER",
        "spent_date": "TEXT",
        "is_billed": "INTEGER",
        "is_running": "INTEGER",
        "external_reference_id": "TEXT",
    },
    [
        "spent_date, id",
        "user_id, spent_date, id",
        "project_id, spent_date, id",
        "task_id, spent_date, id",
        "is_running, user_id",
        "is_billed, spent_date, id",
        "external_reference_id",
    ],
    # Wider than 32 bits, as seen live (api.md §6).
    2_400_000_001,
    cached=False,
)
EXPENSE_CATEGORIES = Table("expense_categories", {"is_active": "INTEGER", "name": "TEXT"}, first_id=4_100_001)
EXPENSES = Table(
    "expenses",
    {
        "user_id": "INTEGER",
        "project_id": "INTEGER",
        "expense_category_id": "INTEGER",
        "spent_date": "TEXT",
        "is_billed": "INTEGER",
    },
    ["spent_date, id", "user_id, spent_date, id", "project_id, spent_date, id", "expense_category_id"],
    15_200_001,
    cached=False,
)
"""A row's document also has ``billable``, ``total_cost``, ``units``, ``is_closed`` and ``invoice`` (its id and
number, or None)."""
INVOICES = Table(
    "invoices",
    {"client_id": "INTEGER", "state": "TEXT", "issue_date": "TEXT", "number": "TEXT"},
    ["issue_date, id", "client_id", "number"],
    13_100_001,
    cached=False,
)
"""A row's document has ``line_items``, each with ``project_id`` (or None) and ``amount``: what is invoiced of a
project is their sum."""
ESTIMATES = Table(
    "estimates",
    {"client_id": "INTEGER", "state": "TEXT", "issue_date": "TEXT", "number": "TEXT"},
    ["issue_date, id", "client_id", "number"],
    1_400_001,
    cached=False,
)
