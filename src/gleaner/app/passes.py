"""One full pass: sync, capture, match, propose, and apply what policy allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from gleaner.adapters.harvest.report import SyncReport
from gleaner.adapters.store.phrases import phrase_text
from gleaner.app.account import Account
from gleaner.app.advising import advise
from gleaner.app.changing import Changes, changes_since, only_amendments
from gleaner.app.drafting import offer, redraft, remembered, still_wanted
from gleaner.app.holding import may_log, reopen_held
from gleaner.app.laddering import steps_since
from gleaner.app.looking import look, sync
from gleaner.app.noticing import notice
from gleaner.app.noting import templates
from gleaner.app.rollout import is_on, on_days
from gleaner.app.rollout import problems as rollout_problems
from gleaner.app.ruling import in_force, skipped
from gleaner.core.activities import Problem, Skipped
from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import days, local_date
from gleaner.matching.made import left_out
from gleaner.matching.memory import Memory
from gleaner.matching.rules import Rule
from gleaner.review.apply import apply_all, recover
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item
from gleaner.review.journal import Line
from gleaner.review.ladder import Step
from gleaner.timesheets.job import DayDraft, draft_days
from gleaner.timesheets.logged import AMENDMENT


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
    amendments: tuple[Item, ...] = ()
    """What waits because it changed after it was logged."""
    steps: tuple[Step, ...] = ()
    """Steps of the ladder since the last pass, up and down."""
    ruled_out: tuple[Skipped, ...] = ()
    """Of what was skipped, what a person's rule never wants proposed."""

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for one in self.drafts for proposal in one.draft.proposals]

    @property
    def results(self) -> Counter[str]:
        """How many proposals were applied, found, failed, left waiting."""
        return Counter(outcome.result for outcome in self.outcomes)


def run(
    account: Account,
    first: date,
    last: date,
    progress: Progress,
    *,
    dry_run: bool = False,
    users: Collection[UserId] | None = None,
    what: str = "run",
    apply: bool = True,
) -> PassReport:
    """One full pass over the days from *first* to *last*, for all people or just *users*.

    With *apply* False what is approved is left to the engine.
    """
    now = account.clock.now()
    before = account.client.requests_made
    passes = (row for row in account.runs.newest() if row.what == what)
    last_pass = next((row.ended_at or row.started_at for row in passes), None)
    run_id = "" if dry_run else account.runs.begin(what, now=now, first=first, last=last)
    synced = sync(account, progress, first=first, last=last, relist=True)
    looked = look(account, first, last, progress, keep=not dry_run)
    if not dry_run:
        notice(account, first, last)
    seen, wanted = looked.captured, _users(account, users)
    force = in_force(account)
    memory = remembered(account, today=last, also=(*looked.past, *seen.activities))
    kept = [activity for activity in seen.activities if activity.user_id in wanted]
    since = changes_since(account, looked, kept, first, last)
    # What is logged stays where it is: a rule is no reason to take it back.
    active, out = left_out(since.activities, force.made, {one.activity_key for one in since.logged})
    drafts = _drafts(
        account,
        replace(since, activities=tuple(active)),
        memory,
        force.rules,
        list(days(first, last)),
        wanted,
        progress,
    )
    tally, outcomes, unasked = Counter[str](), list[Outcome](), list[Problem]()
    if not dry_run:
        unasked = advise(account, drafts, kept, memory, run_id)
        tally = _offer(account, drafts, looked.whole, first, last)
        approve(account, first, last, wanted, run_id)
        if apply:
            outcomes = _apply(account, run_id, first, last, wanted, progress)
    left = [problem for one in drafts for problem in one.left]
    ruled_out = tuple(one for one in skipped(out) if _is_within(account, one, wanted, first, last))
    report = PassReport(
        run_id, first, last, dry_run, account.client.requests_made - before, synced, len(kept),
        (*(one for one in seen.skipped if _is_within(account, one, wanted, first, last)), *ruled_out),
        tuple(drafts), tally["new"], tally["changed"], tally["withdrawn"], tuple(outcomes),
        (
            *synced.problems, *account.people_problems(), *rollout_problems(account), *templates(account)[1],
            *seen.problems, *force.problems, *left, *unasked,
        ),
        () if dry_run else _amendments(account, drafts),
        tuple(steps_since(account, last_pass)), ruled_out,
    )  # fmt: skip
    if not dry_run:
        account.runs.end(run_id, now=account.clock.now(), summary=summary(report))
    return report


def _amendments(account: Account, drafts: Sequence[DayDraft]) -> tuple[Item, ...]:
    made = [one.key for draft in drafts for one in draft.draft.proposals if one.rule == AMENDMENT]
    items = (account.inbox.get(key) for key in made)
    return tuple(item for item in items if item is not None and item.state is State.PROPOSED)


