"""What people put right in Harvest itself: entries of ours that they moved to another project or deleted.

Both are corrections for the ladder, each counted once however often Harvest is read again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from gleaner.app.account import Account
from gleaner.app.laddering import counts, note_wrong, stored
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.proposals import State
from gleaner.review.inbox import EXPENSE, Item
from gleaner.timesheets.logged import AMENDMENT

_NEAR = timedelta(days=31)
"""An entry may have been moved to another day; so far it is looked for in the local copy."""


def notice(account: Account, first: date, last: date) -> None:
    """Count entries of those days that somebody moved to another project or task, or deleted.

    What Gleaner changed or deleted itself is no such correction: an undo is counted where it is done, and an amendment
    that was accepted says that the event changed. Nor is a deletion where the event is gone: there was no work.
    """
    applied = [
        item
        for item in account.inbox.items(states=(State.APPLIED,), first=first, last=last)
        if item.proposal.rule != EXPENSE
    ]
    near = _entries(account, applied, first, last)
    by_id = {entry.id: entry for entry in near if entry.is_ours}
    references = {entry.external_reference.id for entry in near if entry.external_reference is not None}
    wrong, amended = stored(account).corrected(), _amended(account, applied)
    missing = list[Item]()
    for item in applied:
        action, key = item.proposal.action, item.proposal.activity_key
        if not isinstance(action, CreateTimeEntry) or item.proposal.key in wrong or key in amended:
            continue
        entry = by_id.get(item.entry_id) if item.entry_id is not None else None
        if entry is None:
            # Deleted and put back by an undo it has another number and the same reference.
            if action.reference not in references:
                missing.append(item)
        elif (entry.project_id, entry.task_id) != (action.project_id, action.task_id):
            note_wrong(account, item, "its entry was moved to another project or task", by="gleaner")
    there = account.activities.named({item.proposal.activity_key for item in missing})
    for item in missing:
        if item.proposal.activity_key in there and _is_deleted(account, item):
            note_wrong(account, item, "its entry was deleted", by="gleaner")


def _entries(account: Account, applied: Collection[Item], first: date, last: date) -> list[TimeEntry]:
    """Entries of those days of everybody whom *applied* is about; of the days around them too where one is missing."""
    whose = {item.proposal.user_id for item in applied}
    found = account.mirror.entries_of(first, last, whose)
    there = {entry.id for entry in found}
    missed = {item.proposal.user_id for item in applied if item.entry_id not in there}
    return [*found, *account.mirror.entries_of(first - _NEAR, last + _NEAR, missed)]


def _amended(account: Account, applied: Iterable[Item]) -> set[str]:
    """Of the activities that *applied* are about, those that changed and whose entries were changed for it."""
    about = account.inbox.applied_about(activity_keys={item.proposal.activity_key for item in applied} - {""})
    return {item.proposal.activity_key for item in about if item.proposal.rule == AMENDMENT}


def _is_deleted(account: Account, item: Item) -> bool:
    """Whether Harvest itself says that the entry is gone: the copy may lack what is on a far day.

    A member's token is told the same of entries it may not see, so of others' it says nothing.
    """
    if item.entry_id is None or not counts(item.offered) or not account.may_see(item.proposal.user_id):
        return False
    try:
        return account.live.get(item.entry_id) is None
    except (Refused, Unavailable):
        return False  # the next run asks again
