"""How the simulated people behave. Scripted from the truth, and said so in the report.

They accept what is right, correct what is wrong, dismiss what was no work or is logged already, and before they log
something by hand they look whether it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Coding
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Proposal
from gleaner.faces.demo.truth import Block, Habit, Truth

CLOSE_ENOUGH = Decimal("0.25")
"""Nobody corrects a quarter of an hour; of an estimate, nobody corrects a quarter of it."""
_LEAST = Decimal("0.1")


@dataclass(frozen=True)
class Answer:
    """What a person says to a proposal."""

    word: Literal["accept", "edit", "dismiss"]
    project_id: int | None = None
    task_id: int | None = None
    hours: Decimal | None = None
    why: str = ""


def blocks_of(activity: Activity, on: date, truth: Truth) -> list[Block]:
    """The true blocks that *activity* was an observation of; none if it was no work."""
    if isinstance(activity.detail, Coding):
        repository = activity.detail.repository
        return [
            block
            for block in truth.on(activity.user_id, on)
            if block.source is not None
            and block.source["type"] == "git"
            and block.source["repo"] == repository
        ] or [block for block in truth.on(activity.user_id, on) if block.kind == "coding"]
    uid, start = activity.external_id, ""
    if activity.detail.is_recurring:
        uid, _, start = activity.external_id.rpartition("/")
    moment = f"{datetime.fromisoformat(start).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if "T" in start else ""
    block = truth.meeting(activity.user_id, uid, moment)
    return [block] if block is not None else []


def answer(
    proposal: Proposal,
    activity: Activity,
    truth: Truth,
    entries: Sequence[TimeEntry],
    filled: Collection[int] = (),
) -> Answer:
    """What the person says to *proposal*, knowing what they did and what is in their timesheet (*entries*).

    *filled* are positions of blocks that they logged by hand for a message themselves.
    """
    action = proposal.action
    assert isinstance(action, CreateTimeEntry), "the demo proposes new entries only"
    blocks = blocks_of(activity, proposal.on, truth)
    if not blocks:
        return Answer("dismiss", why="not work")
    if all(truth.positions[id(block)] in filled for block in blocks):
        return Answer("dismiss", why="already logged")
    main = max(blocks, key=lambda block: block.hours)
    project_id, task_id = main.project_id, main.task_id
    is_coding = isinstance(activity.detail, Coding)
    missing = _missing(main, truth, entries)
    real = sum((block.hours for block in blocks if block.project_id == project_id), Decimal(0))
    wanted = min(real, missing)
    if wanted < _LEAST:
        return Answer("dismiss", why="already logged")
    slack = max(CLOSE_ENOUGH, wanted / 4) if is_coding else CLOSE_ENOUGH
    is_right = (action.project_id, action.task_id) == (project_id, task_id)
    if is_right and abs(action.hours - wanted) <= slack and action.hours <= missing + CLOSE_ENOUGH:
        return Answer("accept")
    return Answer("edit", project_id, task_id, wanted.quantize(Decimal("0.01")))


def _missing(block: Block, truth: Truth, entries: Sequence[TimeEntry]) -> Decimal:
    """How much of the day's true time on the block's project and task is not in the timesheet yet."""
    same = [b for b in truth.on(block.user_id, block.on) if b.project_id == block.project_id]
    real = sum((b.hours for b in same), Decimal(0))
    logged = sum((entry.hours for entry in entries if entry.project_id == block.project_id), Decimal(0))
    return real - logged


def by_hand(
    habit: Habit, truth: Truth, entries: Sequence[TimeEntry], covered: set[int]
) -> tuple[Decimal, tuple[int, ...]]:
    """The hours this person still logs by hand for *habit*, and the blocks they stand for.

    Nothing for what they see in the timesheet already.

    *covered* are positions of blocks that an entry by Gleaner stands for, or one that was logged for a message.
    """
    if not habit.covers:
        return habit.hours, ()
    open_ = tuple(position for position in habit.covers if position not in covered)
    if not open_:
        return Decimal(0), ()
    share = sum((truth.blocks[p].hours for p in open_), Decimal(0)) / (
        sum((truth.blocks[p].hours for p in habit.covers), Decimal(0)) or Decimal(1)
    )
    hours = habit.hours if share == 1 else (habit.hours * share).quantize(Decimal("0.01"))
    logged = sum((entry.hours for entry in entries), Decimal(0))
    return min(hours, max(Decimal(0), Decimal(24) - logged)), open_


def rest_of_day(
    user_id: int,
    day: date,
    truth: Truth,
    entries: Sequence[TimeEntry],
    now: datetime,
    written: Collection[int] = (),
) -> list[tuple[Block, Decimal, tuple[int, ...]]]:
    """What somebody did on *day* until *now* and does not see among the day's *entries*, a project at a time.

    The longest block of it, for the project and task, the hours, and the positions of the blocks they stand for: not
    those of *written*, for which there is an entry of Gleaner's that they see. People
    round down to quarters of an hour, and log no more than the day lacks as a whole: where Gleaner has estimated one
    project too long, they leave as much out of another.
    """
    done = [block for block in truth.on(user_id, day) if block.end <= now]
    left = _hours(done) - sum((entry.hours for entry in entries), Decimal(0))
    found = []
    for project_id in dict.fromkeys(block.project_id for block in done):
        same = [block for block in done if block.project_id == project_id]
        logged = sum((entry.hours for entry in entries if entry.project_id == project_id), Decimal(0))
        hours = min(_hours(same) - logged, left) // CLOSE_ENOUGH * CLOSE_ENOUGH
        if hours > 0:
            left -= hours
            longest = max(same, key=lambda block: block.hours)
            positions = (truth.positions[id(block)] for block in same)
            found.append((longest, hours, tuple(one for one in positions if one not in written)))
    return found


def _hours(blocks: Iterable[Block]) -> Decimal:
    return sum((block.hours for block in blocks), Decimal(0))
