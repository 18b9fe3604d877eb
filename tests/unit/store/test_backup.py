"""Backup and restore: whole whatever happens meanwhile, and nothing lost when they cannot be done."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from gleaner.adapters.store import backup as files
from gleaner.adapters.store.alone import alone
from gleaner.adapters.store.engine import make_engine
from gleaner.core.errors import ConfigError, Unavailable


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Path:
    """A database with one row, written the way Gleaner writes."""
    file = tmp_path / "gleaner.db"
    shutil.copyfile(sqlite_template, file)
    put(file, "before")
    return file


def put(file: Path, key: str) -> None:
    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO cache VALUES (7, :key, x'00', '2026-03-10 09:00:00')"), {"key": key}
        )
    engine.dispose()


def keys(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT key FROM cache ORDER BY key")]


def names(folder: Path) -> list[str]:
    """The files there, without what SQLite keeps beside a database and the lock of whoever serves it."""
    own = ("gleaner.db-wal", "gleaner.db-shm", "gleaner.db.lock")
    return sorted(path.name for path in folder.iterdir() if path.name not in own)


WRITER = """
import sys
import sqlalchemy as sa
from gleaner.adapters.store.engine import make_engine
engine = make_engine(sys.argv[1])
number = 0
while True:
    with engine.begin() as connection:  # always two at once
        for half in ("a", "b"):
            text = "INSERT INTO cache VALUES (7, :key, zeroblob(5000), '2026-03-10 09:00:00')"
            connection.execute(sa.text(text), {"key": f"{number:06}{half}"})
    number += 1
    if number == 20:
        print("busy", flush=True)
"""


@contextmanager
def a_writer(file: Path) -> Iterator[None]:
    """Another process that keeps writing into *file*, two rows in each transaction."""
    command = [sys.executable, "-c", WRITER, f"sqlite:///{file}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "busy\n"
            yield
            assert process.poll() is None, "it was not disturbed"
        finally:
            process.kill()


# --- backup ------------------------------------------------------------------------------------------------------


def test_a_backup_holds_what_the_database_holds_and_only_its_owner_can_read_it(
    database: Path, tmp_path: Path
) -> None:
    made = files.backup(database, tmp_path / "copy.db")
    assert keys(tmp_path / "copy.db") == ["before"]
    assert made == files.check(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["copy.db", "gleaner.db"]


def test_a_backup_taken_while_another_process_writes_is_whole(database: Path, tmp_path: Path) -> None:
    with a_writer(database):
        for number in range(5):
            files.backup(database, tmp_path / f"copy{number}.db")
    counts = []
    for number in range(5):
        found = [key for key in keys(tmp_path / f"copy{number}.db") if key != "before"]
        assert len(found) % 2 == 0, "a transaction is there wholly or not at all"
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[0] >= 40


def test_a_backup_replaces_another_file_only_when_told(database: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(ConfigError, match=r"copy.db is there already; give --force"):
        files.backup(database, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    files.backup(database, tmp_path / "copy.db", force=True)
    assert keys(tmp_path / "copy.db") == ["before"]


@pytest.mark.parametrize("name", ["gleaner.db", "gleaner.db-wal", "gleaner.db.lock", "./x/../gleaner.db"])
def test_a_backup_never_goes_over_the_database_itself(database: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(ConfigError, match="is the database itself"):
        files.backup(database, tmp_path / name, force=True)
    assert keys(database) == ["before"]


@pytest.mark.parametrize(
    ("target", "said"),
    [("nowhere/copy.db", "there is no folder"), ("folder", "is a folder; name a file in it")],
)
def test_a_place_that_is_none_is_named(database: Path, tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match=said):
        files.backup(database, tmp_path / target)
    assert names(tmp_path) == ["folder", "gleaner.db"]


def test_a_full_disk_leaves_nothing_half_written(database: Path, tmp_path: Path) -> None:
    """A process that may write only small files sees what a full disk shows."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom gleaner.adapters.store import backup as files\n"
        "try:\n    files.backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except Exception as error:\n    print(type(error).__name__, getattr(error, 'exit_code', 0), error)\n"
    )
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(database), str(tmp_path / "out" / "copy.db")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("Unavailable 3"), done
    assert names(tmp_path / "out") == []


def test_there_is_nothing_to_copy_before_the_first_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no database .* yet, so there is nothing to copy"):
        files.backup(tmp_path / "gleaner.db", tmp_path / "copy.db")
    assert names(tmp_path) == []


