"""A day, a week, and what is missing, for programs. Of somebody else's days a manager gets hours, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

from gleaner.app.days import Sum, day_sum, week_sums
from gleaner.app.programs.paging import paged
from gleaner.app.programs.seat import Seat, between, check_days, fresh, ready
from gleaner.app.programs.telling import entry, name_of, waiting
from gleaner.app.programs.values import Day, DaySum, Gap, Gaps, Week, number, short
from gleaner.app.readers import readable
from gleaner.app.sheets import sheets
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.time import decimal_hours, week_of
from gleaner.review.inbox import Item
from gleaner.timesheets.gaps import Sheet

PAGE = 50
_ORDER = {"unsure": 0, "likely": 1, "sure": 2}


def my_day(seat: Seat, on: date | None = None, person: str = "") -> Day:
    """The day, today if not told: what is due, what Harvest holds, what waits, what is open."""
    seat.check("read")
    who, is_whole = seat.whom(person)
    day = on or (
        seat.today if who.id == seat.person.id else seat.account.clock.now().astimezone(who.zone).date()
    )
    ready(seat.account, day, day)
    if not is_whole:
        return _hours_only(seat, who, day)
    total, entries, items = day_sum(seat.account, who, day)
    catalog = seat.account.catalog
    return Day(
        **_figures(total),
        person=who.name,
        why=total.why,
        entries=[entry(one, catalog, who) for one in entries],
        proposals=[waiting(one, catalog, who) for one in in_order(items)],
        running=_running(seat, who),
    )


def in_order(items: list[Item]) -> list[Item]:
    """Unsure first, because that is where attention pays."""
    return sorted(items, key=lambda one: (one.proposal.on, _ORDER[one.proposal.level], one.proposal.title))


def _hours_only(seat: Seat, who: Person, day: date) -> Day:
    (sheet,) = sheets(seat.account, [who], day, day)
    due = sheet.expected
    return Day(
        **_of_sheet(sheet).model_dump(),
        person=who.name,
        why=due.sentence(is_own=False) if due.off or due.why_nothing else "",
        hours_only=True,
    )


def _running(seat: Seat, who: Person) -> str:
    """The timer that runs, as Harvest has it now; nothing where it cannot be asked."""
    try:
        running = seat.account.live.running(who.id)
    except Unavailable:
        return ""
    if running is None:
        return ""
    told = entry(running, seat.account.catalog, who)
    return f"{told.target}, {told.hours:.2f} h so far (entry {told.id})"


def week(seat: Seat, on: date | None = None, person: str = "") -> Week:
    """The week around that day, or this one."""
    seat.check("read")
    who, is_whole = seat.whom(person)
    day = on or seat.today
    check_days(day)
    first, last = week_of(day, seat.account.mirror.company().first_weekday)
    ready(seat.account, first, last)
    if is_whole:
        sums, whole = week_sums(seat.account, who, day)
        return Week(
            person=who.name,
            days=[DaySum(**_figures(one)) for one in sums],
            total=DaySum(**_figures(whole)),
        )
    found = [_of_sheet(one) for one in sheets(seat.account, [who], first, last)]
    names = ("expected", "logged", "ready", "unsure", "open")
    sums_of = {name: round(sum(getattr(one, name) for one in found), 2) for name in names}
    return Week(person=who.name, days=found, total=DaySum(on=first, **sums_of))


def _figures(total: Sum) -> dict[str, object]:
    return {
        "on": total.on, "expected": number(total.expected), "logged": number(total.logged),
        "ready": number(total.ready), "unsure": number(total.unsure), "open": number(total.open),
    }  # fmt: skip


def _of_sheet(one: Sheet) -> DaySum:
    return DaySum(
        on=one.day,
        expected=number(decimal_hours(one.expected.hours)),
        logged=number(decimal_hours(one.logged + one.running)),
        ready=number(decimal_hours(one.waiting)),
        unsure=number(decimal_hours(one.unsure)),
        open=number(decimal_hours(one.gap)),
    )


def gaps(
    seat: Seat,
    first: date | None = None,
    last: date | None = None,
    person: str = "",
    *,
    team: bool = False,
    page: int = 1,
) -> Gaps:
    """Days on which something is missing, the last seven if not told; *team*: of everybody whose hours one may read."""
    seat.check("read")
    if team and person:
        raise ConfigError("team means everybody; leave out the person")
    yesterday = seat.today - timedelta(days=1)
    begin, end = between(first, last, usual=(yesterday - timedelta(days=6), yesterday))
    whom = [one for one in readable(seat.account) if one.is_active] if team else [seat.whom(person)[0]]
    note = fresh(seat.account, begin, end)
    found = [one for one in sheets(seat.account, whom, begin, end) if one.gap]
    found.sort(key=lambda one: (one.day, name_of(one.user_id, seat.account.catalog)))
    some, more = paged(found, page, PAGE)
    return Gaps(
        first=begin,
        last=end,
        gaps=[
            Gap(
                on=one.day,
                person=name_of(one.user_id, seat.account.catalog),
                standing=one.standing,
                gap=number(decimal_hours(one.gap)),
                sum=short(one.sentence(is_own=one.user_id == seat.person.id)),
            )
            for one in some
        ],
        total=round(sum(number(decimal_hours(one.gap)) for one in found), 2),
        next=more,
        note=note,
    )
