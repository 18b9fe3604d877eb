"""A process that runs until it is told to stop."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from gleaner.faces.cli.session import tell

if TYPE_CHECKING:
    from gleaner.durable.heart import Role


def serve(files: list[Path] | None, role: Role) -> None:
    """Run the daemon in this process until SIGTERM or Ctrl-C; a second one ends it at once."""
    from gleaner.app.daemon.daemon import running

    told = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        told.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with running(files, role) as daemon:
        accounts = ", ".join(str(one) for one in daemon.accounts.ids)
        where = daemon.database.url.render_as_string(hide_password=True)
        tell(f"Gleaner runs as {daemon.me.executor_id} for Harvest account {accounts}, on {where}.")
        told.wait()
        tell("Stopping; what is under way is finished first.")
