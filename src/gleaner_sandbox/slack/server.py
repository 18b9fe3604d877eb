"""A Slack that listens on loopback, in threads of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gleaner_sandbox.apart import application, listening
from gleaner_sandbox.slack import sockets
from gleaner_sandbox.slack.endpoints import Slack
from gleaner_sandbox.slack.workspace import Member, Workspace


@dataclass(frozen=True)
class Running:
    """A Slack that listens."""

    address: str
    space: Workspace

    @property
    def base_url(self) -> str:
        """Of the Web API."""
        return f"{self.address}/api/"


@contextmanager
def serve_in_thread(space: Workspace, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """*space* over real HTTP and WebSocket while the block lasts."""
    with sockets.listening(space) as open_sockets:
        slack = Slack(space, lambda: open_sockets.url)
        with listening(application(slack.routes()), "slack", host=host, port=port) as address:
            yield Running(address, space)


def read_seed(file: Path) -> Workspace:
    """A workspace from JSON: ``members`` (id, email), and where they differ ``bot_token``, ``app_token``,
    ``signing_secret`` and ``interactive_url``. Raises ValueError, KeyError or TypeError for anything else."""
    said = json.loads(file.read_text(encoding="utf-8"))
    members = [Member(one["id"], one["email"]) for one in said.pop("members")]
    return Workspace(members, **said)
