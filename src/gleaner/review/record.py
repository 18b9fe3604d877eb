"""What a decided proposal says about the match: whether a person let its project and task stand. Pure."""

from __future__ import annotations

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.proposals import Proposal, State
from gleaner.review.inbox import Decision, Item


def is_kept(item: Item) -> bool | None:
    """Whether the project and task that were proposed stood; None when no person judged them.

    Dismissed and undone ones did not stand, whoever approved them. What was unsure had no project to keep.
    """
    return kept_as(item.offered, item.proposal, item.decision, is_undone=item.state is State.UNDONE)


def kept_as(
    offered: Proposal, decided: Proposal, decision: Decision | None, *, is_undone: bool = False
) -> bool | None:
    """The same of a decision: *offered* as Gleaner made it, *decided* as the person left it."""
    then, now = offered.action, decided.action
    if not isinstance(then, CreateTimeEntry) or then.project_id is None:
        return None
    if decision == "dismiss" or is_undone:
        return False
    if decision not in ("accept", "bulk", "edit") or not isinstance(now, CreateTimeEntry):
        return None
    return (then.project_id, then.task_id) == (now.project_id, now.task_id)
