"""Who is away, from when to when, and where it is known from; and exceptions that administrators make."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gleaner.adapters.store.absences import Kept
from gleaner.app.account import Account
from gleaner.app.readers import is_administrator, is_manager, readable
from gleaner.app.sheets import absences, time_off_tasks
from gleaner.core.catalog import Person, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.time import days
from gleaner.review.journal import Line
from gleaner.timesheets.expected import Absence

Origin = Literal["holiday", "calendar", "harvest", "exception"]
LONGEST = 366
"""Days in one exception."""


@dataclass(frozen=True)
class Away:
    """Days in a row on which somebody is due less for one reason."""

    person: Person
    first: date
    last: date
    what: str
    """As the reader may know it: what a calendar or Harvest calls it is the person's own."""
    origin: Origin
    hours: timedelta | None = None
    """Less on each day; None: all of it, or the share of it."""
    share: float = 1.0


def visible(account: Account) -> list[Person]:
    """Whose time off the token's owner may see: a manager's people, else only their own."""
    me = account.me
    if me is not None and not is_administrator(account) and not is_manager(me):
        return [me]
    return readable(account)


def away(account: Account, people: Collection[Person], first: date, last: date) -> list[Away]:
    """Why *people* are due less on those days, by name and day; days in a row are one line."""
    off_tasks = time_off_tasks(account)
    entries: dict[tuple[UserId, date], list[TimeEntry]] = {}
    for entry in account.mirror.entries(first, last):
        if entry.task_id in off_tasks:
            entries.setdefault((entry.user_id, entry.spent_date), []).append(entry)
    found = absences(account, people, first, last, entries, off_tasks)
    me = account.me
    lines = list[Away]()
    for person in sorted(people, key=lambda one: (one.name.casefold(), one.id)):
        is_own = me is not None and me.id == person.id
        lines += _of(person, first, last, found, is_own=is_own)
    return lines


def _of(
    person: Person,
    first: date,
    last: date,
    found: Mapping[tuple[UserId, date], Sequence[Absence]],
    *,
    is_own: bool,
) -> list[Away]:
    lines = list[Away]()
    open_lines: dict[tuple[str, Origin, timedelta | None, float], Away] = {}
    for day in days(first, last):
        of_day = (
            {} if person.capacity_on(day) else dict(open_lines)
        )  # a weekend does not part two weeks of leave
        for absence in found.get((person.id, day), ()):
            what = absence.what if is_own or absence.origin in ("holiday", "exception") else "time off"
            key = (what, absence.origin, absence.hours, absence.share)
            before = open_lines.get(key)
            begin = before.first if before is not None else day
            of_day[key] = Away(person, begin, day, what, absence.origin, absence.hours, absence.share)
        lines += [one for key, one in open_lines.items() if key not in of_day]
        open_lines = of_day
    return sorted([*lines, *open_lines.values()], key=lambda one: (one.first, one.last, one.what))


def add(
    account: Account,
    person: Person,
    first: date,
    last: date,
    hours: timedelta | None,
    reason: str,
    *,
    dry_run: bool = False,
) -> Kept:
    """Keep an exception: *person* is due so much less on each of those days, or nothing. For administrators.

    Raises ConfigError for what cannot be, Refused for others.
    """
    by = _administrator(account)
    text = " ".join(reason.split())
    if not text or len(text) > 60:
        raise ConfigError(phrase("a reason has 1 to 60 letters; managers read it beside the sum of the day"))
    if last < first:
        raise ConfigError(
            phrase("it ends ({last}) before it begins ({first})", last=str(last), first=str(first))
        )
    if (last - first).days >= LONGEST:
        raise ConfigError(phrase("that is more than a year; make several, or set employed_until"))
    now = account.clock.now()
    if dry_run:
        return Kept(0, person.id, first, last, hours, text, by, now)
    kept = account.absences.add(person.id, first, last, hours, text, by=by, now=now)
    if kept is None:
        raise Refused(phrase("that person was forgotten; nothing about them is kept"))
    said = phrase(
        "Exception {number} made: {first} to {last}, {reason}.",
        number=kept.id,
        first=str(first),
        last=str(last),
        reason=text,
    )
    account.journal.write(Line(now, by, "exception", said, user_id=person.id))
    return kept


def remove(account: Account, number: int, *, dry_run: bool = False) -> Kept:
    """Take an exception back: it counts no more, and stays in the history. For administrators."""
    by = _administrator(account)
    kept = account.absences.get(number)
    if kept is None:
        raise ConfigError(
            phrase("there is no exception {number}; see: gleaner timeoff list --history", number=number)
        )
    if kept.removed_at is not None:
        raise ConfigError(f"exception {number} was removed on {kept.removed_at:%a %d %b %Y} already")
    if not dry_run:
        now = account.clock.now()
        if not account.absences.remove(number, by=by, now=now):
            raise ConfigError(phrase("exception {number} was removed a moment ago", number=number))
        said = phrase(
            "Exception {number} removed: {first} to {last}, {reason}.",
            number=number, first=str(kept.first), last=str(kept.last), reason=kept.reason,
        )  # fmt: skip
        account.journal.write(Line(now, by, "exception", said, user_id=kept.user_id))
    return kept


def history(account: Account, people: Collection[Person], first: date, last: date) -> list[Kept]:
    """Exceptions of *people* that touch those days, with those that were removed."""
    wanted = {person.id for person in people}
    return [one for one in account.absences.between(first, last, removed=True) if one.user_id in wanted]


def _administrator(account: Account) -> str:
    me = account.me
    if me is None or not is_administrator(account):
        raise Refused(
            phrase(
                "only an administrator makes and removes exceptions; time off goes into your calendar or Harvest"
            )
        )
    return me.email
