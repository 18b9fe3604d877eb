"""What carrying any action out needs while its claim is ours, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from gleaner.core.entries import TimeEntry
from gleaner.core.errors import Refused
from gleaner.core.expenses import Expense
from gleaner.core.proposals import Proposal
from gleaner.review.door import Door


@dataclass(frozen=True)
class Done:
    entry: TimeEntry | None = None
    """As it is afterwards; None when it was deleted."""
    was_there: bool = False
    """Nothing had to be written."""
    is_new: bool = False
    """The entry was made by us, just now."""
    also: str = ""
    """What else happened, as a further sentence."""
    expense: Expense | None = None
    """As it is afterwards, of an action about one; None when it was deleted."""


class Lost(Exception):
    """Another process took the claim over."""


class HeldBack(Exception):
    """Policy approved it, and may not any more."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def holding(
    door: Door, proposal: Proposal, guarded: Callable[[Callable[[], None]], AbstractContextManager[None]]
) -> AbstractContextManager[None]:
    """Within it a write leaves only while the claim is ours: whoever was thought dead stops there, and so
    does what may not be logged unasked any more."""

    def renew() -> None:
        if not door.inbox.renew(proposal.key, door.token, now=door.clock.now()):
            raise Lost
        held_back = door.held_back(proposal)
        if held_back:
            raise HeldBack(held_back)

    return guarded(renew)


def recheck(door: Door, proposal: Proposal) -> None:
    """The reason for it still stands."""
    unwanted = door.recheck(proposal)
    if unwanted:
        raise Refused(unwanted)