def _is_within(account: Account, one: Skipped, users: Collection[UserId], first: date, last: date) -> bool:
    if one.user_id is None or one.user_id not in users:
        return False
    return first <= local_date(one.at, account.catalog.people[one.user_id].zone) <= last


def _users(account: Account, users: Collection[UserId] | None) -> list[UserId]:
    active = [person.id for person in account.catalog.people.values() if person.is_active]
    return sorted(active if users is None else set(active) & set(users))


def _drafts(
    account: Account,
    since: Changes,
    memory: Memory,
    rules: Sequence[Rule],
    on: Sequence[date],
    users: Sequence[UserId],
    progress: Progress,
) -> list[DayDraft]:
    """The drafts of those days, and the amendments of other days' entries whose work is on those days now."""
    now, drafts = account.clock.now(), list[DayDraft]()
    wording, _problems = templates(account)

    def draft(user_ids: Sequence[UserId], days: Sequence[date]) -> Iterator[DayDraft]:
        return draft_days(
            account.mirror, since.activities, memory, rules, days=days, users=user_ids, now=now,
            logged=since.logged, gone=since.gone, templates=wording,
        )  # fmt: skip

    begun = list(on_days(account, users, on))
    with progress.step("Drafting days", total=sum(len(those) * len(on) for those, on in begun)) as step:
        for those, their_days in begun:
            for one in draft(those, their_days):
                drafts.append(one)
                step.advance()
    for user_id, day in sorted(since.days_left):
        if user_id in users and is_on(account, user_id, day):
            drafts.extend(only_amendments(one) for one in draft([user_id], [day]))
    return drafts


def _offer(
    account: Account, drafts: Sequence[DayDraft], whole: Collection[UserId], first: date, last: date
) -> Counter[str]:
    """Put the drafts into the inbox; how many were new, changed, withdrawn.

    What is no longer there is withdrawn only for people whose sources were read *whole*, and on the days looked at.
    """
    tally: Counter[str] = Counter()
    for one in drafts:
        offered = offer(account, one, whole=one.person.id in whole and first <= one.on <= last)
        tally.update(new=len(offered.new), changed=len(offered.changed), withdrawn=len(offered.withdrawn))
    return tally


def approve(account: Account, first: date, last: date, users: Collection[UserId], run_id: str = "") -> int:
    """Approve what policy allows of those days; how many."""
    now, ladder = account.clock.now(), account.ladder
    proposed = account.inbox.items(states=(State.PROPOSED,), first=first, last=last)
    return sum(
        _approve(account, item, run_id, now)
        for item in proposed
        if item.proposal.user_id in users and may_log(account, item.proposal, ladder)
    )


def _apply(
    account: Account, run_id: str, first: date, last: date, users: Collection[UserId], progress: Progress
) -> list[Outcome]:
    """Apply what is approved for *users*, waiting ones of earlier runs included."""
    door = account.door(run_id, still_wanted(account))
    outcomes = recover(door)
    # Days before were not drafted in this pass: what waits there may be gone or logged by now.
    waiting = [
        item for item in account.inbox.items(states=(State.APPROVED,)) if item.proposal.user_id in users
    ]
    redraft(
        account, {(i.proposal.user_id, i.proposal.on) for i in waiting if not first <= i.proposal.on <= last}
    )
    outcomes += reopen_held(account, users, run_id)
    approved = [
        item for item in account.inbox.items(states=(State.APPROVED,)) if item.proposal.user_id in users
    ]
    if approved:
        with progress.step("Logging time", total=len(approved)) as step:
            for item in approved:
                outcomes.extend(apply_all(door, [item.proposal.key]))
                step.advance()
    return outcomes


def _approve(account: Account, item: Item, run_id: str, now: datetime) -> bool:
    key = item.proposal.key
    if not account.inbox.decide(key, "policy", by="policy", now=now, judged=item.proposal, run_id=run_id):
        return False
    shown = item.proposal
    said = "Approved by policy: {title} ({level}). {reason}"
    text = phrase(said, title=shown.title, level=phrase(shown.level), reason=shown.reason)
    account.journal.write(Line(now, "policy", "approved", text, run_id, key, item.proposal.user_id))
    return True


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
        "amendments": len(report.amendments),
        "new": report.new,
        "changed": report.changed,
        "withdrawn": report.withdrawn,
        "fell": sum(step.is_fall for step in report.steps),
        "explained": sum(len(one.draft.explained) for one in report.drafts),
        "applied": results["applied"],
        "found": results["found"],
        "failed": results["failed"],
        "waiting": results["waiting"],
        "reopened": results["reopened"],
        "troubles": [asdict(one) for one in report.outcomes if one.result in ("failed", "waiting")],
        "problems": [_kept(problem) for problem in report.problems],
    }


def _kept(problem: Problem) -> dict[str, object]:
    """*problem*, with what its sentence was made of: one string, so that it fades as words do."""
    made_of = phrase_text(problem.text)
    return asdict(problem) | ({"phrase": made_of} if made_of is not None else {})
