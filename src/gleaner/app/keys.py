"""A new key for what is kept encrypted. A crash at any step leaves everything readable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gleaner import config
from gleaner.adapters.secrets import VARIABLE, KeyFile, new_key, reseal
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.app.access import keys_of
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError


@dataclass(frozen=True)
class Rotation:
    """What came of a new key."""

    secrets: int
    """Encrypted with it now."""
    foreign: int
    """Other accounts' secrets in the same database that have a key of their own; they are as they were."""
    key_in: str
    old_keys: int
    """That are still there, and that nothing in this database needs any more."""


def rotate(
    path: Path | None, *, account: int | None = None, keep_old: bool = False, dry_run: bool = False
) -> Rotation:
    """Encrypt the secrets of all accounts in the database with a new key.

    In a key file: the new key is put before the old ones, everything is encrypted anew, and then the old ones are
    taken out, unless *keep_old*: another database may use the same file. In the environment the new key is yours to
    put first. Raises ConfigError, and changes nothing, when something kept for this account cannot be read.
    """
    path = config.locate(path)
    settings = config.load(path)
    config.check_account(path, settings, account)
    keys, account_id = keys_of(settings, path.resolve().parent), AccountId(settings.harvest.account_id)
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        old = keys.known()
        if isinstance(keys, KeyFile):
            if not old:
                raise ConfigError(f"there is no key in {keys.where} yet; the first gleaner login makes one")
        elif len(old) < 2:
            raise ConfigError(
                f"the key is in {VARIABLE}, which only you can change: put a new key before the present one, with a"
                f" comma between them ({VARIABLE}=NEW,OLD), run gleaner secrets rotate, then take the old one out"
            )
        # Before anything is changed: what cannot be read now could not be read afterwards either.
        found = reseal(engine, account_id, keys, dry_run=True)
        if dry_run:
            return Rotation(found.secrets, found.foreign, keys.where, len(old))
        if not isinstance(keys, KeyFile):
            done = reseal(engine, account_id, keys)
            return Rotation(done.secrets, done.foreign, keys.where, len(old) - 1)
        with keys.changing():
            old = keys.known()
            keys.put_first(new_key())
            done = reseal(engine, account_id, keys)
            if not keep_old:
                keys.drop(old)
                # Who read the file before, and kept something since, did so with an old key.
                done = reseal(engine, account_id, keys, also=old)
        return Rotation(done.secrets, done.foreign, keys.where, len(old) if keep_old else 0)
    finally:
        engine.dispose()
