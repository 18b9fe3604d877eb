"""One calendar of each kind, with the same happenings in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from tests.conformance.calendars.week import ANA, BERLIN, HAPPENINGS, Happening, as_google, as_ics

from gleaner.capture.source import Source, sources
from gleaner.core.secrets import Secret
from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import READ, Identity, Ticket
from gleaner_sandbox.google.server import Running, serve_in_thread


class Kept(Protocol):
    """A calendar that can be written."""

    source: Source

    def write(self, happenings: tuple[Happening, ...]) -> None:
        """From now on it holds exactly these."""
        ...


@dataclass
class IcsFile:
    path: Path
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = sources.get("ics")(ANA, path=str(self.path), name="mine", zone=BERLIN)

    def write(self, happenings: tuple[Happening, ...]) -> None:
        self.path.write_bytes(as_ics(happenings).encode())


@dataclass
class FixedBearer:
    """Access with one token."""

    token: Secret

    def google(self, person: str) -> FixedBearer:
        assert person == ANA
        return self

    def meet(self, person: str) -> FixedBearer:
        return self.google(person)

    def current(self) -> Secret:
        return self.token

    def instead_of(self, _refused: Secret) -> None:
        return None


@dataclass
class GoogleCalendar:
    running: Running
    source: Source = field(init=False)
    written: dict[str, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.running.google.identity.access["token-ana"] = Ticket(ANA, READ)
        self.source = sources.get("google-calendar")(
            FixedBearer(Secret("token-ana")), ANA, name="mine", zone=BERLIN, base_url=self.running.base_url
        )

    @property
    def calendar(self) -> Calendar:
        return self.running.google.calendars.by_id[ANA]

    def write(self, happenings: tuple[Happening, ...]) -> None:
        wanted = {str(event["id"]): event for event in as_google(happenings)}
        for key in self.written.keys() - wanted.keys():
            series = str(self.written[key].get("recurringEventId", ""))
            if series in wanted:
                # An instance is as its series says again.
                self.calendar.put({**self.written[key], **self.calendar.instance(key), "status": "confirmed"})
            else:
                self.calendar.delete(key)
        for key, event in wanted.items():
            if self.written.get(key) != event:
                self.calendar.put(event)
        self.written = wanted


@pytest.fixture
def google() -> Iterator[GoogleCalendar]:
    calendars = Calendars()
    calendars.add(Calendar(ANA, ANA))
    with serve_in_thread(Google(calendars, Identity())) as running:
        made = GoogleCalendar(running)
        made.write(HAPPENINGS)
        yield made


@pytest.fixture
def ics(tmp_path: Path) -> IcsFile:
    made = IcsFile(tmp_path / "ana.ics")
    made.write(HAPPENINGS)
    return made


@pytest.fixture(params=["ics", "google"])
def kept(request: pytest.FixtureRequest) -> Kept:
    found: Kept = request.getfixturevalue(request.param)
    return found
