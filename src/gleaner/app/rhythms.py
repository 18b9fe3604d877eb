"""Everybody's rhythm and strands, read from what is kept: decisions on coding, and days logged by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from gleaner.app.account import Account
from gleaner.app.drafting import TEACHES
from gleaner.app.ruling import in_force
from gleaner.capture.coding import RhythmOf
from gleaner.capture.job import day_of
from gleaner.capture.rhythm import Past, Rhythm
from gleaner.capture.strands import Strands, unmarked
from gleaner.core.actions import CreateTimeEntry, UpdateTimeEntry
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import State
from gleaner.matching.index import Index
from gleaner.matching.strands import strand_of
from gleaner.review.inbox import Item
from gleaner.timesheets.confirmed import PersonDay, Said, confirmed
from gleaner.timesheets.job import HISTORY

_Where = tuple[UserId, str, date]
"""A person's repository on a day."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Habits:
    """What is known of how people code and book it."""

    rhythm_of: RhythmOf
    strands: Strands


def certain(account: Account) -> Strands:
    """What is certain of commits by rules and names alone."""
    return Strands(strand_of(Index(account.catalog), in_force(account).rules))


def habits(account: Account, last: date, also: Iterable[Activity] = ()) -> Habits:
    """The habits of everybody for days up to *last*, each day's told from the days before it.

    A day that was seen already stays on the line it was put on then: otherwise what was logged of it would seem to
    have changed whenever something is learned. For the same reason its key stays with the strand that had it first.
    *also* is what was just seen and may not be kept.
    """
    first = last - HISTORY
    people = account.catalog.people
    seen: dict[PersonDay, list[Activity]] = defaultdict(list)
    kept = {one.key: one for one in (*account.activities.of_coders(first, last), *also)}
    rhythm_then: dict[_Where, Rhythm] = {}
    strand_then: dict[_Where, str] = {}
    coders = {one.user_id for one in kept.values() if isinstance(one.detail, Coding)}
    entries = {entry.id: entry for entry in account.mirror.entries_of(first, last, coders)}
    decided = account.inbox.items(
        states=(State.APPROVED, State.APPLYING, State.APPLIED), first=first, last=last
    )
    said = _said(decided, entries)
    for one in kept.values():
        if one.user_id not in people:
            continue
        day = day_of(one, people[one.user_id])
        seen[one.user_id, day].append(one)
        if not isinstance(one.detail, Coding):
            continue
        where = (one.user_id, one.detail.repository, day)
        if one.detail.line is not None:
            rhythm_then[where] = Rhythm(one.detail.line)
        if (
            unmarked(one.key) == one.key
            and (strand := _strand_then(one.detail, said.get(one.key))) is not None
        ):
            strand_then[where] = strand
    known = confirmed(seen, entries.values(), said)
    pasts: dict[PersonDay, Past] = {}

    def rhythm_of(user_id: UserId, repository: str, day: date) -> Rhythm:
        if (user_id, day) not in pasts:
            pasts[user_id, day] = Past(one for one in known.days.get(user_id, ()) if one.day < day)
        now = pasts[user_id, day].rhythm(repository)
        then = rhythm_then.get((user_id, repository, day))
        return now if then is None else Rhythm(then.line, now.misses)

    def usual(user_id: UserId, repository: str) -> str:
        return str(known.usual.get((user_id, repository), ""))

    def strand_first(user_id: UserId, repository: str, day: date) -> str | None:
        return strand_then.get((user_id, repository, day))

    return Habits(rhythm_of, Strands(certain(account).of, usual, strand_first))


def _strand_then(detail: Coding, word: Said | None) -> str | None:
    """What the repository's day was for when it was seen; of what earlier versions saw, what it was logged as."""
    if detail.strand is not None:
        return detail.strand
    return str(word.project_id) if word is not None else None


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
