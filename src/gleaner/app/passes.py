"""One full pass: sync, capture, match, propose, and apply what policy allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from gleaner.adapters.harvest.sync import SyncReport
from gleaner.app.account import Account, Made
from gleaner.capture.filters import Filters
from gleaner.capture.job import Captured, capture, day_of
from gleaner.capture.source import Source
from gleaner.config import FILE
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Problem, Skipped
from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError
from gleaner.core.ports import Progress
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import Span, day_span, days, decimal_hours, local_date, spoken_day
from gleaner.matching.memory import Memory
from gleaner.matching.rules import Rule
from gleaner.review.apply import Outcome, Recheck, apply_all, recover
from gleaner.review.inbox import Item
from gleaner.review.journal import Line
from gleaner.review.policy import may_post
from gleaner.timesheets.job import DayDraft, Decided, draft_days, recall
from gleaner.timesheets.text import plain

_TEACHES = {"accept": 1.0, "edit": 1.0, "bulk": 0.3}
"""What a decision weighs when matching learns from it. Policy's own decisions teach nothing."""


@dataclass(frozen=True)
class PassReport:
    """What one pass did. With ``is_dry_run`` nothing was kept or written."""

    run_id: str
    first: date
    last: date
    is_dry_run: bool
    requests: int
    synced: SyncReport | None
    activities: int
    skipped: tuple[Skipped, ...]
    drafts: tuple[DayDraft, ...] = field(repr=False)
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for one in self.drafts for proposal in one.draft.proposals]

    @property
    def results(self) -> Counter[str]:
        """How many proposals were applied, found, failed, left waiting."""
        return Counter(outcome.result for outcome in self.outcomes)


def sync(
    account: Account,
    progress: Progress,
    *,
    first: date,
    last: date,
    full: bool = False,
    force: bool = False,
    relist: bool = False,
) -> SyncReport:
    """Bring the local copy of Harvest up to date for work on the days from *first* to *last*.

    *relist* reads the entries of those days as a whole, which alone finds what was deleted.
    """
    window = _entries_window(account, first, last)
    days_again = (first, last) if relist else None
    return account.mirror.sync(progress, window=window, relist=days_again, full=full, force=force)


def freshen(account: Account, progress: Progress, *, first: date, last: date) -> None:
    """Read the entries that changed, and those of the days from *first* to *last* as a whole: two requests."""
    account.mirror.sync_entries(progress, window=_entries_window(account, first, last), relist=(first, last))


def _entries_window(account: Account, first: date, last: date) -> tuple[date, date]:
    """The days whose entries have to be known: those of the pass, and enough before to learn from."""
    back = timedelta(days=account.settings.capture.entries_days)
    return min(first, last - back), last + timedelta(days=31)


@dataclass(frozen=True)
class Looked:
    """What the sources showed, and whose could be read whole."""

    captured: Captured
    past: tuple[Activity, ...]
    """What was read of days before, to learn from."""
    whole: frozenset[UserId]
    """People all of whose sources were read: only for them does "not there" mean "gone"."""


def look(account: Account, first: date, last: date, progress: Progress, *, keep: bool = True) -> Looked:
    """Read the sources for those days and *keep* what was seen.

    Days before that no source was read for yet are read too, to learn from; what was wrong there is not reported.
    """
    made = account.sources()
    sources = [one.source for one in made if one.source is not None]
    filters, people = _filters(account), account.catalog.people

    def seen_in(begin: date, end: date) -> Captured:
        window = _window(account, begin, end)
        found = capture(sources, window, account.catalog, filters, account.cache, progress)
        # In other zones the window touches a day more.
        inside = (one for one in found.activities if begin <= day_of(one, people[one.user_id]) <= end)
        return replace(found, activities=tuple(inside))

    seen = seen_in(first, last)
    begin = _unread_since(account, sources, first)
    past = seen_in(begin, first - timedelta(days=1)).activities if begin < first else ()
    whole = _read_whole(account, made, seen)
    if keep:
        found = (*past, *seen.activities)
        dated = {activity.key: day_of(activity, people[activity.user_id]) for activity in found}
        account.activities.keep(found, dated, now=account.clock.now(), whole=whole, first=first, last=last)
        for name in seen.complete:
            kept = account.cache.get(_HISTORY + name)
            until = max(last.isoformat(), kept.decode() if kept else "")
            account.cache.put(_HISTORY + name, until.encode())
    problems = (*(one.problem for one in made if one.problem is not None), *seen.problems)
    return Looked(replace(seen, problems=problems), tuple(past), whole)


