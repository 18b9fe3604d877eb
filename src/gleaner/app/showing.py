"""How one person's hours are counted, in words: for them, their manager, and administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gleaner.adapters.public_holidays import public_holidays
from gleaner.adapters.store.absences import Kept
from gleaner.app.account import Account
from gleaner.app.people import find
from gleaner.app.readers import is_administrator, is_manager, readable
from gleaner.app.rollout import groups
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.time import local_date, spoken_day
from gleaner.timesheets.expected import said

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BACK, _AHEAD = timedelta(days=90), timedelta(days=365)


def shown(account: Account, address: str) -> dict[str, Any]:
    """What counts for the person with that address. Raises ConfigError when there is none, Refused for others."""
    person = _found(account, address)
    today = local_date(account.clock.now(), person.zone)
    country, region = _place(account, person)
    return {
        "name": person.name,
        "address": person.email,
        "is_active": "yes" if person.is_active else "archived",
        "zone": person.zone.key,
        "pattern": _pattern(person),
        "employed": _employed(person),
        "team": person.team_name or "none",
        "manager": person.manager or "none here; Harvest may know some",
        "rollout": _rollout(account, person),
        "holidays_of": " ".join(filter(None, (country, region))) or "none: no country is set",
        "next_holidays": _holidays(account, person),
        "exceptions": [
            _exception(one) for one in account.absences.between(today - _BACK, today + _AHEAD, person.id)
        ]
        + _in_file(account, person),
    }


def _found(account: Account, address: str) -> Person:
    me = account.me
    if me is not None and is_manager(me) and not is_administrator(account):
        wanted = account.person(address)
        if wanted.id not in {one.id for one in readable(account)}:
            raise Refused(phrase("only they, their manager and an administrator see that"))
        return wanted
    return find(account, address)


def _pattern(person: Person) -> str:
    """``40.0 h a week: Mon 8.0, Tue 8.0 …``; weeks that take turns one after the other."""
    weeks = [
        ", ".join(f"{name} {said(hours)}" for name, hours in zip(_DAYS, week, strict=True) if hours)
        for week in person.due.weeks
    ]
    if person.is_contractor:
        return "a contractor, who owes no hours"
    known_from = "gleaner.toml" if person.contract is not None else "Harvest's weekly capacity, spread evenly"
    return f"{said(person.weekly_due)} h a week ({known_from}): {'; then '.join(weeks) or 'nothing'}"


def _employed(person: Person) -> str:
    begin, end = person.employed_from, person.employed_until
    parts = [*([f"from {begin}"] if begin else []), *([f"until {end}"] if end else [])]
    return " ".join(parts) or "no dates are set"


def _rollout(account: Account, person: Person) -> str:
    mine = [f"{group.name}, from {group.begins}" for group in groups(account) if person.id in group.people]
    return "; ".join(mine) or "in no group"


def _place(account: Account, person: Person) -> tuple[str, str]:
    common = account.settings.timesheets
    country = person.country or common.country
    return country, person.region or (common.region if country == common.country else "")


def _holidays(account: Account, person: Person) -> list[str]:
    """The next three."""
    country, region = _place(account, person)
    today = local_date(account.clock.now(), person.zone)
    if not country:
        return []
    try:
        years = [public_holidays(country, region, year) for year in (today.year, today.year + 1)]
    except ConfigError as error:
        return [str(error)]
    coming = sorted((day, name) for year in years for day, name in year.items() if day >= today)
    return [f"{spoken_day(day)} {day.year}: {name}" for day, name in coming[:3]]


def _exception(one: Kept) -> str:
    size = "all day" if one.hours is None else f"{said(one.hours)} h less"
    return f"{one.first} to {one.last}, {size}: {one.reason} (No. {one.id}, made by {one.made_by})"


def _in_file(account: Account, person: Person) -> list[str]:
    found = []
    for one in account.settings.absences:
        whom = account.catalog.person(one.person) if one.person else person
        if whom is not None and whom.id == person.id:
            size = "all day" if one.hours is None else f"{one.hours:g} h less"
            found.append(f"{one.first} to {one.last or one.first}, {size}: {one.reason} (gleaner.toml)")
    return found
