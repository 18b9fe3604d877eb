"""What a person is told about their data: what was read of them, kept until when, sent where, and who sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gleaner.app.account import Account
from gleaner.app.channels import channels_of
from gleaner.app.days import Sum, week_sums
from gleaner.app.people import export
from gleaner.app.readers import managers_of
from gleaner.core.activities import Activity
from gleaner.core.catalog import Person

_BEYOND = timedelta(days=400)
"""More than anything that was seen is kept."""


@dataclass(frozen=True)
class Read:
    """What was seen of the person in one source."""

    source: str
    meetings: int
    coding: int
    first: date
    last: date
    until: date
    """On this day the newest of it goes."""


@dataclass(frozen=True)
class Sent:
    """What left Gleaner about the person, to one place."""

    where: str
    """``Harvest``, or the name of a channel."""
    count: int


@dataclass(frozen=True)
class Section:
    """One section of the person's export."""

    name: str
    says: str
    count: int


@dataclass(frozen=True)
class Ledger:
    """Everything the person is told."""

    person: Person
    keep_days: int
    read: Sequence[Read]
    sent: Sequence[Sent]
    channels: Sequence[str]
    """Every way by which messages could go out, whether one did or not."""
    sections: Sequence[Section]
    """Of what is held, those that hold something."""
    managers: Sequence[Person]
    administrators: Sequence[Person]
    week: Sequence[Sum]
    """What those see of the newest week."""
    hidden: str
    """A title of that week which they do not see; empty when there is none. Untrusted text."""


def ledger(account: Account, person: Person, today: date) -> Ledger:
    """What there is to tell *person*. Raises Refused when it is somebody else who asks."""
    account.check_may_see(person.id)
    seen = account.activities.between(person.id, today - _BEYOND, today + _BEYOND)
    document = export(account, person)["sections"]
    days, _ = week_sums(account, person, _shown_week(today))
    keep_days = account.settings.capture.keep_days
    active = [one for one in account.catalog.people.values() if one.is_active]
    return Ledger(
        person,
        keep_days,
        _read(seen, person, keep_days),
        _sent(document),
        [one.name for one in channels_of(account)],
        [
            Section(name, section["says"], len(section["rows"]))
            for name, section in document.items()
            if section["rows"]
        ],
        managers_of(account, person),
        sorted(
            (one for one in active if "administrator" in one.access_roles),
            key=lambda one: one.name.casefold(),
        ),
        [one for one in days if one.expected or one.logged],
        next((one.title for one in reversed(seen) if one.kind == "meeting"), ""),
    )


def _shown_week(today: date) -> date:
    """On a Monday nothing can be seen of the week yet."""
    return today - timedelta(days=7) if today.weekday() == 0 else today


def _read(seen: Sequence[Activity], person: Person, keep_days: int) -> list[Read]:
    by_source: dict[str, list[Activity]] = {}
    for one in seen:
        by_source.setdefault(one.source, []).append(one)
    found = []
    for source, some in sorted(by_source.items()):
        on = [one.span.start.astimezone(person.zone).date() for one in some]
        kinds = Counter(one.kind for one in some)
        until = max(on) + timedelta(days=keep_days + 1)
        found.append(Read(source, kinds["meeting"], kinds["coding"], min(on), max(on), until))
    return found


def _sent(document: Mapping[str, Any]) -> list[Sent]:
    """Entries and expenses written to Harvest, and messages by channel, as far as they are still known."""
    written = sum(row["event"] == "applied" for row in document["journal"]["rows"])
    messages = Counter(str(row["channel"]) for row in document["reminders"]["rows"] if row["state"] == "sent")
    return [Sent("Harvest", written), *(Sent(name, n) for name, n in sorted(messages.items()))]
