"""At night: what was seen long ago goes, and so does what the engine keeps of work that is done."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Daily, Due
from gleaner.app.retention import retain
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.durable.engine import Submitter

_DONE = timedelta(days=7)
"""Workflows that ended are of use for looking into trouble, for about as long as somebody would."""


def _run(account: Account, _due: Due, _user_id: UserId | None) -> Report:
    gone = retain(account, account.clock.now())
    with closing(Submitter(account.engine)) as submitter:
        rows = submitter.purge(older_than=_DONE)
    text = f"{gone.activities} activities deleted, {gone.proposals} proposals without their words now"
    return Report(f"{text}, {gone.withdrawn} withdrawn, {rows} rows of the engine removed")


def job(settings: ScheduleSettings) -> Job:
    return Job("Deletes what is older than keep_days; decisions stay.", Daily(settings.nightly), _run)


jobs.add("retention", job)
