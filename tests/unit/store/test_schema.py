"""The schema: migrations lead to the tables in the code, on both databases."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic import command

from gleaner.adapters.store.engine import alembic_config, make_engine, migrate
from gleaner.adapters.store.tables import metadata
from gleaner.core.errors import ConfigError, Unavailable


def test_migrations_lead_to_the_tables_in_the_code(store: sa.Engine) -> None:
    with store.connect() as connection:
        command.check(alembic_config(connection))
    assert set(metadata.tables) <= set(sa.inspect(store).get_table_names())


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
