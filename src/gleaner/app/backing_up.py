"""A copy of the database, and a copy put in its place. Neither asks Harvest, nor needs a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gleaner import config
from gleaner.adapters.secrets import KeyFile
from gleaner.adapters.store import backup as files
from gleaner.adapters.store.engine import make_engine
from gleaner.app.access import keys_of


@dataclass(frozen=True)
class BackedUp:
    """A backup that was made, or would be."""

    file: Path
    database: Path
    revision: str
    """Of the schema."""
    size: int
    """In bytes; of the database itself where nothing was copied."""
    key_in: str
    """Where the key is, which is not in the backup."""
    is_key_a_file: bool


def back_up(
    path: Path | None,
    target: Path | None,
    *,
    now: datetime,
    account: int | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> BackedUp:
    """A checked copy of the configured database in *target*, otherwise beside it under a name with the time.

    The schema is copied as it is: a backup is what you make before an update, too.
    """
    settings, base, database = _place(path, account)
    target = target or database.with_name(f"gleaner-{now:%Y%m%d-%H%M%S}.db")
    if dry_run:
        files.check_target(database, target, force=force)
        found = files.check(database)
    else:
        found = files.backup(database, target, force=force)
    keys = keys_of(settings, base)
    return BackedUp(target, database, found.revision, found.size, keys.where, isinstance(keys, KeyFile))


def put_back(
    path: Path | None, source: Path, *, account: int | None = None, dry_run: bool = False
) -> files.Restored:
    """The copy *source* in the place of the configured database, which is kept under another name."""
    _settings, _base, database = _place(path, account)
    if dry_run:
        found = files.check_source(database, source)
        with files.unserved(database):
            return files.Restored(database, None, found.revision, found.revision)
    return files.restore(database, source)


def _place(path: Path | None, account: int | None) -> tuple[config.Settings, Path, Path]:
    path = config.locate(path)
    settings = config.load(path)
    config.check_account(path, settings, account)
    engine = make_engine(settings.database)
    try:
        return settings, path.resolve().parent, files.file_of(engine)
    finally:
        engine.dispose()
