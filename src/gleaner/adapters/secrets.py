"""Secrets in our database, encrypted; the key lies elsewhere: in the environment or in a file of its own.

Encrypted with Fernet (AES-128-CBC and HMAC-SHA256, from the package ``cryptography``). Each value carries its account
and name inside, so that a row moved to another's place is refused. Without the right key nothing is read and nothing
is written over: :class:`gleaner.core.errors.ConfigError` says what to do.

Whoever has both the database and the key has the secrets. The key guards copies of the database alone: a backup, a
server's disk, a file sent to somebody.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Protocol

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from gleaner.adapters.store.engine import insert_once, upsert
from gleaner.adapters.store.tables import secrets as table
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.secrets import Secret

VARIABLE = "GLEANER_SECRETS__KEY"
FORGET = "forget what is stored and begin anew: gleaner logout, then gleaner login"


class Keys(Protocol):
    """Where the keys are. The first one encrypts, all of them decrypt."""

    where: str
    """For people: the variable's name or the file's."""

    def known(self) -> Sequence[Secret]:
        """The keys there are, perhaps none."""
        ...

    def made(self) -> Sequence[Secret]:
        """The keys there are; a first one is made if there is none and this place can have one."""
        ...


class GivenKeys:
    """Keys from the environment: one, or several with commas or spaces between them."""

    where = VARIABLE

    def __init__(self, text: Secret) -> None:
        self._keys = tuple(Secret(part) for part in text.replace(",", " ").split())

    def known(self) -> Sequence[Secret]:
        return self._keys

    def made(self) -> Sequence[Secret]:
        return self._keys


class KeyFile:
    """Keys in a file that only its owner may read, one a line; made when the first secret is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)

    def known(self) -> Sequence[Secret]:
        try:
            # O_NOFOLLOW is not everywhere; a link to somebody else's file is caught by its owner all the same.
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ConfigError(f"the key file {self._path} cannot be read: {error.strerror}") from error
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
            self._check(os.fstat(descriptor))
            lines = [line.strip() for line in file]
        return tuple(Secret(line) for line in lines if line and not line.startswith("#"))

    def made(self) -> Sequence[Secret]:
        known = self.known()
        if known:
            return known
        try:
            part = self._beside([new_key()])
            try:
                # Complete or not there at all, and never over a file that is there: it may have been made just now.
                os.link(part, self._path)
            except FileExistsError:
                pass
            finally:
                part.unlink()
        except OSError as error:
            raise ConfigError(
                f"the key file {self._path} cannot be written ({error.strerror}); set {VARIABLE} instead"
            ) from error
        if found := self.known():
            return found
        raise ConfigError(
            f"the key file {self._path} is there, but holds no key. Put the key back; if nothing was kept with it,"
            " delete the file and log in: gleaner login"
        )

    def put_first(self, key: Secret) -> None:
        """From now on *key* encrypts. Those before stay: another account's secrets may still need them."""
        keys = [key, *self.known()]
        try:
            self._beside(keys).replace(self._path)
        except OSError as error:
            raise ConfigError(f"the key file {self._path} cannot be written: {error.strerror}") from error

    def drop(self, keys: Sequence[Secret]) -> None:
        """Take *keys* out; those others put in meanwhile stay."""
        kept = [key for key in self.known() if key not in keys]
        assert kept, "the key that encrypts stays"
        try:
            self._beside(kept).replace(self._path)
        except OSError as error:
            raise ConfigError(f"the key file {self._path} cannot be written: {error.strerror}") from error

    @contextmanager
    def changing(self) -> Iterator[None]:
        """For the length of a ``with``: nobody else changes the file. Raises Unavailable when somebody does."""
        if os.name != "posix":
            yield
            return
        import fcntl

        try:
            descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigError(f"the key file {self._path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise Unavailable(f"another process is changing {self._path}; try again in a moment") from None
        finally:
            os.close(descriptor)

    def _beside(self, keys: Sequence[Secret]) -> Path:
        """A file of its own with *keys*, in the same folder; for us alone: ``mkstemp`` makes it 0600."""
        descriptor, part = mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_written(keys))
            file.flush()
            os.fsync(descriptor)  # a power cut must not leave a name without its key
        return Path(part)

    def _check(self, found: os.stat_result) -> None:
        if os.name != "posix":
            return  # modes mean nothing there
        mode = stat.S_IMODE(found.st_mode)
        if mode & 0o077:
            raise ConfigError(
                f"the key file {self._path} can be read by others (its mode is {mode:o}), so it guards nothing."
                f" Close it: chmod 600 {self._path}. If somebody may have read it: gleaner login --new-key"
            )
        if found.st_uid not in (os.geteuid(), 0):
            raise ConfigError(f"the key file {self._path} belongs to another user; use one of your own")


