"""The back-test: past days replayed as they would have been proposed, beside what people logged by hand.

It reads Harvest, calendars and repositories, and writes nothing: no activity, no proposal, no line in the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from gleaner.app.account import Account
from gleaner.app.drafting import decisions
from gleaner.app.looking import seen_between, sync
from gleaner.app.ruling import in_force
from gleaner.capture.job import day_of
from gleaner.core.activities import Activity, Problem
from gleaner.core.catalog import Person, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import Progress
from gleaner.core.time import day_span, days
from gleaner.matching.backtest import Replayed
from gleaner.matching.evidence import Index
from gleaner.matching.made import left_out
from gleaner.matching.match import match
from gleaner.timesheets.draft import Day
from gleaner.timesheets.hindsight import Hindsight
from gleaner.timesheets.job import HISTORY
from gleaner.timesheets.replay import replay


@dataclass(frozen=True)
class BackTest:
    """What a back-test found."""

    first: date
    last: date
    replayed: tuple[Replayed, ...] = field(repr=False)
    """By day and person."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Past:
    """All that is known of the days to replay and of those they are learnt from."""

    seen: dict[tuple[UserId, date], list[Activity]]
    logged: dict[tuple[UserId, date], list[TimeEntry]]
    hindsight: Hindsight
    problems: tuple[Problem, ...]


def backtest(
    account: Account,
    first: date,
    last: date,
    progress: Progress,
    *,
    users: Collection[UserId] | None = None,
) -> BackTest:
    """Replay the days from *first* to *last*, both included, for all people the token's owner sees or just *users*.

    Each day is matched with what was known before it, and nothing newer.
    """
    sync(account, progress, first=first - HISTORY, last=last)
    people = [
        person
        for person in account.catalog.people.values()
        if person.is_active and account.may_see(person.id) and (users is None or person.id in users)
    ]
    index, found = Index(account.catalog), list[Replayed]()
    past = _past(account, first, last, index, progress)
    force = in_force(account)
    with progress.step("Replaying days", total=(last - first).days + 1) as step:
        for day in days(first, last):
            memory = past.hindsight.before(day)
            rules, made = force.before(day)
            for known, seen in _days_of(account, past, people, day):
                found += replay(known, [match(one, index, memory, rules) for one in left_out(seen, made)[0]])
            step.advance()
    return BackTest(first, last, tuple(found), (*past.problems, *force.problems))


def _past(account: Account, first: date, last: date, index: Index, progress: Progress) -> _Past:
    since = first - HISTORY
    captured = seen_between(account, first, last, progress)
    # What was wrong on the days before is nobody's concern here: they are learnt from, no more.
    before = seen_between(account, since, first - timedelta(days=1), progress)
    people, now = account.catalog.people, account.clock.now()
    dated = [
        (day_of(one, people[one.user_id]), one)
        for one in (*before.activities, *captured.activities)
        if one.span.end <= now
    ]
    by_key = {one.key: one for _, one in dated}
    entries = account.mirror.entries(since, last)
    decided = (
        (_local(when, people.get(one.activity.user_id)), one)
        for when, one in decisions(account, since, by_key)
    )
    past = _Past({}, {}, Hindsight(dated, entries, decided, index), captured.problems)
    for day, activity in dated:
        past.seen.setdefault((activity.user_id, day), []).append(activity)
    for entry in entries:
        past.logged.setdefault((entry.user_id, entry.spent_date), []).append(entry)
    return past


def _local(when: datetime, person: Person | None) -> date:
    return when.astimezone(person.zone if person is not None else UTC).date()


def _days_of(
    account: Account, past: _Past, people: Sequence[Person], day: date
) -> Iterator[tuple[Day, list[Activity]]]:
    """Each person's day with what was seen on it; a day on which they logged nothing shows nothing."""
    company = account.mirror.company()
    for person in people:
        seen, logged = past.seen.get((person.id, day)), past.logged.get((person.id, day), [])
        if not seen:
            continue
        midnight = day_span(day, person.zone).start
        before = past.seen.get((person.id, day - timedelta(days=1)), [])
        taken = tuple(span for one in before for span in one.spans if span.end > midnight)
        yield Day(company.account_id, company, person, day, tuple(logged), taken), seen
