"""What became of proposals, as calibration counts it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.studio import ANA, APOLLO, DAY, DESIGN, MEETINGS, PORTAL

from gleaner.app.drafting import outcomes
from gleaner.core.actions import CreateTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import EntryId, ProjectId, TaskId
from gleaner.core.proposals import Proposal, State
from gleaner.review.inbox import Decision, Item


def proposed(project: ProjectId | None = APOLLO, task: TaskId | None = MEETINGS) -> Proposal:
    action = CreateTimeEntry(ANA, DAY, Decimal(1), project, task, "Planning", "gleaner-1")
    return Proposal(
        "entry:meeting:1:a", action, ANA, DAY, "Said", "meeting",
        confidence=0.97, activity_key="meeting:1:a", ground="series",
    )  # fmt: skip


def item(decision: Decision, now: Proposal | None = None, state: State = State.APPLIED) -> Item:
    before = proposed()
    return Item(now or before, before, state, "a1", decision=decision)


def test_what_was_accepted_as_offered_was_right() -> None:
    (one,) = outcomes([item("accept")])
    assert (one.ground, one.confidence, one.is_right) == ("series", 0.97, True)


@pytest.mark.parametrize(("project", "task"), [(PORTAL, MEETINGS), (APOLLO, DESIGN)])
def test_another_project_or_task_was_wrong(project: ProjectId, task: TaskId) -> None:
    (one,) = outcomes([item("edit", proposed(project, task))])
    assert not one.is_right


def test_other_hours_leave_the_match_right() -> None:
    longer = proposed()
    assert isinstance(longer.action, CreateTimeEntry)
    longer = replace(longer, action=replace(longer.action, hours=Decimal(2)))
    assert outcomes([item("edit", longer)])[0].is_right


@pytest.mark.parametrize("decision", ["policy", "bulk"])
def test_what_nobody_looked_at_says_nothing_until_it_is_taken_back(decision: Decision) -> None:
    assert outcomes([item(decision)]) == []
    (undone,) = outcomes([item(decision, state=State.UNDONE)])
    assert not undone.is_right


def test_an_entry_that_was_moved_to_another_project_later_was_wrong() -> None:
    move = UpdateTimeEntry(ANA, EntryId(1), project_id=PORTAL, task_id=MEETINGS)
    amendment = replace(proposed(), action=move, rule="amendment")
    both = [item("policy"), Item(amendment, amendment, State.APPLIED, "a2", decision="accept")]
    assert [one.is_right for one in outcomes(both)] == [False]


def test_an_entry_put_right_in_harvest_itself_was_wrong() -> None:
    one = item("policy")
    assert [found.is_right for found in outcomes([one], {one.proposal.key})] == [False]


def test_an_open_question_was_no_answer() -> None:
    open_question = proposed(None, None)
    assert outcomes([Item(proposed(), open_question, State.APPLIED, "a1", decision="edit")]) == []
