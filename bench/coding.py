"""What Gleaner's other knowledge adds to Git: ``python -m bench.coding --seeds 61-65 [--write]``.

Coding of an agency's last four weeks, estimated from its repositories alone, then without the time of meetings, then
by each person's own rhythm, then as it is proposed: beside what was logged by hand that evening, within the day.
Measured against what really happened and was not logged yet. Nothing was tuned on any agency.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import page
from bench.agency import entries_by_hand, opened
from gleaner.app.account import Account
from gleaner.app.drafting import remembered
from gleaner.app.looking import sync
from gleaner.app.rhythms import habits, without_line
from gleaner.capture.coding import RhythmOf, no_rhythm
from gleaner.capture.filters import Filters
from gleaner.capture.job import capture, day_of
from gleaner.capture.source import Source
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import Catalog, Company, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.silent import SilentProgress
from gleaner.core.time import Span, days
from gleaner.timesheets.job import draft_days
from gleaner_sandbox import agency
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY, FIRST_DAY
from gleaner_sandbox.agency.truth import GitSource
from gleaner_sandbox.agency.world import World

STEPS = ("Git alone", "+ meetings", "+ own rhythm", "+ logged and capacity")
PersonDay = tuple[UserId, date]
_LAST = END_DAY - timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One person's day with a commit: coding that was not logged by its evening, and what each step says of it."""

    truth: float
    is_partly_logged: bool
    """Some of its coding was logged by then."""
    estimates: tuple[float, ...]
    """In hours, one for each of :data:`STEPS`."""
    range: tuple[float, float]
    """Of the estimate by the person's own rhythm."""


def cases(seed: int) -> list[Case]:
    """Every day with a commit in the last four weeks of the agency of *seed*."""
    world = agency.build(seed)
    with TemporaryDirectory(prefix="gleaner-bench-") as folder, opened(world, Path(folder)) as account:
        sync(account, SilentProgress(), first=DEMO_DAY, last=_LAST)
        every = [made.source for made in account.sources() if made.source is not None]
        git = [source for source in every if source.name.startswith("git")]
        past = [without_line(one) for one in _seen(account, every, FIRST_DAY, DEMO_DAY - timedelta(days=1))]
        alone = _seen(account, git, DEMO_DAY, _LAST)
        beside_meetings = _seen(account, every, DEMO_DAY, _LAST)
        own = _seen(account, every, DEMO_DAY, _LAST, habits(account, _LAST, past).rhythm_of)
        steps = [*(_hours(account, found) for found in (alone, beside_meetings, own))]
        steps.append(_proposed(account, world, past, own))
        low, high = (_hours(account, own, limit) for limit in ("low", "high"))
    return [
        Case(left, is_logged, tuple(step.get(day, 0.0) for step in steps), (low.get(day, 0.0), high.get(day, 0.0)))
        for day, (left, is_logged) in _truth(world).items()
    ]  # fmt: skip


def _seen(
    account: Account, sources: Sequence[Source], first: date, last: date, rhythm_of: RhythmOf = no_rhythm
) -> list[Activity]:
    window = Span(*(datetime.combine(day, time(12), UTC) for day in (first, last)))
    people = account.catalog.people
    found = capture(sources, window, account.catalog, Filters(), account.cache, rhythm_of=rhythm_of)
    return [one for one in found.activities if first <= day_of(one, people[one.user_id]) <= last]


def _hours(account: Account, found: Iterable[Activity], what: str = "worked") -> Mapping[PersonDay, float]:
    hours: dict[PersonDay, float] = defaultdict(float)
    for one in found:
        if isinstance(one.detail, Coding):
            day = day_of(one, account.catalog.people[one.user_id])
            hours[one.user_id, day] += getattr(one.detail, what) / timedelta(hours=1)
    return hours


class _Evening:
    """Harvest as it is on each evening: with what people logged by hand until then."""

    def __init__(self, account: Account, entries: Sequence[TimeEntry]) -> None:
        self._account, self._entries = account, entries

    def company(self) -> Company:
        return self._account.mirror.company()

    def catalog(self) -> Catalog:
        return self._account.catalog

    def entries(self, first: date, last: date, user_id: UserId | None = None) -> list[TimeEntry]:
        return [
            one for one in self._entries if first <= one.spent_date <= last and user_id in (None, one.user_id)
        ]