_HISTORY = "read-until/"


def _unread_since(account: Account, sources: Iterable[Source], first: date) -> date:
    """The day from which something is left to read before *first*; *first* itself when nothing is."""
    history = first - timedelta(days=account.settings.capture.history_days)
    begin = first
    for source in sources:
        kept = account.cache.get(_HISTORY + source.name)
        begin = min(begin, date.fromisoformat(kept.decode()) + timedelta(days=1) if kept else history)
    return max(begin, history)


def _read_whole(account: Account, made: Iterable[Made], seen: Captured) -> frozenset[UserId]:
    whole = {person.id for person in account.catalog.people.values()}
    for one in made:
        if one.source is not None and one.source.name in seen.complete:
            continue
        if not one.is_personal:
            return frozenset()
        whole -= {one.user_id} if one.user_id is not None else set()
    return frozenset(whole)


def _filters(account: Account) -> Filters:
    try:
        return Filters(**account.settings.capture.filters)
    except TypeError as error:
        raise ConfigError(f"{FILE}, capture.filters: {error}") from error


def _window(account: Account, first: date, last: date) -> Span:
    """Those days, whole, in the zone of everybody."""
    zones = {person.zone for person in account.catalog.people.values()}
    starts = [day_span(first, zone).start for zone in zones]
    return Span(min(starts), max(day_span(last, zone).end for zone in zones))


def run(
    account: Account,
    first: date,
    last: date,
    progress: Progress,
    *,
    dry_run: bool = False,
    users: Collection[UserId] | None = None,
    what: str = "run",
) -> PassReport:
    """One full pass over the days from *first* to *last*, for all people or just *users*."""
    now = account.clock.now()
    before = account.client.requests_made
    run_id = "" if dry_run else account.runs.begin(what, now=now, first=first, last=last)
    synced = sync(account, progress, first=first, last=last, relist=True)
    looked = look(account, first, last, progress, keep=not dry_run)
    seen, wanted = looked.captured, _users(account, users)
    rules, rule_problems = account.rules()
    memory = remembered(account, today=last, also=(*looked.past, *seen.activities))
    kept = [activity for activity in seen.activities if activity.user_id in wanted]
    drafts = _drafts(account, kept, memory, rules, list(days(first, last)), wanted, progress)
    tally, outcomes = Counter[str](), list[Outcome]()
    if not dry_run:
        tally = _offer(account, drafts, looked.whole)
        outcomes = _apply(account, run_id, first, last, wanted, progress)
    changed = () if dry_run else _changed_since(account, drafts, kept, looked.whole)
    report = PassReport(
        run_id, first, last, dry_run, account.client.requests_made - before, synced, len(kept),
        tuple(one for one in seen.skipped if _is_within(account, one, wanted, first, last)),
        tuple(drafts), tally["new"], tally["changed"], tally["withdrawn"], tuple(outcomes),
        (*synced.problems, *account.people_problems(), *seen.problems, *rule_problems, *changed),
    )  # fmt: skip
    if not dry_run:
        account.runs.end(run_id, now=account.clock.now(), summary=summary(report))
    return report


def _is_within(account: Account, one: Skipped, users: Collection[UserId], first: date, last: date) -> bool:
    if one.user_id is None or one.user_id not in users:
        return False
    return first <= local_date(one.at, account.catalog.people[one.user_id].zone) <= last


