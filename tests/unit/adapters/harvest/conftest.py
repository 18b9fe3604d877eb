"""A mirror to keep in each database we support."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.unit.adapters.harvest.desk import Desk


@pytest.fixture
def engine(store: sa.Engine) -> sa.Engine:
    """An empty store, on each database we support."""
    return store


@pytest.fixture
def desk(engine: sa.Engine) -> Desk:
    return Desk(engine)
