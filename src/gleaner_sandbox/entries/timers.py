"""Starting and stopping: the changes to an entry, in duration accounts and in accounts with start and end
times.

Source: api.md §15.2, §15.3.
"""

from datetime import datetime, timedelta, tzinfo

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.entries.view import hours_now
from gleaner_sandbox.rules.clock_strings import DAY, minute_of_day, minutes_between
from gleaner_sandbox.rules.rounding import half_up
from gleaner_sandbox.tables import Row

STOPPED: Row = {"timer_started_at": None, "is_running": False}


def started(now: datetime, zone: tzinfo, minute: int | None = None) -> Row:
    """A timer that began now, or the last time the wall clock of *zone* showed *minute*."""
    wall = minute_of_day(now, zone)
    since = (
        now if minute is None else now.replace(second=0) - timedelta(minutes=minutes_between(minute, wall))
    )
    return {
        "timer_started_at": stamp(since),
        "is_running": True,
        "started_minute": wall if minute is None else minute,
        "ended_minute": None,
    }


def stopped(row: Row, now: datetime, zone: tzinfo, *, timestamps: bool) -> Row:
    """The changes that stop *row*.

    In duration accounts the elapsed time is added and the times of day vanish (that they do is uncertain).
    """
    if not timestamps:
        return {**STOPPED, "hours": hours_now(row, now), "started_minute": None, "ended_minute": None}
    return {**STOPPED, **spanning(row["started_minute"], minute_of_day(now, zone))}


def spanning(start: int, end: int) -> Row:
    """An entry from *start* to *end*, minutes of the day."""
    return {"started_minute": start, "ended_minute": end, "hours": half_up(minutes_between(start, end) / 60)}


def lasting(start: int, hours: float) -> Row:
    """An entry of *hours* from *start*; its end is worked out."""
    end = (start + round(hours * 60)) % DAY
    return {"started_minute": start, "ended_minute": end, "hours": half_up(hours)}


def begun(said: Row, now: datetime, zone: tzinfo, *, timestamps: bool) -> Row:
    """Hours, times and timer of a new entry.

    Without hours (or without an end) a timer starts.  In an account with start and end times, hours alone
    begin now (that ``started_time`` is filled was seen; with what is uncertain).
    """
    hours, start, end = said["hours"], said["started_time"], said["ended_time"]
    if not timestamps:
        # Times of day are of no interest in a duration account.
        still = {**STOPPED, "started_minute": None, "ended_minute": None}
        return {"hours": 0.0, **started(now, zone)} if hours is None else {"hours": half_up(hours), **still}
    if end is not None:
        return {**STOPPED, **spanning(minute_of_day(now, zone) if start is None else start, end)}
    if hours is not None:
        return {**STOPPED, **lasting(minute_of_day(now, zone) if start is None else start, hours)}
    running = started(now, zone, minute_of_day(now, zone) if start is None else start)
    return {"hours": 0.0, **running}


def changed(row: Row, said: Row, now: datetime, zone: tzinfo, *, timestamps: bool) -> Row:
    """What an update of hours and times does to *row*.

    Setting the hours of a running entry replaces what it had and goes on counting from now; changing hours in
    an account with times moves the end (both uncertain).
    """
    hours, start, end = said.get("hours"), said.get("started_time"), said.get("ended_time")
    if not timestamps:
        if hours is None:
            return {}
        return {"hours": half_up(hours), **({"timer_started_at": stamp(now)} if row["is_running"] else {})}
    begin = row["started_minute"] if start is None else start
    if begin is None:
        # Written while the account counted durations: there is nothing to move.
        return {} if hours is None else {"hours": half_up(hours)}
    if end is not None:
        return {**STOPPED, **spanning(begin, end)}
    if hours is not None and not row["is_running"]:
        return lasting(begin, hours)
    if start is None:
        return {}
    return started(now, zone, start) if row["is_running"] else spanning(start, row["ended_minute"])
