"""What would be different if one rule were off (or, being off, on): from what was seen already, writing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gleaner.app.account import Account
from gleaner.app.drafting import remembered
from gleaner.app.ruling import InForce, Listed, in_force
from gleaner.capture.job import day_of
from gleaner.core.activities import Activity
from gleaner.matching.evidence import Index
from gleaner.matching.made import MadeRule, left_out
from gleaner.matching.match import Match, match
from gleaner.matching.memory import Memory


@dataclass(frozen=True)
class Change:
    """One activity that would be proposed otherwise. None: it is, or would be, left out."""

    activity: Activity
    on: date
    before: Match | None
    after: Match | None


@dataclass(frozen=True)
class Simulated:
    """What switching a rule would change."""

    rule: Listed
    first: date
    last: date
    looked_at: int
    """Activities of those days that the rule is about."""
    changes: tuple[Change, ...]


def simulate(account: Account, one: Listed, first: date, last: date) -> Simulated:
    """The days from *first* to *last* with *one* as it is, and switched the other way.

    Decisions made under the rule are remembered either way: they are people's own.
    """
    now = in_force(account)
    other = _switched(now, one)
    memory, index = remembered(account, today=last), Index(account.catalog)
    people = account.catalog.people
    seen = [
        activity
        for activity in account.activities.all_between(first, last)
        if activity.user_id in people and account.may_see(activity.user_id) and one.rule.fits(activity)
    ]
    changes = []
    for activity in seen:
        before, after = (_matched(activity, rules, index, memory) for rules in (now, other))
        if _what(before) != _what(after):
            changes.append(Change(activity, day_of(activity, people[activity.user_id]), before, after))
    return Simulated(one, first, last, len(seen), tuple(changes))


def _switched(now: InForce, one: Listed) -> InForce:
    made, rules = list(now.made), list(now.rules)
    if isinstance(one.rule, MadeRule):
        rule = one.rule.as_rule()
        if one.off is None:
            made = [other for other in made if other.id != one.id]
            rules = [other for other in rules if other != rule]
        else:
            made = [one.rule, *made]
            rules = [*([rule] if rule is not None else []), *rules]
    elif one.off is None:
        rules = [other for other in rules if other != one.rule]
    else:
        rules = [*rules, one.rule]
    return InForce(rules, made, now.problems)


def _matched(activity: Activity, rules: InForce, index: Index, memory: Memory) -> Match | None:
    kept, _ = left_out([activity], rules.made)
    return match(activity, index, memory, rules.rules) if kept else None


def _what(found: Match | None) -> tuple[object, ...]:
    """What a person would notice of it."""
    return (None,) if found is None else (found.slot, found.level)
