"""What the simulated people do: log by habit, answer what waits, take a message and log the rest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from gleaner.app.deciding import corrected, decide, dismiss
from gleaner.app.looking import freshen
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Proposal, State
from gleaner.core.silent import SilentProgress
from gleaner.faces.demo.people import answer, by_hand, rest_of_day
from gleaner.faces.demo.state import Message, Walk
from gleaner.review.inbox import Item

WAITS = timedelta(days=7)
"""So far back people answer what waits for them."""


def log_by_habit(state: Walk, since: datetime) -> None:
    """What people log of their own accord up to now, as habit has it, unless they see it is there."""
    due = [habit for habit in state.truth.habits if since < habit.logged_at <= state.clock.at]
    due = [habit for habit in due if state.truth.first <= habit.on <= state.truth.last]
    if not due:
        return
    covered = state.covered()
    for habit in due:
        entries = state.account.mirror.entries(habit.on, habit.on, UserId(habit.user_id))
        hours, covers = by_hand(habit, state.truth, entries, covered)
        if hours > 0:
            entry = state.own.time_entries.create_with_hours(
                hours, user_id=habit.user_id, project_id=habit.project_id, task_id=habit.task_id,
                spent_date=habit.on, notes=habit.notes,
            )  # fmt: skip
            state.logged_by_hand.append((entry.to_core(), covers))


def answer_waiting(state: Walk, users: Collection[UserId], today: date) -> None:
    """*users* answer what waits for them, each in one sitting."""
    if not users:
        return
    first = max(state.truth.first, today - WAITS)
    waiting: dict[UserId, list[Item]] = {}
    for item in state.account.inbox.items(states=(State.PROPOSED,), first=first, last=today):
        # The truth knows what people worked, not what they say to a change: that stays open.
        if item.proposal.user_id in users and isinstance(item.proposal.action, CreateTimeEntry):
            waiting.setdefault(item.proposal.user_id, []).append(item)
    for user_id, items in waiting.items():
        _sit_down(state, user_id, items, first, today)


def _sit_down(state: Walk, user_id: UserId, items: list[Item], first: date, last: date) -> None:
    account, seen = state.account, state.activities(first, last)
    person = account.catalog.people[user_id]
    entries = account.mirror.entries(first, last, user_id)
    filled = state.covered_by_filling()
    wanted: list[tuple[Item, Proposal | None]] = []
    for item in items:
        on_day = [entry for entry in entries if entry.spent_date == item.proposal.on]
        promised = [
            _as_entry(changed or kept.proposal)
            for kept, changed in wanted
            if kept.proposal.on == item.proposal.on
        ]
        activity = seen[item.proposal.activity_key]
        said = answer(item.proposal, activity, state.truth, [*on_day, *promised], filled)
        state.decisions[said.word] += 1
        if said.word == "dismiss":
            dismiss(account, [item], by=person.email, why=said.why)
        elif said.word == "accept":
            wanted.append((item, None))
        else:
            changed = corrected(
                account, item, project=str(said.project_id), task=str(said.task_id), hours=said.hours
            )
            wanted.append((item, changed))
    outcomes = decide(account, wanted, SilentProgress(), by=person.email)
    # Taken: what they logged by hand meanwhile closes it, and Gleaner saw that in time. They go on to the next.
    state.troubles += [one.text for one in outcomes if one.result not in ("applied", "found", "taken")]


def _as_entry(proposal: Proposal) -> TimeEntry:
    """What a proposal just accepted will look like in the timesheet."""
    action = proposal.action
    assert isinstance(action, CreateTimeEntry)
    assert action.project_id is not None
    assert action.task_id is not None
    return TimeEntry(
        EntryId(0), action.user_id, action.project_id, action.task_id, action.spent_date, action.hours
    )


def take(state: Walk, message: Message, today: date) -> None:
    """The person answers *message*: first what waits, then, if they are in the mood, what nobody saw."""
    state.answered += 1
    answer_waiting(state, {message.user_id}, today)
    if state.draws.fills(message.user_id, message.on):
        for sheet in message.due.days:
            _fill(state, message.user_id, sheet.day)


def catch_up(state: Walk, zone: str, today: date) -> None:
    """In the morning those of that zone answer who said so the evening before."""
    people = state.account.catalog.people
    now = [
        message for message in state.later if people[message.user_id].zone.key == zone and message.on < today
    ]
    if now:
        freshen(state.account, SilentProgress(), first=today - WAITS, last=today)
    for message in now:
        state.later.remove(message)
        take(state, message, today)


def _fill(state: Walk, user_id: UserId, day: date) -> None:
    """Log by hand what the person did on that *day* up to now and does not see in Harvest."""
    found = state.own.time_entries.list(first=day, last=day, user_id=user_id)
    entries = [entry.to_core() for entry in found]
    rest = rest_of_day(user_id, day, state.truth, entries, state.clock.at, state.covered_by_gleaner())
    for block, hours, positions in rest:
        assert block.project_id is not None, "only work is filled in"
        assert block.task_id is not None
        entry = state.own.time_entries.create_with_hours(
            hours, user_id=user_id, project_id=block.project_id, task_id=block.task_id, spent_date=day,
            notes="The rest of the day",
        ).to_core()  # fmt: skip
        state.filled.append(entry)
        state.logged_by_hand.append((entry, positions))
