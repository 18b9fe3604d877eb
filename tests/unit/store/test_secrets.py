"""Secrets: unreadable without the key, readable after it was changed, and never shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gleaner.adapters.secrets import GivenKeys, KeyFile, SecretStore, new_key
from gleaner.adapters.store.tables import secrets as table
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKEN = Secret("1234567.pt.nobody-may-see")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gleaner.key"


def held(store: sa.Engine, keys: KeyFile | GivenKeys, account: int = 7) -> SecretStore:
    return SecretStore(store, AccountId(account), keys, lambda: NOW)


def given(*keys: str) -> GivenKeys:
    return GivenKeys(Secret(",".join(keys)))


def rows(store: sa.Engine) -> str:
    with store.connect() as connection:
        return str([tuple(row) for row in connection.execute(sa.select(table))])


def test_a_secret_is_kept_and_found_and_nobody_else_can_read_it(store: sa.Engine, file: Path) -> None:
    held(store, KeyFile(file)).put("login", TOKEN)
    assert held(store, KeyFile(file)).get("login") == TOKEN
    assert held(store, KeyFile(file)).get("other") is None
    assert held(store, KeyFile(file), account=8).get("login") is None
    assert TOKEN not in rows(store)
    assert "nobody-may-see" not in repr(held(store, KeyFile(file)).get("login")) + file.read_text()


def test_a_secret_is_replaced_by_the_next(store: sa.Engine, file: Path) -> None:
    secrets = held(store, KeyFile(file))
    secrets.put("login", TOKEN)
    secrets.put("login", Secret("two"))
    assert secrets.get("login") == "two"
    assert secrets.replace("login", Secret("three"), instead_of=Secret("two"))
    assert secrets.get("login") == "three"


def test_what_was_forgotten_is_gone_and_does_not_come_back(store: sa.Engine, file: Path) -> None:
    secrets = held(store, KeyFile(file))
    secrets.put("login", TOKEN)
    held(store, KeyFile(file), account=8).put("login", TOKEN)
    assert secrets.forget()
    assert not secrets.forget()
    assert secrets.get("login") is None
    # A process that renews its login just then must not bring it back.
    assert not secrets.replace("login", TOKEN, instead_of=TOKEN)
    assert held(store, KeyFile(file), account=8).get("login") == TOKEN


# --- the key file ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing there")
def test_the_key_file_is_made_for_its_owner_only(store: sa.Engine, file: Path) -> None:
    before = os.umask(0)
    try:
        held(store, KeyFile(file)).put("login", TOKEN)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600


def test_looking_makes_no_key_file(store: sa.Engine, file: Path) -> None:
    assert held(store, KeyFile(file)).get("login") is None
    assert not file.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_others_can_read_is_refused_with_the_remedy(
    store: sa.Engine, file: Path, mode: int
) -> None:
    secrets = held(store, KeyFile(file))
    secrets.put("login", TOKEN)
    file.chmod(mode)
    for ask in (lambda: secrets.get("login"), lambda: secrets.put("login", TOKEN), secrets.rotate):
        with pytest.raises(ConfigError, match=f"mode is {mode:o}.*chmod 600 .*gleaner.key"):
            ask()
    file.chmod(0o600)
    assert secrets.get("login") == TOKEN


def test_two_processes_make_one_key(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom gleaner.adapters.secrets import KeyFile\n"
        "print(str(KeyFile(Path(sys.argv[1])).made()[0]))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "gleaner.key")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    found = {process.communicate(timeout=60)[0] for process in started}
    assert len(found) == 1
    assert len(found.pop().strip()) == 44


def test_an_empty_key_file_says_what_to_do(store: sa.Engine, file: Path) -> None:
    file.touch(0o600)
    with pytest.raises(ConfigError, match=r"holds no key\. Put the key back; .* delete the file and log in"):
        held(store, KeyFile(file)).put("login", TOKEN)
    assert [path.name for path in file.parent.iterdir() if "key" in path.name] == ["gleaner.key"]


def test_a_key_file_that_cannot_be_made_names_the_other_way(store: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="GLEANER_SECRETS__KEY"):
        held(store, KeyFile(tmp_path / "nowhere" / "gleaner.key")).put("login", TOKEN)
    assert rows(store) == "[]"


# --- failing closed ----------------------------------------------------------------------------------------------


def test_without_the_key_nothing_is_read_or_written_over(store: sa.Engine, file: Path) -> None:
    secrets = held(store, KeyFile(file))
    secrets.put("login", TOKEN)
    before = rows(store)
    file.unlink()
    for ask in (lambda: secrets.get("login"), lambda: secrets.put("more", TOKEN), secrets.rotate):
        with pytest.raises(ConfigError, match=r"no key in .*Put the key back, or forget .*gleaner logout"):
            ask()
    assert not file.exists()
    assert rows(store) == before
    assert secrets.forget()


def test_a_wrong_key_reads_nothing(store: sa.Engine) -> None:
    held(store, given(new_key())).put("login", TOKEN)
    before = rows(store)
    wrong = held(store, given(new_key()))
    for ask in (lambda: wrong.get("login"), wrong.rotate):
        with pytest.raises(ConfigError, match=r"stored login cannot be read .*GLEANER_SECRETS__KEY"):
            ask()
    assert rows(store) == before


@pytest.mark.parametrize("text", ["not-a-key", "c2hvcnQ=", "ü" * 44])
def test_what_is_no_key_is_said_by_number_and_not_shown(store: sa.Engine, text: str) -> None:
    with pytest.raises(ConfigError, match="GLEANER_SECRETS__KEY, key 2: that is no key") as error:
        held(store, given(new_key(), text)).put("login", TOKEN)
    assert text not in str(error.value)


def test_a_changed_or_moved_secret_is_refused(store: sa.Engine) -> None:
    keys = given(new_key())
    secrets = held(store, keys)
    secrets.put("login", TOKEN)
    with store.begin() as connection:
        connection.execute(sa.update(table).values(account_id=8))
    with pytest.raises(ConfigError, match="another account"):
        held(store, keys, account=8).get("login")
    with store.begin() as connection:
        connection.execute(sa.update(table).values(value="gAAAAAB" + "x" * 93))
    with pytest.raises(ConfigError, match="cannot be read"):
        held(store, keys, account=8).get("login")


# --- a new key ---------------------------------------------------------------------------------------------------


def test_a_new_first_key_encrypts_and_the_old_one_still_decrypts(store: sa.Engine) -> None:
    old, new = new_key(), new_key()
    held(store, given(old)).put("login", TOKEN)
    held(store, given(old), account=8).put("login", Secret("theirs"))
    both = held(store, given(new, old))
    assert both.get("login") == TOKEN
    with pytest.raises(ConfigError):
        held(store, given(new)).get("login")
    assert both.rotate() == 1
    assert held(store, given(new)).get("login") == TOKEN
    # Another account has its own turn; until then the old key has to stay.
    assert held(store, given(new, old), account=8).get("login") == "theirs"
    with pytest.raises(ConfigError):
        held(store, given(old)).get("login")


def test_a_key_file_takes_a_new_key_first_and_keeps_the_old_one_for_others(
    store: sa.Engine, file: Path
) -> None:
    keys = KeyFile(file)
    secrets = held(store, keys)
    secrets.put("login", TOKEN)
    held(store, keys, account=8).put("login", Secret("theirs"))
    (old,) = keys.known()
    keys.put_first(new_key())
    assert keys.known()[1:] == (old,)
    assert secrets.rotate() == 1
    with pytest.raises(ConfigError):
        held(store, given(old)).get("login")
    assert held(store, keys, account=8).get("login") == "theirs"
    assert [path.name for path in file.parent.iterdir() if "key" in path.name] == ["gleaner.key"]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_two_accounts_of_one_database_may_have_keys_of_their_own(store: sa.Engine, tmp_path: Path) -> None:
    for account in (7, 8):
        held(store, KeyFile(tmp_path / f"{account}.key"), account).put("login", TOKEN)
    for account in (7, 8):
        assert held(store, KeyFile(tmp_path / f"{account}.key"), account).rotate() == 1


def test_one_secret_that_cannot_be_read_keeps_all_as_they_are(store: sa.Engine) -> None:
    old, new = new_key(), new_key()
    held(store, given(old)).put("login", TOKEN)
    held(store, given(new_key(), old)).put("other", TOKEN)
    before = rows(store)
    with pytest.raises(ConfigError):
        held(store, given(new, old)).rotate()
    assert rows(store) == before


def test_nothing_to_rotate_is_fine(store: sa.Engine, file: Path) -> None:
    assert held(store, KeyFile(file)).rotate() == 0


# --- two at once -------------------------------------------------------------------------------------------------


class Interrupted(GivenKeys):
    """Keys that let somebody else do something, once, while they are being looked up."""

    def __init__(self, key: Secret, meanwhile: Callable[[], object]) -> None:
        super().__init__(key)
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def known(self) -> Sequence[Secret]:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super().known()

    made = known


def test_a_login_renewed_while_the_key_changes_is_not_lost(store: sa.Engine) -> None:
    key = new_key()
    other = held(store, given(key))
    other.put("login", Secret("old"))
    busy = Interrupted(key, lambda: other.replace("login", Secret("renewed"), instead_of=Secret("old")))
    assert held(store, busy).rotate() == 1
    assert other.get("login") == "renewed"


def test_a_login_made_while_another_is_renewed_stays(store: sa.Engine) -> None:
    key = new_key()
    other = held(store, given(key))
    other.put("login", Secret("old"))
    busy = held(store, Interrupted(key, lambda: other.put("login", Secret("new"))))
    assert not busy.replace("login", Secret("renewed"), instead_of=Secret("old"))
    assert other.get("login") == "new"


def test_a_first_secret_kept_meanwhile_is_not_taken_for_an_empty_account(store: sa.Engine) -> None:
    asked: list[str] = []
    key = new_key()

    class Noted(Interrupted):
        def known(self) -> Sequence[Secret]:
            asked.append("known")
            return super().known()

        def made(self) -> Sequence[Secret]:
            asked.append("made")
            return Interrupted.known(self)

    held(store, Noted(key, lambda: held(store, given(key)).put("login", TOKEN))).put("login", Secret("two"))
    assert asked == ["made", "known"]
    assert held(store, given(key)).get("login") == "two"
