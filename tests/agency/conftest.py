"""Worlds, built once for all tests that look at them."""

from functools import cache

import pytest

from gleaner_sandbox import agency
from gleaner_sandbox.agency.world import World

SEEDS = (1, 2, 13)


@cache
def world_of(seed: int) -> World:
    return agency.build(seed)


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed {seed}")
def world(request: pytest.FixtureRequest) -> World:
    """A world; tests that take it run for several seeds."""
    seed: int = request.param
    return world_of(seed)


@pytest.fixture
def first_world() -> World:
    """The world of seed 1, the one the demo shows."""
    return world_of(1)
