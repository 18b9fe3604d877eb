"""The schema: migrations lead to the tables in the code, on both databases."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from tests.unit.core.test_phrases import TITLES

from gleaner.adapters.store.engine import alembic_config, known_revisions, make_engine, migrate
from gleaner.adapters.store.phrases import phrase_text
from gleaner.adapters.store.schema import Sentence
from gleaner.adapters.store.tables import metadata
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.language import words
from gleaner.core.phrases import Phrase, phrase


def test_migrations_lead_to_the_tables_in_the_code(store: sa.Engine) -> None:
    with store.connect() as connection:
        command.check(alembic_config(connection))
    assert set(metadata.tables) <= set(sa.inspect(store).get_table_names())


def test_the_newest_revision_is_known_without_alembic(database_url: str) -> None:
    code = (
        "import sys\n"
        "from gleaner.adapters.store.engine import make_engine, migrate, newest_revision\n"
        "migrate(make_engine(sys.argv[1]))\n"
        "print(newest_revision(), 'alembic' in sys.modules)\n"
    )
    said = [
        subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    (newest,) = ScriptDirectory.from_config(alembic_config(None)).get_heads()
    assert [one.stdout.split() for one in said] == [[newest, "True"], [newest, "False"]]


def described(engine: sa.Engine) -> dict[str, Any]:
    """Every table of ours as the database has it: columns with type, null and default, keys and indexes."""
    found = sa.inspect(engine)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in sorted(found.get_columns(name), key=lambda column: column["name"])
            ],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(
                (index["name"], index["column_names"], index["unique"]) for index in found.get_indexes(name)
            ),
        }
        for name in sorted(metadata.tables)
    }


def test_migrations_and_tables_agree_on_defaults_and_indexes_too(database_url: str) -> None:
    """Autogenerate does not compare defaults; what the database itself says of both does."""
    engine = make_engine(database_url)
    migrate(engine)
    migrated = described(engine)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    made = described(engine)
    engine.dispose()
    assert migrated == made


def test_migrating_again_changes_nothing(store: sa.Engine) -> None:
    migrate(store)
    assert len(set(sa.inspect(store).get_table_names())) == len(metadata.tables) + 1


def test_other_peoples_tables_are_left_alone(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text("CREATE TABLE workflow_status (id INTEGER)"))
    with store.connect() as connection:
        command.check(alembic_config(connection))


def test_two_processes_may_start_at_once(database_url: str) -> None:
    code = (
        "import sys\n"
        "from gleaner.adapters.store.engine import make_engine, migrate\n"
        "migrate(make_engine(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", code, database_url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [("", 0)] * 3


def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from gleaner.adapters.store.engine import make_engine\n"
        "make_engine(sys.argv[1]).connect().close()\n"
    )
    for number in range(4):
        command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/{number}.db"]
        started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(6)]
        assert [process.communicate(timeout=60)[1] for process in started] == [""] * 6


def test_a_database_that_cannot_be_opened_is_named_without_its_password() -> None:
    engine = make_engine("postgresql://ana:secret@127.0.0.1:1/nothing?connect_timeout=1")
    with pytest.raises(Unavailable) as caught:
        migrate(engine)
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["gleaner.db", "mysql://x/y"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite"):
        make_engine(url)


# --- from older versions -----------------------------------------------------------------------------------------

OLDER = sorted(known_revisions())


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, database_url: str) -> Iterator[sa.Engine]:
    """A database an earlier version left behind, with two rows in each table."""
    engine = make_engine(database_url)
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), request.param)
        connection.commit()
    reflected = sa.MetaData()
    reflected.reflect(engine)
    with engine.begin() as connection:
        for table in reflected.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(sa.insert(table), [filled(table, number) for number in (1, 2)])
    yield engine
    engine.dispose()


def filled(table: sa.Table, number: int) -> dict[str, Any]:
    """A value for every column; moments without a zone, as the columns hold them."""
    moment = datetime(2026, 3, number, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    values: dict[type, Any] = {
        int: number, str: f"text {number} 'é", bytes: b"\x00\xff", bool: True, float: 1.5 * number,
        date: moment.date(), datetime: moment,
    }  # fmt: skip
    return {column.name: values[column.type.python_type] for column in table.columns}


def rows(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    reflected = sa.MetaData()
    reflected.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in reflected.sorted_tables
            if table.name != "alembic_version"
        }


def assert_nothing_lost(before: dict[str, list[dict[str, Any]]], engine: sa.Engine) -> None:
    after = rows(engine)
    for name, held in before.items():
        columns = held[0].keys()
        kept = [{column: row[column] for column in columns} for row in after[name]]
        assert sorted(map(str, kept)) == sorted(map(str, held)), name


def test_no_row_of_an_older_version_is_lost(older: sa.Engine) -> None:
    before = rows(older)
    assert all(len(held) == 2 for held in before.values())
    migrate(older)
    assert_nothing_lost(before, older)
    with older.connect() as connection:
        command.check(alembic_config(connection))


def test_two_processes_bring_one_database_forward(older: sa.Engine) -> None:
    before = rows(older)
    code = (
        "import sys\n"
        "from gleaner.adapters.store.engine import make_engine, migrate\n"
        "migrate(make_engine(sys.argv[1]))\n"
    )
    url = older.url.render_as_string(hide_password=False)
    started = [
        subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [("", 0)] * 2
    assert_nothing_lost(before, older)


def test_a_later_versions_database_is_refused_and_left_alone(store: sa.Engine) -> None:
    revision = "9999"
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    before = rows(store)
    with pytest.raises(ConfigError, match="made by a later version of Gleaner; update Gleaner"):
        migrate(store)
    assert rows(store) == before
    with store.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == revision


SAID = sa.Table("said", sa.MetaData(), sa.Column("text", Sentence))


@given(st.one_of(TITLES, st.builds(lambda title: phrase("{what} not counted", what=title), TITLES)))
def test_a_sentence_comes_back_as_it_was_and_as_the_phrase_it_was(text: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        SAID.create(connection)
        connection.execute(sa.insert(SAID).values(text=text))
        back = connection.scalar(sa.select(SAID.c.text))

    assert back == text.replace("\x1e", " ")
    assert isinstance(back, Phrase) == (isinstance(text, Phrase) and "\x1e" not in text)
    if isinstance(back, Phrase):
        assert words("de").again(back) == words("de").again(text)


def test_nobody_elses_words_pass_for_a_phrase() -> None:
    forged = "paid\x1e" + str(phrase_text(phrase("{said}", said="paid")))
    bound = Sentence().process_bind_param(forged, sqlite.dialect())

    assert not isinstance(Sentence().process_result_value(bound, sqlite.dialect()), Phrase)
    assert Sentence().process_result_value("an older row", sqlite.dialect()) == "an older row"
