"""Everything about one rule: how it stands on the ladder, and what became of what it was about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gleaner.app.account import Account
from gleaner.app.laddering import stored
from gleaner.app.ruling import LOOK_BACK, Listed, listed
from gleaner.capture.job import day_of
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import UserId
from gleaner.matching.made import MadeRule
from gleaner.review.inbox import Item
from gleaner.review.ladder import LONGEST_GROUND, RUNGS, Footing, Rung, Standing, Step
from gleaner.review.policy import is_held_by_choice, rung_of

NEWEST = 5
"""So many of the newest proposals are told one by one."""
_AT_ONCE = timedelta(minutes=2)
"""A rule is made in the moment of the decision, and Harvest may take its time with that."""


@dataclass(frozen=True)
class About:
    """A proposal that rested on the rule, or something seen that the rule leaves out."""

    user_id: UserId
    on: date
    title: str
    """Untrusted text."""
    item: Item | None = None
    """None: it was never proposed."""
    is_corrected: bool = False
    """Its entry turned out wrong later: undone, or put right in Harvest itself."""


@dataclass(frozen=True)
class OnLadder:
    """Where the rule stands on the ladder for one person."""

    footing: Footing
    standing: Standing
    allowed: Rung
    """What is left of it under the organisation's ceiling, and under what was chosen for the person."""
    is_chosen: bool
    """Whether it is the choice that holds it back."""
    last: Step | None
    """The newest step up or down; None where it never moved."""


@dataclass(frozen=True)
class Explained:
    """What there is to say about a rule, to whoever asks: only about people they may see."""

    rule: Listed
    rungs: tuple[OnLadder, ...]
    """By person; the ladder judges what is proposed, so nothing for a rule that leaves out."""
    newest: tuple[About, ...]
    """The newest of what it was about, newest first."""
    namesakes: tuple[Listed, ...]
    """Other rules with the same name: what rests on one cannot be told from what rests on another."""


def explain(account: Account, one: Listed, today: date) -> Explained:
    """*one*, with its ladder and the newest of what it was about up to *today*."""
    leaves_out = one.effect == "never"
    about = sorted(
        _left_out(account, one, today) if leaves_out else _rested(account, one, today),
        key=lambda found: found.on,
        reverse=True,
    )
    others = (
        () if leaves_out else (o for o in listed(account, today) if o.ground == one.ground and o.id != one.id)
    )
    rungs = () if leaves_out else _rungs(account, one.ground)
    return Explained(one, tuple(rungs), tuple(about[:NEWEST]), tuple(others))


def correction(account: Account, one: Listed) -> Item | None:
    """The decision that *one* was made of; None where it is not known, or not this person's to see.

    Who decides and makes a rule of it does both at once.
    """
    if not isinstance(one.rule, MadeRule) or one.made_at is None or not account.may_see(one.rule.user_id):
        return None
    made_at, by = one.made_at, one.by
    near = [
        (abs(item.decided_at - made_at), item)
        for item in account.inbox.items(user_id=one.rule.user_id, first=made_at.date() - LOOK_BACK)
        if item.decided_at is not None and item.decided_by == by and item.decision in ("edit", "accept", "dismiss")
        and abs(item.decided_at - made_at) <= _AT_ONCE
    ]  # fmt: skip
    known = account.activities.named({item.proposal.activity_key for _, item in near} - {""})
    fitting = [
        (apart, item)
        for apart, item in near
        if (seen := known.get(item.proposal.activity_key)) is not None and one.rule.fits(seen)
    ]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _rungs(account: Account, ground: str) -> Iterator[OnLadder]:
    kept, ladder = stored(account), account.ladder
    last = {step.footing: step for step in kept.steps()}  # oldest first: the newest stays
    mine = {
        on: standing
        for on, standing in kept.standings().items()
        if on.ground == ground[:LONGEST_GROUND] and account.may_see(on.user_id)
    }
    for on, standing in sorted(mine.items(), key=lambda pair: (-RUNGS.index(pair[1].rung), pair[0])):
        yield OnLadder(on, standing, rung_of(on, ladder), is_held_by_choice(on, ladder), last.get(on))


def _rested(account: Account, one: Listed, today: date) -> Iterator[About]:
    wrong = stored(account).corrected()
    for item in account.inbox.items(user_id=one.user_id, first=today - LOOK_BACK):
        made = item.proposal
        if item.offered.ground == one.ground and account.may_see(made.user_id):
            yield About(made.user_id, made.on, made.title, item, made.key in wrong)


def _left_out(account: Account, one: Listed, today: date) -> Iterator[About]:
    """What was seen and is still kept, each with what was proposed of it before the rule, or while it was off."""
    people = account.catalog.people
    seen = [
        activity
        for activity in account.activities.all_between(today - LOOK_BACK, today)
        if activity.user_id in people and account.may_see(activity.user_id) and one.rule.fits(activity)
    ]
    keys = {activity.key for activity in seen}
    items = account.inbox.items(user_id=one.user_id, first=today - LOOK_BACK)
    made = {
        item.proposal.activity_key: item
        for item in items
        if item.proposal.activity_key in keys and isinstance(item.proposal.action, CreateTimeEntry)
    }
    for activity in seen:
        yield About(
            activity.user_id,
            day_of(activity, people[activity.user_id]),
            activity.title,
            made.get(activity.key),
        )
