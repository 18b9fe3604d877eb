"""Drafting from what is kept: what matching may know, and whether a proposal is still wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.capture.bare import bare
from gleaner.capture.job import day_of
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Problem
from gleaner.core.catalog import UserId
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import decimal_hours, spoken_day
from gleaner.matching.memory import Memory
from gleaner.review.apply import Recheck
from gleaner.review.inbox import Item
from gleaner.timesheets.job import DayDraft, Decided, draft_days, recall
from gleaner.timesheets.text import plain

_TEACHES = {"accept": 1.0, "edit": 1.0, "bulk": 0.3}
"""What a decision weighs when matching learns from it. Policy's own decisions teach nothing."""


def redraft(account: Account, person_days: Iterable[tuple[UserId, date]]) -> None:
    """Draft those days anew from what was already seen, so that what was logged by hand meanwhile is noticed."""
    for (user_id, day), one in _day_drafts(account, person_days).items():
        account.inbox.offer(
            one.draft.proposals, user_id=user_id, days=[day], now=account.clock.now(), keep=one.draft.written
        )


def _day_drafts(
    account: Account, person_days: Iterable[tuple[UserId, date]]
) -> dict[tuple[UserId, date], DayDraft]:
    """The drafts of those days as things are now, from what was already seen."""
    wanted = sorted(set(person_days))
    if not wanted:
        return {}
    rules, _problems = account.rules()
    memory = _memory(account, max(day for _, day in wanted))
    found = {}
    for user_id, day in wanted:
        if user_id not in account.catalog.people:
            continue
        seen = account.activities.between(user_id, day - timedelta(days=1), day)
        (found[user_id, day],) = draft_days(
            account.mirror, seen, memory, rules, days=[day], users=[user_id], now=account.clock.now()
        )
    return found


def still_wanted(account: Account) -> Recheck:
    """Asked right before a POST: why the proposal is no longer wanted, or nothing.

    Its event may be gone, or somebody may have logged it since it was approved.
    """

    def reason(proposal: Proposal) -> str:
        if not proposal.activity_key:
            return ""
        day = (proposal.user_id, proposal.on)
        one = _day_drafts(account, [day]).get(day)
        seen = account.activities.between(proposal.user_id, proposal.on, proposal.on)
        if one is None or proposal.activity_key not in {activity.key for activity in seen}:
            return f'"{plain(proposal.title)}" is no longer there: moved, cancelled, or declined'
        for explained in one.draft.explained:
            if explained.line.activity.key == proposal.activity_key and not explained.is_own:
                return f'"{plain(proposal.title)}" needs no entry: {explained.sentence}'
        return ""

    return reason


def _memory(account: Account, today: date) -> Memory:
    """The memory of the last pass if it was for that day: decisions of the same sitting may wait for the next."""
    if account.memory is None or account.memory[0] != today:
        account.memory = (today, remembered(account, today=today))
    return account.memory[1]


def remembered(account: Account, *, today: date, also: Iterable[Activity] = ()) -> Memory:
    """What matching may know on *today*: decisions, and days people logged by hand.

    *also* is what was just seen and may not be kept.
    """
    first = today - timedelta(days=account.settings.capture.history_days)
    # Of decisions older than keep_days only ids are left, which still say the series or the repository.
    by_key = {activity.key: activity for activity in account.activities.all_between(first, today)}
    by_key |= {activity.key: activity for activity in also}
    decided = [one for item in _taught(account, first) if (one := _decided(item, by_key)) is not None]
    memory = recall(account.mirror, list(by_key.values()), decided, today=today)
    account.memory = (today, memory)
    return memory


def _taught(account: Account, first: date) -> list[Item]:
    return account.inbox.items(states=(State.APPROVED, State.APPLYING, State.APPLIED), first=first)


def _decided(item: Item, activities: dict[str, Activity]) -> Decided | None:
    proposal, action = item.proposal, item.proposal.action
    activity = activities.get(proposal.activity_key)
    if activity is None and proposal.is_faded:
        activity = bare(proposal.activity_key, proposal.user_id, proposal.on)
    weight = _TEACHES.get(item.decision or "", 0.0)
    if activity is None or not weight or action.kind != "create_time_entry":
        return None
    if action.project_id is None or action.task_id is None:
        return None
    return Decided(activity, action.project_id, action.task_id, weight)


def changed_since(
    account: Account, drafts: Sequence[DayDraft], seen: Iterable[Activity], whole: Collection[UserId]
) -> list[Problem]:
    """A sentence for each meeting that was moved, shortened or cancelled after it was logged."""
    people, by_key = account.catalog.people, {activity.key: activity for activity in seen}
    person_days = {(one.person.id, one.on) for one in drafts if one.person.id in whole}
    if not person_days:
        return []
    on = [day for _, day in person_days]
    found = []
    for item in account.inbox.items(states=(State.APPLIED,), first=min(on), last=max(on)):
        proposal, activity = item.proposal, by_key.get(item.proposal.activity_key)
        if proposal.rule != "meeting" or (proposal.user_id, proposal.on) not in person_days:
            continue
        if activity is not None and activity.fingerprint == item.offered.fingerprint:
            continue
        if activity is None:
            what = "is no longer in the calendar"
        elif day_of(activity, people[proposal.user_id]) != proposal.on:
            what = "was moved to another day"
        elif isinstance(proposal.action, CreateTimeEntry) and not _is_shorter(
            activity, proposal.action.hours
        ):
            continue  # its text or its participants changed, or it grew
        else:
            what = "was shortened"
        text = f'"{plain(proposal.title)}" {what} after it was logged; correct the entry, or: gleaner undo {item.short}'
        found.append(Problem(f"{people[proposal.user_id].name}, {spoken_day(proposal.on)}", text))
    return found


def _is_shorter(activity: Activity, logged: Decimal) -> bool:
    return decimal_hours(activity.observed) < logged - Decimal("0.01")
