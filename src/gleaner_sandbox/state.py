"""The sandbox's memory: every account's rows in one SQLite database.

One connection and one lock: requests are answered one after the other, each in its own transaction, so what a
client sees is always some serial history.  A write is committed before its answer leaves.
"""

# ruff: noqa: S608  (table, column and index names and conditions are ours; values travel as parameters)
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from gleaner_sandbox import tables
from gleaner_sandbox.clock import Clock, stamp, today, unstamp
from gleaner_sandbox.rules import zones
from gleaner_sandbox.seed import Seed
from gleaner_sandbox.shelves import SCHEMA as SHELVES
from gleaner_sandbox.shelves import Shelves
from gleaner_sandbox.switches import Switches
from gleaner_sandbox.tables import ACCOUNTS, USERS, Row, Table

_TOKENS = """CREATE TABLE IF NOT EXISTS tokens (token TEXT NOT NULL, account_id INTEGER NOT NULL,
 user_id INTEGER NOT NULL, PRIMARY KEY (token, account_id)) WITHOUT ROWID"""

_RECEIPTS = """CREATE TABLE IF NOT EXISTS receipts (expense_id INTEGER PRIMARY KEY
 REFERENCES expenses (id) ON DELETE CASCADE, data BLOB NOT NULL)"""
"""The bytes of receipts, which no document could hold; they go with their expense."""


class State:
    """All accounts.  ``State()`` lives in memory, ``State(path)`` in a file that survives a restart."""

    def __init__(self, path: Path | str | None = None, *, clock: Clock | None = None) -> None:
        # Here, not above: the resources declare tables and know the state.
        from gleaner_sandbox.wire import endpoints, outside

        endpoints.discover()
        outside.discover()
        self.clock = clock or Clock()
        self.switches = Switches()
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            ":memory:" if path is None else str(path),
            timeout=1,
            check_same_thread=False,
            isolation_level=None,
        )
        self._memory = Memory()
        # What was read is remembered, so nobody else may write to the file meanwhile.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(_TOKENS)
        self._db.execute(SHELVES)
        for table in tables.ALL.values():
            for statement in table.schema:
                self._db.execute(statement)
        self._db.execute(_RECEIPTS)
        self._db.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Let go of the file.  The state cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def load(self, seed: Seed) -> None:
        """Add the accounts and apps of *seed*, all or none."""
        from gleaner_sandbox.identity import apps
        from gleaner_sandbox.loading import load

        if unknown := set(seed) - {"accounts", "apps"}:
            raise ValueError(f"seed: unknown keys {sorted(unknown)}")
        with self._lock, self._transaction():
            for app in seed.get("apps", ()):
                apps.register(Shelves(self._db), app)
            for account in seed["accounts"]:
                load(Books(self._db, self._memory, account["id"], stamp(self.clock.now())), account)

    @contextmanager
    def reading(self, account_id: int) -> Iterator["Books"]:
        """The rows of one account, unchanging meanwhile."""
        with self._lock:
            yield Books(self._db, self._memory, account_id, stamp(self.clock.now()))

    @contextmanager
    def writing(self, account_id: int) -> Iterator["Books"]:
        """The rows of one account; changes are committed at the end, or undone by an exception."""
        with self._lock, self._transaction():
            yield Books(self._db, self._memory, account_id, stamp(self.clock.now()))

    @contextmanager
    def shared(self) -> Iterator[Shelves]:
        """What belongs to no account; changes are committed at the end, or undone by an exception."""
        with self._lock, self._transaction():
            yield Shelves(self._db)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._memory.clear()
            raise
        self._db.execute("COMMIT")

    def users_of(self, token: str) -> Mapping[int, int]:
        """Account id → user id for everyone *token* stands for; empty when nobody knows the token."""
        with self._lock:
            if not self._memory.users:
                for word, account, user in self._db.execute("SELECT token, account_id, user_id FROM tokens"):
                    self._memory.users.setdefault(word, {})[account] = user
            return self._memory.users.get(token, {})

    def tokens(self) -> list[tuple[str, int, int]]:
        """Every personal access token with an account and a user it stands for."""
        with self._lock:
            return list(
                self._db.execute("SELECT token, account_id, user_id FROM tokens ORDER BY account_id, user_id")
            )

    def revoke(self, token: str) -> bool:
        """Forget a personal access token; whether there was one."""
        with self._lock:
            self._memory.users.clear()
            return self._db.execute("DELETE FROM tokens WHERE token = ?", (token,)).rowcount > 0

    def everyone(self) -> list[tuple[Row, Row]]:
        """Each account's row with each of its users', account after account."""
        with self._lock:
            ids = [row[0] for row in self._db.execute("SELECT id FROM accounts ORDER BY id")]
            all_books = [Books(self._db, self._memory, known, stamp(self.clock.now())) for known in ids]
            return [(books.company, user) for books in all_books for user in books.select(USERS)]

    def accounts(self) -> list[Row]:
        """Who can sign in where: id and name of each account, with its people and their tokens."""
        with self._lock:
            ids = [row[0] for row in self._db.execute("SELECT id FROM accounts ORDER BY id")]
            return [self._account(account_id) for account_id in ids]

    def _account(self, account_id: int) -> Row:
        books = Books(self._db, self._memory, account_id, stamp(self.clock.now()))
        rows = self._db.execute(
            "SELECT user_id, token FROM tokens WHERE account_id = ? ORDER BY user_id", (account_id,)
        )
        people = [(user, token) for user_id, token in rows if (user := books.get(USERS, user_id))]
        return {
            "id": account_id,
            "name": books.row(ACCOUNTS, account_id)["name"],
            "people": [
                {
                    "email": user["email"],
                    "user_id": user["id"],
                    "access_roles": user["access_roles"],
                    "token": token,
                }
                for user, token in people
            ],
        }

    def everywhere(self, table: Table, where: str = "1", *args: Any) -> list[Row]:
        """Rows of all accounts, by id.  For what has no account in its address."""
        with self._lock:
            found = self._db.execute(f"SELECT id, doc FROM {table.name} WHERE {where} ORDER BY id", args)
            return [{"id": row_id, **json.loads(doc)} for row_id, doc in found]

    def counts(self) -> dict[str, int]:
        """How many rows each table has, over all accounts."""
        with self._lock:
            return {
                name: self._db.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
                for name in sorted(tables.ALL)
            }


