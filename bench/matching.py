"""How often matching is right, and what *sure* is worth: ``python -m bench.matching --seeds 91-95 [--write]``.

Meetings of an agency's last four weeks, matched with what none, one, four, eight or twelve weeks before them taught:
the calendars and repositories of those weeks, and what people had logged by hand. Then week by week with everything
before it, people's decisions included. Measured against what really happened, on agencies with twelve weeks of past.

Weights were tuned on seeds 11-15 and nowhere else; the table is of other seeds, by which nothing was chosen.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache

from bench import page
from bench.agency import Lived, Seen, lived
from gleaner.core.activities import Activity
from gleaner.core.catalog import ProjectId, TaskId
from gleaner.core.entries import TimeEntry
from gleaner.matching.calibrate import PROMISE, Outcome, calibration_error, records, reliability
from gleaner.matching.index import Index
from gleaner.matching.learn import learnt
from gleaner.matching.match import Match, match
from gleaner.matching.memory import Fact, Memory
from gleaner.matching.words import normalised, telling, words
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY, WEEKS_OF_HISTORY

PAST = 12
WEEKS = (0, 1, 4, 8, PAST)
GROWING = "12 to 16"
Guess = Callable[[Activity], int | None]
"""A baseline: the project it names, or none."""


@dataclass(frozen=True)
class Case:
    """One meeting, what it really was, what was said of it, and what the baselines said."""

    seen: Seen
    match: Match
    wrong_client: bool
    baselines: tuple[int | None, ...] = ()

    @property
    def is_work(self) -> bool:
        return self.seen.truth is not None

    @property
    def is_right(self) -> bool:
        """The project is."""
        return self.seen.truth is not None and _pick(self.match)[0] == self.seen.truth.project_id

    @property
    def both_are_right(self) -> bool:
        """Project and task are."""
        truth = self.seen.truth
        return truth is not None and _pick(self.match) == (truth.project_id, truth.task_id)

    @property
    def outcome(self) -> Outcome:
        """Of project and task together, as people decide about them; no answer is a wrong one."""
        return Outcome(self.match.ground, self.match.confidence, self.both_are_right)

    @property
    def project_outcome(self) -> Outcome:
        return Outcome(self.match.ground, self.match.project_confidence, self.is_right)

    @property
    def first_outcome(self) -> Outcome:
        """Of project and task of the first choice, which a confidence is about, whether or not it is an answer."""
        return replace(self.outcome, is_right=self._first_is_right(with_task=True))

    @property
    def first_project_outcome(self) -> Outcome:
        return replace(self.project_outcome, is_right=self._first_is_right(with_task=False))

    def _first_is_right(self, *, with_task: bool) -> bool:
        truth, slot = self.seen.truth, self.match.slot
        if truth is None or slot is None or slot.project.id != truth.project_id:
            return False
        return slot.task.id == truth.task_id or not with_task


def _pick(found: Match) -> tuple[int | None, int | None]:
    """Project and task; neither when another project is just as likely, which is no answer."""
    if found.slot is None or found.is_tie:
        return None, None
    return int(found.slot.project.id), int(found.slot.task.id)


# --- baselines ---------------------------------------------------------------------------------------------------


def last_used(entries: Sequence[tuple[datetime, TimeEntry]]) -> Guess:
    """The project of the latest entry the person had made by hand when the meeting began.

    It sees the four weeks' entries too, which Gleaner mostly does not here: the baseline has the better of it.
    """
    of_person: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for at, entry in entries:
        of_person[entry.user_id].append((at, int(entry.project_id)))

    def guess(activity: Activity) -> int | None:
        made = [project for at, project in of_person[activity.user_id] if at <= activity.span.start]
        return made[-1] if made else None

    return guess


def same_title(memory: Memory) -> Guess:
    """What meetings of this title, dates and counters aside, were logged to most; nothing else."""

    def guess(activity: Activity) -> int | None:
        known = memory.titles.get(normalised(activity.title))
        return int(max(known, key=lambda project: known[project])) if known else None

    return guess


def keywords(index: Index, *, is_fuzzy: bool) -> Guess:
    """The person's project of which most words (name, client, code) are in the title; *is_fuzzy*: or nearly."""

    def guess(activity: Activity) -> int | None:
        said = words(activity.title)
        scored = []
        for project in index.projects(activity.user_id):
            name = index.names[project.id]
            wanted = telling(f"{name.project.name} {name.client} {project.code}")
            hits = sum(any(one == it or (is_fuzzy and _alike(one, it)) for it in said) for one in wanted)
            if hits:
                scored.append((hits / len(wanted), -project.id, int(project.id)))
        return max(scored)[2] if scored else None

    return guess


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 3 and SequenceMatcher(None, one, other).ratio() >= 0.8


