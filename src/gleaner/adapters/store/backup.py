"""A copy of a SQLite database while others write into it, and a copy put in the place of the database.

Both go by the same road: into a new file beside the place where it belongs, looked through there, then renamed. A crash
leaves that new file behind at worst. PostgreSQL has programs of its own for both.

A backup is one read transaction (``VACUUM INTO``): whatever others write meanwhile is in it wholly or not at all,
nobody waits for it, and what was deleted before is not in it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

import sqlalchemy as sa

from gleaner.adapters.store.alone import Served, alone
from gleaner.adapters.store.engine import known_revisions, make_engine, migrate
from gleaner.core.errors import ConfigError, GleanerError, Unavailable

_PARTS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PATIENCE = 5.0
"""Seconds to wait for somebody who is writing."""


@dataclass(frozen=True)
class Checked:
    """A database file that was looked through and is whole."""

    file: Path
    revision: str
    """Of its schema."""
    size: int
    """In bytes."""


@dataclass(frozen=True)
class Restored:
    """What came of putting a copy in the database's place."""

    database: Path
    kept: Path | None
    """The file that was there before; None if there was none."""
    from_revision: str
    revision: str


def file_of(engine: sa.Engine) -> Path:
    """The database's file. Raises ConfigError, with what to use instead, where it is none of SQLite's."""
    if engine.dialect.name != "sqlite":
        raise ConfigError(
            "the database is PostgreSQL, which is copied while it runs with its own programs:"
            " pg_dump --format=custom --file=gleaner.dump DATABASE, and back with"
            " pg_restore --clean --if-exists --dbname=DATABASE gleaner.dump"
        )
    name = engine.url.database
    if not name or name == ":memory:":
        raise ConfigError("the database is in memory only; there is no file to copy")
    return Path(name)


def check(file: Path) -> Checked:
    """*file* as a Gleaner database we can read. Raises ConfigError saying what is wrong with it."""
    if not file.is_file():
        raise ConfigError(f"there is no file {file}")
    with _told(f"{file} cannot be read"), closing(_opened(file)) as connection:
        try:
            verdict = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB:
                raise ConfigError(f"{file} is no SQLite database") from error
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            verdict = [str(error)]
        if verdict != ["ok"]:
            raise ConfigError(f"{file} is damaged: {' '.join(verdict[0].split())}")
        revision = _revision(connection)
    if revision is None:
        raise ConfigError(f"{file} is no Gleaner database")
    if revision not in known_revisions():
        raise ConfigError(
            f"{file} was made by a later version of Gleaner (schema {revision}); update Gleaner first"
        )
    return Checked(file, revision, file.stat().st_size)


def backup(database: Path, target: Path, *, force: bool = False) -> Checked:
    """*database* copied to *target*, whole and checked, readable by its owner only.

    Raises ConfigError when it cannot be written there, or something is there and *force* is False; Unavailable when
    the disk is full or the database is busy. Then nothing is left behind.
    """
    check_target(database, target, force=force)
    with _copied(database, target) as part:
        found = check(part)
        _place(part, target, force=force)
    return Checked(target, found.revision, found.size)


def check_target(database: Path, target: Path, *, force: bool) -> None:
    """Raises ConfigError when a backup may not be put there."""
    if not database.is_file():
        raise ConfigError(f"there is no database {database} yet, so there is nothing to copy")
    if not target.parent.is_dir():
        raise ConfigError(f"there is no folder {target.parent}; make it, or name another file")
    if target.is_dir():
        raise ConfigError(f"{target} is a folder; name a file in it")
    ours = [database, *(Path(f"{database}{part}") for part in (*_PARTS, ".lock"))]
    if target.resolve() in [one.resolve() for one in ours]:
        raise ConfigError(f"{target} is the database itself; name another file")
    if target.exists() and not force:
        raise ConfigError(f"{target} is there already; give --force to replace it, or name another file")


def restore(database: Path, source: Path) -> Restored:
    """The checked copy *source* in the place of *database*, its schema brought forward; what was there is kept.

    Raises Unavailable while something else has the database open, and then, as with every other error, leaves
    everything as it was.
    """
    found = check_source(database, source)
    if not database.parent.is_dir():
        raise ConfigError(f"there is no folder {database.parent}; make it first")
    with unserved(database), _copied(source, database) as part:
        migrate_file(part)
        now = check(part)
        with _unused(database):
            kept = _put_aside(database)
            with _told(f"{database} cannot be written"):
                part.replace(database)
                _to_disk(database)
    return Restored(database, kept, found.revision, now.revision)


