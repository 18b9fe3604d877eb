"""Everything at once, at random, from a seed that is printed: each approved proposal is applied exactly once.

``GLEANER_CHAOS_SEED=N`` repeats a run as far as the machine allows, ``GLEANER_CHAOS=N`` chooses how many proposals;
``make chaos`` takes ten thousand.
"""

from __future__ import annotations

import os
import random

import pytest
from tests.faults.chaos import Chaos, Summary, prepared
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder

PROPOSALS = int(os.environ.get("GLEANER_CHAOS") or 200)
_PATIENCE = 60 + PROPOSALS
"""Seconds that the storm lasts at most."""


@pytest.mark.timeout(600 + 2 * PROPOSALS)
def test_whatever_dies_and_whatever_fails_each_proposal_is_applied_once(
    new_street: Builder, daemons: Daemons, migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("GLEANER_CHAOS_SEED") or 0) or random.SystemRandom().randrange(1, 10**9)
    is_sqlite = migrated_url.startswith("sqlite")
    summary = Summary("SQLite" if is_sqlite else "PostgreSQL", seed, PROPOSALS)

    def says(line: str) -> None:
        with capsys.disabled():
            print(f"\nchaos (seed {seed}, {summary.database}): {line}", flush=True)

    says(f"{PROPOSALS} proposals")
    dice = random.Random(seed)
    street = new_street(3, migrated_url)
    undecided = prepared(street, PROPOSALS, dice)
    roles = ("up", "worker") if is_sqlite else ("up", "worker", "worker")
    control = street.houses[0].world.running.control
    chaos = Chaos(street, daemons, control, dice, roles, summary, undecided)
    if PROPOSALS > 1000:
        chaos.says = says
    chaos.run(seconds=_PATIENCE)
    summary.duplicates = sum(sum(house.logged().values()) - len(house.logged()) for house in street.houses)
    says(str(summary))
    street.assert_each_once()
