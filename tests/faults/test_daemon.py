"""The daemon: what was seen is logged without anybody's word, each piece once, whatever dies on the way."""

from __future__ import annotations

import signal

from tests.faults.conftest import Builder
from tests.faults.daemons import Daemons


def test_the_daemon_logs_what_is_sure(new_busy: Builder, daemons: Daemons, migrated_url: str) -> None:
    busy = new_busy(8, database=migrated_url)
    process = daemons.start("up", busy.world.config)
    daemons.wait(lambda: len(busy.world.entries()) >= busy.expected, "everything is logged")
    busy.assert_each_once()
    assert daemons.stop(process) == 0


def test_what_a_killed_daemon_began_the_next_one_finishes(
    new_busy: Builder, daemons: Daemons, migrated_url: str
) -> None:
    busy = new_busy(40, database=migrated_url)
    for logged in (3, 15):
        process = daemons.start("up", busy.world.config)
        daemons.wait(lambda logged=logged: len(busy.world.entries()) >= logged, "some are logged")  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
    daemons.start("up", busy.world.config)
    daemons.wait(lambda: len(busy.world.entries()) >= busy.expected, "everything is logged")
    daemons.wait(lambda: set(busy.world.states().values()) == {"applied"}, "everything is recorded")
    busy.assert_each_once()
