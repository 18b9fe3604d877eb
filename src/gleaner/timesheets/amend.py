"""Amendments: what changed after it was logged becomes one question about the entry, never a second entry.

Three states are compared: what was drafted and written then, the entry as Harvest has it, and what would be drafted
now. What a person corrected stays where the calendar did not change it; what somebody changed in Harvest wins.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gleaner.core.actions import (
    CreateTimeEntry,
    DeleteTimeEntry,
    UpdateTimeEntry,
    is_done,
    updated,
)
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import EntryId, Slot
from gleaner.core.entries import HOUR_STEP, Snapshot, TimeEntry, snapshot
from gleaner.core.phrases import joined, phrase
from gleaner.core.proposals import Evidence, Proposal, Sighting
from gleaner.core.time import Span, decimal_hours, later, spoken_day
from gleaner.matching.evidence import RULE
from gleaner.matching.match import Match
from gleaner.timesheets.draft import SHORTEST
from gleaner.timesheets.logged import AMENDMENT, Logged, is_touched
from gleaner.timesheets.reconcile import Explained
from gleaner.timesheets.text import plain


@dataclass(frozen=True)
class Now:
    """What is known of the activity now."""

    activity: Activity | None
    """None: it is gone, for sure."""
    why_gone: str = ""
    is_under_another_name: bool = False
    """It is gone, but its entry says what another activity is, one that is seen: the event was sent anew."""
    on: date | None = None
    is_over: bool = True
    match: Match | None = None
    fresh: Proposal | None = None
    """What would be proposed if it had not been logged; None when that is nothing."""
    explained: Explained | None = None
    """Something else in Harvest that already says it."""
    free: timedelta = timedelta(0)
    """What the timeline leaves it, before the day's length is looked at."""
    room: timedelta = timedelta(0)
    """How much longer the day allows coding to be that grew."""


@dataclass(frozen=True)
class Left:
    """A change that is not proposed, and why."""

    logged: Logged
    on: date
    text: str
    """A whole sentence about what changed, why nothing is done, and what a person can do."""
    is_hint: bool = True


def amend(one: Logged, entry: TimeEntry, now: Now, zone: ZoneInfo) -> Proposal | Left | None:
    """What to propose about *entry*, which was logged as *one*; None when nothing has to change.

    ::

        gone, or moved to a day still to come ──► delete it
        moved, longer, shorter, retitled      ──► update it, with what the timeline leaves it now
        surely another project now            ──► update it, unless a person chose and the words did not change
        changed in Harvest since              ──► left alone; said only when there would be something to do
    """
    found = _wanted(one, entry, now, zone)
    touched = is_touched(one, entry)
    if isinstance(found, Proposal) and (touched or _is_deletion_of_rewritten(one, entry, found)):
        how = ", ".join(touched) or "other notes"
        return Left(
            one, entry.spent_date, f"{found.reason} Entry {entry.id} was changed since ({how}), so it stays"
        )
    return found


def _is_deletion_of_rewritten(one: Logged, entry: TimeEntry, found: Proposal) -> bool:
    """Who wrote something into the notes knows of the entry: what they let stand is not to be deleted."""
    is_theirs = one.written is not None and entry.notes.strip() != one.written.notes.strip()
    return isinstance(found.action, DeleteTimeEntry) and is_theirs


def _wanted(one: Logged, entry: TimeEntry, now: Now, zone: ZoneInfo) -> Proposal | Left | None:
    activity = now.activity
    if activity is None:
        if not one.fingerprint or now.is_under_another_name:
            return None
        if one.activity_key.startswith("coding:"):
            text = f'No commits of "{plain(one.title)}" are seen any more. Entry {entry.id} stays; correct it'
            return Left(one, entry.spent_date, text)
        return _deletion(one, entry, now, _gone(one, now))
    is_changed = activity.fingerprint != one.fingerprint
    if is_changed and not now.is_over:
        if now.on == entry.spent_date:
            return None  # later the same day: once it is over there will be more to say
        how = phrase("{moved}, which is still to come,", moved=_moved(one, entry, now, zone))
        told = phrase('"{title}" {changes} after it was logged', title=plain(activity.title), changes=how)
        return _deletion(one, entry, now, told)
    is_elsewhere = one.seen is None or (one.seen.span, one.seen.observed) != (
        activity.span,
        activity.observed,
    )
    if is_elsewhere and is_changed and now.explained is not None:
        text = (
            f'"{plain(activity.title)}" changed after it was logged, and now {now.explained.sentence}. '
            f"Entry {entry.id} may be too much; correct it, or delete it"
        )
        return Left(one, entry.spent_date, text)
    if is_elsewhere and is_changed and now.fresh is None and not now.free:
        what = "changed" if activity.kind == "coding" else _moved(one, entry, now, zone)
        text = f'"{plain(activity.title)}" {what} after it was logged, and other work takes all of its time.'
        return Left(one, entry.spent_date, f"{text} Entry {entry.id} stays; correct it, or delete it")
    return _update(one, entry, now, activity, zone, is_changed=is_changed)


