"""A past day drafted as if its person had logged nothing by hand, and each proposal beside what they did log.

Which entry an activity went into is decided by the very rules that keep Gleaner from doubling it
(:mod:`gleaner.timesheets.reconcile`), so a back-test and an evening's run agree about what is logged already. A
meeting is judged only by an entry that is about it, by its words or its times: that two lengths are equal shows little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import EntryId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Proposal, reference
from gleaner.core.time import ZERO, decimal_hours
from gleaner.matching.backtest import Replayed, Verdict
from gleaner.matching.match import Match
from gleaner.matching.words import similarity
from gleaner.timesheets.draft import SLACK, Day, draft, limit, proposal_key
from gleaner.timesheets.reconcile import NOTES_AGREE, Explained, Reconciled, logged_time, reconcile
from gleaner.timesheets.timeline import Line, lay

_Said = tuple[Verdict, str, TimeEntry | None]
"""The verdict, how it is known, and the entry it rests on."""
_ROUNDED = Decimal("0.27")
"""People round to a quarter of an hour; what is off by no more is the same length."""
_WORTH = timedelta(minutes=30)
"""Less time than this that nothing accounts for shows nothing."""


def replay(day: Day, matches: Sequence[Match]) -> list[Replayed]:
    """What would have been proposed for *day* before anybody logged it, and how that compares to ``day.entries``.

    What Gleaner logged itself is left out: its own entries cannot show that it was right.
    """
    proposed = {
        one.activity_key: one
        for one in draft(replace(day, entries=()), matches).proposals
        if one.activity_key
    }
    lines = [line for line in lay(matches, day.taken) if line.activity.key in proposed]
    references = {line.activity.key: reference(day.account_id, proposal_key(line)) for line in lines}
    found = reconcile(lines, day.entries, references, day.person.zone)
    explained = {one.line.activity.key: one for one in found.explained}
    left_open = {line.activity.key: line for line in found.open}
    judged = []
    for line in lines:
        key, slot = line.activity.key, line.match.slot
        one = explained.get(key)
        if slot is None or (one is not None and one.entry.is_ours):
            continue
        said = (
            _beside(line, one, found.explained)
            if one is not None
            else _unexplained(day, line, left_open[key], found)
        )
        judged.append(_replayed(proposed[key], line.match, said))
    return judged


def _replayed(proposal: Proposal, match: Match, said: _Said) -> Replayed:
    action, slot = proposal.action, match.slot
    assert isinstance(action, CreateTimeEntry), "a draft of an empty day proposes new entries"
    assert slot is not None
    return Replayed(
        proposal.user_id, proposal.on, proposal.title, match.activity.kind, proposal.ground, proposal.level,
        proposal.confidence, slot.project.id, slot.task.id, action.hours, proposal.must_ask, *said,
        key=match.activity.key,
    )  # fmt: skip


def _beside(line: Line, one: Explained, explained: Sequence[Explained]) -> _Said:
    """How the guess compares to the entry that the activity is in."""
    entry, is_meeting = one.entry, line.activity.kind == "meeting"
    alike = similarity(line.activity.title, entry.notes) if entry.notes else 0.0
    if is_meeting and alike < NOTES_AGREE and entry.started_time is None:
        # The guess itself found that entry, by project and length: it would always be right.
        return "not logged", "", None
    said = _verdict(line, entry, one.sentence)
    if said[0] != "right":
        return said
    hours = decimal_hours(line.worked)
    inside = [decimal_hours(other.line.worked) for other in explained if other.entry.id == entry.id]
    is_too_long = is_meeting and len(inside) == 1 and entry.hours > hours + _ROUNDED
    if is_too_long or entry.hours < sum(inside, Decimal(0)) - _ROUNDED:
        return "near", f"{entry.hours:.2f} h were logged, {hours:.2f} h seen", entry
    return said


def _unexplained(day: Day, line: Line, rest: Line, found: Reconciled) -> _Said:
    """What can be said of coding that is in no entry: a full day whose time went elsewhere. Of a meeting, nothing."""
    slot = line.match.slot
    assert slot is not None
    own = [entry for entry in day.entries if not entry.is_ours]
    same = next((entry for entry in own if entry.project_id == slot.project.id), None)
    if line.activity.kind == "meeting":
        return "not logged", "", None
    if same is not None and rest.worked < line.worked:
        return "near", f"{same.hours:.2f} h were logged there, {decimal_hours(line.worked):.2f} h seen", same
    spare = dict(_spare(own, found.explained))
    longest = max(own, key=lambda one: spare[one.id], default=None)
    is_full = logged_time(day.entries) >= limit(day) - SLACK
    if not is_full or longest is None or spare[longest.id] < min(line.worked, _WORTH):
        return "not logged", "", None
    return _verdict(line, longest, "the day is full, and nothing of it went there")


def _verdict(line: Line, entry: TimeEntry, how: str) -> _Said:
    """The guess beside *entry*, whose length says no more."""
    slot = line.match.slot
    assert slot is not None
    if entry.project_id != slot.project.id:
        return "wrong", how, entry
    if entry.task_id != slot.task.id:
        return "near", "the task is another", entry
    return "right", "", entry


def _spare(own: Sequence[TimeEntry], explained: Sequence[Explained]) -> Iterator[tuple[EntryId, timedelta]]:
    """The time in each entry that no activity accounts for."""
    for entry in own:
        used = (one.line.worked for one in explained if one.entry.id == entry.id)
        yield entry.id, logged_time([entry]) - sum(used, ZERO)
