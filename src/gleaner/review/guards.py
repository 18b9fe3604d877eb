"""Guards: what is refused before anything is asked of Harvest, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, StartTimer, StopTimer, UpdateTimeEntry
from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import Snapshot, TimeEntry, changes
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Harvest
from gleaner.core.proposals import Proposal
from gleaner.core.time import spoken_day, week_of

_PERIOD = "Locked for this Time Period"
"""In Harvest's ``locked_reason`` when the days are locked, not only the entry."""


def guard_identity(harvest: Harvest, proposal: Proposal) -> None:
    """The action touches the timesheet of the person the proposal is for, who is active."""
    action = proposal.action
    if action.user_id != proposal.user_id:
        raise Refused(
            phrase(
                "the proposal is for user {user_id}, the entry for user {user_id_2}",
                user_id=proposal.user_id,
                user_id_2=action.user_id,
            )
        )
    person = harvest.catalog().people.get(action.user_id)
    if person is None or not person.is_active:
        raise Refused(
            phrase("user {user_id} is not an active person in this Harvest account", user_id=action.user_id)
        )


_CLOCKS = timedelta(seconds=30)
MOMENT = timedelta(minutes=5)
"""How long after it was asked for a timer may still be started or stopped."""


def guard_moment(asked_at: datetime, now: datetime) -> None:
    """The person asked just now: a timer that a crash or an outage held up would count the wrong time."""
    if now - asked_at > MOMENT:
        raise Refused(
            f"the timer was asked for at {asked_at:%Y-%m-%d %H:%M} UTC and Harvest could not be told in time; ask again"
        )


def guard_latest(action: StartTimer, running: TimeEntry | None) -> None:
    """No other timer was started after this one was asked for: the later word counts."""
    since = running.timer_started_at if running is not None else None
    # Two clocks: theirs tells when the timer started, ours when it was asked for.
    if running is not None and since is not None and since > action.asked_at + _CLOCKS:
        raise Refused(
            phrase(
                "the timer of entry {running_id} was started since; nothing was started in its place",
                running_id=running.id,
            )
        )


def guard_slot(
    harvest: Harvest, user_id: UserId, project_id: ProjectId | None, task_id: TaskId | None
) -> None:
    """The person may log to that project and task."""
    if project_id is None or task_id is None:
        raise Refused(phrase("no project or task was chosen; edit the proposal first"))
    catalog = harvest.catalog()
    if catalog.slot(user_id, project_id, task_id) is None:
        project, task = catalog.projects.get(project_id), catalog.tasks.get(task_id)
        raise Refused(
            phrase(
                "{name} may not log to {what} / {what_2}: the project or task is archived or not "
                "assigned; choose another or ask for the assignment",
                name=catalog.people[user_id].name,
                what=project.name if project else project_id,
                what_2=task.name if task else task_id,
            )
        )


def guard_week(harvest: Harvest, user_id: UserId, day: date) -> None:
    """No entry of the week around *day* says that the week is approved or locked."""
    first, last = week_of(day, harvest.company().first_weekday)
    week = harvest.entries(first, last, user_id)
    is_approved = any(entry.is_closed for entry in week)
    if is_approved or any(_PERIOD in entry.locked_reason for entry in week):
        raise Refused(
            f"the timesheet for {spoken_day(first)} – {spoken_day(last)} is {'approved' if is_approved else 'locked'}; "
            "ask for it to be reopened; until then nothing in it can change"
        )


def guard_owner(entry: TimeEntry | None, entry_id: EntryId, user_id: UserId) -> TimeEntry:
    """The entry, which exists and is that person's."""
    if entry is None:
        raise Refused(phrase("entry {entry_id} no longer exists in Harvest", entry_id=entry_id))
    if entry.user_id != user_id:
        raise Refused(phrase("entry {entry_id} is not this person's", entry_id=entry_id))
    return entry


def guard_open(entry: TimeEntry, verb: str = "changed") -> None:
    """The entry is not locked, approved or invoiced."""
    if entry.is_locked or entry.is_closed or entry.is_billed:
        raise Refused(f"entry {entry.id} cannot be {verb}: {entry.locked_reason or 'it is locked'}")


def guard_seen(entry: TimeEntry, was: Snapshot | None) -> None:
    """The entry still is what the person saw; without *was* nobody looked."""
    different = changes(was, entry) if was is not None else ()
    if different:
        raise Refused(
            phrase(
                "entry {entry_id} changed since you looked: {listed}; look again",
                entry_id=entry.id,
                listed=", ".join(different),
            )
        )


def guard_moves(harvest: Harvest, entry: TimeEntry, action: UpdateTimeEntry) -> None:
    """Where the update takes *entry* is open too: the slot if it names one, both weeks if it moves to another day."""
    project_id, task_id = action.project_id or entry.project_id, action.task_id or entry.task_id
    if (project_id, task_id) != (entry.project_id, entry.task_id):
        guard_slot(harvest, action.user_id, project_id, task_id)
    for day in sorted({entry.spent_date, action.spent_date or entry.spent_date}):
        guard_week(harvest, action.user_id, day)


def guard_plan(harvest: Harvest, proposal: Proposal, entries: Mapping[EntryId, TimeEntry]) -> None:
    """What applying would refuse already; *entries* are those that the proposal is about, as they are now."""
    guard_identity(harvest, proposal)
    action = proposal.action
    if isinstance(action, CreateTimeEntry | StartTimer):
        guard_slot(harvest, action.user_id, action.project_id, action.task_id)
        guard_week(harvest, action.user_id, action.spent_date)
        return
    if not isinstance(action, UpdateTimeEntry | DeleteTimeEntry | StopTimer):
        return  # about an expense: see expense_guards
    entry = guard_owner(entries.get(action.entry_id), action.entry_id, action.user_id)
    guard_open(entry)
    if isinstance(action, UpdateTimeEntry):
        guard_moves(harvest, entry, action)
    elif isinstance(action, DeleteTimeEntry):
        guard_week(harvest, action.user_id, entry.spent_date)


def objection(harvest: Harvest, proposal: Proposal, entries: Mapping[EntryId, TimeEntry]) -> str:
    """Why applying would be refused already (see :func:`guard_plan`); empty when nothing is known against it."""
    try:
        guard_plan(harvest, proposal, entries)
    except Refused as refusal:
        return str(refusal)
    return ""
