"""Looking: Harvest into the local copy, and calendars and repositories into activities."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from gleaner.adapters.harvest.report import SyncReport
from gleaner.app.account import Account
from gleaner.app.retention import hide
from gleaner.app.rhythms import Habits, certain, habits, without_line
from gleaner.app.sourcing import Made
from gleaner.capture.coding import no_rhythm
from gleaner.capture.filters import Filters
from gleaner.capture.job import Captured, capture, day_of
from gleaner.capture.source import Source
from gleaner.core.activities import Activity
from gleaner.core.catalog import UserId
from gleaner.core.ports import Progress
from gleaner.core.time import Span, day_span

READ_UNTIL = "read-until/"
"""With a source's name: the last day that was read of it whole, in the cache."""
_BACK, _AHEAD = timedelta(days=28), timedelta(days=92)
"""How far around an event is looked for that is no longer on its day."""


def sync(
    account: Account,
    progress: Progress,
    *,
    first: date,
    last: date,
    full: bool = False,
    force: bool = False,
    relist: bool = False,
) -> SyncReport:
    """Bring the local copy of Harvest up to date for work on the days from *first* to *last*.

    *relist* reads the entries of those days as a whole, which alone finds what was deleted.
    """
    window = _entries_window(account, first, last)
    days_again = (first, last) if relist else None
    report = account.mirror.sync(progress, window=window, relist=days_again, full=full, force=force)
    _ = (
        account.owner
    )  # asked once for each token, so that what is in the copy can be read while Harvest is down
    return report


def freshen(
    account: Account, progress: Progress, *, first: date, last: date, since: date | None = None
) -> None:
    """Read the entries that changed, and those of the days from *first* to *last* as a whole: two requests.

    With *since* the copy holds all entries from that day on afterwards.
    """
    window = _entries_window(account, first if since is None else min(first, since), last)
    account.mirror.sync_entries(progress, window=window, relist=(first, last))


def catch_changes(account: Account, progress: Progress, *, first: date, last: date) -> None:
    """Read the entries that changed: one request."""
    account.mirror.sync_entries(progress, window=_entries_window(account, first, last))


def _entries_window(account: Account, first: date, last: date) -> tuple[date, date]:
    """The days whose entries have to be known: those of the pass, and enough before to learn from."""
    back = timedelta(days=account.settings.capture.entries_days)
    return min(first, last - back), last + timedelta(days=31)


@dataclass(frozen=True)
class Looked:
    """What the sources showed, and whose could be read whole."""

    captured: Captured
    past: tuple[Activity, ...]
    """What was read of days before, to learn from."""
    whole: frozenset[UserId]
    """People all of whose sources were read: only for them does "not there" mean "gone"."""
    moved: tuple[Activity, ...] = ()
    """What was seen in those days before and is on other days now, with all that is on those."""


def look(account: Account, first: date, last: date, progress: Progress, *, keep: bool = True) -> Looked:
    """Read the sources for those days and *keep* what was seen.

    Days before that no source was read for yet are read too, to learn from; what was wrong there is not reported.
    """
    made = account.sources()
    sources = [one.source for one in made if one.source is not None]
    people = account.catalog.people

    def seen_in(
        begin: date, end: date, known: Habits | None = None, asked_at: datetime | None = None
    ) -> Captured:
        return seen_between(account, begin, end, progress, known, asked_at)

    begin = _unread_since(account, sources, first)
    before = seen_in(begin, first - timedelta(days=1)) if begin < first else Captured()
    past = tuple(without_line(one) for one in before.activities)
    known = habits(account, last, past)
    # Who was in which call is asked for of these days alone, a request or more for each meeting.
    seen = seen_in(first, last, known, account.clock.now())
    whole = _read_whole(account, made, seen)
    moved = _moved(account, seen, whole, first, last, lambda begin, end: seen_in(begin, end, known))
    if keep:
        found = (*past, *moved, *seen.activities)
        dated = {activity.key: day_of(activity, people[activity.user_id]) for activity in found}
        account.activities.keep(found, dated, now=account.clock.now(), whole=whole, first=first, last=last)
        window = _window(account, first, last)
        account.quiet.keep(seen.quiet, window, complete=seen.complete, now=account.clock.now())
        account.time_off.keep(seen.time_off, complete=seen.complete, first=first, last=last)
        hide(account, {*seen.private, *before.private}, seen=dated)
        for name in seen.complete:
            kept = account.cache.get(READ_UNTIL + name)
            until = max(last.isoformat(), kept.decode() if kept else "")
            account.cache.put(READ_UNTIL + name, until.encode())
    problems = (*(one.problem for one in made if one.problem is not None), *seen.problems)
    return Looked(replace(seen, problems=problems), past, whole, moved)


