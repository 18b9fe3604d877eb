"""A new key for the stored login, as a person asks for it."""

from __future__ import annotations

import pytest
from tests.journeys.world import World

from gleaner.adapters.secrets import KeyFile, SecretStore
from gleaner.adapters.store.engine import make_engine
from gleaner.app.access import Kept, keep, read
from gleaner.app.account import SystemClock
from gleaner.core.catalog import AccountId


def secrets(world: World) -> SecretStore:
    engine = make_engine(f"sqlite:///{world.folder}/gleaner.db")
    keys = KeyFile(world.folder / "gleaner.key")
    return SecretStore(engine, AccountId(world.account_id), keys, SystemClock().now)


@pytest.fixture
def logged_in(world: World) -> World:
    """Ana's token is kept, not in the environment."""
    world.fine("sync")
    keep(secrets(world), Kept(kind="token", who="Ana", token=world.token()))
    world.patch.delenv("GLEANER_HARVEST__TOKEN")
    return world


def test_gleaner_works_on_with_the_new_key(logged_in: World) -> None:
    before = (logged_in.folder / "gleaner.key").read_text()
    dry = logged_in.fine("secrets", "rotate", "--dry-run")
    assert "Would encrypt 1 stored secrets" in dry.out
    assert (logged_in.folder / "gleaner.key").read_text() == before
    said = logged_in.fine("secrets", "rotate")
    assert "Encrypted 1 stored secrets with the new key in" in said.out
    assert "The old key is gone." in said.err
    after = (logged_in.folder / "gleaner.key").read_text()
    assert before.splitlines()[1] not in after + said.out + said.err
    assert after.splitlines()[1] not in said.out + said.err, "a key is never shown"
    logged_in.fine("sync")
    kept = logged_in.fine("secrets", "rotate", "--keep-old", "--json").json
    assert (kept["secrets"], kept["old_keys"], kept["is_dry_run"]) == (1, 1, False)
    logged_in.fine("sync")


def test_without_a_key_it_says_when_one_is_made(world: World) -> None:
    said = world.gleaner("secrets", "rotate")
    assert (said.code, said.out) == (2, "")
    assert "the first gleaner login makes one" in said.err


def test_a_backup_without_its_key_comes_back_without_the_login(logged_in: World) -> None:
    logged_in.fine("backup", str(logged_in.folder / "safe.db"))
    logged_in.fine("secrets", "rotate")
    logged_in.fine("restore", str(logged_in.folder / "safe.db"))
    said = logged_in.gleaner("sync")
    assert (said.code, said.out) == (2, "")
    assert "cannot be read with the key in" in said.err
    assert read(secrets_under_no_key(logged_in)) is None


def secrets_under_no_key(world: World) -> SecretStore:
    """After ``gleaner logout`` a new login can be kept."""
    world.fine("logout")
    return secrets(world)
