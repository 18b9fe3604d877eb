"""A new key, whatever happens on the way: every stored secret can be read at every moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gleaner.adapters.secrets import VARIABLE, GivenKeys, KeyFile, Keys, SecretStore, new_key, reseal
from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import secrets as table
from gleaner.app.keys import rotate
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.secrets import Secret

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OURS, THEIRS = AccountId(7), AccountId(8)


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration for account 7, whose database holds secrets of account 8 too, under the same key."""
    monkeypatch.delenv(VARIABLE, raising=False)
    shutil.copyfile(sqlite_template, tmp_path / "gleaner.db")
    (tmp_path / "gleaner.toml").write_text("[harvest]\naccount_id = 7\n")
    engine = make_engine(f"sqlite:///{tmp_path}/gleaner.db")
    for account in (OURS, THEIRS):
        store = SecretStore(engine, account, key_file(tmp_path), lambda: NOW)
        store.put("login", Secret(f"login of {account}"))
    # Now, and not whenever it is collected: with its last connection SQLite moves what was written into the file.
    engine.dispose()
    return tmp_path


def key_file(folder: Path) -> KeyFile:
    return KeyFile(folder / "gleaner.key")


def with_store(folder: Path, account: AccountId, keys: Keys | None = None) -> SecretStore:
    engine = make_engine(f"sqlite:///{folder}/gleaner.db")
    return SecretStore(engine, account, keys or key_file(folder), lambda: NOW)


def readable(folder: Path, keys: Keys | None = None) -> list[str | None]:
    return [with_store(folder, account, keys).get("login") for account in (OURS, THEIRS)]


BOTH = ["login of 7", "login of 8"]


def test_all_accounts_secrets_are_under_the_new_key_and_the_old_one_is_gone(folder: Path) -> None:
    old = key_file(folder).known()
    done = rotate(folder / "gleaner.toml")
    assert (done.secrets, done.foreign, done.old_keys) == (2, 0, 0)
    (new,) = key_file(folder).known()
    assert new not in old
    assert readable(folder) == BOTH
    with pytest.raises(ConfigError, match="cannot be read"):
        readable(folder, GivenKeys(Secret(",".join(old))))
    assert (folder / "gleaner.key").stat().st_mode & 0o777 == 0o600


def test_the_old_key_can_stay_for_another_database(folder: Path) -> None:
    old = key_file(folder).known()
    assert rotate(folder / "gleaner.toml", keep_old=True).old_keys == 1
    assert key_file(folder).known()[1:] == old
    assert readable(folder, GivenKeys(key_file(folder).known()[0])) == BOTH


def test_a_dry_run_changes_neither_key_nor_database(folder: Path) -> None:
    before = [(folder / name).read_bytes() for name in ("gleaner.key", "gleaner.db")]
    assert rotate(folder / "gleaner.toml", dry_run=True).secrets == 2
    assert [(folder / name).read_bytes() for name in ("gleaner.key", "gleaner.db")] == before


def test_an_account_with_a_key_of_its_own_is_left_alone(folder: Path) -> None:
    own = GivenKeys(new_key())
    with_store(folder, AccountId(9), own).put("login", Secret("apart"))
    assert rotate(folder / "gleaner.toml").foreign == 1
    assert with_store(folder, AccountId(9), own).get("login") == "apart"
    assert readable(folder) == BOTH


# --- broken off --------------------------------------------------------------------------------------------------

CRASH = """
import os, sys
from pathlib import Path
from gleaner.app.keys import rotate
left = int(sys.argv[2])
def hook(event, _args):
    global left
    if event in ("os.rename", "tempfile.mkstemp", "sqlite3.connect/handle", "fcntl.flock"):
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(hook)
rotate(Path(sys.argv[1]))
"""


def crashes() -> Iterator[int]:
    yield from range(20)


def test_a_process_that_dies_at_any_step_leaves_everything_readable(folder: Path) -> None:
    deaths = 0
    for step in crashes():
        done = subprocess.run(
            [sys.executable, "-c", CRASH, str(folder / "gleaner.toml"), str(step)], timeout=60, check=False
        )
        assert readable(folder) == BOTH, step
        if done.returncode == 0:
            break
        assert done.returncode == 9
        deaths += 1
    assert deaths >= 4
    assert len(key_file(folder).known()) == 1, "the keys of those who died are gone too"


