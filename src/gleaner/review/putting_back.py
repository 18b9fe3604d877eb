"""What was deleted comes back through the door, as a proposal of its own: so it has every guard, and happens once."""

from __future__ import annotations

from dataclasses import replace

from gleaner.core.errors import Refused, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State
from gleaner.review.apply import apply, recover
from gleaner.review.door import Door
from gleaner.review.inbox import Item


def put_back(door: Door, made: Proposal, what: str, anew: str, *, by: str) -> Item:
    """*made*, applied, whatever crashed on the way before; *what* it makes, in a word, and what to do instead."""
    now = door.clock.now()
    door.inbox.offer([made], user_id=made.user_id, days=[], now=now, withdraw=False)
    if _state(door, made) is State.APPLYING:
        recover(door)
    if _state(door, made) in (State.PROPOSED, State.FAILED):
        door.inbox.decide(made.key, "accept", by=by, now=now)
    if _state(door, made) is State.APPROVED:
        # Of no run: undoing the last run once more must not delete what this one brought back.
        outcome = apply(replace(door, run_id=""), made.key)
        if outcome.result == "failed":
            raise Refused(outcome.text)
        if outcome.result == "waiting":
            raise Unavailable(outcome.text)
    if _state(door, made) is State.DISMISSED:
        raise Refused(
            phrase("putting the {what} back was dismissed in the review; {anew}", what=what, anew=anew)
        )
    again = door.inbox.get(made.key)
    if again is None or again.state not in (State.APPLIED, State.UNDONE):
        raise Unavailable(
            phrase("another process is putting the {what} back; try again in a minute", what=what)
        )
    return again


def _state(door: Door, proposal: Proposal) -> State | None:
    item = door.inbox.get(proposal.key)
    return item.state if item is not None else None
