"""How often matching is right, and what *sure* is worth: ``python -m bench.matching --seeds 1-5 [--write]``.

Meetings of the agency's four demo weeks, each matched with a memory of the eight weeks before them and nothing
newer: the calendars and repositories of those weeks, and what people had logged by hand. Measured against what
really happened.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import Account, open_account
from gleaner.app.drafting import remembered
from gleaner.app.looking import look, sync
from gleaner.capture.filters import series
from gleaner.core.activities import Activity
from gleaner.core.time import days
from gleaner.core.silent import SilentProgress
from gleaner.matching.evidence import Index
from gleaner.matching.match import Match, match
from gleaner.matching.memory import Memory
from gleaner.matching.words import normalised
from gleaner.review.policy import Ladder, may_post
from gleaner.timesheets.job import draft_days
from gleaner_sandbox import agency
from gleaner_sandbox.agency.files import write_world
from gleaner_sandbox.agency.habits import Habit
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY
from gleaner_sandbox.agency.truth import Block
from gleaner_sandbox.agency.world import World
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

Pick = tuple[int, int]
"""Project and task."""
Guess = Callable[[Activity], Pick | None]

_MORNING = datetime.combine(DEMO_DAY, time(tzinfo=UTC))
_AFTERWARDS = datetime.combine(END_DAY, time(tzinfo=UTC))
_WEEKDAYS = config.WEEKDAYS


@dataclass(frozen=True)
class Case:
    """One meeting, what it really was, and what was said of it."""

    activity: Activity
    truth: Block | None
    """None: it was no work, or the person was not there."""
    match: Match
    is_sure: bool
    """Policy would post it unasked: the match is sure, and nothing makes it a question (two meetings at once …)."""

    @property
    def pick(self) -> Pick | None:
        slot = self.match.slot
        return (int(slot.project.id), int(slot.task.id)) if slot else None


@dataclass(frozen=True)
class Score:
    """What one agency's meetings come to: two counts, then shares from 0 to 1."""

    meetings: int
    """Those that were work."""
    called_sure: int
    """Those that policy would post unasked, work or not."""
    project: float
    both: float
    """Project and task."""
    sure: float
    """Share of the work meetings that were called sure."""
    sure_project: float
    """Of all that was called sure, the share that was work on that project."""
    sure_both: float
    sure_no_work: float
    """Of all that was called sure, the share that was no work, or whose person was not there."""
    last_used: float
    """Baseline: the project of the person's latest entry by hand."""
    same_title: float
    """Baseline: what meetings of the same title were logged to."""


def score(cases: Sequence[Case], last_used: Guess, same_title: Guess) -> Score:
    """Counted over the meetings that were work; only the precision of *sure* counts the others too, as wrong."""
    work = [case for case in cases if case.truth is not None]
    sure = [case for case in cases if case.is_sure]
    return Score(
        meetings=len(work),
        called_sure=len(sure),
        project=_share(_project_is_right(case, case.pick) for case in work),
        both=_share(_both_are_right(case) for case in work),
        sure=_share(case.is_sure for case in work),
        sure_project=_share(_project_is_right(case, case.pick) for case in sure),
        sure_both=_share(_both_are_right(case) for case in sure),
        sure_no_work=_share(case.truth is None for case in sure),
        last_used=_share(_project_is_right(case, last_used(case.activity)) for case in work),
        same_title=_share(_project_is_right(case, same_title(case.activity)) for case in work),
    )


def _project_is_right(case: Case, pick: Pick | None) -> bool:
    return case.truth is not None and pick is not None and pick[0] == case.truth.project_id


def _both_are_right(case: Case) -> bool:
    return case.truth is not None and case.pick == (case.truth.project_id, case.truth.task_id)


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


# --- baselines ---------------------------------------------------------------------------------------------------


def by_last_used(habits: Sequence[Habit]) -> Guess:
    """The project of the latest entry the person had made by hand when the meeting began.

    It sees the four weeks' entries too, which Gleaner does not here: the baseline has the better of it.
    """
    of_person: dict[int, list[Habit]] = defaultdict(list)
    for habit in sorted(habits, key=lambda one: one.logged_at):
        of_person[habit.user_id].append(habit)

    def guess(activity: Activity) -> Pick | None:
        made = [one for one in of_person[int(activity.user_id)] if one.logged_at <= activity.span.start]
        return (made[-1].project_id, made[-1].task_id) if made else None

    return guess


def by_same_title(memory: Memory) -> Guess:
    """What meetings of this title, dates and counters aside, were logged to most in the eight weeks; nothing else."""

    def guess(activity: Activity) -> Pick | None:
        known = memory.titles.get(normalised(activity.title))
        if not known:
            return None
        project_id, task_id = max(known, key=lambda pick: known[pick])
        return int(project_id), int(task_id)

    return guess


# --- the agency, looked at by the real agent ---------------------------------------------------------------------


def looked_at(world: World, folder: Path) -> tuple[list[Case], Memory]:
    """Every meeting of the four weeks, matched; and the memory that was used."""
    last = END_DAY - timedelta(days=1)
    with _opened(world, folder) as account:
        sync(account, SilentProgress(), first=DEMO_DAY, last=last)
        seen = look(account, DEMO_DAY, last, SilentProgress()).captured
        memory = remembered(account, today=DEMO_DAY - timedelta(days=1))
        index = Index(account.catalog)
        posted = _posted(account, seen.activities, memory)
        return [
            Case(one, _truth(world, account, one), match(one, index, memory), one.key in posted)
            for one in seen.activities
            if one.kind == "meeting"
        ], memory


