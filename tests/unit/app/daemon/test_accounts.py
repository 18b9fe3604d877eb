"""Several accounts in one installation: which files they come from, and what they may not share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from gleaner.app.daemon.accounts import chosen_files, served
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GLEANER_HARVEST__TOKEN", "GLEANER_HARVEST__ACCOUNT_ID", "GLEANER_CONFIG"):
        monkeypatch.delenv(name, raising=False)


def file(folder: Path, account: int, database: str = "sqlite:///shared.db", name: str = "") -> Path:
    path = folder / f"{name or account}.toml"
    path.write_text(f'database = "{database}"\n[harvest]\naccount_id = {account}\n')
    return path


def test_a_folder_stands_for_all_files_in_it(tmp_path: Path) -> None:
    one, two = file(tmp_path, 1), file(tmp_path, 2)
    (tmp_path / "notes.txt").write_text("nothing")
    assert chosen_files([tmp_path]) == [one, two]
    assert chosen_files([two]) == [two]


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no \.toml file"):
        chosen_files([tmp_path])


def test_without_a_name_it_is_the_usual_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(tmp_path, 1, name="gleaner")
    monkeypatch.chdir(tmp_path)
    assert [path.resolve() for path in chosen_files(None)] == [tmp_path / "gleaner.toml"]


def test_one_token_for_several_accounts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(tmp_path, 1)
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", "secret-token")
    assert len(chosen_files([tmp_path])) == 1
    file(tmp_path, 2)
    with pytest.raises(ConfigError, match="would count for all 2 accounts; log in to each") as refusal:
        chosen_files([tmp_path])
    assert "secret-token" not in str(refusal.value)


def test_two_databases_are_refused_without_showing_a_password(tmp_path: Path) -> None:
    file(tmp_path, 1, "postgresql://ana:hunter2@db.example/one")
    file(tmp_path, 2, "postgresql://ana:hunter2@db.example/two")
    with pytest.raises(ConfigError, match="what runs together shares one database") as refusal:
        chosen_files([tmp_path])
    assert "hunter2" not in str(refusal.value)


def test_one_account_twice_is_refused(tmp_path: Path, store: sa.Engine) -> None:
    files = [file(tmp_path, 1, name="a"), file(tmp_path, 1, name="b")]
    with pytest.raises(ConfigError, match="both for Harvest account 1"), served(files, store, token="me"):
        pass


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", "secret-token")


@pytest.mark.usefixtures("token")
def test_an_account_is_opened_once_and_again_when_its_file_changed(tmp_path: Path, store: sa.Engine) -> None:
    path = file(tmp_path, 1)
    with served([path], store, token="me") as accounts:
        first = accounts.open(AccountId(1))
        assert accounts.open(AccountId(1)) is first
        assert first.token == "me"
        path.write_text(path.read_text() + '[policy]\nmeetings = "suggest"\n')
        second = accounts.open(AccountId(1))
        assert second is not first
        assert second.settings.policy.meetings == "suggest"
        accounts.reopen(AccountId(1))
        third = accounts.open(AccountId(1))
        assert third is not second
        # Somebody may be in the middle of it: it is closed later, or at the end.
        assert not second.client.is_closed
        assert not third.client.is_closed
    assert [one.client.is_closed for one in (first, second, third)] == [True, True, True]


@pytest.mark.usefixtures("token")
def test_a_file_that_became_wrong_is_said_and_taken_up_when_it_is_right(
    tmp_path: Path, store: sa.Engine
) -> None:
    path = file(tmp_path, 1)
    good = path.read_text()
    with served([path], store, token="me") as accounts:
        accounts.open(AccountId(1))
        path.write_text("harvest = nonsense")
        with pytest.raises(ConfigError, match="not valid TOML"):
            accounts.open(AccountId(1))
        path.write_text(good.replace("account_id = 1", "account_id = 2"))
        with pytest.raises(ConfigError, match="is for Harvest account 2, not 1"):
            accounts.open(AccountId(1))
        path.unlink()
        with pytest.raises(ConfigError, match="cannot be read"):
            accounts.open(AccountId(1))
        path.write_text(good)
        os.utime(path)
        assert accounts.open(AccountId(1)).id == 1


def test_an_account_without_a_login_is_said_and_the_others_are_served(
    tmp_path: Path, store: sa.Engine
) -> None:
    with served([file(tmp_path, 1), file(tmp_path, 2)], store, token="me") as accounts:
        assert accounts.ids == [1, 2]
        with pytest.raises(ConfigError, match="no Harvest token"):
            accounts.open(AccountId(1))
        with pytest.raises(ConfigError, match="is not served here"):
            accounts.open(AccountId(3))
