"""May Gleaner do this alone? What a step of the ladder earned, under the organisation's ceiling.

*suggest* and *preselect*: it waits for a person. *post*: meetings whose match is sure are posted; the rest waits.
Coding never posts by itself, however sure its project is: its hours are an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.review.ladder import Footing, Rung, footing, lower

NOT_UNASKED = phrase("it may not be logged unasked any more, so it waits for somebody to accept it")


@dataclass(frozen=True)
class Ladder:
    """How far the organisation lets Gleaner go, what was earned, and the people who asked for less."""

    meetings: Rung = "post"
    """The ceiling."""
    only_suggest: frozenset[int] = frozenset()
    """Harvest user ids for whom nothing is ever posted unasked."""
    earned: Mapping[Footing, Rung] | None = None
    """None: nothing has to be earned, and every step is at the ceiling."""
    chosen: Mapping[int, Rung] = field(default_factory=dict)
    """By Harvest user id, what was chosen for that person; it lowers and never lifts."""
    may_write: bool = True
    """False while an administrator lets Gleaner only read: then nothing is posted, whatever rung it is on."""


def rung(proposal: Proposal, ladder: Ladder) -> Rung:
    """How far Gleaner may go with *proposal*: what its step earned, and no further than the ceiling."""
    if ladder.earned is None:
        return ceiling(ladder, proposal.user_id, proposal.rule)
    step = footing(proposal)
    return rung_of(step, ladder) if step is not None else "suggest"


def rung_of(step: Footing, ladder: Ladder) -> Rung:
    """The same for a step of the ladder."""
    highest = ceiling(ladder, step.user_id, step.kind)
    return highest if ladder.earned is None else lower(highest, ladder.earned.get(step, "suggest"))


def ceiling(ladder: Ladder, user_id: UserId, kind: str) -> Rung:
    """How far anything of that kind may climb for that person, whatever was earned."""
    highest: Rung = ladder.meetings if kind == "meeting" else "preselect"
    if user_id in ladder.only_suggest:
        highest = lower(highest, "preselect")
    return lower(highest, ladder.chosen.get(user_id, highest))


def is_held_by_choice(step: Footing, ladder: Ladder) -> bool:
    """Whether it is what was chosen for that person that holds the step back, and not the organisation."""
    return rung_of(step, ladder) != rung_of(step, replace(ladder, chosen={}))


def may_post(proposal: Proposal, ladder: Ladder) -> bool:
    """Whether *proposal* needs no person.

    Only a new entry for a meeting, sure of its project and task, with nothing that makes it a question.
    """
    return (
        ladder.may_write
        and proposal.rule == "meeting"
        and proposal.level == "sure"
        and not proposal.must_ask
        and isinstance(proposal.action, CreateTimeEntry)
        and proposal.action.project_id is not None
        and proposal.action.task_id is not None
        and rung(proposal, ladder) == "post"
    )


def may_accept_together(proposal: Proposal, ladder: Ladder) -> bool:
    """Whether *proposal* may be accepted with others, unread: it is sure, no question, and earned that much."""
    if proposal.level != "sure" or proposal.must_ask:
        return False
    if ladder.chosen.get(proposal.user_id) == "suggest":
        return False
    return ladder.earned is None or rung(proposal, ladder) != "suggest"
