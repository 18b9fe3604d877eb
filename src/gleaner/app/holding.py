"""What policy approved and may not log any more goes back to people: somebody chose less, or a step fell."""

from __future__ import annotations

from collections.abc import Collection

from gleaner.app.account import Account
from gleaner.app.rollout import is_on
from gleaner.core.catalog import UserId
from gleaner.core.proposals import Proposal, State
from gleaner.review.apply import reopen
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item
from gleaner.review.policy import NOT_UNASKED, Ladder, may_post


def is_allowed(account: Account, item: Item, ladder: Ladder) -> bool:
    """Whether an approved *item* may be carried out: a person approved it, or policy still does."""
    return item.decision != "policy" or may_log(account, item.proposal, ladder)


def may_log(account: Account, proposal: Proposal, ladder: Ladder) -> bool:
    """Whether *proposal* may be logged unasked: policy allows it, and Gleaner has begun for its person."""
    return may_post(proposal, ladder) and is_on(account, proposal.user_id, proposal.on)


def reopen_held(account: Account, user_ids: Collection[UserId], run_id: str = "") -> list[Outcome]:
    """Put back to *proposed* what waits for those people and may not be logged unasked any more.

    What somebody is just applying is left to them: they ask once more right before the write.
    """
    ladder, door = account.ladder, account.door(run_id)
    return [
        reopen(door, item, NOT_UNASKED)
        for item in account.inbox.items(states=(State.APPROVED,))
        if item.proposal.user_id in user_ids and not is_allowed(account, item, ladder)
    ]
