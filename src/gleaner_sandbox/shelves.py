"""What belongs to no account: registered apps, consents in progress, codes, OAuth tokens.

A shelf holds plain objects by key.  ``State.shared`` gives them, for the length of one transaction.
"""

import json
import sqlite3

from gleaner_sandbox.tables import Row

SCHEMA = """CREATE TABLE IF NOT EXISTS shelves (shelf TEXT NOT NULL, key TEXT NOT NULL, until TEXT, doc TEXT NOT NULL,
 PRIMARY KEY (shelf, key)) WITHOUT ROWID"""


class Shelves:
    """The shelves of one state."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, shelf: str, key: str) -> Row | None:
        """What lies there, or None."""
        found = self._db.execute(
            "SELECT doc FROM shelves WHERE shelf = ? AND key = ?", (shelf, key)
        ).fetchone()
        return json.loads(found[0]) if found else None

    def put(self, shelf: str, key: str, doc: Row, until: str | None = None) -> None:
        """Lay *doc* there; ``sweep`` takes it away after the stamp *until*."""
        self._db.execute("REPLACE INTO shelves VALUES (?, ?, ?, ?)", (shelf, key, until, json.dumps(doc)))

    def drop(self, shelf: str, key: str) -> bool:
        """Take it away; whether there was something."""
        done = self._db.execute("DELETE FROM shelves WHERE shelf = ? AND key = ?", (shelf, key))
        return done.rowcount > 0

    def all(self, shelf: str) -> dict[str, Row]:
        """Everything on the shelf, by key."""
        found = self._db.execute("SELECT key, doc FROM shelves WHERE shelf = ? ORDER BY key", (shelf,))
        return {key: json.loads(doc) for key, doc in found}

    def sweep(self, now: str) -> None:
        """Take away what was to lie until before the stamp *now*."""
        self._db.execute("DELETE FROM shelves WHERE until < ?", (now,))
