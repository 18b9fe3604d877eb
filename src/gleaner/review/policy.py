"""May Gleaner do this alone? The first two rungs of the autonomy ladder.

*suggest*: everything waits for a person. *post*: meetings whose match is sure are posted; the rest waits.
Coding never posts by itself, however sure its project is: its hours are an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.proposals import Proposal

Rung = Literal["suggest", "post"]


@dataclass(frozen=True)
class Ladder:
    """How far the organisation lets Gleaner go, and the people who asked for less."""

    meetings: Rung = "post"
    only_suggest: frozenset[int] = frozenset()
    """Harvest user ids for whom nothing is ever posted unasked."""


def may_post(proposal: Proposal, ladder: Ladder) -> bool:
    """Whether *proposal* needs no person.

    Only a new entry for a meeting, sure of its project and task, with nothing that makes it a question.
    """
    return (
        proposal.rule == "meeting"
        and ladder.meetings == "post"
        and proposal.user_id not in ladder.only_suggest
        and proposal.level == "sure"
        and not proposal.must_ask
        and isinstance(proposal.action, CreateTimeEntry)
        and proposal.action.project_id is not None
        and proposal.action.task_id is not None
    )