_LONGER = "was lengthened from {before} to {after} ({times})"
_SHRANK = "shrank from {before:.2f} h to {after:.2f} h"


def _update(
    one: Logged, entry: TimeEntry, now: Now, activity: Activity, zone: ZoneInfo, *, is_changed: bool
) -> Proposal | None:
    action = UpdateTimeEntry(entry.user_id, entry.id, was=snapshot(entry))
    said: list[str] = []
    if is_changed:
        action, said = _changed(one, entry, now, activity, zone)
    evidence: tuple[Evidence, ...] = ()
    slot = _other_slot(one, entry, now.match, activity)
    if slot is not None and now.match is not None:
        action = replace(action, project_id=slot.project.id, task_id=slot.task.id)
        where = f"{slot.project.name} / {slot.task.name}"
        said.append(phrase("is surely {where} now ({why})", where=where, why=now.match.reason))
        evidence = now.match.evidence
    if is_done(action, entry):
        return None
    reason: str = phrase(
        '"{title}" {changes} after it was logged.', title=plain(activity.title), changes=joined(", ", said)
    )
    fresh = now.fresh
    if fresh is not None and action.hours is not None and (activity.kind == "coding" or fresh.must_ask):
        reason = joined(" ", (reason, fresh.reason))
    estimate = fresh if action.hours is not None else None
    assert action.was is not None, "it was taken a moment ago"
    return Proposal(
        key=_key(one, entry.id, updated(action.was, action)), action=action, user_id=entry.user_id,
        on=entry.spent_date, reason=reason, rule=AMENDMENT, title=activity.title, level="likely",
        confidence=now.match.confidence if now.match is not None else 0.0, evidence=evidence,
        low=estimate.low if estimate else None, high=estimate.high if estimate else None,
        must_ask=True, fingerprint=activity.fingerprint, activity_key=one.activity_key,
        seen=fresh.seen if fresh is not None else one.seen,
    )  # fmt: skip


def _changed(
    one: Logged, entry: TimeEntry, now: Now, activity: Activity, zone: ZoneInfo
) -> tuple[UpdateTimeEntry, list[str]]:
    """What follows from another time, length or title; and the same in words."""
    action = UpdateTimeEntry(entry.user_id, entry.id, was=snapshot(entry))
    said: list[str] = []
    fresh = now.fresh.action if now.fresh is not None else None
    new = fresh if isinstance(fresh, CreateTimeEntry) else None
    hours = _hours(one, now, activity, new)
    is_moved = one.seen is None or one.seen.span != activity.span
    if now.on != entry.spent_date:
        action = replace(action, spent_date=now.on)
    if abs(hours - entry.hours) >= HOUR_STEP:
        action = replace(action, hours=hours)
    if activity.kind == "coding":
        if action.hours is not None:
            template = "grew from {before:.2f} h to {after:.2f} h" if hours > entry.hours else _SHRANK
            said.append(phrase(template, before=entry.hours, after=hours))
        is_moved = False
    elif is_moved:
        said.append(_moved(one, entry, now, zone))
    elif action.hours is not None:
        said.append(phrase("has {now:.2f} h instead of {before:.2f} h left", now=hours, before=entry.hours))
    if entry.started_time is not None and (is_moved or action.hours is not None):
        start, end = _times(entry, new, hours, is_moved=is_moved)
        action = replace(action, hours=hours, started_time=start, ended_time=end)
    notes = new.notes if new is not None else ""
    before = one.seen.notes if one.seen is not None else (one.written.notes if one.written else "")
    if notes and notes != before and entry.notes.strip() == before.strip():
        action = replace(action, notes=notes)
        said.append(phrase('was called "{before}"', before=before))
    return action, said or [phrase("changed")]


def _hours(one: Logged, now: Now, activity: Activity, new: CreateTimeEntry | None) -> Decimal:
    """The hours the entry should have: a correction stays unless the change goes further in its own direction."""
    assert one.written is not None, "what was deleted has no hours"
    mine, seen = one.written.hours, one.seen
    if activity.kind == "coding":
        return _coding_hours(mine, seen, now, activity, new)
    if new is None or (seen is not None and seen.span == activity.span):
        return mine
    before = seen.hours if seen is not None else mine
    if abs(new.hours - before) < HOUR_STEP:
        return mine
    return max(mine, new.hours) if new.hours > before else min(mine, new.hours)


def _coding_hours(
    mine: Decimal, seen: Sighting | None, now: Now, activity: Activity, new: CreateTimeEntry | None
) -> Decimal:
    before = decimal_hours(seen.observed) if seen is not None else mine
    observed = decimal_hours(activity.observed)
    if observed > before:
        # On a full day there is no room to grow; that alone is no reason to shrink.
        hours = max(mine, min(new.hours, mine + decimal_hours(now.room))) if new is not None else mine
    elif observed < before:
        hours = min(mine, new.hours if new is not None else decimal_hours(now.free))
    else:
        return mine
    return hours if abs(hours - mine) >= decimal_hours(SHORTEST) else mine


