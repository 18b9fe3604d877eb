"""Who waits for Gleaner: until the day their group begins, they are only observed, for the report to compare with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from gleaner import config
from gleaner.app.account import Account
from gleaner.config import RolloutSettings
from gleaner.core.activities import Problem
from gleaner.core.catalog import Person, UserId
from gleaner.core.phrases import phrase
from gleaner.timesheets.uplift import Group


def is_on(account: Account, user_id: UserId, day: date) -> bool:
    """Whether Gleaner may do anything by itself about that person's *day*: propose, log or remind.

    Whoever is in no group is never waited with; whoever is in several begins with the last of them.
    """
    return not account.settings.rollout or day >= starts(account).get(user_id, day)


def starts(account: Account) -> Mapping[UserId, date]:
    """The first day of everybody who is in a group."""
    catalog = account.catalog
    if account.worked_out.begins is None or account.worked_out.begins[0] is not catalog:
        found: dict[UserId, date] = {}
        for group in groups(account):
            for user_id in group.people:
                found[user_id] = max(group.begins, found.get(user_id, group.begins))
        account.worked_out.begins = catalog, found
    return account.worked_out.begins[1]


def groups(account: Account) -> list[Group]:
    """The groups of ``[[rollout]]``, one for each table, with whom they name."""
    people = account.catalog.people.values()
    return [
        Group(one.group, one.begins, frozenset(person.id for person in people if _is_named(person, one)))
        for one in account.settings.rollout
    ]


def _is_named(person: Person, one: RolloutSettings) -> bool:
    return bool(person.addresses & set(one.people)) or bool(one.team and person.is_in(one.team))


def on_days(
    account: Account, users: Collection[UserId], on: Sequence[date]
) -> Iterator[tuple[list[UserId], list[date]]]:
    """Those person-days about which Gleaner may do something, as people with the same days."""
    begin = starts(account) if account.settings.rollout else {}
    alike: dict[date | None, list[UserId]] = {}
    for user_id in users:
        alike.setdefault(begin.get(user_id), []).append(user_id)
    for first, same in alike.items():
        days = [day for day in on if first is None or day >= first]
        if days:
            yield same, days


def problems(account: Account) -> list[Problem]:
    """A sentence for each group that names nobody, or somebody who is not in Harvest: they would not wait."""
    found = list[Problem]()
    if len(account.catalog.people) == 1:
        return found  # a member's token sees its owner only; the others may well be in Harvest
    known = {address for person in account.catalog.people.values() for address in person.addresses}
    for number, (one, group) in enumerate(zip(account.settings.rollout, groups(account), strict=True), 1):
        where = f"{config.FILE}, rollout[{number}]"
        lost = [
            address
            for address in one.people
            if address not in known and not account.people.is_address_gone(address)
        ]
        found += [
            Problem(where, phrase("nobody in Harvest has the address {person}", person=address))
            for address in lost
        ]
        if one.team and not any(person.is_in(one.team) for person in account.catalog.people.values()):
            text = phrase('nobody is in the team "{team}", here or as a role in Harvest', team=one.team)
            found.append(Problem(where, text))
        elif not group.people and not lost:
            found.append(Problem(where, phrase('nobody is in the group "{group}"', group=one.group)))
    return found
