"""What really happened in the agency, read from the files the sandbox wrote. Only the demo may look here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from gleaner.capture.filters import series


@dataclass(frozen=True)
class Block:
    """A stretch of one person's day, and what it was for."""

    user_id: int
    on: date
    start: datetime
    end: datetime
    hours: Decimal
    kind: str
    project_id: int | None
    task_id: int | None
    source: Mapping[str, Any] | None


@dataclass(frozen=True)
class Habit:
    """A time entry somebody makes by hand, sooner or later."""

    user_id: int
    on: date
    project_id: int
    task_id: int
    hours: Decimal
    notes: str
    logged_at: datetime
    covers: tuple[int, ...]
    """Positions of the blocks it stands for."""


@dataclass(frozen=True)
class Truth:
    """All that is true, ready to ask."""

    blocks: Sequence[Block]
    habits: Sequence[Habit]
    expected: Mapping[tuple[int, date], Decimal]
    """Hours a person should have on a day, holidays and leave taken off."""
    first: date
    last: date
    """The days the demo walks through, both included."""
    people: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    def meeting(self, user_id: int, uid: str, original_start: str) -> Block | None:
        """What that instance of an event was for that person; None when it was no work, or they were not there."""
        return self._meetings.get((user_id, uid, "")) or self._meetings.get((user_id, uid, original_start))

    def on(self, user_id: int, day: date) -> list[Block]:
        """The person's working time of a day."""
        return self._days.get((user_id, day), [])

    def hours(self, user_id: int, day: date) -> dict[int, Decimal]:
        """Hours really worked, by project."""
        found: dict[int, Decimal] = {}
        for block in self.on(user_id, day):
            if block.project_id is not None:
                found[block.project_id] = found.get(block.project_id, Decimal(0)) + block.hours
        return found

    @cached_property
    def positions(self) -> dict[int, int]:
        """Position of each block, by identity."""
        return {id(block): position for position, block in enumerate(self.blocks)}

    @cached_property
    def _meetings(self) -> dict[tuple[int, str, str], Block]:
        return {
            (block.user_id, series(block.source["uid"]), block.source["recurrence_id"] or ""): block
            for block in self.blocks
            if block.source is not None
            and block.source["type"] == "calendar"
            and block.project_id is not None
        }

    @cached_property
    def _days(self) -> dict[tuple[int, date], list[Block]]:
        found: dict[tuple[int, date], list[Block]] = {}
        for block in self.blocks:
            if block.project_id is not None:
                found.setdefault((block.user_id, block.on), []).append(block)
        return found


def read(folder: Path) -> Truth:
    """The truth that the sandbox wrote into *folder*."""
    world = json.loads((folder / "people.json").read_text(encoding="utf-8"))
    blocks = [_block(line) for line in _lines(folder / "truth.jsonl")]
    habits = [_habit(line) for line in _lines(folder / "habits.jsonl")]
    expected = {
        (person["user_id"], date.fromisoformat(day)): Decimal(str(hours))
        for person in world["people"]
        for day, hours in person["expected_hours"].items()
    }
    first, end = date.fromisoformat(world["demo_day"]), date.fromisoformat(world["end_day"])
    return Truth(blocks, habits, expected, first, date.fromordinal(end.toordinal() - 1), world["people"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _block(line: Mapping[str, Any]) -> Block:
    return Block(
        line["user_id"], date.fromisoformat(line["date"]), datetime.fromisoformat(line["start"]),
        datetime.fromisoformat(line["end"]), Decimal(str(line["hours"])), line["kind"], line["project_id"],
        line["task_id"], line["source"],
    )  # fmt: skip


def _habit(line: Mapping[str, Any]) -> Habit:
    return Habit(
        line["user_id"], date.fromisoformat(line["spent_date"]), line["project_id"], line["task_id"],
        Decimal(str(line["hours"])), line["notes"] or "", datetime.fromisoformat(line["logged_at"]),
        tuple(line["covers"]),
    )  # fmt: skip