def _proposed(
    account: Account, world: World, past: Sequence[Activity], seen: Sequence[Activity]
) -> Mapping[PersonDay, float]:
    """Hours of coding in the drafts of those evenings."""
    memory = remembered(account, today=DEMO_DAY, also=past)
    by_hand = [entry for at, entry in entries_by_hand(world) if at.date() <= entry.spent_date]
    drafts = draft_days(
        _Evening(account, by_hand), seen, memory, (), days=list(days(DEMO_DAY, _LAST)),
        users=[person.id for person in account.catalog.people.values() if person.is_active],
        now=datetime.combine(END_DAY, time(12), UTC),
    )  # fmt: skip
    hours: dict[PersonDay, float] = defaultdict(float)
    for one in drafts:
        for proposal in one.draft.proposals:
            if proposal.rule == "coding" and isinstance(proposal.action, CreateTimeEntry):
                hours[one.person.id, one.on] += float(proposal.action.hours or 0)
    return hours


def _truth(world: World) -> Mapping[PersonDay, tuple[float, bool]]:
    """Hours of coding on what a person committed to that day, without what was logged by its evening; and whether any
    was."""
    logged = {
        number for habit in world.habits if habit.logged_at.date() <= habit.spent_date for number in habit.covers
    }  # fmt: skip
    committed = {
        (block.user_id, block.date, block.project_id)
        for block in world.truth
        if isinstance(block.source, GitSource)
    }
    found: dict[PersonDay, tuple[float, bool]] = {}
    for number, block in enumerate(world.truth):
        is_here = (block.user_id, block.date, block.project_id) in committed and block.kind == "coding"
        if is_here and DEMO_DAY <= block.date <= _LAST:
            day = UserId(block.user_id), block.date
            left, was_logged = found.get(day, (0.0, False))
            is_logged = number in logged
            found[day] = (left + (0.0 if is_logged else block.hours), was_logged or is_logged)
    return found


def rows(known: Sequence[Case]) -> list[list[str]]:
    """A line for each step: all days, then those of which no coding was logged yet.

    >>> rows([Case(2.0, False, (3.0, 2.5, 2.0, 2.0), (1.0, 3.0)), Case(0.0, True, (3.0, 2.5, 2.0, 0.0), (1.0, 3.0))])[3]
    ['+ logged and capacity', '0.00', '1.00', '0.00', '1.00', '0.0']
    """
    unlogged = [case for case in known if not case.is_partly_logged]
    return [
        [name, *_scored(known, at), *_scored(unlogged, at), f"{_beyond(known, at):.1f}"]
        for at, name in enumerate(STEPS)
    ]


def _scored(known: Sequence[Case], at: int) -> tuple[str, str]:
    error = sum(abs(case.estimates[at] - case.truth) for case in known) / (len(known) or 1)
    hours = sum(case.truth for case in known)
    return f"{error:.2f}", f"{sum(case.estimates[at] for case in known) / hours:.2f}" if hours else "–"


def _beyond(known: Sequence[Case], at: int) -> float:
    """Hours beyond what was left to log, for ten person-days."""
    return 10 * sum(max(0.0, case.estimates[at] - case.truth) for case in known) / (len(known) or 1)


def main() -> None:
    """Measure all seeds and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=page.seeds, default=page.seeds("61-65"), help="such as 1-5 or 1,4,9")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    known: list[Case] = []
    for seed in chosen.seeds:
        known += cases(seed)
        sys.stderr.write(f"seed {seed}: {len(known)} days so far\n")
    columns = (
        "known",
        "error h",
        "bias",
        "none logged: error h",
        "none logged: bias",
        "h too much in 10 days",
    )
    unlogged = [case for case in known if not case.is_partly_logged]
    covered = sum(case.range[0] <= case.truth <= case.range[1] for case in unlogged) / len(unlogged)
    text = (
        f"{page.table(columns, rows(known))}\n\n{len(known):,} person-days, {len(unlogged):,} of them with no coding "
        f"logged by the evening; on those the ranges by own rhythm cover {covered:.0%}. {page.machine()}."
    )
    print(text)
    if chosen.write:
        page.write("coding", text)


if __name__ == "__main__":
    main()
