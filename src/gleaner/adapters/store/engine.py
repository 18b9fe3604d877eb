"""One engine per database URL, SQLite or PostgreSQL, and our schema brought up to date."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from gleaner.core.errors import ConfigError, Unavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x676C65616E  # any constant: the advisory lock all our processes share
_THREADS = threading.Lock()
_BUSY = 30_000
"""Milliseconds to wait for another writer of a SQLite file."""
# Well below the number of parameters either database takes in one statement.
_BATCH = 500
T = TypeVar("T")


def make_engine(url: str, *, connections: int = 15, idle: float = 30) -> sa.Engine:
    """An engine for *url*: ``sqlite:///path`` or ``postgresql://…``, with at most so many connections.

    PostgreSQL takes its locks away from a process that stands still for *idle* seconds in a transaction, and the
    transaction with them. Nothing is opened yet.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # ``from None``, and no word of the URL: it may hold a password.
        raise ConfigError(
            'database: that is no database URL; use "sqlite:///gleaner.db" or "postgresql://host/name"'
        ) from None
    backend = parsed.get_backend_name()
    # Parameters hold titles and notes: they stay out of errors and logs.
    if backend == "sqlite":
        pool = {} if parsed.database in (None, "", ":memory:") else _pool(connections)
        engine = sa.create_engine(parsed, hide_parameters=True, **pool)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if backend == "postgresql":
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            **_pool(connections),
        )
        sa.event.listen(engine, "connect", partial(_prepare_postgresql, idle))
        return engine
    raise ConfigError(f'database: "{backend}" is not supported; use sqlite or postgresql')


def _pool(connections: int) -> dict[str, int]:
    kept = max(1, connections // 3)
    return {"pool_size": kept, "max_overflow": connections - kept}


def migrate(engine: sa.Engine) -> None:
    """Bring the schema forward to this version's, one process at a time.

    Raises Unavailable when the database cannot be reached.
    """
    try:
        # Alembic keeps its context in module state: within a process one thread at a time.
        with _THREADS, engine.connect() as connection:
            if not _is_current(connection):
                with _alone(connection):
                    _upgrade(connection)
    except sa.exc.OperationalError as error:
        raise Unavailable(f"the database {_where(engine)} cannot be opened: {error.orig}") from error
    except sa.exc.DatabaseError as error:
        raise ConfigError(f"{_where(engine)} is not a database Gleaner can use: {error.orig}") from error


def newest_revision() -> str:
    """The schema's revision in this version, from the names of the migrations."""
    return max(file.name for file in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _is_current(connection: sa.Connection) -> bool:
    # Asked here, because alembic takes a quarter of a second to load and nearly always has nothing to do.
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    is_current = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest_revision()
    connection.rollback()
    return bool(is_current)


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        command.upgrade(alembic_config(connection), "head")
        connection.commit()
    except CommandError as error:
        raise ConfigError(
            f"the database {_where(connection.engine)} was made by a later version of Gleaner; "
            f"update Gleaner ({error})"
        ) from error


def _where(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    """Keep other processes from migrating meanwhile."""
    if connection.dialect.name == "sqlite":
        # sqlite3 begins a transaction at the first INSERT only; by then both would have read the version.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        return
    connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
        connection.commit()


def alembic_config(connection: sa.Connection | None) -> Any:  # alembic.config.Config, imported late
    """Alembic's configuration without a file: our migrations, on *connection* if there is one."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def known_revisions() -> frozenset[str]:
    """The schema revisions this version can bring forward."""
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())


def parsed(dialect: str, text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """A column of JSON text for :func:`inside`, read as JSON once; SQLite remembers what it read last by itself."""
    return sa.cast(text, JSONB) if dialect == "postgresql" else text


def inside(dialect: str, found: sa.ColumnElement[Any], *path: str) -> sa.ColumnElement[Any]:
    """What is at *path* in *found*, taken out by the database: text on PostgreSQL, a value on SQLite."""
    if dialect == "postgresql":
        return found.op("#>>")(sa.cast(list(path), ARRAY(sa.Text)))
    return sa.func.json_extract(found, "$." + ".".join(path), type_=sa.types.NullType())


def flush(engine: sa.Engine) -> None:
    """Empty SQLite's log into the file, so that what was deleted is not in it either. Gives way to whoever reads."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=1000")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY}")


def insert_once(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already; whether it was inserted. Safe against another process."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # Not the row count: psycopg reports none for an INSERT that may return its key.
    statement = insert(table).values(values).on_conflict_do_nothing().returning(sa.literal(1))
    return connection.execute(statement).first() is not None


def upsert(connection: sa.Connection, table: sa.Table, columns: list[str]) -> sa.Insert:
    """Insert, or replace *columns* of the row that is there. Both databases say it alike."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in columns}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


def add_within(
    connection: sa.Connection, table: sa.Table, row: dict[str, Any], column: sa.Column[Any], *, most: int
) -> bool:
    """Insert *row*, or add its *column* to the row that is there unless that makes more than *most*; whether it was
    done. Safe against another process: one statement looks and adds. *row* alone must not be more than *most*."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(row)
    total = column + statement.excluded[column.name]
    added = statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={column.name: total}, where=total <= most
    )
    return connection.execute(added.returning(sa.literal(1))).first() is not None


def batched(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """*values* in pieces that one statement can take as parameters, in either database."""
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


def _prepare_postgresql(idle: float, connection: DBAPIConnection, _record: object) -> None:
    # A machine that is suspended, or gone from the network, would keep its locks for hours, and the others waiting.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {int(idle * 1000)}")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # Writers queue for the lock at BEGIN instead of failing when a read turns into a write.
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY}")
    _keep_a_log(cursor)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    # What is deleted is overwritten in the file too: it was deleted so that nobody reads it.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _keep_a_log(cursor: DBAPICursor) -> None:
    """Readers and a writer side by side. Of two that open a new file at once SQLite lets one wait for nothing."""
    until = time.monotonic() + _BUSY / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