# --- matching ----------------------------------------------------------------------------------------------------


def with_weeks(world: Lived, weeks: int) -> list[Case]:
    """Every meeting of the four weeks, matched with what the *weeks* before them taught."""
    index, first = Index(world.catalog), DEMO_DAY - timedelta(weeks=weeks)
    memory = _memory(world, index, first, DEMO_DAY, [])
    baselines = (
        last_used(world.entries if weeks else ()), same_title(memory), keywords(index, is_fuzzy=False),
        keywords(index, is_fuzzy=True),
    )  # fmt: skip
    return _matched(world, index, memory, DEMO_DAY, END_DAY, baselines)


def growing(world: Lived) -> list[Case]:
    """The four weeks one by one, each matched with all that was known and decided before it."""
    index, cases = Index(world.catalog), list[Case]()
    first = min(one.on for one in world.seen)
    for start in (DEMO_DAY + timedelta(weeks=week) for week in range(4)):
        memory = _memory(world, index, first, start, [_decision(case) for case in cases if case.is_work])
        memory.records = records(case.outcome for case in cases if case.is_work)
        cases += _matched(world, index, memory, start, start + timedelta(weeks=1), ())
    return cases


def _memory(world: Lived, index: Index, first: date, until: date, decided: Iterable[Fact]) -> Memory:
    entries = [
        entry for at, entry in world.entries if at.date() < until and first <= entry.spent_date < until
    ]
    dated = [(one.on, one.activity) for one in world.seen if first <= one.on < until]
    return learnt(dated, entries, decided, today=until, index=index)


def _decision(case: Case) -> Fact:
    truth = case.seen.truth
    assert truth is not None
    assert truth.project_id is not None
    assert truth.task_id is not None
    return Fact(case.seen.activity, ProjectId(truth.project_id), TaskId(truth.task_id))


def _matched(
    world: Lived, index: Index, memory: Memory, first: date, until: date, baselines: Sequence[Guess]
) -> list[Case]:
    cases = []
    for one in world.seen:
        if first <= one.on < until and one.activity.kind == "meeting":
            found = match(one.activity, index, memory)
            said = tuple(guess(one.activity) for guess in baselines)
            cases.append(Case(one, found, _is_other_client(one, found, world), said))
    return cases


def _is_other_client(seen: Seen, found: Match, world: Lived) -> bool:
    if seen.truth is None or seen.truth.project_id is None or found.slot is None:
        return False
    return world.catalog.projects[ProjectId(seen.truth.project_id)].client_id != found.slot.client.id


# --- the tables --------------------------------------------------------------------------------------------------


def coverage(work: Iterable[Outcome], precision: float = PROMISE) -> float:
    """The biggest share of *work*, the most confident first, of which *precision* is right."""
    right, most, some = 0, 0, sorted(work, key=lambda one: -one.confidence)
    for count, one in enumerate(some, 1):
        right += one.is_right
        if right >= precision * count:
            most = count
    return most / len(some) if some else 0.0


def row(weeks: str, cases: Sequence[Case]) -> list[str]:
    """One line of the first table."""
    work = [case for case in cases if case.is_work]
    sure = [case for case in cases if case.match.level == "sure"]
    sure_work = [case for case in sure if case.is_work]
    return [
        weeks, str(len(work)), _share(case.match.is_tie for case in work),
        _share(case.is_right for case in work), _share(case.both_are_right for case in work),
        f"{coverage(case.project_outcome for case in work):.1%}", f"{coverage(case.outcome for case in work):.1%}",
        _share(case.match.level == "sure" for case in work),
        _share(case.is_right for case in sure_work), _share(case.both_are_right for case in sure_work),
        _share(case.wrong_client for case in sure_work), _share(not case.is_work for case in sure),
    ]  # fmt: skip


