"""A backup, a day lost, and the backup put back, as a person does it."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, TUESDAY, World, meeting

from gleaner.adapters.store.alone import alone


@pytest.fixture
def ran(world: World) -> World:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    return world


def test_what_was_decided_after_the_backup_is_gone_after_the_restore(ran: World) -> None:
    said = ran.fine("backup", str(ran.folder / "safe.db"))
    assert "Copied" in said.out
    assert "The key to the stored login is not in it: keep" in said.err
    assert "gleaner.key" in said.err
    before = ran.fine("journal", "--json").json
    ran.fine("undo", "--run", "last")
    back = ran.fine("restore", str(ran.folder / "safe.db"))
    assert "gleaner.db.before-restore" in back.out
    assert ran.fine("journal", "--json").json == before


def test_without_a_name_the_backup_is_beside_the_database(ran: World) -> None:
    said = ran.fine("backup", "--json").json
    made = [path.name for path in ran.folder.glob("gleaner-2*.db")]
    assert [said["file"].rpartition("/")[2]] == made
    assert (said["revision"], said["is_dry_run"]) != ("", True)


def test_dry_runs_copy_nothing_and_restore_nothing(ran: World) -> None:
    dry = ran.fine("backup", "safe.db", "--dry-run")
    assert "Would copy" in dry.out
    assert not (ran.folder / "safe.db").exists()
    ran.fine("backup", str(ran.folder / "safe.db"))
    ran.fine("undo", "--run", "last")
    before = ran.fine("journal", "--json").json
    assert "Would put" in ran.fine("restore", str(ran.folder / "safe.db"), "--dry-run").out
    assert ran.fine("journal", "--json").json == before


def test_nothing_is_restored_under_a_gleaner_that_runs(ran: World) -> None:
    ran.fine("backup", str(ran.folder / "safe.db"))
    with alone(ran.folder / "gleaner.db"):
        for words in (("restore",), ("restore", "--dry-run")):
            said = ran.gleaner(words[0], str(ran.folder / "safe.db"), *words[1:])
            assert (said.code, said.out) == (3, "")
            assert "stop it first" in said.err


def test_postgresql_is_told_its_own_programs(world: World, migrated_pg_url: str) -> None:
    world.use(migrated_pg_url.replace("postgresql+psycopg", "postgresql"))
    for words in (("backup",), ("restore", "safe.db")):
        said = world.gleaner(*words)
        assert (said.code, said.out) == (2, "")
        assert "pg_dump" in said.err
        assert "pg_restore" in said.err