def _times(
    entry: TimeEntry, new: CreateTimeEntry | None, hours: Decimal, *, is_moved: bool
) -> tuple[time | None, time | None]:
    """Start and end for an entry that keeps them: those drafted now, or else another end."""
    if is_moved and new is not None and new.started_time is not None:
        start = new.started_time
        same = abs(new.hours - hours) < HOUR_STEP
        return start, new.ended_time if same else later(start, hours)
    start = entry.started_time or time()
    return start, entry.ended_time if abs(hours - entry.hours) < HOUR_STEP else later(start, hours)


def _other_slot(one: Logged, entry: TimeEntry, match: Match | None, activity: Activity) -> Slot | None:
    """The project and task it is surely for now, if that is another one and nobody's choice stands against it."""
    if match is None or match.level != "sure" or match.slot is None:
        return None
    slot = match.slot
    if (slot.project.id, slot.task.id) == (entry.project_id, entry.task_id):
        return None
    is_reworded = one.seen is not None and one.seen.text != activity.text
    by_rule = any(piece.weight >= RULE for piece in match.evidence)
    return slot if is_reworded or (by_rule and not one.chosen_by_person) else None


def _gone(one: Logged, now: Now) -> str:
    title, why = plain(one.title), now.why_gone
    return phrase('"{title}" {changes} after it was logged', title=title, changes=why)


def _deletion(one: Logged, entry: TimeEntry, now: Now, reason: str) -> Proposal:
    activity = now.activity
    return Proposal(
        key=_key(one, entry.id, None), action=DeleteTimeEntry(entry.user_id, entry.id, snapshot(entry)),
        user_id=entry.user_id, on=entry.spent_date, reason=phrase("{said}.", said=reason), rule=AMENDMENT,
        title=activity.title if activity is not None else one.title, level="likely", must_ask=True,
        fingerprint=activity.fingerprint if activity is not None else "", activity_key=one.activity_key,
        seen=one.seen,
    )  # fmt: skip


def again(one: Logged, fresh: Proposal) -> Proposal:
    """The entry that an amendment deleted, proposed once more: its event is on again, or over on its new day."""
    action = fresh.action
    assert isinstance(action, CreateTimeEntry), "a draft proposes new entries"
    if action.project_id is None and one.deleted is not None:
        action = replace(action, project_id=one.deleted.project_id, task_id=one.deleted.task_id)
    reason = phrase(
        '"{title}" is on again; its entry was deleted when it was off. {said}',
        title=plain(fresh.title), said=fresh.reason,
    )  # fmt: skip
    key = _key(one, one.entry_id, action)
    return replace(
        fresh, key=key, action=action, reason=reason, rule=AMENDMENT, level="likely", must_ask=True
    )


def _key(one: Logged, entry_id: EntryId, target: Snapshot | CreateTimeEntry | None) -> str:
    """Stable for the same change of the same state; *target* None is no entry."""
    parts = (one.key, "gone") if target is None else (
        one.key, str(target.project_id), str(target.task_id), target.spent_date.isoformat(), f"{target.hours:.2f}",
        target.notes, str(target.started_time), str(target.ended_time),
    )  # fmt: skip
    return f"amend:{entry_id}:{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:16]}"


def _moved(one: Logged, entry: TimeEntry, now: Now, zone: ZoneInfo) -> str:
    """``moved from 10:00–11:00 to 14:00–14:30``, with the days where they differ."""
    assert now.activity is not None, "what is gone has not moved"
    detail, new, old = now.activity.detail, now.activity.span, one.seen.span if one.seen is not None else None
    on = now.on or entry.spent_date
    if isinstance(detail, Meeting) and detail.attended and on == entry.spent_date:
        return phrase("took another time than was logged ({known}), which came out", known=detail.attendance)
    if on != entry.spent_date:
        before = f"{spoken_day(entry.spent_date)} " + (_clock(old, zone) if old is not None else "")
        after = f"{spoken_day(on)} {_clock(new, zone)}"
        return phrase("moved from {before} to {after}", before=before.strip(), after=after)
    if old is None:
        return phrase("moved to {after}", after=_clock(new, zone))
    if old.start == new.start and old.duration != new.duration:
        is_less = new.duration < old.duration
        template = "was shortened from {before} to {after} ({times})" if is_less else _LONGER
        return phrase(template, before=old.duration, after=new.duration, times=_clock(new, zone))
    return phrase("moved from {before} to {after}", before=_clock(old, zone), after=_clock(new, zone))


def _clock(span: Span, zone: ZoneInfo) -> str:
    return f"{span.start.astimezone(zone):%H:%M}–{span.end.astimezone(zone):%H:%M}"