def _posted(account: Account, activities: Sequence[Activity], memory: Memory) -> set[str]:
    """Keys of the activities that policy would post."""
    drafts = draft_days(
        account.mirror,
        activities,
        memory,
        (),
        days=list(days(DEMO_DAY, END_DAY - timedelta(days=1))),
        users=sorted(account.catalog.people),
        now=_AFTERWARDS,
    )
    proposals = (proposal for one in drafts for proposal in one.draft.proposals)
    return {proposal.activity_key for proposal in proposals if may_post(proposal, Ladder())}


def _truth(world: World, account: Account, activity: Activity) -> Block | None:
    """What the event really was; see ``gleaner.capture.filters.external_id`` for how it is named."""
    uid, slash, start = activity.external_id.rpartition("/")
    if not slash:
        uid, start = activity.external_id, ""
    moment = datetime.fromisoformat(start).astimezone(UTC) if "T" in start else None
    email = account.catalog.people[activity.user_id].email
    # After "this and following" the truth has the second half under a UID of its own.
    halves = sorted({one.uid for one in world.invitations if one.person == email and series(one.uid) == uid})
    found = (world.meeting_truth(half, moment, email) for half in halves or [uid])
    return next((block for block in found if block is not None), None)


class _Morning:
    """A clock that stands at the beginning of the four weeks."""

    def now(self) -> datetime:
        return _MORNING


@contextmanager
def _opened(world: World, folder: Path) -> Iterator[Account]:
    """Gleaner's account of the agency: Harvest as of the first morning, calendars as they were in the end."""
    write_world(world, folder, _AFTERWARDS)
    state = State(clock=Clock(_MORNING))
    state.load(agency.harvest_seed(world))
    with serve_in_thread(state, limits=False) as running:
        (account,) = state.accounts()
        path = folder / config.FILE
        path.write_text(_toml(world, folder, account["id"], running.base_url), encoding="utf-8")
        settings = config.load(path)
        owner = next(person.token for person in world.people if "administrator" in person.access_roles)
        harvest = settings.harvest.model_copy(update={"token": SecretStr(owner)})
        settings = settings.model_copy(update={"harvest": harvest})
        with open_account(path, settings=settings, clock=_Morning(), limits=Unlimited()) as opened:
            yield opened
    state.close()


def _toml(world: World, folder: Path, account_id: int, base_url: str) -> str:
    lines = ["[harvest]", f"account_id = {account_id}", f'base_url = "{base_url}"', ""]
    for person in world.staff:
        aliases = sorted({address for _, address in person.git_identities} - {person.email})
        workdays = [_WEEKDAYS[number] for number in person.work_days]
        lines += [
            "[[people]]",
            f'email = "{person.email}"',
            f"aliases = {aliases}",
            f"workdays = {workdays}",
            "",
        ]
    for person in world.people:
        lines += ["[[sources]]", 'kind = "ics"', f'person = "{person.email}"']
        lines += [f'path = "calendars/{person.email}.ics"', ""]
    repositories = sorted(f"repos/{path.name}" for path in (folder / "repos").iterdir())
    return "\n".join([*lines, "[[sources]]", 'kind = "git"', f"repositories = {repositories}", ""])


# --- the table ---------------------------------------------------------------------------------------------------


def measured(seed: int) -> Score:
    """The score of one agency."""
    world = agency.build(seed)
    with TemporaryDirectory(prefix="gleaner-bench-") as folder:
        cases, memory = looked_at(world, Path(folder))
    return score(cases, by_last_used(world.habits), by_same_title(memory))


SHARES = ("project", "both", "sure", "sure_project", "sure_both", "sure_no_work", "last_used", "same_title")


def rows(scores: Mapping[int, Score]) -> list[list[str]]:
    """A row per seed, and one for all their meetings together."""
    found = [
        [str(seed), str(one.meetings), *(f"{_of(one, name):.1%}" for name in SHARES)]
        for seed, one in scores.items()
    ]
    whole = sum(one.meetings for one in scores.values())
    return [*found, ["all", str(whole), *(f"{_pooled(scores.values(), name):.1%}" for name in SHARES)]]


def _pooled(scores: Iterable[Score], name: str) -> float:
    """The share over all agencies, each by how many meetings it is a share of."""
    weighed = [
        (one.called_sure if name.startswith("sure_") else one.meetings, _of(one, name)) for one in scores
    ]
    return sum(weight * share for weight, share in weighed) / (sum(weight for weight, _ in weighed) or 1)


def _of(score: Score, name: str) -> float:
    return float(getattr(score, name))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=page.seeds, default=page.seeds("1-5"), help="such as 1-5 or 1,4,9")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    scores: dict[int, Score] = {}
    for seed in chosen.seeds:
        scores[seed] = measured(seed)
        sys.stderr.write(f"seed {seed}: {scores[seed]}\n")
    columns = (
        "seed", "meetings", "project", "project and task", "called sure", "sure: project", "sure: both",
        "sure: no work", "last used", "same title",
    )  # fmt: skip
    text = f"{page.table(columns, rows(scores))}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("matching", text)


if __name__ == "__main__":
    main()