def _changed_since(
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


def redraft(account: Account, person_days: Iterable[tuple[UserId, date]]) -> None:
    """Draft those days anew from what was already seen, so that what was logged by hand meanwhile is noticed."""
    for (user_id, day), one in _day_drafts(account, person_days).items():
        account.inbox.offer(one.draft.proposals, user_id=user_id, days=[day], now=account.clock.now())


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
            if explained.line.activity.key == proposal.activity_key:
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
    by_key = {activity.key: activity for activity in account.activities.all_between(first, today)}
    by_key |= {activity.key: activity for activity in also}
    decided = [one for item in _taught(account) if (one := _decided(item, by_key)) is not None]
    memory = recall(account.mirror, list(by_key.values()), decided, today=today)
    account.memory = (today, memory)
    return memory


def _taught(account: Account) -> list[Item]:
    return account.inbox.items(states=(State.APPROVED, State.APPLYING, State.APPLIED))


def _decided(item: Item, activities: dict[str, Activity]) -> Decided | None:
    activity, action = activities.get(item.proposal.activity_key), item.proposal.action
    weight = _TEACHES.get(item.decision or "", 0.0)
    if activity is None or not weight or action.kind != "create_time_entry":
        return None
    if action.project_id is None or action.task_id is None:
        return None
    return Decided(activity, action.project_id, action.task_id, weight)


def _users(account: Account, users: Collection[UserId] | None) -> list[UserId]:
    active = [person.id for person in account.catalog.people.values() if person.is_active]
    return sorted(active if users is None else set(active) & set(users))


def _drafts(
    account: Account,
    activities: Sequence[Activity],
    memory: Memory,
    rules: Sequence[Rule],
    on: Sequence[date],
    users: Sequence[UserId],
    progress: Progress,
) -> list[DayDraft]:
    drafts = []
    with progress.step("Drafting days", total=len(on) * len(users)) as step:
        for one in draft_days(
            account.mirror, activities, memory, rules, days=on, users=users, now=account.clock.now()
        ):
            drafts.append(one)
            step.advance()
    return drafts


def _offer(account: Account, drafts: Sequence[DayDraft], whole: Collection[UserId]) -> Counter[str]:
    """Put the drafts into the inbox; how many were new, changed, withdrawn.

    What is no longer there is withdrawn only for people whose sources were read *whole*.
    """
    tally: Counter[str] = Counter()
    now = account.clock.now()
    for one in drafts:
        offered = account.inbox.offer(
            one.draft.proposals,
            user_id=one.person.id,
            days=[one.on],
            now=now,
            withdraw=one.person.id in whole,
        )
        tally.update(new=len(offered.new), changed=len(offered.changed), withdrawn=len(offered.withdrawn))
    return tally


def _apply(
    account: Account, run_id: str, first: date, last: date, users: Collection[UserId], progress: Progress
) -> list[Outcome]:
    """Approve what policy allows; apply what is approved for *users*, waiting ones of earlier runs included."""
    door = account.door(run_id, still_wanted(account))
    outcomes = recover(door)
    # Older days were not drafted in this pass: what waits there may be gone or logged by now.
    waiting = [
        item for item in account.inbox.items(states=(State.APPROVED,)) if item.proposal.user_id in users
    ]
    redraft(
        account, {(i.proposal.user_id, i.proposal.on) for i in waiting if not first <= i.proposal.on <= last}
    )
    now = account.clock.now()
    for item in account.inbox.items(states=(State.PROPOSED,), first=first, last=last):
        if item.proposal.user_id in users and may_post(item.proposal, account.ladder):
            _approve(account, item, run_id, now)
    approved = [
        item
        for item in account.inbox.items(states=(State.APPROVED,))
        if item.proposal.user_id in users
        and (item.decision != "policy" or may_post(item.proposal, account.ladder))
    ]
    if approved:
        with progress.step("Logging time", total=len(approved)) as step:
            for item in approved:
                outcomes.extend(apply_all(door, [item.proposal.key]))
                step.advance()
    return outcomes


def _approve(account: Account, item: Item, run_id: str, now: datetime) -> None:
    key = item.proposal.key
    if account.inbox.decide(key, "policy", by="policy", now=now, judged=item.proposal):
        text = f"Approved by policy: {item.proposal.title} ({item.proposal.level}). {item.proposal.reason}"
        account.journal.write(Line(now, "policy", "approved", text, run_id, key, item.proposal.user_id))


def summary(report: PassReport) -> dict[str, object]:
    """The report as plain values, for JSON and for the run's row."""
    results = report.results
    return {
        "run": report.run_id,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "dry_run": report.is_dry_run,
        "requests": report.requests,
        "activities": report.activities,
        "skipped": dict(Counter(one.reason for one in report.skipped)),
        "proposals": len(report.proposals),
        "new": report.new,
        "changed": report.changed,
        "withdrawn": report.withdrawn,
        "explained": sum(len(one.draft.explained) for one in report.drafts),
        "applied": results["applied"],
        "found": results["found"],
        "failed": results["failed"],
        "waiting": results["waiting"],
        "troubles": [asdict(one) for one in report.outcomes if one.result in ("failed", "waiting")],
        "problems": [asdict(problem) for problem in report.problems],
    }