def check_source(database: Path, source: Path) -> Checked:
    """*source* as something to restore. Raises ConfigError when it is not."""
    if source.exists() and source.resolve() == database.resolve():
        raise ConfigError(f"{source} is the database itself; name the copy to put in its place")
    return check(source)


@contextmanager
def unserved(database: Path) -> Iterator[None]:
    """For the length of a ``with`` no daemon serves *database*. Raises Unavailable when one does."""
    with ExitStack() as stack:
        try:
            stack.enter_context(alone(database))
        except Served:
            raise Unavailable(f"Gleaner is running on {database}; stop it first, then try again") from None
        yield


def migrate_file(file: Path) -> None:
    """Bring the schema in *file* forward, and leave nothing beside it."""
    engine = make_engine(f"sqlite:///{file}")
    try:
        migrate(engine)
    finally:
        engine.dispose()


# --- one step each -----------------------------------------------------------------------------------------------


def _opened(file: Path, mode: str = "ro") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=_PATIENCE
    )


def _revision(connection: sqlite3.Connection) -> str | None:
    has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has else None
    return None if row is None else str(row[0])


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy of *source* beside *target*; gone afterwards unless it was renamed."""
    with _told(f"{target} cannot be written"):
        # mkstemp makes it 0600, and VACUUM INTO fills a file that is there and empty.
        descriptor, name = mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(descriptor)
    part = Path(name)
    try:
        with _told(f"{source} cannot be copied to {target.parent}"):
            with closing(_opened(source)) as connection:
                connection.execute("VACUUM INTO ?", (name,))
            _to_disk(part)
        yield part
    finally:
        for beside in ("", *_PARTS):
            Path(f"{name}{beside}").unlink(missing_ok=True)


def _place(part: Path, target: Path, *, force: bool) -> None:
    with _told(f"{target} cannot be written"):
        if force:
            part.replace(target)
        else:
            try:
                os.link(part, target)  # unlike a rename never over a file that is there
            except FileExistsError:
                raise ConfigError(f"{target} is there already; give --force to replace it") from None
        _to_disk(target)


@contextmanager
def _unused(database: Path) -> Iterator[None]:
    """For the length of a ``with``: nobody has *database* open, and all of it is in the one file.

    Whoever has it open in WAL mode shares a lock that leaving this mode needs alone.
    """
    if not database.is_file():
        yield
        return
    with closing(_opened(database, "rw")) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Unavailable(
                    f"something else has {database} open; stop it first, then try again"
                ) from error
            # It is damaged, which is why somebody restores; it is kept as it is.
        yield


def _put_aside(database: Path) -> Path | None:
    """The name under which the present file is kept, with what SQLite left beside it; no name is used twice."""
    if not database.exists():
        for part in _PARTS:
            Path(f"{database}{part}").unlink(missing_ok=True)
        return None
    with _told(f"{database} cannot be kept"):
        number = 1
        while True:
            kept = Path(f"{database}.before-restore" + (f"-{number}" if number > 1 else ""))
            with suppress(FileExistsError):
                # A second name: the database stays where it is until the copy takes its place.
                os.link(database, kept)
                break
            number += 1
        for part in _PARTS:
            beside = Path(f"{database}{part}")
            if part == "-shm":
                beside.unlink(missing_ok=True)
            elif beside.exists():
                beside.replace(f"{kept}{part}")
    return kept


def _to_disk(file: Path) -> None:
    # A folder can be opened on POSIX only; elsewhere the rename is all there is.
    for path in (file, file.parent) if os.name == "posix" else (file,):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Foreign errors as ours: a full disk and a busy database may be better later, the rest is for a person."""
    try:
        yield
    except GleanerError:
        raise
    except OSError as error:
        text = f"{what}: {error.strerror or error}"
        raise (Unavailable(text) if error.errno in _FULL else ConfigError(text)) from error
    except sqlite3.Error as error:
        code = (error.sqlite_errorcode or 0) & 0xFF if hasattr(error, "sqlite_errorcode") else 0
        passing = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        raise (Unavailable if code in passing else ConfigError)(f"{what}: {error}") from error
