"""The walk: each evening people log as they always did, Gleaner makes its pass, and people answer."""

from __future__ import annotations

import time as stopwatch
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from gleaner import config
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import Account, open_account
from gleaner.app.deciding import corrected, decide, dismiss
from gleaner.app.looking import sync
from gleaner.app.passes import PassReport, run
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity
from gleaner.core.catalog import AccountId, EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import Progress
from gleaner.core.proposals import Proposal, State
from gleaner.core.silent import SilentProgress
from gleaner.core.time import days
from gleaner.faces.demo.people import answer, blocks_of, by_hand
from gleaner.faces.demo.report import (
    Report,
    Written,
    by_person_day,
    compliance,
    duplicates,
    invented,
    revenue,
    wrong_hours,
)
from gleaner.faces.demo.sandbox import Sandbox
from gleaner.faces.demo.truth import Habit, Truth
from gleaner.review.inbox import Item

LOOK_BACK = timedelta(days=3)
"""Each evening's pass takes in the days before too: late changes in calendars, late pushes, late entries."""
EVENING = time(23, 30, tzinfo=UTC)
"""After work in both of the agency's zones."""


@dataclass
class DayClock:
    """A clock that stands where the walk is."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Walk:
    """The state of a walk through the demo's weeks."""

    account: Account
    truth: Truth
    own: Client
    """With this the simulated people log by hand; its requests are not Gleaner's."""
    clock: DayClock
    sandbox: Sandbox
    passes: list[PassReport] = field(default_factory=list)
    decisions: Counter[str] = field(default_factory=Counter)
    logged_by_hand: list[tuple[TimeEntry, tuple[int, ...]]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def walk(folder: Path, sandbox: Sandbox, truth: Truth, progress: Progress, *, seed: int) -> Report:
    """Walk through the four weeks and count. Everything stays in *folder*."""
    started = stopwatch.monotonic()
    path = write_config(folder, sandbox, truth)
    clock = DayClock(datetime.combine(truth.first, time(6, tzinfo=UTC)))
    settings = with_token(config.load(path), sandbox.token)
    with (
        open_account(path, settings=settings, clock=clock, limits=Unlimited()) as account,
        Client(
            AccountId(sandbox.account_id), sandbox.token, base_url=sandbox.base_url, limits=Unlimited()
        ) as own,
    ):
        state = Walk(account, truth, own, clock, sandbox)
        sync(account, progress, first=truth.first, last=truth.last)
        # Nobody works at weekends; Monday's pass looks back over them.
        on = [day for day in days(truth.first, truth.last) if day.weekday() < 5 or day == truth.last]
        with progress.step("Four weeks of the agency", total=len(on)) as step:
            for day in on:
                _evening(state, day)
                step.advance()
        return _report(state, seed=seed, seconds=stopwatch.monotonic() - started)


def with_token(settings: config.Settings, token: str) -> config.Settings:
    """*settings* with the token, which never stands in the file."""
    from pydantic import SecretStr

    harvest = settings.harvest.model_copy(update={"token": SecretStr(token)})
    return settings.model_copy(update={"harvest": harvest})


def write_config(folder: Path, sandbox: Sandbox, truth: Truth) -> Path:
    """A ``gleaner.toml`` for the agency, as its owner would write it."""
    lines = [
        'database = "sqlite:///gleaner.db"', "",
        "[harvest]", f"account_id = {sandbox.account_id}", f'base_url = "{sandbox.base_url}"', "",
    ]  # fmt: skip
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for person in truth.people:
        aliases = sorted({one["email"] for one in person["git"]} - {person["email"]})
        workdays = [names[number] for number in person["work_days"]]
        if person["user_id"] is not None:
            lines += ["[[people]]", f'email = "{person["email"]}"', f"aliases = {_strings(aliases)}"]
            lines += [f"workdays = {_strings(workdays)}", ""]
    for person in truth.people:
        lines += ["[[sources]]", 'kind = "ics"', f'person = "{person["email"]}"']
        lines += [f'url = "{sandbox.calendar_url(person["email"])}"', ""]
    repositories = sorted(str(path.relative_to(folder)) for path in (folder / "world" / "repos").iterdir())
    lines += ["[[sources]]", 'kind = "git"', f"repositories = {_strings(repositories)}", ""]
    path = folder / config.FILE
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _strings(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _evening(state: Walk, day: date) -> None:
    """One day: habit first, then Gleaner, then people's answers."""
    since, state.clock.at = state.clock.at, datetime.combine(day, EVENING)
    state.sandbox.set_clock(state.clock.at)
    _log_by_hand(state, since)
    first = max(state.truth.first, day - LOOK_BACK)
    report = run(state.account, first, day, SilentProgress())
    state.passes.append(report)
    state.troubles += [f"{day}: {problem}" for problem in report.problems if not _is_known(str(problem))]
    _answer(state, first, day)


def _is_known(text: str) -> bool:
    """Oddities the agency has on purpose: a freelancer without Harvest, an event without an end."""
    return any(known in text for known in _ODDITIES)


_ODDITIES = ("nobody active in Harvest has the address", "has no end; it was left out", "after it was logged")


def _log_by_hand(state: Walk, since: datetime) -> None:
    """What people log of their own accord up to now, as habit has it, unless they see it is there."""
    due = [habit for habit in state.truth.habits if since < habit.logged_at <= state.clock.at]
    due = [habit for habit in due if state.truth.first <= habit.on <= state.truth.last]
    if not due:
        return
    covered = {position for one in _written(state) for position in one.blocks}
    writer = state.own.time_entries
    for habit in due:
        entries = state.account.mirror.entries(habit.on, habit.on, UserId(habit.user_id))
        hours, covers = by_hand(habit, state.truth, entries, covered)
        if hours > 0:
            entry = writer.create_with_hours(
                hours, user_id=habit.user_id, project_id=habit.project_id, task_id=habit.task_id,
                spent_date=habit.on, notes=habit.notes,
            )  # fmt: skip
            state.logged_by_hand.append((entry.to_core(), covers))


def _answer(state: Walk, first: date, last: date) -> None:
    """People answer what waits for them, each in one sitting."""
    account = state.account
    seen = _activities(state, first, last)
    waiting: dict[UserId, list[Item]] = {}
    for item in account.inbox.items(states=(State.PROPOSED,), first=first, last=last):
        waiting.setdefault(item.proposal.user_id, []).append(item)
    for user_id, items in waiting.items():
        person = account.catalog.people[user_id]
        wanted: list[tuple[Item, Proposal | None]] = []
        entries = account.mirror.entries(first, last, user_id)
        for item in items:
            if not isinstance(item.proposal.action, CreateTimeEntry):
                continue  # the truth knows what people worked, not what they say to a change: that stays open
            on_day = [entry for entry in entries if entry.spent_date == item.proposal.on]
            promised = [
                _as_entry(changed or kept.proposal)
                for kept, changed in wanted
                if kept.proposal.on == item.proposal.on
            ]
            said = answer(item.proposal, seen[item.proposal.activity_key], state.truth, [*on_day, *promised])
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
        state.troubles += [one.text for one in outcomes if one.result not in ("applied", "found")]


def _as_entry(proposal: Proposal) -> TimeEntry:
    """What a proposal just accepted will look like in the timesheet."""
    action = proposal.action
    assert isinstance(action, CreateTimeEntry)
    assert action.project_id is not None
    assert action.task_id is not None
    return TimeEntry(
        EntryId(0), action.user_id, action.project_id, action.task_id, action.spent_date, action.hours
    )


def _activities(state: Walk, first: date, last: date) -> Mapping[str, Activity]:
    return {activity.key: activity for activity in state.account.activities.all_between(first, last)}


def _written(state: Walk) -> list[Written]:
    """Every entry Gleaner wrote in the demo's weeks that is still there, with what it stands for."""
    account, truth = state.account, state.truth
    seen = _activities(state, truth.first, truth.last)
    by_id = {e.id: e for e in account.mirror.entries(truth.first, truth.last) if e.is_ours}
    found = []
    for item in account.inbox.items(states=(State.APPLIED,), first=truth.first, last=truth.last):
        if item.entry_id in by_id and item.proposal.activity_key in seen:
            blocks = blocks_of(seen[item.proposal.activity_key], item.proposal.on, truth)
            positions = tuple(truth.positions[id(block)] for block in blocks)
            found.append(Written(by_id[item.entry_id], positions, item.decision == "policy"))
    return found


def _report(state: Walk, *, seed: int, seconds: float) -> Report:
    truth, account = state.truth, state.account
    live = [entry.to_core() for entry in state.own.time_entries.list(first=truth.first, last=truth.last)]
    written = _written(state)
    ours = [entry for entry in live if entry.is_ours]
    end = datetime.combine(truth.last, EVENING)
    habits: list[Habit] = [
        h for h in truth.habits if truth.first <= h.on <= truth.last and h.logged_at <= end
    ]
    currencies = {
        p.id: account.catalog.clients[p.client_id].currency for p in account.catalog.projects.values()
    }
    person_days = sum(
        1 for key, value in truth.expected.items() if truth.first <= key[1] <= truth.last and value
    )
    before, after = by_person_day(habits), by_person_day(live)
    known = [one for one in written if one.entry.id in {entry.id for entry in live}]
    return Report(
        people=len({key[0] for key in truth.expected}),
        weeks=4,
        compliance_before=compliance(before, truth),
        compliance_after=compliance(after, truth),
        hours_recovered=sum((entry.hours for entry in ours), Decimal(0)),
        revenue_recovered=revenue(ours, {int(key): value for key, value in currencies.items()}),
        entries_posted_unattended=sum(one.is_unattended for one in known),
        wrong_project_hours=wrong_hours(known, truth),
        wrong_project_hours_unattended=wrong_hours([one for one in known if one.is_unattended], truth),
        duplicate_entries=duplicates(known, state.logged_by_hand, truth),
        invented_hours=invented(known, live, truth),
        decisions_per_person_day=round(sum(state.decisions.values()) / person_days, 2)
        if person_days
        else 0.0,
        harvest_requests=account.client.requests_made,
        seconds=round(seconds, 1),
        seed=seed,
        decisions=dict(state.decisions),
        troubles=tuple(state.troubles[:20]),
    )