class SecretStore:
    """The secrets of one account, by name."""

    def __init__(
        self, engine: sa.Engine, account_id: AccountId, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._account_id = account_id
        self._keys = keys
        self._now = now

    def __repr__(self) -> str:
        return f"<secrets of account {self._account_id}>"

    def get(self, name: str) -> Secret | None:
        """The secret, or None if there is none. Raises ConfigError when it cannot be decrypted."""
        value = self._kept_as(name)
        return None if value is None else self._opened(name, value)

    def put(self, name: str, value: Secret) -> None:
        """Keep *value* in the place of what was there. The first secret of an account may make the key."""
        while not self._put(name, value):
            pass  # somebody kept the account's first secret meanwhile, perhaps with another key: look again

    def _put(self, name: str, value: Secret) -> bool:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(table.c.name).where(self._ours).limit(1)).first()
        # A new key beside secrets of an older one would look right and leave them unreadable.
        keys = self._keys.made() if found is None else self._known_keys()
        if not keys:
            raise ConfigError(f"there is no key in {self._keys.where}, so nothing can be kept")
        row = self._values(name, self._sealed(keys, name, value))
        with self._engine.begin() as connection:
            if found is None:
                return insert_once(connection, table, row)
            connection.execute(upsert(connection, table, ["value", "updated_at"]), [row])
            return True

    def replace(self, name: str, value: Secret, instead_of: Secret) -> bool:
        """The same, but only in the place of that one: False when it was forgotten or replaced meanwhile."""
        while (before := self._kept_as(name)) is not None and self._opened(name, before) == instead_of:
            sealed = self._sealed(self._known_keys(), name, value)
            with self._engine.begin() as connection:
                if self._swapped(connection, name, before, sealed, updated_at=self._now()):
                    return True
            # Encrypted anew meanwhile, or changed: look again.
        return False

    def forget(self) -> bool:
        """Delete all of this account's; whether there was one. Needs no key."""
        statement = sa.delete(table).where(self._ours)
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount > 0

    def rotate(self) -> int:
        """Encrypt all of this account's anew with the first key; how many there are.

        All or none: raises ConfigError and changes nothing when one cannot be decrypted.
        """
        while (number := self._rotated()) is None:
            pass  # one was changed meanwhile, by a login that was renewed: what is new has to stay
        return number

    def _rotated(self) -> int | None:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(table).where(self._ours)).all()
        if not rows:
            return 0
        box = self.box(self._known_keys())
        with self._engine.begin() as connection:
            for row in rows:
                try:
                    sealed = box.rotate(row.value.encode()).decode()
                except InvalidToken:
                    raise self.wrong_key(row.name) from None
                if not self._swapped(connection, row.name, row.value, sealed):
                    connection.rollback()
                    return None
        return len(rows)

    def _kept_as(self, name: str) -> str | None:
        statement = sa.select(table.c.value).where(*self._row(name))
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def _swapped(self, connection: sa.Connection, name: str, before: str, after: str, **more: object) -> bool:
        """Compare and set, which SQLite and PostgreSQL do alike: whether *before* was still there."""
        statement = sa.update(table).where(*self._row(name), table.c.value == before)
        return connection.execute(statement.values(value=after, **more)).rowcount == 1

    def _sealed(self, keys: Sequence[Secret], name: str, value: Secret) -> str:
        return self.box(keys).encrypt(self._inside(name, value).encode()).decode()

    def _known_keys(self) -> Sequence[Secret]:
        keys = self._keys.known()
        if not keys:
            raise ConfigError(
                f"what is stored cannot be read: there is no key in {self._keys.where}. Put the key back,"
                f" or {FORGET}"
            )
        return keys

    def box(self, keys: Sequence[Secret]) -> MultiFernet:
        """What the first of *keys* seals, and all of them open. Raises ConfigError for what is no key."""
        boxes = []
        for number, key in enumerate(keys, 1):
            try:
                boxes.append(Fernet(key))
            except ValueError:
                raise ConfigError(
                    f"{self._keys.where}, key {number}: that is no key; it has to be 32 random bytes in URL-safe base64"
                ) from None
        return MultiFernet(boxes)

    def _opened(self, name: str, value: str) -> Secret:
        box = self.box(self._known_keys())
        try:
            inside = json.loads(box.decrypt(value.encode()))
        except InvalidToken:
            raise self.wrong_key(name) from None
        if (inside["account"], inside["name"]) != (self._account_id, name):
            raise ConfigError(f"the stored {name} was put there for another account; {FORGET}")
        return Secret(inside["value"])

    def wrong_key(self, name: str) -> ConfigError:
        """What to say of a secret that none of the keys opens."""
        return ConfigError(
            f"the stored {name} cannot be read with the key in {self._keys.where}: it was written with another, or"
            f" changed. Put the right key back, or {FORGET}"
        )

    def _inside(self, name: str, value: Secret) -> Secret:
        return Secret(json.dumps({"account": self._account_id, "name": name, "value": value}))

    @property
    def _ours(self) -> sa.ColumnElement[bool]:
        return table.c.account_id == self._account_id

    def _row(self, name: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return self._ours, table.c.name == name

    def _values(self, name: str, sealed: str) -> dict[str, object]:
        return {
            "account_id": self._account_id, "name": name, "value": sealed, "updated_at": self._now(),
        }  # fmt: skip


@dataclass(frozen=True)
class Resealed:
    """What came of encrypting everybody's secrets anew."""

    secrets: int
    """That are encrypted with the first key now, those that were before included."""
    foreign: int
    """Other accounts' that none of the keys opens: they have a key of their own."""


def reseal(
    engine: sa.Engine,
    account_id: AccountId,
    keys: Keys,
    also: Sequence[Secret] = (),
    *,
    dry_run: bool = False,
) -> Resealed:
    """Encrypt the secrets of all accounts in this database with the first key; *also* are older keys that open.

    A *dry_run* only looks whether they open.

    Raises ConfigError, with everything left as readable as before, when one of *account_id* opens with none of them.
    """
    store = SecretStore(engine, account_id, keys, lambda: datetime.now(UTC))
    box = store.box([*keys.known(), *also])
    done = foreign = 0
    with engine.connect() as connection:
        rows = connection.execute(sa.select(table.c.account_id, table.c.name)).all()
    for row in sorted(rows, key=lambda row: row.account_id != account_id):
        here = sa.and_(table.c.account_id == row.account_id, table.c.name == row.name)
        while True:
            with engine.begin() as connection:
                before = connection.scalar(sa.select(table.c.value).where(here))
                if before is None:
                    break  # forgotten meanwhile
                try:
                    after = box.rotate(before.encode()).decode()
                except InvalidToken:
                    if row.account_id == account_id:
                        raise store.wrong_key(row.name) from None
                    foreign += 1
                    break
                swap = sa.update(table).where(here, table.c.value == before).values(value=after)
                if dry_run or connection.execute(swap).rowcount == 1:
                    done += 1
                    break
            # Renewed meanwhile: what is new has to stay, so look again.
    return Resealed(done, foreign)


def new_key() -> Secret:
    """A key nobody had before."""
    return Secret(Fernet.generate_key().decode())


def _written(keys: Sequence[Secret]) -> str:
    return "\n".join(
        ["# Without this key the stored Harvest login cannot be read. Keep it to yourself.", *keys, ""]
    )
