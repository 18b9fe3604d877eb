"""Everybody's rhythm, read from what is kept: decisions on coding, and days logged by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from gleaner.app.account import Account
from gleaner.app.drafting import TEACHES
from gleaner.capture.coding import RhythmOf
from gleaner.capture.job import day_of
from gleaner.capture.rhythm import Past, Rhythm
from gleaner.core.actions import CreateTimeEntry, UpdateTimeEntry
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import State
from gleaner.review.inbox import Item
from gleaner.timesheets.confirmed import PersonDay, Said, confirmed_days
from gleaner.timesheets.job import HISTORY

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def rhythms(account: Account, last: date, also: Iterable[Activity] = ()) -> RhythmOf:
    """The rhythm of everybody for days up to *last*, each told from the days before it.

    A day that was seen already stays on the line it was put on then: otherwise what was logged of it would seem to
    have changed whenever something is learned. *also* is what was just seen and may not be kept.
    """
    first = last - HISTORY
    people = account.catalog.people
    seen: dict[PersonDay, list[Activity]] = defaultdict(list)
    kept = {one.key: one for one in (*account.activities.of_coders(first, last), *also)}
    rhythm_then: dict[tuple[UserId, str, date], Rhythm] = {}
    for one in kept.values():
        if one.user_id not in people:
            continue
        day = day_of(one, people[one.user_id])
        seen[one.user_id, day].append(one)
        if isinstance(one.detail, Coding) and one.detail.line is not None:
            rhythm_then[one.user_id, one.detail.repository, day] = Rhythm(one.detail.line)
    entries = {entry.id: entry for entry in account.mirror.entries(first, last)}
    decided = account.inbox.items(
        states=(State.APPROVED, State.APPLYING, State.APPLIED), first=first, last=last
    )
    known = confirmed_days(seen, entries.values(), _said(decided, entries))
    pasts: dict[PersonDay, Past] = {}

    def rhythm_of(user_id: UserId, repository: str, day: date) -> Rhythm:
        if (user_id, day) not in pasts:
            pasts[user_id, day] = Past(one for one in known.get(user_id, ()) if one.day < day)
        now = pasts[user_id, day].rhythm(repository)
        then = rhythm_then.get((user_id, repository, day))
        return now if then is None else Rhythm(then.line, now.misses)

    return rhythm_of


def without_line(activity: Activity) -> Activity:
    """*activity* as one that was only read to learn from: if its day is ever asked for, it gets the line of then."""
    if not isinstance(activity.detail, Coding):
        return activity
    return replace(activity, detail=replace(activity.detail, line=None))


def _said(items: Iterable[Item], entries: Mapping[EntryId, TimeEntry]) -> dict[str, Said]:
    """The newest word of a person on each coding activity; of what was logged, the hours that are there now."""
    found: dict[str, Said] = {}
    for item in sorted(items, key=lambda item: item.decided_at or _LONG_AGO):
        proposal, action = item.proposal, item.proposal.action
        weight = TEACHES.get(item.decision or "", 0.0)
        if not weight or not proposal.activity_key.startswith("coding:"):
            continue
        if not isinstance(action, CreateTimeEntry | UpdateTimeEntry) or action.hours is None:
            continue
        entry_id = action.entry_id if isinstance(action, UpdateTimeEntry) else item.entry_id
        entry = entries.get(entry_id) if entry_id is not None else None
        project_id = entry.project_id if entry is not None else action.project_id
        if project_id is None or (entry is None and item.state is State.APPLIED):
            continue
        hours = entry.hours if entry is not None else action.hours
        found[proposal.activity_key] = Said(project_id, timedelta(hours=float(hours)), weight)
    return found
