"""What several jobs do: which days it is anywhere in the team, and going through somebody's days once more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gleaner.app.account import Account
from gleaner.app.drafting import redraft
from gleaner.app.passes import approve
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import Unavailable
from gleaner.core.proposals import State
from gleaner.core.time import days
from gleaner.review.inbox import EXPENSE
from gleaner.review.ladder import Step


def everywhere_today(account: Account, today: date) -> tuple[date, date]:
    """The earliest and the latest day that it is now for anybody; *today* before anybody is known."""
    now, people = account.clock.now(), known_people(account)
    dates = [now.astimezone(person.zone).date() for person in people]
    return min(dates, default=today), max(dates, default=today)


def known_people(account: Account) -> list[Person]:
    """The active people of the account; nobody before the first sync."""
    try:
        return [person for person in account.catalog.people.values() if person.is_active]
    except Unavailable:
        return []


def gone_through(account: Account, user_id: UserId, first: date, last: date) -> str:
    """Those days of that person drafted anew from what was seen, what is sure approved; what came of it.

    Nothing is read from outside: the sources and Harvest were, minutes ago.
    """
    redraft(account, {(user_id, day) for day in days(first, last)})
    approved = approve(account, first, last, [user_id])
    waiting = [
        item
        for item in account.inbox.items(
            states=(State.PROPOSED, State.FAILED), user_id=user_id, first=first, last=last
        )
        if item.proposal.rule != EXPENSE
    ]
    return f"{approved} approved by policy, {len(waiting)} wait for review"


def fallen(steps: Iterable[Step]) -> str:
    """``, 1 step of the ladder lost (gleaner rules ladder)``; nothing where none was."""
    count = sum(step.is_fall for step in steps)
    return (
        f", {count} step{'s' if count > 1 else ''} of the ladder lost (gleaner rules ladder)" if count else ""
    )
