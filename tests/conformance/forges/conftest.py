"""A town for each test, and its forges' token in the environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance.forges.town import KINDS, TOKEN, VARIABLE, Kind, Town, town


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with town(tmp_path) as running:
        yield running


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each forge."""
    found: Kind = request.param
    return found
