"""A team's week for whoever may read it: the report, one person's day in it, and telling now those who lack hours."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from gleaner.app.account import Account
from gleaner.app.compliance import Compliance, Row, check_begun, newest_week, report
from gleaner.app.looking import freshen
from gleaner.app.readers import is_administrator, readable, team_of
from gleaner.app.reminding import Reminded, remind
from gleaner.app.weeks import WEEK, begin_of, week_named
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import PersonDay

WEEKS = 12
"""Of the trend."""
REPORT = "report"
"""The errand that makes one anew while an older one is shown."""
_FRESH = timedelta(seconds=60)
"""As long a report made of the same copy is shown again: it takes long to make for a large company."""
_OLD = timedelta(minutes=20)
"""Older than this none is shown while another is made."""
_SLOW = 0.5
"""Seconds; what is made faster is never shown old."""
_MOST_KEPT = 20
_Key: TypeAlias = tuple[frozenset[UserId], date, int]


@dataclass(frozen=True)
class Asked:
    """Whose week: ``2026-W12`` or a day in it, empty for the newest whose cut-off has passed; and which team."""

    week: str = ""
    team: str = ""


def team_report(account: Account, asked: Asked, progress: Progress, weeks: int = WEEKS) -> Compliance:
    """The report about those whose hours whoever looks may read. Of fewer weeks where the copy has no more.

    An administrator's look reads what the copy lacks. Raises Refused for members, ConfigError for what is no week or
    team, Unavailable where the copy has not even that week.
    """
    people, whom = _people(account, asked.team)
    first = _first(account, people, asked.week)
    check_begun(account, people, first)
    held = _held(account, first, weeks, progress)
    return _made(account, people, first, held, whom)


def teams_of(account: Account) -> list[str]:
    """Names of the teams, and of the roles in Harvest, that those whom one may read are in."""
    people = [one for one in readable(account) if one.is_active]
    return sorted({name for one in people for name in (one.team, *one.roles) if name}, key=str.casefold)


def person_day(
    account: Account, user_id: UserId, day: date, progress: Progress
) -> tuple[Row, PersonDay, Compliance]:
    """One person's day in its week. Raises ConfigError when there is none, or it is not for whoever looks to see."""
    person = next((one for one in readable(account) if one.id == user_id), None)
    if person is None:
        raise ConfigError(phrase("there is nobody with that number whose hours you read"))
    first = week_named(str(day), account.mirror.company().first_weekday)
    check_begun(account, [person], first)
    _held(account, first, 1, progress)
    one = report(account, [person], first, 1, person.name)
    for row in (*one.rows, *one.not_counted):
        for each in row.week.days:
            if each.day == day:
                return row, each, one
    raise ConfigError(phrase("{person} was not here on {day}", person=person.name, day=str(day)))


def remind_team(account: Account, asked: Asked, *, dry_run: bool) -> Reminded:
    """Tell now those of the team whose reminder is due; with *dry_run* only say who. Each is told once, as ever.

    The same rules hold as when Gleaner does so by itself: their hours, their silence, their wishes. Raises Refused for
    members.
    """
    people, _ = _people(account, asked.team)
    done = remind(account, people=[one for one in people if one.is_active], dry_run=dry_run)
    # What is wrong with channels and messages may name others than those whom a manager reads.
    return done if is_administrator(account) else replace(done, problems=())


def neighbours(account: Account, one: Compliance) -> tuple[date, date | None]:
    """First days of the week before and the week after; None where that has not begun."""
    after = one.first + WEEK
    latest = max((account.clock.now().astimezone(row.person.zone).date() for row in one.rows), default=None)
    today = latest or account.clock.now().date()
    return one.first - WEEK, after if after < today else None


def _people(account: Account, team: str) -> tuple[list[Person], str]:
    people, whom = readable(account), "everybody"
    if not is_administrator(account):
        assert account.me is not None, "nobody else may read anything"
        whom = f"the people of {account.me.name}"
    if team:
        people = team_of(people, team)
        whom = f"team {team}" if whom == "everybody" else f"{whom}, team {team}"
    return people, whom


def _first(account: Account, people: Collection[Person], week: str) -> date:
    return week_named(week, account.mirror.company().first_weekday) if week else newest_week(account, people)


def _held(account: Account, first: date, weeks: int, progress: Progress) -> int:
    """How many weeks of the report the copy has; an administrator's look fills it first."""
    last, covers, why = first + timedelta(days=6), account.mirror.covers, ""
    if not covers(begin_of(first, weeks), last) and is_administrator(account):
        try:
            freshen(account, progress, first=first, last=last, since=begin_of(first, weeks))
        except Unavailable as error:
            why = str(error)
    found = next((less for less in range(weeks, 0, -1) if covers(begin_of(first, less), last)), None)
    if found is None:
        why = why or "An administrator has to look at it first."
        raise Unavailable(
            phrase(
                "the copy of Harvest does not hold all of that week and the month before it. {why}", why=why
            )
        )
    return found


@dataclass(frozen=True)
class _Kept:
    """A report that was made, of which copy, and how long that took."""

    report: Compliance
    as_of: datetime
    seconds: float


def _made(account: Account, people: Collection[Person], first: date, weeks: int, whom: str) -> Compliance:
    """The report, or the same that was made a moment ago of the same copy about the same people.

    Where it takes long to make, the one from before is shown, which says when it was made, and the new one is made
    meanwhile: whoever looks does not wait for seconds.
    """
    kept, now = account.worked_out.reports, account.clock.now()
    key = (frozenset(one.id for one in people), first, weeks)
    found = kept.get(key)
    if not isinstance(found, _Kept):
        return _make(account, people, key, whom)
    age = now - found.report.made_at
    is_fresh = found.as_of == account.mirror.as_of() and ZERO <= age < _FRESH
    if not is_fresh:
        if found.seconds < _SLOW or not ZERO <= age < _OLD:
            return _make(account, people, key, whom)
        # One at a time, whosever it is: the next look begins the next.
        account.worked_out.errands.begin(
            REPORT, lambda _errand: _make(account, people, key, whom), account.clock
        )
    return replace(found.report, whom=whom)


def _make(account: Account, people: Collection[Person], key: _Key, whom: str) -> Compliance:
    kept, as_of, began = account.worked_out.reports, account.mirror.as_of(), time.monotonic()
    _, first, weeks = key
    made = report(account, people, first, weeks, whom)
    for old in list(kept)[: max(0, len(kept) - _MOST_KEPT + 1)]:
        kept.pop(old, None)
    kept[key] = _Kept(made, as_of, time.monotonic() - began)
    return made