class Memory:
    """What was read before and has not changed since."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], Row] = {}
        """Single rows of cached tables, by table and id."""
        self.found: dict[str, dict[Any, list[Row]]] = {}
        """Results of ``Books.recall``, by table; a table's are gone with its next change."""
        self.users: dict[str, dict[int, int]] = {}
        """Token → account → user; empty when it has to be read again."""

    def forget(self, table: Table, row_id: int | None = None) -> None:
        """Something in *table* changed: this row, or a new one."""
        self.found.pop(table.name, None)
        if row_id is not None:
            self.rows.pop((table.name, row_id), None)

    def clear(self) -> None:
        self.rows.clear()
        self.found.clear()
        self.users.clear()


class Books:
    """One account's rows, for the length of one transaction.  ``now`` is the stamp of every change in it.

    *where* texts are ours, never the caller's; values always travel as parameters.
    """

    def __init__(self, db: sqlite3.Connection, memory: Memory, account_id: int, now: str) -> None:
        self.account_id = account_id
        self.now = now
        self._db = db
        self._memory = memory

    @property
    def company(self) -> Row:
        """The account's own row: the company's settings, and the periods that lock time."""
        return self.row(ACCOUNTS, self.account_id)

    @cached_property
    def today(self) -> str:
        """The date on the company's calendar."""
        return today(unstamp(self.now), zones.zone(self.company["timezone"])).isoformat()

    def get(self, table: Table, row_id: int | None) -> Row | None:
        """The row, or None when this account has none with that id."""
        kept = self._memory.rows.get((table.name, row_id or 0))
        if kept is not None:
            return kept if kept["account_id"] == self.account_id else None
        found = self.select(table, "id = ?", [row_id], limit=1)
        return found[0] if found else None

    def row(self, table: Table, row_id: int) -> Row:
        """A row that is known to exist."""
        found = self.get(table, row_id)
        assert found is not None, f"{table.name} {row_id} is referred to but gone"
        return found

    def select(
        self,
        table: Table,
        where: str = "1",
        args: Sequence[Any] = (),
        *,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
        index: str | None = None,
    ) -> list[Row]:
        """Rows that satisfy *where*.

        *index* names the columns of the index to go by; else SQLite chooses.
        """
        by = f"INDEXED BY {table.index(index)}" if index else ""
        query = f"SELECT id, doc FROM {table.name} {by} WHERE account_id = ? AND {where}"
        query += f" ORDER BY {order} LIMIT ? OFFSET ?"
        found = self._db.execute(query, (self.account_id, *args, limit, offset))
        return [self._read(table, row_id, doc) for row_id, doc in found]

    def recall(self, table: Table, where: str, *args: Any, order: str = "id") -> list[Row]:
        """Like ``select``, but asked only once until the table changes.  For small results that are asked often."""
        known = self._memory.found.setdefault(table.name, {})
        key = (self.account_id, where, args, order)
        if key not in known:
            known[key] = self.select(table, where, args, order=order)
        return known[key]

    def pair(self, table: Table, project_id: int, column: str, value: int) -> Row | None:
        """The assignment of somebody or something to a project."""
        found = self.recall(table, f"project_id = ? AND {column} = ?", project_id, value)
        return found[0] if found else None

    def count(
        self, table: Table, where: str = "1", args: Sequence[Any] = (), *, index: str | None = None
    ) -> int:
        """How many rows satisfy *where*."""
        by = f"INDEXED BY {table.index(index)}" if index else ""
        query = f"SELECT COUNT(*) FROM {table.name} {by} WHERE account_id = ? AND {where}"
        total: int = self._db.execute(query, (self.account_id, *args)).fetchone()[0]
        return total

    def exists(self, table: Table, where: str, *args: Any) -> bool:
        """Whether any row satisfies *where*."""
        return bool(self.select(table, where, args, limit=1))

    def one(self, table: Table, where: str, *args: Any) -> Row | None:
        """The oldest row that satisfies *where*."""
        found = self.select(table, where, args, limit=1)
        return found[0] if found else None

    def values(self, table: Table, column: str, where: str, *args: Any) -> list[Any]:
        """One *column* of the rows that satisfy *where*."""
        query = f"SELECT {column} FROM {table.name} WHERE account_id = ? AND {where}"
        return [row[0] for row in self._db.execute(query, (self.account_id, *args))]

    def cells(
        self,
        table: Table,
        columns: str,
        where: str = "1",
        args: Sequence[Any] = (),
        *,
        index: str | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Some *columns* (or expressions) of the rows that satisfy *where*: for sums over very many."""
        by = f"INDEXED BY {table.index(index)}" if index else ""
        query = f"SELECT {columns} FROM {table.name} {by} WHERE account_id = ? AND {where}"
        return self._db.execute(query, (self.account_id, *args))

    def receipt(self, expense_id: int) -> bytes | None:
        """The file that was kept for the expense."""
        found = self._db.execute("SELECT data FROM receipts WHERE expense_id = ?", (expense_id,)).fetchone()
        return found[0] if found else None

    def keep_receipt(self, expense_id: int, data: bytes | None) -> None:
        """Keep *data* as the expense's only receipt; None: it has none."""
        self._db.execute("DELETE FROM receipts WHERE expense_id = ?", (expense_id,))
        if data is not None:
            self._db.execute("INSERT INTO receipts VALUES (?, ?)", (expense_id, data))

    def insert(self, table: Table, row: Mapping[str, Any]) -> Row:
        """Store a new *row*; without an id it gets the next one, without stamps those of now."""
        return self.insert_all(table, [row])[0]

    def insert_all(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
        """Store new *rows*."""
        columns = ["id", "account_id", "created_at", "updated_at", *table.columns, "doc"]
        marks = ", ".join("?" * len(columns))
        query = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
        self._memory.forget(table)
        return [self._insert(table, query, row) for row in rows]

    def _insert(self, table: Table, query: str, row: Mapping[str, Any]) -> Row:
        created = row.get("created_at") or self.now
        full = {**row, "account_id": self.account_id, "created_at": created}
        full["updated_at"] = row.get("updated_at") or created
        done = self._db.execute(query, [row.get("id"), *self._cells(table, full)])
        return {"id": done.lastrowid, **full} if row.get("id") is None else full

    def update(self, table: Table, row: Row, changes: Mapping[str, Any], *, unseen: bool = False) -> Row:
        """*row* with *changes*, stored.

        ``updated_at`` moves only when something really changed, as in Rails, and not when it is *unseen*: what no
        answer shows of the row.
        """
        changed = {key: value for key, value in changes.items() if row.get(key) != value or key not in row}
        if not changed:
            return row
        return self._rewrite(
            table, {**row, **changed, "updated_at": row["updated_at"] if unseen else self.now}
        )

    def touch(self, table: Table, row_id: int) -> None:
        """Let a row have changed just now, because something that belongs to it did."""
        self._rewrite(table, {**self.row(table, row_id), "updated_at": self.now})

    def _rewrite(self, table: Table, full: Row) -> Row:
        columns = ["account_id", "created_at", "updated_at", *table.columns, "doc"]
        query = f"UPDATE {table.name} SET {', '.join(f'{c} = ?' for c in columns)} WHERE id = ?"
        self._db.execute(query, [*self._cells(table, full), full["id"]])
        self._memory.forget(table, full["id"])
        return full

    def delete(self, table: Table, row_id: int) -> None:
        """Forget one row."""
        self.delete_where(table, "id = ?", row_id)

    def delete_where(self, table: Table, where: str, *args: Any) -> None:
        """Forget the rows that satisfy *where*."""
        gone = self.values(table, "id", where, *args)
        query = f"DELETE FROM {table.name} WHERE account_id = ? AND {where}"
        self._db.execute(query, (self.account_id, *args))
        for row_id in gone:
            self._memory.forget(table, row_id)

    def add_token(self, token: str, user_id: int) -> None:
        """Let *token* stand for this account's user."""
        self._db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (token, self.account_id, user_id))
        self._memory.users.clear()

    def _cells(self, table: Table, full: Mapping[str, Any]) -> list[Any]:
        doc = json.dumps({key: value for key, value in full.items() if key != "id"}, separators=(",", ":"))
        own = [full.get(column) for column in table.columns]
        return [full["account_id"], full["created_at"], full["updated_at"], *own, doc]

    def _read(self, table: Table, row_id: int, doc: str) -> Row:
        if not table.cached:
            return {"id": row_id, **json.loads(doc)}
        row = self._memory.rows.get((table.name, row_id))
        if row is None:
            row = self._memory.rows[table.name, row_id] = {"id": row_id, **json.loads(doc)}
        return row
