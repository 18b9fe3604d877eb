"""A person's day, once more when it ends: what is over by now is proposed, what is sure is logged."""

from __future__ import annotations

from gleaner.app.account import Account
from gleaner.app.daemon.around import gone_through
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Daily, Due
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId


def _run(account: Account, due: Due, user_id: UserId | None) -> Report:
    assert user_id is not None, "a day is somebody's"
    return Report(gone_through(account, user_id, due.first, due.last))


def job(settings: ScheduleSettings) -> Job:
    return Job(
        "Goes through a person's day when it ends.", Daily(settings.end_of_day), _run, is_personal=True
    )


jobs.add("end-of-day", job)
