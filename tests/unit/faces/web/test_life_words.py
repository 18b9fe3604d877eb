"""What pages say that is written elsewhere in the program is in the German catalog, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from gleaner.app.daemon.job import all_jobs
from gleaner.app.daemon.operating import _WRITES
from gleaner.app.people import _SAYS, STAYS
from gleaner.config import ScheduleSettings
from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, StopTimer
from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.language import words
from gleaner.core.proposals import Proposal, State
from gleaner.faces.web.life_words import events
from gleaner.review.inbox import Item
from gleaner.review.journal import Happening
from gleaner.review.undo import obstacle

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
DAY = NOW.date()
ANA, APOLLO, MEETINGS = UserId(1), ProjectId(2), TaskId(3)
ENTRY = TimeEntry(EntryId(9), ANA, APOLLO, MEETINGS, DAY, Decimal(1))
CREATE = CreateTimeEntry(ANA, DAY, Decimal(1), APOLLO, MEETINGS, "", "gleaner-1")
ITEM = Item(
    Proposal("k", CREATE, ANA, DAY, "", "meeting"),
    Proposal("k", CREATE, ANA, DAY, "", "meeting"),
    State.APPLIED,
    "abcd",
    EntryId(9),
)


def about(action: DeleteTimeEntry | StopTimer, **more: object) -> Item:
    return replace(ITEM, proposal=replace(ITEM.proposal, action=action), **more)  # type: ignore[arg-type]


OBSTACLES = [
    obstacle(replace(ITEM, state=State.UNDONE), None, NOW),
    obstacle(replace(ITEM, state=State.PROPOSED), None, NOW),
    obstacle(about(DeleteTimeEntry(ANA, EntryId(9)), trouble="it was gone"), None, NOW),
    obstacle(about(StopTimer(ANA, EntryId(9), NOW - timedelta(hours=1))), ENTRY, NOW),
    obstacle(ITEM, replace(ENTRY, is_billed=True, is_locked=True), NOW),
    obstacle(ITEM, replace(ENTRY, is_closed=True, is_locked=True), NOW),
    obstacle(ITEM, replace(ENTRY, is_locked=True), NOW),
]

EVERYTHING = ScheduleSettings(remind_minutes=5, budget_minutes=5, invoice_minutes=5)
JOBS = [_WRITES, *(job.says for job in all_jobs(EVERYTHING).values())]


@pytest.mark.parametrize("text", [*_SAYS.values(), *STAYS, *OBSTACLES, *JOBS])
def test_it_is_translated(text: str) -> None:
    assert words("de").texts.get(text), f"no German for {text!r}"


def test_what_speaks_against_taking_back_is_told_apart() -> None:
    assert len(set(OBSTACLES)) == len(OBSTACLES)
    assert obstacle(ITEM, ENTRY, NOW) == ""
    assert obstacle(ITEM, None, NOW) == ""


def test_every_kind_of_line_has_a_name() -> None:
    assert set(events(words("en"))) == set(get_args(Happening))
