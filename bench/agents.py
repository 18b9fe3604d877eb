"""What assistants have to read: our list of tools, and our answers to five common jobs beside Harvest's own.

``python -m bench.agents [--write] [--seed 1]``

A token is counted as four characters, rounded up, as is usual without a tokenizer: it tells how texts compare, not what
a model is billed. Harvest's own answers are what public Harvest servers hand on, as JSON indented by two: those that
each job needs, for the person alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from mcp import Client
from mcp_types import TextContent

from bench import page
from bench.agency import opened
from gleaner.app.account import Account
from gleaner.app.looking import sync
from gleaner.app.programs.seat import Seat
from gleaner.app.tokens import SCOPES
from gleaner.core.catalog import Person
from gleaner.core.silent import SILENT
from gleaner.faces.mcp.server import INSTRUCTIONS, GleanerServer
from gleaner_sandbox import agency
from gleaner_sandbox.agency.period import DEMO_DAY

_LETTERS = 4
MODES: dict[str, set[str]] = {
    "read": {"read", "money"},
    "propose": {"read", "money", "propose"},
    "decide": set(SCOPES),
}


def tokens(text: str) -> int:
    """About how many tokens *text* is.

    >>> tokens("Apollo"), tokens("")
    (2, 0)
    """
    return -(-len(text) // _LETTERS)


@dataclass(frozen=True)
class Job:
    """What somebody asks for, the tool that does it, and what Harvest would have to be asked in its place."""

    says: str
    tool: str
    arguments: dict[str, Any]
    asked: Sequence[tuple[str, dict[str, Any]]]


def jobs(who: Person, day: date, project: str, task: str) -> list[Job]:
    """Five common ones, about a day and the week before it."""
    first = day - timedelta(days=day.weekday())
    week = {"user_id": who.id, "from": first, "to": first + timedelta(days=6)}
    today = {"user_id": who.id, "from": day, "to": day}
    picker: tuple[str, dict[str, Any]] = (f"/users/{who.id}/project_assignments", {})
    return [
        Job("what is in my day?", "my_day", {"on": day}, [("/time_entries", today)]),
        Job("how is my week?", "week", {"on": day}, [("/time_entries", week)]),
        Job("which project and task?", "find_project", {"text": project}, [picker]),
        Job(
            "propose 0.5 h there",
            "propose_time",
            {"on": day, "hours": 0.5, "project": project, "task": task, "notes": "Call about the plan"},
            [picker, ("/time_entries", {**today, "per_page": 1})],
        ),
        Job(
            "what did I log last week?",
            "entries",
            {"first": first, "last": first + timedelta(days=6)},
            [("/time_entries", week)],
        ),
    ]


def harvest_says(account: Account, token: str, job: Job) -> str:
    """What Harvest answers, as such servers hand it on."""
    harvest = account.settings.harvest
    headers = {"Authorization": f"Bearer {token}", "Harvest-Account-Id": str(harvest.account_id)}
    said = []
    for path, query in job.asked:
        answer = httpx2.get(f"{harvest.base_url}{path}", params=query, headers=headers)
        answer.raise_for_status()
        said.append(json.dumps(answer.json(), indent=2, ensure_ascii=False))
    return "\n".join(said)


def listed(seat: Seat) -> tuple[list[str], int, int]:
    """The names of the tools, and how many tokens they are, with and without what their answers look like."""

    async def go() -> list[dict[str, Any]]:
        async with Client(GleanerServer(lambda: seat)) as client:
            found = (await client.list_tools()).tools
            return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in found]

    found = asyncio.run(go())
    bare = [{key: value for key, value in one.items() if key != "outputSchema"} for one in found]
    return [one["name"] for one in found], _size(found), _size(bare)


def _size(found: object) -> int:
    return tokens(json.dumps(found, separators=(",", ":"), ensure_ascii=False))


def answer(seat: Seat, job: Job) -> str:
    """What the tool says."""

    async def go() -> str:
        async with Client(GleanerServer(lambda: seat)) as client:
            arguments = {name: str(it) if isinstance(it, date) else it for name, it in job.arguments.items()}
            result = await client.call_tool(job.tool, arguments)
            (content,) = result.content
            assert isinstance(content, TextContent)
            assert not result.is_error, content.text
            return content.text

    return asyncio.run(go())


def measured(seed: int) -> str:
    """Both tables, for the first developer of the agency of *seed* and the Thursday before its four weeks."""
    world = agency.build(seed)
    day = DEMO_DAY - timedelta(days=4)
    with TemporaryDirectory(prefix="gleaner-bench-") as folder, opened(world, Path(folder)) as account:
        sync(account, SILENT, first=day, last=day)
        token, who = next(
            (one.token, account.person(one.email))
            for one in world.people
            if "administrator" not in one.access_roles
        )
        settings = account.settings.model_copy(
            update={"mcp": account.settings.mcp.model_copy(update={"mode": "decide"})}
        )
        account.settings = settings
        seat = Seat(account.seen_by(who), who, frozenset(SCOPES), "agent")
        slot = account.catalog.slots(who.id)[0]
        rows = []
        for job in jobs(who, day, slot.project.name, slot.task.name):
            ours, theirs = tokens(answer(seat, job)), tokens(harvest_says(account, token, job))
            rows.append((job.says, job.tool, f"{ours:,}", f"{theirs:,}", f"{theirs / ours:.0f}×"))
        lists = []
        for mode, scopes in MODES.items():
            names, whole, bare = listed(Seat(account, who, frozenset(scopes), "agent"))
            lists.append((mode, f"{len(names)}", f"{bare:,}", f"{whole:,}"))
    columns = ("asked", "tool", "our answer, tokens", "Harvest's answers", "ratio")
    return "\n\n".join(
        [
            page.table(("mode", "tools", "tokens", "with the shapes of answers"), lists),
            f"The instructions beside them are {tokens(INSTRUCTIONS)} tokens.",
            page.table(columns, rows),
            f"Seed {seed}. {page.machine()}.",
        ]
    )


def main(words: Sequence[str]) -> int:
    """Measure, and print or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args(words)
    found = measured(said.seed)
    print(found)
    if said.write:
        page.write("agents", found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
