"""People, events and commits as a project manager would write them down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gleaner.capture.observed import Commit, Event, Observed
from gleaner.capture.source import MemoryCache
from gleaner.capture.sources.ics import Ics
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.time import Span

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = date(2026, 7, 14)

ANA = Person(UserId(1), "Ana Lind", "ana@lark.example", BERLIN, aliases=frozenset({"ana.dev@post.example"}))
BOB = Person(UserId(2), "Bob Moor", "bob@lark.example", NEW_YORK)
PEOPLE = Catalog(people={person.id: person for person in (ANA, BOB)})


def at(text: str, zone: ZoneInfo = BERLIN, on: date = TUESDAY) -> datetime:
    """``09:30`` on Tuesday 14 July 2026, or ``2026-03-29 09:30``."""
    moment = datetime.fromisoformat(text if "-" in text else f"{on} {text}")
    return moment.replace(tzinfo=zone)


def span(text: str, zone: ZoneInfo = BERLIN, on: date = TUESDAY) -> Span:
    """``09:30-10:15``."""
    start, end = text.split("-")
    return Span(at(start, zone, on), at(end, zone, on))


def event(times: str = "09:00-10:00", title: str = "Apollo review", **changes: Any) -> Event:
    """An event Ana said yes to."""
    meant = Event(
        source="work",
        owner=ANA.email,
        uid=f"{title}@cal.example",
        original_start=span(times).start,
        span=span(times),
        title=title,
        participation="accepted",
        attendees=("kim@acme.example",),
    )
    return replace(meant, **changes)


def all_day(title: str, first: date = TUESDAY, days: int = 1, **changes: Any) -> Event:
    """An all-day event of Ana's own."""
    end = first + timedelta(days=days)
    whole = Span(at("00:00", on=first), at("00:00", on=end))
    own: dict[str, Any] = {
        "attendees": (),
        "participation": "unknown",
        "is_all_day": True,
        "all_day_dates": (first, end),
    }
    return event(title=title, span=whole, original_start=first, **(own | changes))


def commits(text: str, person: Person = ANA, on: date = TUESDAY) -> list[Commit]:
    """One line for each commit: ``09:40 apollo 14 Fix login``: time, repository, changed lines, subject."""
    found = []
    for line in text.strip().splitlines():
        time, repository, lines, subject = re.split(r"\s+", line.strip(), maxsplit=3)
        found.append(
            Commit(
                repository=repository,
                sha=f"{repository}-{on}-{time}-{subject}",
                author_email=person.email,
                authored_at=at(time, person.zone, on),
                subject=subject,
                branches=("feat/x",),
                changed_lines=None if lines == "?" else int(lines),
            )
        )
    return found


def vevent(text: str, uid: str = "one@cal.example") -> str:
    """A VEVENT from its lines; UID and DTSTAMP are added."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"])


def vcalendar(*parts: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *parts, "END:VCALENDAR", ""]
    return "\n".join(lines).replace("\n", "\r\n")


def read(
    folder: Path,
    text: str,
    first: str = "2026-07-01",
    last: str = "2026-08-01",
    *,
    zone: str | None = "Europe/Berlin",
    addresses: Sequence[str] = (),
    cache: MemoryCache | None = None,
) -> Observed:
    """What Ana's calendar *text* holds between two Berlin midnights."""
    path = folder / "ana.ics"
    path.write_bytes(text.encode())
    window = Span(at(f"{first} 00:00"), at(f"{last} 00:00"))
    return Ics(ANA.email, path=str(path), zone=zone, addresses=addresses).observe(
        window, cache or MemoryCache()
    )
