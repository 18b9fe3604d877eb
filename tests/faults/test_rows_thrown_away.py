"""The engine's rows are progress: thrown away at any time, no decision is lost and nothing is done twice."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder, Street

from gleaner.adapters.store.tables import metadata

_KEPT = ("dbos_migrations", "alembic_version", "queues", "workflow_schedules", "application_versions")
"""What the engine is, not what it does; without these rows it does not start any more."""


def throw_away(street: Street) -> int:
    """Delete the engine's rows; how many there were."""
    schema = None if street.engine.dialect.name == "sqlite" else "dbos"
    theirs = sa.MetaData()
    theirs.reflect(street.engine, schema=schema)
    tables = [
        table
        for table in reversed(theirs.sorted_tables)
        if table.name not in _KEPT and (schema or table.name not in metadata.tables)
    ]
    assert {"workflow_status", "operation_outputs"} <= {table.name for table in tables}
    with street.engine.begin() as connection:
        return sum(connection.execute(sa.delete(table)).rowcount for table in tables)


@pytest.mark.parametrize("is_running", [False, True], ids=["stopped", "running"])
def test_everything_approved_is_applied_once_and_jobs_run_on(
    new_street: Builder, daemons: Daemons, migrated_url: str, is_running: bool
) -> None:
    street = new_street(2, migrated_url)
    control = street.houses[0].world.running.control
    control.set_faults("latency=0.2, match=POST /v2/time_entries")
    process = daemons.start("up", *street.configs)
    for house in street.houses:
        house.approve(25)
    street.tick()
    daemons.wait(lambda: all(house.states()["applied"] >= 3 for house in street.houses), "some are applied")
    if not is_running:
        process.kill()
        process.wait()
    assert throw_away(street) > 0
    if not is_running:
        process = daemons.start("up", *street.configs)
    control.set_faults("")
    ended = {house.id: house.jobs()["capture"].ended_at for house in street.houses}
    for house in street.houses:
        house.call("capture")

    def is_over() -> bool:
        street.tick()
        time.sleep(1)
        is_later = all(
            house.jobs()["capture"].ended_at not in (None, ended[house.id]) for house in street.houses
        )
        return street.is_done and is_later

    daemons.wait(is_over, "everything is applied and the job ran again", seconds=90)
    assert daemons.stop(process) == 0
    street.assert_each_once()