def calibration_row(weeks: str, cases: Sequence[Case]) -> list[str]:
    """One line of the second table: by how much confidence is off, of first choices and with ties as wrong."""
    work = [case for case in cases if case.is_work]
    judged = (
        [case.first_project_outcome for case in work], [case.first_outcome for case in work],
        [case.project_outcome for case in work], [case.outcome for case in work],
    )  # fmt: skip
    return [weeks, *(f"{calibration_error(reliability(outcomes)):.3f}" for outcomes in judged)]


def baseline_row(weeks: str, cases: Sequence[Case]) -> list[str]:
    """One line of the second table: how often each has the right project."""
    work = [case for case in cases if case.is_work]
    said = zip(*(case.baselines for case in work), strict=True)
    truths = [case.seen.truth.project_id for case in work if case.seen.truth]
    shares = [_share(a == b for a, b in zip(column, truths, strict=True)) for column in said]
    return [weeks, *shares, _share(case.is_right for case in work)]


def reliability_rows(cases: Sequence[Case]) -> list[list[str]]:
    """Confidence of project and task in tenths beside what was right."""
    bins = reliability(case.first_outcome for case in cases if case.is_work)
    return [
        [f"{one.low:.0%} to {one.low + 0.1:.0%}", str(one.count), f"{one.said:.1%}", f"{one.right:.1%}"]
        for one in bins
    ]


def level_rows(cases: Sequence[Case]) -> list[list[str]]:
    """What each level was worth."""
    rows = []
    for level in ("sure", "likely", "unsure"):
        some = [case for case in cases if case.is_work and case.match.level == level]
        both = _share(case.both_are_right for case in some)
        rows.append([level, str(len(some)), _share(case.is_right for case in some), both])
    return rows


def _share(found: Iterable[bool]) -> str:
    values = list(found)
    return f"{sum(values) / len(values):.1%}" if values else "none"


COLUMNS = (
    "weeks known", "meetings", "no answer", "project", "project and task", "coverage: project", "coverage: both",
    "called sure", "sure: project", "sure: both", "sure: wrong client", "sure: no work",
)  # fmt: skip
CALIBRATION = (
    "weeks known", "error: project", "error: both", "ties as wrong: project", "ties as wrong: both",
)  # fmt: skip


def text_of(cases: Mapping[str, Sequence[Case]]) -> str:
    """The tables for the page."""
    tables = [
        page.table(COLUMNS, [row(weeks, some) for weeks, some in cases.items()]),
        page.table(CALIBRATION, [calibration_row(weeks, some) for weeks, some in cases.items()]),
        page.table(
            ("weeks known", "last used", "same title", "keywords", "fuzzy keywords", "Gleaner"),
            [baseline_row(weeks, some) for weeks, some in cases.items() if weeks != GROWING],
        ),
    ]
    for weeks, name in (("0", "nothing known"), (GROWING, f"{GROWING} weeks")):
        some = cases[weeks]
        tables += [
            page.table((f"confidence, {name}", "meetings", "said", "right"), reliability_rows(some)),
            page.table((f"level, {name}", "meetings", "project", "both"), level_rows(some)),
        ]
    return "\n\n".join((*tables, f"{page.machine()}."))


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=page.seeds, default=page.seeds("91-95"), help="such as 1-5 or 1,4,9")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    chosen = parser.parse_args()
    cases: dict[str, list[Case]] = defaultdict(list)
    for seed in chosen.seeds:
        world = lived(seed, earlier=PAST - WEEKS_OF_HISTORY)
        for weeks in WEEKS:
            cases[str(weeks)] += with_weeks(world, weeks)
        cases[GROWING] += growing(world)
        sys.stderr.write(f"seed {seed}\n")
    text = text_of(cases)
    print(text)
    if chosen.write:
        page.write("matching", text)


if __name__ == "__main__":
    main()
