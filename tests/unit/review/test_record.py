"""Whether a person let the project and task of a proposal stand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.studio import ACCOUNT, ANA, APOLLO, DAY, MEETINGS, PORTAL, PROGRAMMING

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import ProjectId, TaskId
from gleaner.core.proposals import Proposal, State, reference
from gleaner.review.inbox import Decision, Item
from gleaner.review.record import is_kept


def proposal(project: ProjectId | None = APOLLO, task: TaskId | None = MEETINGS, hours: int = 1) -> Proposal:
    action = CreateTimeEntry(ANA, DAY, Decimal(hours), project, task, "", reference(ACCOUNT, "k"))
    return Proposal("k", action, ANA, DAY, "why", "meeting")


def item(decision: Decision | None, now: Proposal | None = None, state: State = State.APPLIED) -> Item:
    return Item(now or proposal(), proposal(), state, "k", decision=decision)


@pytest.mark.parametrize(
    ("one", "stood"),
    [
        (item("accept"), True),
        (item("bulk"), True),
        (item("edit", proposal(hours=2)), True),
        (item("edit", proposal(PORTAL)), False),
        (item("edit", proposal(task=PROGRAMMING)), False),
        (item("dismiss", state=State.DISMISSED), False),
        (item("policy"), None),
        (item("policy", state=State.UNDONE), False),
        (item("accept", state=State.UNDONE), False),
        (item(None, state=State.PROPOSED), None),
        (replace(item("edit"), offered=proposal(None, None)), None),
    ],
)
def test_only_a_persons_word_on_project_and_task_counts(one: Item, stood: bool | None) -> None:
    assert is_kept(one) is stood
