"""How fast a whole company's day is matched: ``python -m bench.pace [--write]``.

A thousand people, 400 projects of 150 clients, twelve projects each, eight activities a day each, and a memory of
forty days of decisions. One process on one core; the catalog is prepared anew for each size.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from bench import page
from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import (
    Catalog,
    Client,
    ClientId,
    Contact,
    EntryId,
    Person,
    Project,
    ProjectId,
    Task,
    TaskAssignment,
    TaskId,
    UserAssignment,
    UserId,
)  # fmt: skip
from gleaner.core.entries import TimeEntry
from gleaner.core.time import Span
from gleaner.matching.index import Index
from gleaner.matching.match import match
from gleaner.matching.memory import Fact, Memory, learn, remember

PEOPLE, PROJECTS, CLIENTS, PER_PERSON, PER_DAY = 1000, 400, 150, 12, 8
SIZES = (1000, 2000, 4000, 8000)
TODAY = date(2026, 3, 2)
_NOUNS = (
    "harbour portal archive ledger orchard beacon glacier meadow anchor compass lantern quarry bridge furnace canyon "
    "willow prairie cobalt saffron ember tundra fjord basalt juniper marmot otter heron pebble quartz summit"
).split()
_TITLES = (
    "{code} planning", "{name} review", "Sync", "{client} weekly", "Catch up", "{noun} {other}: next steps",
    "Jour fixe {noun}", "1:1", "Workshop {other}", "{code}-112 triage",
)  # fmt: skip


@dataclass(frozen=True)
class Company:
    """A catalog, what a day showed, and what is known from before."""

    catalog: Catalog
    activities: tuple[Activity, ...]
    facts: tuple[Fact, ...]
    entries: tuple[TimeEntry, ...]


def company(seed: int = 1) -> Company:
    """The same company for the same *seed*."""
    rng = Random(seed)  # a repeatable crowd, not a secret
    catalog = _catalog(rng)
    mine: dict[UserId, list[Project]] = {}
    for member in catalog.user_assignments:
        mine.setdefault(member.user_id, []).append(catalog.projects[member.project_id])
    people = sorted(mine)
    today = [
        _seen(rng, who, mine[who], catalog, TODAY, number) for who in people for number in range(PER_DAY)
    ]
    facts, entries = list[Fact](), list[TimeEntry]()
    for back in range(1, 41):
        day = TODAY - timedelta(days=back)
        for who in people[back % 2 :: 2]:
            activity, project = _seen(rng, who, mine[who], catalog, day, back)
            facts.append(Fact(activity, project.id, TaskId(1)))
            entries.append(
                TimeEntry(
                    EntryId(len(entries) + 1), who, project.id, TaskId(1), day, Decimal(2), activity.title
                )
            )
    # Dealt out in turn, so that a smaller size is fewer activities of just as many people.
    dealt = [activity for number in range(PER_DAY) for activity, _ in today[number::PER_DAY]]
    return Company(catalog, tuple(dealt), tuple(facts), tuple(entries))


def _catalog(rng: Random) -> Catalog:
    clients = {
        ClientId(n): Client(ClientId(n), f"{rng.choice(_NOUNS).title()} {n} Ltd", "EUR")
        for n in range(CLIENTS)
    }
    projects = {
        ProjectId(n): Project(
            ProjectId(n),
            ClientId(n % CLIENTS),
            f"{_NOUNS[n % 30].title()} {rng.choice(_NOUNS)} {n}",
            f"P{n}X",
        )
        for n in range(PROJECTS)
    }
    tasks = {TaskId(n): Task(TaskId(n), name) for n, name in enumerate(("Programming", "Meetings", "Design"))}
    return Catalog(
        {
            UserId(n): Person(UserId(n), f"P {n}", f"p{n}@firm.example", ZoneInfo("UTC"))
            for n in range(PEOPLE)
        },
        clients,
        tuple(Contact(ClientId(n), f"C {n}", f"c@client{n}.example") for n in range(CLIENTS)),
        projects,
        tasks,
        tuple(TaskAssignment(project, task) for project in projects for task in tasks),
        tuple(
            UserAssignment(ProjectId(project), UserId(n))
            for n in range(PEOPLE)
            for project in rng.sample(range(PROJECTS), PER_PERSON)
        ),
    )


def _seen(
    rng: Random, who: UserId, projects: Sequence[Project], catalog: Catalog, day: date, number: int
) -> tuple[Activity, Project]:
    project = rng.choice(projects)
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(hours=number % 8)
    span = Span(at, at + timedelta(minutes=45))
    name = f"{who}-{day}-{number}"
    if number % 4 == 3:
        worked = span.duration
        branch = f"feat/{rng.choice(_NOUNS)}-{rng.choice(_NOUNS)}"
        detail = Coding(f"repo-{project.id}", (branch,), 3, (span,), worked, worked, worked, "3 commits.")
        return Activity("git", name, who, span, f"repo-{project.id}: {branch}", detail), project
    client = catalog.clients[project.client_id]
    title = rng.choice(_TITLES).format(
        code=project.code,
        name=project.name,
        client=client.name,
        noun=rng.choice(_NOUNS),
        other=rng.choice(_NOUNS),
    )
    invited = {f"p{rng.randrange(PEOPLE)}@firm.example" for _ in range(3)}
    if rng.random() < 0.3:
        invited.add(f"c@client{project.client_id}.example")
    series = f"series-{who}-{project.id}-{number}" if rng.random() < 0.5 else name
    meeting = Meeting("calendar", series, organizer=f"p{who}@firm.example")
    return Activity("calendar", name, who, span, title, meeting, "", tuple(sorted(invited))), project


def matched(found: Company, memory: Memory, size: int) -> float:
    """Seconds of processor time for the first *size* activities of the day."""
    began = time.process_time()
    index = Index(found.catalog)
    for activity in found.activities[:size]:
        match(activity, index, memory)
    return time.process_time() - began


def updates(found: Company, memory: Memory, count: int = 500) -> list[float]:
    """Milliseconds of each of *count* decisions learned."""
    taken = []
    for activity in found.activities[:count]:
        fact = Fact(activity, ProjectId(1), TaskId(1))
        began = time.perf_counter()
        learn(memory, fact)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    found = company()
    began = time.process_time()
    memory = remember(found.facts, found.entries, today=TODAY)
    remembered = time.process_time() - began
    rows = []
    for size in SIZES:
        seconds = matched(found, memory, size)
        rows.append((f"{size:,}", f"{seconds:.2f}", f"{1000 * seconds / size:.2f}"))
    taken = updates(found, memory)
    text = (
        f"{page.table(('activities', 'seconds', 'ms each'), rows)}\n\n"
        f"Learning one decision: {median(taken):.2f} ms, the slowest of {len(taken)} {max(taken):.2f} ms. "
        f"Remembering {len(found.facts):,} decisions and as many entries: {remembered:.1f} s.\n\n{page.machine()}."
    )
    print(text)
    if chosen.write:
        page.write("pace", text)


if __name__ == "__main__":
    main()
