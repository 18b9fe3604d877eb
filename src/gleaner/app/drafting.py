"""Drafting from what is kept: what matching may know, and whether a proposal is still wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from gleaner.adapters.store.ladder import StoredLadder
from gleaner.app.account import Account
from gleaner.app.advising import advised
from gleaner.app.noting import templates
from gleaner.app.rollout import is_on
from gleaner.app.ruling import in_force
from gleaner.capture.bare import bare
from gleaner.capture.job import day_of
from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.activities import Activity
from gleaner.core.catalog import UserId
from gleaner.core.proposals import Proposal, State
from gleaner.matching.calibrate import Outcome, records
from gleaner.matching.made import left_out
from gleaner.matching.memory import Memory
from gleaner.review.door import Recheck
from gleaner.review.inbox import Item, Offered
from gleaner.timesheets.duplicates import DUPLICATE
from gleaner.timesheets.job import DayDraft, Decided, draft_days, recall
from gleaner.timesheets.logged import Logged
from gleaner.timesheets.logged import logged as logged_of
from gleaner.timesheets.text import plain

TEACHES = {"accept": 1.0, "edit": 1.0, "bulk": 0.3}
"""What a decision weighs when matching learns from it. Policy's own decisions teach nothing."""
OPEN = (State.PROPOSED, State.APPROVED, State.FAILED)
_SETTLED = (State.APPROVED, State.APPLYING, State.APPLIED, State.UNDONE)
_NEAR = timedelta(days=31)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def redraft(account: Account, person_days: Iterable[tuple[UserId, date]]) -> None:
    """Draft those days anew from what was already seen, so that what was logged by hand meanwhile is noticed."""
    for one in _day_drafts(account, person_days).values():
        offer(account, one, whole=True)


def offer(account: Account, one: DayDraft, *, whole: bool) -> Offered:
    """Put a day's draft into the inbox; what it no longer makes is withdrawn.

    Who still waits for Gleaner (:mod:`gleaner.app.rollout`) is offered nothing.
    Unless the person's sources were read *whole*, nothing is taken for gone; an open amendment is withdrawn only when
    it is known how its activity stands.
    """
    user_id, day = one.person.id, one.on
    if not is_on(account, user_id, day):
        return Offered()
    one = advised(account, one)
    waiting = account.inbox.items(states=OPEN, user_id=user_id, first=day, last=day)
    kept = {item.proposal.key for item in waiting if _is_kept(item.proposal, one, whole=whole)}
    return account.inbox.offer(
        one.draft.proposals,
        user_id=user_id,
        days=[day],
        now=account.clock.now(),
        keep=kept | one.draft.written,
    )


def _is_kept(proposal: Proposal, one: DayDraft, *, whole: bool) -> bool:
    if isinstance(proposal.action, CreateTimeEntry):
        return not whole
    is_compared = whole or proposal.activity_key in one.compared
    return proposal.activity_key in one.unknown or not is_compared


def _day_drafts(
    account: Account, person_days: Iterable[tuple[UserId, date]]
) -> dict[tuple[UserId, date], DayDraft]:
    """The drafts of those days as things are now, from what was already seen."""
    wanted = sorted(set(person_days))
    if not wanted:
        return {}
    force = in_force(account)
    wording, _problems = templates(account)
    memory = _memory(account, max(day for _, day in wanted))
    found = {}
    for user_id, day in wanted:
        if user_id not in account.catalog.people:
            continue
        seen = account.activities.between(user_id, day - timedelta(days=1), day)
        logged = logged_about(account, seen, day, day, user_id)
        elsewhere = kept_elsewhere(account, logged, seen)
        wanted_now, _ = left_out([*seen, *elsewhere], force.made, {one.activity_key for one in logged})
        (found[user_id, day],) = draft_days(
            account.mirror, wanted_now, memory, force.rules, days=[day], users=[user_id],
            now=account.clock.now(), logged=logged, templates=wording,
        )  # fmt: skip
    return found


def logged_about(
    account: Account, seen: Iterable[Activity], first: date, last: date, user_id: UserId | None = None
) -> list[Logged]:
    """What Gleaner logged for the activities *seen*, and on those days (for that person)."""
    ours = [entry.id for entry in account.mirror.entries(first, last, user_id) if entry.is_ours]
    found = account.inbox.applied_about(activity_keys={one.key for one in seen}, entry_ids=set(ours))
    keys = {item.proposal.activity_key for item in found} - {""}
    return logged_of(account.inbox.applied_about(activity_keys=keys))


def kept_elsewhere(
    account: Account, logged: Iterable[Logged], seen: Iterable[Activity], but: tuple[date, date] | None = None
) -> list[Activity]:
    """What was last seen of logged activities that are not among *seen*, with all that was seen on their days.

    Not of the days from the first to the last in *but*: those were looked at just now.
    """
    people, there = account.catalog.people, {one.key for one in seen}
    missing = account.activities.named({one.activity_key for one in logged} - there)
    found: dict[str, Activity] = {}
    for one in missing.values():
        person = people.get(one.user_id)
        day = day_of(one, person) if person is not None else None
        if day is None or (but is not None and but[0] <= day <= but[1]):
            continue
        found |= {it.key: it for it in account.activities.between(one.user_id, day - timedelta(days=1), day)}
    return [one for key, one in found.items() if key not in there]