def seen_between(
    account: Account,
    first: date,
    last: date,
    progress: Progress,
    known: Habits | None = None,
    asked_at: datetime | None = None,
) -> Captured:
    """What the sources show of those days, each whole in its person's own zone. Nothing is kept.

    Without *known* coding is told as if nothing were known of anybody's days. Attendance of what was over by
    *asked_at* is asked for; with None what was asked before counts.
    """
    known = known or Habits(no_rhythm, certain(account))
    made = account.sources()
    sources = [one.source for one in made if one.source is not None]
    people, settings = account.catalog.people, account.settings
    by_calendar, by_person = _filters(account, made)
    found = capture(
        sources, _window(account, first, last), account.catalog, Filters(**settings.capture.filters),
        account.cache, progress, by_calendar=by_calendar, by_person=by_person,
        country=settings.timesheets.country, rhythm_of=known.rhythm_of, strands=known.strands,
        asked_at=asked_at,
    )  # fmt: skip
    # In other zones the window touches a day more.
    inside = (one for one in found.activities if first <= day_of(one, people[one.user_id]) <= last)
    return replace(found, activities=tuple(inside))


def _moved(
    account: Account,
    seen: Captured,
    whole: Collection[UserId],
    first: date,
    last: date,
    seen_in: Callable[[date, date], Captured],
) -> tuple[Activity, ...]:
    """What is on the days around to which something moved that was there before; read only if something is missing."""
    there = {one.key for one in seen.activities}
    before = account.activities.all_between(first, last)
    missing = {
        one.key for one in before if one.kind == "meeting" and one.user_id in whole and one.key not in there
    }
    if not missing:
        return ()
    people = account.catalog.people
    around = seen_in(first - _BACK, last + _AHEAD).activities
    dated = [(one.user_id, day_of(one, people[one.user_id]), one) for one in around]
    days = {(user_id, day) for user_id, day, one in dated if one.key in missing}
    days |= {(user_id, day - timedelta(days=1)) for user_id, day in days}
    return tuple(one for user_id, day, one in dated if (user_id, day) in days and not first <= day <= last)


def _unread_since(account: Account, sources: Iterable[Source], first: date) -> date:
    """The day from which something is left to read before *first*; *first* itself when nothing is."""
    settings = account.settings.capture
    # What retention would take away the next night need not be read.
    history = first - timedelta(days=min(settings.history_days, settings.keep_days))
    begin = first
    for source in sources:
        kept = account.cache.get(READ_UNTIL + source.name)
        begin = min(begin, date.fromisoformat(kept.decode()) + timedelta(days=1) if kept else history)
    return max(begin, history)


def _read_whole(account: Account, made: Iterable[Made], seen: Captured) -> frozenset[UserId]:
    whole = {person.id for person in account.catalog.people.values()}
    for one in made:
        if one.source is not None and one.source.name in seen.complete:
            continue
        if not one.is_personal:
            return frozenset()
        whole -= {one.user_id} if one.user_id is not None else set()
    return frozenset(whole)


def _filters(account: Account, made: Iterable[Made]) -> tuple[dict[str, Filters], dict[UserId, Filters]]:
    """The filters of calendars, by name, and of people, where they have their own. The nearest says more."""
    everybody = account.settings.capture.filters
    own: dict[UserId, dict[str, Any]] = {}
    for entry in account.settings.people:
        person = account.catalog.person(entry.email)
        if person is not None and entry.filters:
            own[person.id] = {**everybody, **entry.filters}
    by_calendar = {
        one.source.name: Filters(**{**(own.get(one.user_id) or everybody), **one.filters})
        for one in made
        if one.source is not None and one.user_id is not None and one.filters
    }
    return by_calendar, {user_id: Filters(**filters) for user_id, filters in own.items()}


def _window(account: Account, first: date, last: date) -> Span:
    """Those days, whole, in the zone of everybody."""
    zones = {person.zone for person in account.catalog.people.values()}
    starts = [day_span(first, zone).start for zone in zones]
    return Span(min(starts), max(day_span(last, zone).end for zone in zones))
