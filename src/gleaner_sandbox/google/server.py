"""A Google that listens on loopback, in a thread of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gleaner_sandbox.apart import application, listening
from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import READ, Identity, ServiceAccount
from gleaner_sandbox.google.meet import read_conference


@dataclass(frozen=True)
class Running:
    """A Google that listens."""

    address: str
    google: Google

    @property
    def base_url(self) -> str:
        """Of the calendar API."""
        return f"{self.address}/calendar/v3"

    @property
    def meet_url(self) -> str:
        """Of the Meet API."""
        return f"{self.address}/v2"

    @property
    def userinfo_url(self) -> str:
        return f"{self.address}/v1/userinfo"

    @property
    def login_url(self) -> str:
        return f"{self.address}/o/oauth2/v2/auth"

    @property
    def token_url(self) -> str:
        return f"{self.address}/token"


@contextmanager
def serve_in_thread(google: Google, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """*google* over real HTTP while the block lasts."""
    with listening(application(google.routes()), "google", host=host, port=port) as address:
        yield Running(address, google)


def read_seed(file: Path) -> Google:
    """A Google from JSON: ``apps`` (secrets by id), ``services`` (email, public_key, domain, scopes), ``calendars``
    (id, owner, readers, zone, events as the API writes them), ``conferences`` (code, start, end, owner, and under
    ``participants`` lists of start and end by address). Raises ValueError or KeyError for anything else."""
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    identity = Identity(dict(said.get("apps", {})))
    for one in said.get("services", ()):
        scopes = tuple(one.get("scopes", (READ,)))
        identity.services[one["email"]] = ServiceAccount(
            one["email"], one["public_key"], one["domain"], scopes
        )
    calendars = Calendars()
    for one in said.get("calendars", ()):
        zone = ZoneInfo(one.get("zone", "Europe/Berlin"))
        calendar = Calendar(one["id"], one["owner"], set(one.get("readers", ())), zone)
        calendars.add(calendar, one.get("events", ()))
    google = Google(calendars, identity)
    for one in said.get("conferences", ()):
        google.meet.add(read_conference(one))
    return google