@pytest.mark.parametrize("commit", range(3))
def test_broken_off_between_two_secrets_both_can_be_read(
    store: sa.Engine, tmp_path: Path, commit: int
) -> None:
    keys = KeyFile(tmp_path / "gleaner.key")
    stores = [SecretStore(store, account, keys, lambda: NOW) for account in (OURS, THEIRS)]
    for one in stores:
        one.put("login", Secret("kept"))
    keys.put_first(new_key())
    left = iter(range(commit))

    def die(_connection: sa.Connection) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    sa.event.listen(store, "commit", die)
    try:
        reseal(store, OURS, keys)
    except KeyboardInterrupt:
        assert commit < 2
    finally:
        sa.event.remove(store, "commit", die)
    assert [one.get("login") for one in stores] == ["kept", "kept"]
    reseal(store, OURS, keys)
    keys.drop(keys.known()[1:])
    assert [one.get("login") for one in stores] == ["kept", "kept"]


def test_what_was_kept_under_the_old_key_at_the_last_moment_is_taken_along(
    store: sa.Engine, tmp_path: Path
) -> None:
    keys = KeyFile(tmp_path / "gleaner.key")
    secrets = SecretStore(store, OURS, keys, lambda: NOW)
    secrets.put("login", Secret("kept"))
    old = keys.known()
    keys.put_first(new_key())
    keys.drop(old)
    assert reseal(store, OURS, keys, also=old).secrets == 1
    assert secrets.get("login") == "kept"


@pytest.mark.skipif(os.name != "posix", reason="no flock there")
def test_two_do_not_change_the_key_at_once(folder: Path) -> None:
    with key_file(folder).changing(), pytest.raises(Unavailable, match="another process is changing"):
        rotate(folder / "gleaner.toml")
    assert readable(folder) == BOTH


# --- failing closed ----------------------------------------------------------------------------------------------


def test_without_a_key_there_is_nothing_to_change(folder: Path) -> None:
    (folder / "gleaner.key").unlink()
    with pytest.raises(ConfigError, match=r"there is no key in .*gleaner.key"):
        rotate(folder / "gleaner.toml")
    assert not (folder / "gleaner.key").exists()


def test_with_the_wrong_key_nothing_is_changed(folder: Path) -> None:
    right = (folder / "gleaner.key").read_bytes()
    (folder / "gleaner.key").write_text(new_key())
    wrong = (folder / "gleaner.key").read_bytes()
    with pytest.raises(ConfigError, match=r"stored login cannot be read .*Put the right key back"):
        rotate(folder / "gleaner.toml")
    assert (folder / "gleaner.key").read_bytes() == wrong
    (folder / "gleaner.key").write_bytes(right)
    assert readable(folder) == BOTH


@pytest.mark.parametrize("length", [0, 1, 20, 99, -1])
def test_a_secret_that_was_cut_off_is_refused_and_no_key_is_dropped(folder: Path, length: int) -> None:
    engine = make_engine(f"sqlite:///{folder}/gleaner.db")
    with engine.begin() as connection:
        whole = connection.scalar(sa.select(table.c.value).where(table.c.account_id == OURS))
        assert whole is not None
        cut = sa.update(table).where(table.c.account_id == OURS).values(value=whole[:length])
        connection.execute(cut)
    before = (folder / "gleaner.key").read_bytes()
    for ask in (lambda: rotate(folder / "gleaner.toml"), lambda: with_store(folder, OURS).get("login")):
        with pytest.raises(ConfigError, match="stored login cannot be read"):
            ask()
    assert (folder / "gleaner.key").read_bytes() == before
    assert with_store(folder, THEIRS).get("login") == "login of 8"


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing there")
def test_a_key_others_can_read_is_not_used(folder: Path) -> None:
    (folder / "gleaner.key").chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        rotate(folder / "gleaner.toml")


# --- the key in the environment ----------------------------------------------------------------------------------


def test_one_key_in_the_environment_says_how(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old,) = key_file(folder).known()
    monkeypatch.setenv(VARIABLE, str(old))
    with pytest.raises(ConfigError, match=f"put a new key before the present one.*{VARIABLE}=NEW,OLD"):
        rotate(folder / "gleaner.toml")


def test_two_keys_in_the_environment_encrypt_with_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,), new = key_file(folder).known(), new_key()
    monkeypatch.setenv(VARIABLE, f"{new!s},{old!s}")
    done = rotate(folder / "gleaner.toml")
    assert (done.secrets, done.key_in, done.old_keys) == (2, VARIABLE, 1)
    assert readable(folder, GivenKeys(new)) == BOTH
