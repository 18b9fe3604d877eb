"""Whose hours somebody may read: an administrator everybody's, a manager those they manage, a member only their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from difflib import get_close_matches

from gleaner.app.account import Account
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import ConfigError, Refused, Unavailable

_MINE = "managed/"
_MOST_ASKED = 20
"""Managers that Harvest is asked about one by one, a request each."""


def is_administrator(account: Account) -> bool:
    """Whether the token is an administrator's."""
    return account.me is not None and "administrator" in account.me.access_roles


def is_manager(person: Person) -> bool:
    """Whether Harvest calls that person a manager of people."""
    return "manager" in person.access_roles


def readable(account: Account) -> list[Person]:
    """The people whose hours the token's owner may read in reports, archived ones too.

    A manager reads those Harvest lets them see, and those ``[[people]]`` gives them as ``manager``. Raises Refused for
    a member: what others log is none of their business.
    """
    people = account.catalog.people
    if is_administrator(account):
        return list(people.values())
    me = account.me
    if me is None or not is_manager(me):
        raise Refused("reports are for administrators and managers; see your own days: gleaner gaps")
    if len(people) == 1:
        raise Refused(
            "this database holds your own data only: Harvest lets no manager's token read a whole team. Use the one"
            " that an administrator's Gleaner fills"
        )
    seen = _lets_see(account)
    return [one for one in people.values() if one.id in seen or one.id == me.id or _is_given(one, me)]


def managed(account: Account, address: str) -> list[Person]:
    """The people of that manager, for an administrator (or the manager, of whom they then are a part).

    Raises ConfigError when the address is nobody's, or that of somebody who manages nobody.
    """
    manager = account.person(address)
    me = account.me
    allowed = readable(account)
    if me is not None and manager.id == me.id and not is_administrator(account):
        return [one for one in allowed if one.id != me.id]
    if not is_administrator(account):
        raise Refused("only an administrator sees whom somebody else manages; leave out --manager")
    seen = _teammates(account, manager) if is_manager(manager) else set()
    found = [one for one in allowed if one.id in seen or _is_given(one, manager)]
    if not found:
        raise ConfigError(
            f"{manager.name} manages nobody: give them people in Harvest, or name them as manager in [[people]]"
        )
    return found


def team_of(people: Collection[Person], team: str) -> list[Person]:
    """Those of *people* who are in the team. Raises ConfigError with near names when nobody is."""
    found = [one for one in people if one.is_in(team)]
    if found:
        return found
    names = sorted({name for one in people for name in (one.team, *one.roles) if name}, key=str.casefold)
    if not names:
        raise ConfigError('nobody is in a team: give people roles in Harvest, or a "team" in [[people]]')
    near = get_close_matches(team, names, n=3, cutoff=0.4) or names[:8]
    raise ConfigError(f'nobody is in the team "{team}". Near: {", ".join(near)}')


def managers_of(account: Account, person: Person) -> list[Person]:
    """The managers who may read *person*'s hours, by name: as ``[[people]]`` says, or as Harvest lets them."""
    managers = [
        one
        for one in account.catalog.people.values()
        if one.is_active and is_manager(one) and one.id != person.id
    ]
    found = [
        one
        for one in managers
        if _is_given(person, one) or person.id in _teammates_once(account, one, len(managers))
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def _teammates_once(account: Account, manager: Person, managers: int) -> set[UserId]:
    """Whom that manager may see; among very many *managers*, as Harvest answered last."""
    kept = account.cache.get(f"{_MINE}{manager.id}") if managers > _MOST_ASKED else None
    return {UserId(one) for one in json.loads(kept)} if kept is not None else _teammates(account, manager)


def _is_given(person: Person, manager: Person) -> bool:
    return bool(person.manager) and person.manager in manager.addresses


def _lets_see(account: Account) -> set[UserId]:
    """Whom Harvest lets the person who looks see; the copy may hold more, from an administrator's token."""
    if account.is_borrowed and account.me is not None:
        return _teammates(account, account.me)
    return _kept(
        account, _MINE + account.access.owner, lambda: [one.id for one in account.client.users.list()]
    )


def _teammates(account: Account, manager: Person) -> set[UserId]:
    return _kept(
        account, f"{_MINE}{manager.id}", lambda: [one.id for one in account.client.teammates.of(manager.id)]
    )


def _kept(account: Account, key: str, ask: Callable[[], list[int]]) -> set[UserId]:
    """What Harvest answers, or what it answered last while it cannot be asked; then nothing means nobody."""
    try:
        found = ask()
    except Unavailable:
        kept = account.cache.get(key)
        return {UserId(one) for one in json.loads(kept)} if kept is not None else set()
    account.cache.put(key, json.dumps(sorted(found)).encode())
    return {UserId(one) for one in found}
