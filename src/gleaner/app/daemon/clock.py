"""A clock that went back: nothing is begun until it has caught up, or until somebody says that it is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gleaner.adapters.store.jobs import JobKey, StoredJobs
from gleaner.adapters.store.standing import INSTALLATION, TICK
from gleaner.core.catalog import UserId
from gleaner.core.errors import Suspicious

BACK = timedelta(minutes=10)
"""Clocks are put right by less than this all the time."""
KEY = JobKey(INSTALLATION, TICK, UserId(0))


def check_clock(jobs: StoredJobs, now: datetime) -> None:
    """Note that it is *now*. Raises Suspicious when the last tick was well after that: then days would be done twice
    or in the wrong order, and what is under way would seem to come from the future."""
    row = jobs.get(KEY)
    if row is None:
        jobs.add([(KEY, "UTC", None, None)])
    elif row.started_at is not None and row.started_at - now > BACK:
        raise Suspicious(
            f"the clock went back: it is {_spoken(now)}, and the last tick was at {_spoken(row.started_at)}."
            " Nothing is begun until then. If the present time is right: gleaner jobs resume --clock"
        )
    jobs.stamp(KEY, now)


def trust_clock(jobs: StoredJobs, now: datetime) -> None:
    """Go by the clock as it is now; what was to run within the time that is no more runs at once."""
    jobs.add([(KEY, "UTC", None, None)])
    jobs.stamp(KEY, now)
    for row in jobs.all():
        if row.done_through is None and row.next_at is not None and row.next_at > now:
            jobs.call(row.key, now)


def _spoken(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%a %d %b %Y %H:%M} UTC"