def test_a_damaged_database_is_not_taken_for_a_backup(database: Path, tmp_path: Path) -> None:
    damage(database)
    with pytest.raises(ConfigError):
        files.backup(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["gleaner.db"]


def test_postgresql_is_told_its_own_programs() -> None:
    with pytest.raises(ConfigError, match=r"pg_dump .*pg_restore") as error:
        files.file_of(make_engine("postgresql://ana:secret@db.example/gleaner"))
    assert "secret" not in str(error.value)


# --- restore -----------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(database: Path, tmp_path: Path) -> Path:
    """A backup; the database went on since."""
    files.backup(database, tmp_path / "copy.db")
    put(database, "since")
    return tmp_path / "copy.db"


def damage(file: Path) -> None:
    """Overwrite the middle of it."""
    with file.open("r+b") as opened:
        opened.seek(6000)
        opened.write(b"\x5a" * (file.stat().st_size - 8000))


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(
    database: Path, copy: Path, tmp_path: Path
) -> None:
    done = files.restore(database, copy)
    assert keys(database) == ["before"]
    assert done.kept == tmp_path / "gleaner.db.before-restore"
    assert keys(done.kept) == ["before", "since"]
    assert database.stat().st_mode & 0o777 == 0o600
    put(database, "after")
    assert keys(database) == ["after", "before"]
    again = files.restore(database, copy)
    assert again.kept == tmp_path / "gleaner.db.before-restore-2"
    assert keys(again.kept) == ["after", "before"]


def test_what_a_dead_process_left_beside_the_database_does_not_get_into_the_copy(
    database: Path, copy: Path, tmp_path: Path
) -> None:
    """It died with its changes in the log only: they belong to the file that is kept."""
    with a_writer(database):
        pass
    assert (tmp_path / "gleaner.db-wal").exists()
    done = files.restore(database, copy)
    assert not (tmp_path / "gleaner.db-wal").exists()
    assert keys(database) == ["before"]
    assert done.kept is not None
    assert len(keys(done.kept)) > 40


def test_a_lost_database_comes_back(database: Path, copy: Path, tmp_path: Path) -> None:
    database.unlink()
    (tmp_path / "gleaner.db-wal").write_bytes(b"left behind")
    assert files.restore(database, copy).kept is None
    assert keys(database) == ["before"]


def test_a_damaged_database_is_replaced_and_kept(database: Path, copy: Path) -> None:
    damage(database)
    was = database.read_bytes()
    done = files.restore(database, copy)
    assert keys(database) == ["before"]
    assert done.kept is not None
    assert len(done.kept.read_bytes()) == len(was)


def test_no_database_at_all_is_replaced_and_kept(database: Path, copy: Path) -> None:
    database.write_text("a text somebody saved here")
    done = files.restore(database, copy)
    assert keys(database) == ["before"]
    assert done.kept is not None
    assert done.kept.read_text() == "a text somebody saved here"


def spoil(copy: Path, how: str) -> None:
    if how == "damaged":
        damage(copy)
    elif how == "cut off":
        copy.write_bytes(copy.read_bytes()[:10_000])
    elif how == "a text":
        copy.write_text("no database " * 1000)
    elif how == "empty":
        copy.write_bytes(b"")
    elif how == "another program's":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("CREATE TABLE notes (text)")
    elif how == "a later version's":
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        copy.unlink()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("damaged", "is damaged"),
        ("cut off", "is damaged"),
        ("a text", "is no SQLite database"),
        ("empty", "is no Gleaner database"),
        ("another program's", "is no Gleaner database"),
        ("a later version's", r"later version of Gleaner \(schema 9999\); update Gleaner first"),
        ("gone", "there is no file"),
    ],
)
def test_a_file_that_is_no_good_backup_changes_nothing(
    database: Path, copy: Path, tmp_path: Path, how: str, said: str
) -> None:
    spoil(copy, how)
    before = names(tmp_path)
    with pytest.raises(ConfigError, match=said):
        files.restore(database, copy)
    assert keys(database) == ["before", "since"]
    assert names(tmp_path) == before


def test_a_database_another_process_has_open_is_left_alone(database: Path, copy: Path) -> None:
    with a_writer(database), pytest.raises(Unavailable, match=r"something else has .* open; stop it first"):
        files.restore(database, copy)
    assert "since" in keys(database)


def test_a_database_that_is_served_is_left_alone(database: Path, copy: Path) -> None:
    with alone(database), pytest.raises(Unavailable, match=r"Gleaner is running on .*; stop it first"):
        files.restore(database, copy)
    assert keys(database) == ["before", "since"]
    files.restore(database, copy)


def test_the_database_is_not_restored_from_itself(database: Path) -> None:
    with pytest.raises(ConfigError, match="is the database itself"):
        files.restore(database, database)


def test_a_restore_without_room_leaves_everything_as_it_was(
    database: Path, copy: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom gleaner.adapters.store import backup as files\n"
        "try:\n    files.restore(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except Exception as error:\n    print(type(error).__name__, getattr(error, 'exit_code', 0), error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(database), str(copy)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("Unavailable 3"), done
    assert keys(database) == ["before", "since"]
    assert [name for name in names(tmp_path) if name.startswith(".") or "before-restore" in name] == []