def still_wanted(account: Account) -> Recheck:
    """Asked right before a write: why the proposal is no longer wanted, or nothing.

    Its event may be gone or back, or somebody may have logged it since it was approved.
    """

    def reason(proposal: Proposal) -> str:
        action = proposal.action
        if proposal.rule == DUPLICATE and isinstance(action, DeleteTimeEntry):
            return _duplicate_unwanted(account, action)
        if not proposal.activity_key or (isinstance(action, CreateTimeEntry) and action.replaces is not None):
            return ""
        day = (proposal.user_id, proposal.on)
        one = _day_drafts(account, [day]).get(day)
        if not isinstance(action, CreateTimeEntry):
            return _amendment_unwanted(proposal, one)
        seen = account.activities.between(proposal.user_id, proposal.on, proposal.on)
        if one is None or proposal.activity_key not in {activity.key for activity in seen}:
            return f'"{plain(proposal.title)}" is no longer there: moved, cancelled, or declined'
        for explained in one.draft.explained:
            if explained.line.activity.key == proposal.activity_key and not explained.is_own:
                return f'"{plain(proposal.title)}" needs no entry: {explained.sentence}'
        return ""

    return reason


def _amendment_unwanted(proposal: Proposal, one: DayDraft | None) -> str:
    if one is None or proposal.activity_key in one.unknown:
        return ""
    if proposal.key in {other.key for other in one.draft.proposals}:
        return ""
    return f'"{plain(proposal.title)}" changed once more since this was proposed; look again: gleaner review'


def _duplicate_unwanted(account: Account, action: DeleteTimeEntry) -> str:
    """Deleting one of two is right only while the other one is there."""
    key = action.was.reference if action.was is not None else None
    if action.was is None or key is None:
        return ""
    on = action.was.spent_date
    near = account.mirror.entries(on - _NEAR, on + _NEAR, action.user_id)
    same = [
        one.id
        for one in near
        if one.external_reference is not None
        and one.external_reference.id == key.id
        and one.id < action.entry_id
    ]
    if any(account.live.get(entry_id) is not None for entry_id in same):
        return ""
    return f"the entry that entry {action.entry_id} doubled is gone; only this one is left"


def _memory(account: Account, today: date) -> Memory:
    """The memory of the last pass if it knew as much: decisions of the same sitting may wait for the next.

    What was learned on later days is welcome. To remember is most of the work of drafting a day.
    """
    if account.worked_out.memory is None or account.worked_out.memory[0] < today:
        account.worked_out.memory = (today, remembered(account, today=today))
    return account.worked_out.memory[1]


def remembered(account: Account, *, today: date, also: Iterable[Activity] = ()) -> Memory:
    """What matching may know on *today*: decisions, and days people logged by hand.

    *also* is what was just seen and may not be kept.
    """
    first = today - timedelta(days=account.settings.capture.history_days)
    # Of decisions older than keep_days only ids are left, which still say the series or the repository.
    by_key = {activity.key: activity for activity in account.activities.all_between(first, today)}
    by_key |= {activity.key: activity for activity in also}
    decided = [one for _, one in decisions(account, first, by_key)]
    memory = recall(account.mirror, list(by_key.values()), decided, today=today)
    settled = account.inbox.items(states=_SETTLED, first=first)
    wrong = StoredLadder(account.engine, account.id).corrected()
    memory.records = records(outcomes(settled, wrong))
    account.worked_out.memory = (today, memory)
    return memory


def outcomes(items: Sequence[Item], wrong: Collection[str] = ()) -> list[Outcome]:
    """What became of proposals that named a project, oldest first: kept by somebody who looked, or put right.

    *wrong* are keys of those whose entries somebody moved or deleted in Harvest itself. What nobody looked at says
    something only once it is taken back. A dismissal says that there was no work to log, not which project it was for.
    """
    renamed = {
        item.proposal.activity_key
        for item in items
        if isinstance(item.proposal.action, UpdateTimeEntry) and item.proposal.action.project_id is not None
    }
    found = []
    for item in sorted(items, key=lambda item: item.decided_at or _LONG_AGO):
        now, before = item.proposal.action, item.offered.action
        if not isinstance(now, CreateTimeEntry) or not isinstance(before, CreateTimeEntry):
            continue
        is_undone = (
            item.state is State.UNDONE or item.proposal.activity_key in renamed or item.proposal.key in wrong
        )
        if before.project_id is None or not (item.decision in ("accept", "edit") or is_undone):
            continue
        is_same = (now.project_id, now.task_id) == (before.project_id, before.task_id)
        found.append(Outcome(item.offered.ground, item.offered.confidence, is_same and not is_undone))
    return found


def decisions(
    account: Account, first: date, activities: dict[str, Activity]
) -> Iterator[tuple[datetime, Decided]]:
    """What people decided about *activities* (by key) of the days since *first*, and when."""
    for item in _taught(account, first):
        one = _decided(item, activities)
        if one is not None:
            yield item.decided_at or _LONG_AGO, one


def _taught(account: Account, first: date) -> list[Item]:
    """The newest word on each activity's project: an amendment that names another one takes the first one back."""
    items = account.inbox.items(states=(State.APPROVED, State.APPLYING, State.APPLIED), first=first)
    renamed = {
        item.proposal.activity_key: item
        for item in sorted(items, key=lambda item: item.decided_at or _LONG_AGO)
        if isinstance(item.proposal.action, UpdateTimeEntry) and item.proposal.action.project_id is not None
    }
    return [item for item in items if renamed.get(item.proposal.activity_key, item) is item]


def _decided(item: Item, activities: dict[str, Activity]) -> Decided | None:
    proposal, action = item.proposal, item.proposal.action
    activity = activities.get(proposal.activity_key)
    if activity is None and proposal.is_faded:
        activity = bare(proposal.activity_key, proposal.user_id, proposal.on)
    weight = TEACHES.get(item.decision or "", 0.0)
    if activity is None or not weight or not isinstance(action, CreateTimeEntry | UpdateTimeEntry):
        return None
    if action.project_id is None or action.task_id is None:
        return None
    return Decided(activity, action.project_id, action.task_id, weight)
