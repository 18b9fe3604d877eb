"""What a person asked for and what came of it, as people and programs read it; the same for every such command."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gleaner.faces.cli.session import print_json, say, tell

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.asking import Asked


def actor(account: Account) -> str:
    """Who asks: the token's owner."""
    return account.me.email if account.me is not None else "the token's owner"


def tell_steps(account: Account, since: datetime, *, json: bool) -> None:
    """Say what the ladder made of the decisions since then: a step is never lost, nor won, in silence."""
    from gleaner.app.laddering import steps_since
    from gleaner.faces.cli.proposals import step_sentence

    if not json:
        tell(*(step_sentence(step, account.catalog) for step in steps_since(account, since)))


def show_asked(account: Account, asked: Asked, *, json: bool, dry_run: bool, several: bool = False) -> int:
    """Print it, with how to undo each; the exit code. *several*: of a command that can ask for more than one thing."""
    from dataclasses import asdict

    from gleaner.faces.cli.proposals import as_json, show_outcomes
    from gleaner.review.words import planned

    items = (account.inbox.get(proposal.key) for proposal in asked.proposals)
    shorts = {item.proposal.key: item.short for item in items if item is not None}
    if json:
        made = [
            as_json(proposal, account.catalog) | {"id": shorts.get(proposal.key)}
            for proposal in asked.proposals
        ]
        done = [asdict(outcome) | {"id": shorts.get(outcome.key)} for outcome in asked.outcomes]
        head = {"proposals": made} if several else {"proposal": made[0] if made else None}
        print_json({**head, "outcomes": done, "troubles": asked.troubles})
    elif dry_run and not asked.outcomes:
        for proposal in asked.proposals:
            say(f"Would {planned(account.catalog, proposal.action)}. {proposal.reason}")
        tell(*asked.troubles, "Nothing was changed.")
    else:
        show_outcomes(asked.outcomes, shorts)
    results = {outcome.result for outcome in asked.outcomes}
    return 3 if "waiting" in results else 1 if results & {"failed", "taken"} or asked.troubles else 0
